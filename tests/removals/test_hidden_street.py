"""A hidden street is nowhere: not on a page, not in the API, not in the print, not as a point on a map."""

import datetime
import json
import re

import pytest
from django.utils import timezone

from directory import coverage, removals, streets
from directory.models import Coverage, Procedure
from directory.places import place_address
from tests import factories
from tests.removals.conftest import ASKER, NETWORK, STREET
from tests.removals.test_asking import ask

MARKS = ("Nowherebutheremark", "9Xmark", "30.2711", "97.7437")


@pytest.fixture
def hidden(austin):
    ask(austin, wish="street")
    austin.doctor.refresh_from_db()
    return austin


def addresses(world):
    practice, page = world.practice.pk, world.doctor.get_absolute_url()
    yield from (page, f"{page}packet/", f"{page}packet/?practice={practice}", f"/clinics/{world.clinic.slug}/")
    yield from ("/", "/find/?near=78701", "/find/?near=78756&procedure=adhesiolysis", "/find/?q=rivera")
    yield f"/compare/?npi={world.doctor.pk}&near=78701"
    yield from (f"/clinics/claim/?npi={world.doctor.pk}", f"/clinics/claim/?clinic={world.clinic.slug}")
    yield from (f"{page}report/", f"/clinics/{world.clinic.slug}/report/")
    yield f"/referrals/new/?practice={practice}&procedure=adhesiolysis"
    yield from (f"/clinics/claim/?npi={world.doctor.pk}", f"/clinics/claim/?clinic={world.clinic.slug}")
    yield from (f"{page}report/", f"/clinics/{world.clinic.slug}/report/")
    yield from ("/api/v1/specialists/?near=78701", f"/api/v1/specialists/{world.doctor.pk}/", "/about/coverage/")


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_it_was_shown_before(austin, client):
    shown = [address for address in addresses(austin) if STREET in read(client, address)]
    assert len(shown) >= 8


@pytest.fixture
def second_office(austin):
    """Where there are several offices, forms ask for which one."""
    site = factories.site(clinic=austin.clinic, line1=STREET, line2="Suite 9Xmark", name="South", postal_code="78704")
    return factories.practice(site=site, specialist=austin.doctor)


def test_forms_that_ask_for_the_office_name_it_without_the_street(austin, second_office, client):
    page, clinic = austin.doctor.get_absolute_url(), austin.clinic.slug
    forms = [f"/clinics/claim/?npi={austin.doctor.pk}", f"/clinics/claim/?clinic={clinic}"]
    forms += [f"{page}report/", f"/clinics/{clinic}/report/"]
    assert all(STREET in read(client, address) for address in forms)
    ask(austin, wish="street")
    for address in forms:
        text = read(client, address)
        assert not [mark for mark in MARKS if mark in text], address
        assert "South, Austin 78704" in text, address


def test_a_form_on_the_clinics_page_names_the_street_that_a_colleague_shows(hidden, second_office, client):
    factories.practice(site=second_office.site, specialist=factories.specialist(family_name="Tran"))
    for address in (f"/clinics/claim/?clinic={hidden.clinic.slug}", f"/clinics/{hidden.clinic.slug}/report/"):
        assert f"South, {STREET}, Austin" in read(client, address)
        assert "North, Austin 78756" in read(client, address)
    assert STREET not in read(client, f"/clinics/claim/?npi={hidden.doctor.pk}")
    assert STREET not in read(client, f"{hidden.doctor.get_absolute_url()}report/")


def test_it_is_on_no_page_and_in_no_answer(hidden, client):
    coverage.refresh(Procedure.objects.get(slug="adhesiolysis"), timezone.now())
    for address in addresses(hidden):
        text = read(client, address)
        assert not [mark for mark in MARKS if mark in text], address
    first = client.get("/api/v1/changes/").json()["next"].partition("-")
    assert first
    assert "Nowherebutheremark" not in json.dumps(Coverage.objects.values_list("places", "example")[0])


def test_town_zip_code_and_phone_stay(hidden, client):
    text = read(client, hidden.doctor.get_absolute_url())
    assert "Austin, TX 78756" in text
    assert f'href="tel:{hidden.practice.phone}"' in text
    assert "The street is not shown, at the doctor’s wish" in text


def test_the_api_gives_the_zip_codes_point_and_says_so(hidden, client):
    (practice,) = client.get(f"/api/v1/specialists/{hidden.doctor.pk}/").json()["practices"]
    zip_code = place_address("", "Austin", "TX", "78756")
    assert practice["location_precision"] == "zip"
    assert (practice["latitude"], practice["longitude"]) == (zip_code.latitude, zip_code.longitude)
    assert practice["address"] == {
        "line1": "", "line2": "", "city": "Austin", "state": "TX", "postal_code": "78756",
    }  # fmt: skip


