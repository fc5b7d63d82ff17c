"""Every public page in Chromium: accessible, nothing wider than a phone, nothing from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(transactional_db):
    practice = factories.practice(clinic=factories.connected_clinic(), accepting_new_patients=True)
    factories.offering(practice=practice, wait_weeks=3)
    factories.hours(practice)
    call = factories.practice(site=factories.site(location_precision="city"))
    factories.offering(practice=call, status="paused")
    factories.claims(call.specialist)
    return [
        "/",
        "/find/?near=78701&procedure=adhesiolysis",
        "/find/?near=59101&procedure=adhesiolysis",
        "/find/?near=Springfield",
        "/find/?near=Asutin,TX",
        "/find/?q=rivera",
        practice.specialist.get_absolute_url(),
        call.specialist.get_absolute_url(),
        practice.site.clinic.get_absolute_url(),
        "/procedures/",
        "/procedures/adhesiolysis/",
        "/procedures/epidural-steroid-injection/",
        "/about/data/",
        "/about/privacy/",
        "/api/docs/",
        "/nothing-here/",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_every_page_is_accessible_and_fits(visitors, addresses, width, scheme):
    page = visitors(viewport={"width": width, "height": 844}, color_scheme=scheme)
    wrong = []
    for address in addresses:
        page.goto(address)
        report = Axe().run(page)
        wrong += [f"{address}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in report.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{address}: wider than the window")
    assert not wrong, "\n".join(wrong)
