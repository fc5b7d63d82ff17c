"""The admin in a real browser under the site's own security policy: nothing is refused, nothing goes wrong."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from referrals.states import State
from tests import factories
from tests.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(visitors) -> Callable:
    """Like `visitors`, and every error in the console fails the test."""

    def note(message) -> None:
        if message.type == "error":
            visitors.wrong.append(message.text)

    def visitor(**options):
        page = visitors(**options)
        page.on("console", note)
        page.set_default_timeout(10_000)
        return page

    return visitor


@pytest.fixture
def clinic(transactional_db) -> world.Side:
    return world.ours()


def log_in(page, email: str) -> None:
    page.goto("/admin/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


def change(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_a_clinic_logs_in_mends_its_listing_and_confirms_it(visit, clinic):
    page = visit()
    log_in(page, clinic.staff.email)
    expect(page.get_by_text("1 new request")).to_be_visible()
    page.get_by_role("link", name="Clinics").first.click()
    page.get_by_role("link", name="Hill Country Pain").first.click()
    page.get_by_text("Add another Site").click()
    page.locator("#id_sites-1-line1").fill("700 Example Road")
    page.locator("#id_sites-1-city").fill("Austin")
    page.locator("#id_sites-1-state").select_option("TX")
    page.locator("#id_sites-1-postal_code").fill("78745")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("700 Example Road, Austin, TX 78745 was placed by its ZIP code.")).to_be_visible()
    page.get_by_role("link", name="Ana Rivera, MD, 1200 Example Pkwy").first.click()
    page.locator("#id_offerings-0-wait_weeks").fill("3")
    page.get_by_role("button", name="Save: everything here is right today").click()
    expect(page.get_by_text("This listing counts as confirmed for 90 days")).to_be_visible()
    clinic.offering.refresh_from_db()
    assert clinic.offering.wait_weeks == 3
    assert clinic.offering.confirmed_on is not None


def test_a_clinic_keeps_its_listing_without_javascript(visit, clinic):
    person = factories.specialist(given_name="Sofia", family_name="Ibarra")
    page = visit(java_script_enabled=False)
    log_in(page, clinic.staff.email)
    page.goto(reverse("admin:directory_practice_add"))
    page.get_by_label("The specialist's NPI").fill(str(person.pk))
    page.locator("#id_site").select_option(str(clinic.site.pk))
    page.locator("#id_offerings-0-procedure").select_option(label="Adhesiolysis")
    page.locator("#id_offerings-0-status").select_option("open")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert person.practices.get().offerings.get().status == "open"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_clinic_reads_starts_and_accepts_a_request(visit, clinic, javascript):
    page = visit(java_script_enabled=javascript)
    log_in(page, clinic.staff.email)
    page.goto("/admin/referrals/referral/")
    page.get_by_role("link", name="Eleanor M., 69").click()
    expect(page.get_by_text("Eleanor Marsh")).to_be_visible()
    page.get_by_role("button", name="Start on this request").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text(f"Request {clinic.referral.reference} is accepted.")).to_be_visible()
    clinic.referral.refresh_from_db()
    assert clinic.referral.state == State.ACCEPTED


def test_a_clinic_declines_with_a_reason_on_a_small_screen(visit, clinic):
    page = visit(viewport={"width": 360, "height": 740})
    log_in(page, clinic.staff.email)
    page.goto(change(clinic.referral))
    page.get_by_role("button", name="Start on this request").click()
    page.locator("summary", has_text="Decline").click()
    page.locator("[name=reason][value=insurance]").check()
    page.locator("button[value=decline]").click()
    expect(page.get_by_text("The patient sees the reason")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_operator_walks_through_every_kind_of_page(visit, clinic):
    operator = factories.operator(email="operator@example.org")
    page = visit()
    log_in(page, operator.email)
    for row in (clinic.clinic, clinic.site, clinic.practice, clinic.specialist, clinic.staff, clinic.referral):
        page.goto(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist"))
        page.goto(change(row))
        page.wait_for_load_state("networkidle")
    page.goto(reverse("admin:directory_practice_add"))
    page.locator("#id_specialist + .select2").click()
    page.locator(".select2-search__field").fill("Rivera")
    page.get_by_role("option", name="Ana Rivera, MD").click()
    assert page.locator("#id_specialist").input_value() == str(clinic.specialist.pk)
    page.goto(reverse("admin:directory_clinic_add"))
    page.locator("#id_name").press_sequentially("New Pain Clinic")
    assert page.locator("#id_slug").input_value() == "new-pain-clinic"