def test_structured_data_names_the_town_without_street_and_point(hidden, client):
    text = read(client, hidden.doctor.get_absolute_url())
    data = json.loads(re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
    assert data["address"]["addressLocality"] == "Austin"
    assert "streetAddress" not in data["address"]
    assert all("geo" not in office for office in data["practicesAt"])


def test_every_office_of_the_doctor_is_covered_one_that_comes_later_too(hidden, client):
    second = factories.site(line1="12 Laterstreetmark Road", city="Boston", state="MA", postal_code="02108")
    factories.practice(site=second, specialist=hidden.doctor)
    assert "Laterstreetmark" not in read(client, hidden.doctor.get_absolute_url())


def test_a_colleague_at_the_same_site_keeps_theirs_and_the_clinic_its_own(hidden, client):
    colleague = factories.practice(site=hidden.practice.site, specialist=factories.specialist(family_name="Tran"))
    factories.offering(practice=colleague)
    assert STREET in read(client, colleague.specialist.get_absolute_url())
    assert STREET in read(client, f"/clinics/{hidden.clinic.slug}/")
    assert STREET not in read(client, hidden.doctor.get_absolute_url())


def test_a_site_that_is_called_like_its_street_loses_that_name(austin, client):
    site = austin.practice.site
    site.name, site.line1 = "Brazosmark Street", "12 Brazosmark Street"
    site.save()
    ask(austin)
    assert "Brazosmark" not in read(client, austin.doctor.get_absolute_url())
    assert "Brazosmark" not in read(client, f"/clinics/{austin.clinic.slug}/")


@pytest.mark.parametrize(
    ("line1", "line2", "name", "shown"),
    [
        ("12 Oak St", "", "Oak Street office", ""),
        ("350 5th Ave", "", "Fifth Avenue", ""),
        ("350 5th Ave", "", "5th Ave office", ""),
        ("7 Elm Dr", "", "Elm", ""),
        ("7 Bay Rd", "Ste 4", "By the Bay", ""),
        ("12 North Ave", "", "North Avenue", ""),
        ("12 Main St", "Brazos Tower, Floor 3", "Brazos Tower", ""),
        ("12 Main St", "Suite 210", "Office 210", ""),
        ("12 N Main St", "Suite 210", "North", "North"),
        ("1200 Main St", "Suite 210", "Downtown suite", "Downtown suite"),
        ("12 Avenue of the Stars", "", "Center of the City", "Center of the City"),
    ],
    ids=str,
)
def test_a_name_goes_that_shares_a_telling_word_with_the_address(line1, line2, name, shown):
    assert streets.shown_name(name, line1, line2) == shown


def test_a_place_that_nobody_knew_gets_none_by_being_hidden(austin, client):
    practice = factories.practice(site=factories.site(latitude=None), specialist=factories.specialist())
    removals.ask(practice.specialist, "street", ASKER, network=NETWORK)
    (shown,) = client.get(f"/api/v1/specialists/{practice.specialist_id}/").json()["practices"]
    assert (shown["latitude"], shown["location_precision"]) == (None, None)


@pytest.mark.parametrize("shown", [False, True])
def test_the_map_of_the_country_is_drawn_anew_at_once_when_a_street_is_hidden_or_shown(austin, shown):
    procedure, now = Procedure.objects.get(slug="adhesiolysis"), timezone.now()
    asked = ask(austin) if shown else None
    coverage.refresh(procedure, now)
    others = Procedure.objects.exclude(pk=procedure.pk)
    Coverage.objects.bulk_create(
        Coverage(procedure=one, number=7, geography=coverage.atlas().edition, computed_at=now,
                 miles={}, places=[], specialists={"": 0}) for one in others
    )  # fmt: skip
    assert coverage.refresh_if_old(now) is None
    if asked:
        removals.decide(asked, removals.Decision.DECLINED, identity_check="", by=austin.operator)
    else:
        ask(austin)
    assert coverage.refresh_if_old(now) == procedure
    assert ("30.2711" in json.dumps(Coverage.objects.get(pk=procedure.pk).places)) is shown
    assert coverage.refresh_if_old(now) is None


def test_distances_to_others_are_measured_from_the_zip_codes_point(hidden, client):
    """Else three clinics' distances would give the street away."""
    online = factories.practice(
        clinic=factories.connected_clinic(), specialist=factories.specialist(family_name="Online"),
        accepting_new_patients=True,
    )  # fmt: skip
    factories.offering(practice=online, confirmed_on=timezone.localdate() - datetime.timedelta(days=1))
    text = read(client, f"/referrals/new/?practice={hidden.practice.pk}&procedure=adhesiolysis")
    (shown,) = re.findall(r'<span class="d"><b class="num">([0-9.]+)</b>', text)
    assert float(shown) > 2  # both sites have the same point; the ZIP code's lies miles from it
