"""Pages of specialists, clinics, procedures and of the site itself."""

import datetime
import html
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.views.defaults import server_error

from directory import listings, search
from directory.models import PastSlug
from directory.warning_signs import SIGNS
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 24)


def get(address: str):
    return Client().get(address)


@pytest.fixture
def practice():
    made = factories.practice(clinic=factories.connected_clinic(name="Example Hill Pain"), accepting_new_patients=True)
    factories.offering(practice=made, wait_weeks=3)
    return made


def test_a_specialists_page_says_what_is_known_and_what_to_ask(practice):
    page = get(practice.specialist.get_absolute_url()).content.decode()
    assert "Ana Rivera, MD" in page
    assert "Registered as Interventional Pain Medicine" in page
    assert "license and board certification not checked here" in page
    assert "About 3 weeks" in page
    assert "Insurers: ask" in page
    assert "Request an appointment to ask about adhesiolysis" in page


def test_real_specialists_have_a_link_to_the_registry_and_made_up_ones_have_not(practice):
    assert "npiregistry" not in get(practice.specialist.get_absolute_url()).content.decode()
    practice.delete()
    practice.specialist.delete()
    search.rebuild_all()
    real = factories.practice(specialist=factories.specialist(npi=1234567893)).specialist
    page = get(real.get_absolute_url()).content.decode()
    assert 'href="https://npiregistry.cms.hhs.gov/provider-view/1234567893" rel="noreferrer"' in page


def test_another_spelling_with_the_same_npi_leads_to_the_page(practice):
    response = get(f"/specialists/an-older-name-{practice.specialist.pk}/")
    assert response.status_code == 301
    assert response["Location"] == practice.specialist.get_absolute_url()


@pytest.mark.parametrize("slug", ["ana-rivera", "ana-rivera-1234567890", "ana-rivera-2000000000", "x", "1234567893"])
def test_an_address_of_nobody_is_not_found(slug):
    assert get(f"/specialists/{slug}/").status_code == 404


@pytest.mark.parametrize("reason", ["deactivated_on", "excluded_on", "suppressed_on"])
def test_who_was_taken_out_is_gone_and_in_no_list(practice, reason):
    address = practice.specialist.get_absolute_url()
    setattr(practice.specialist, reason, TODAY)
    practice.specialist.save()
    search.rebuild([practice.pk])
    assert get(address).status_code == 410
    assert "Ana Rivera" not in get(address).content.decode()
    assert address not in get("/find/?near=78701").content.decode()


def test_a_specialist_without_an_office_has_a_page_that_says_so(practice):
    practice.site.closed_on = TODAY
    practice.site.save()
    search.rebuild([practice.pk])
    assert "We know of no office" in get(practice.specialist.get_absolute_url()).content.decode()


def test_a_clinics_page_shows_who_works_where(practice):
    page = get(practice.site.clinic.get_absolute_url()).content.decode()
    assert "Example Hill Pain" in page
    assert practice.specialist.get_absolute_url() in page
    assert "Takes requests online" in page


def test_an_older_address_of_a_clinic_leads_to_the_new_one_and_a_removed_clinics_is_gone(practice):
    clinic = practice.site.clinic
    listings.keep_past_slug(clinic, "older-name")
    assert get("/clinics/older-name/")["Location"] == clinic.get_absolute_url()
    PastSlug.objects.create(slug="removed", clinic=None)
    assert get("/clinics/removed/").status_code == 410
    assert get("/clinics/never-there/").status_code == 404


def test_hours_stand_together_where_they_are_the_same(practice):
    for weekday in (1, 2, 3, 4):
        factories.hours(practice, weekday)
    factories.hours(practice, 5, "08:00", "13:30")
    page = get(practice.specialist.get_absolute_url()).content.decode()
    assert "Monday to Thursday" in page
    assert "8 am to 5 pm" in page
    assert "8 am to 1:30 pm" in page


def test_the_guide_begins_with_the_emergency_signs_and_says_who_has_not_reviewed_it():
    page = get("/procedures/adhesiolysis/").content.decode()
    assert "911" in page
    assert "not reviewed by a clinician" in page
    assert "not medical advice" in page
    assert "Racz" in page


def test_every_procedure_has_a_page():
    for procedure in [factories.procedure("adhesiolysis"), factories.procedure("epidural-steroid-injection")]:
        assert get(procedure.get_absolute_url()).status_code == 200
        assert procedure.get_absolute_url() in get("/procedures/").content.decode()
    assert get("/procedures/nonsense/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/about/data/", "/about/privacy/", "/procedures/", "/find/"])
def test_pages_name_the_sources_of_places_and_carry_the_strict_policy(practice, address):
    response = get(address)
    assert response.status_code == 200
    assert "GeoNames" in response.content.decode()
    assert "CC BY 4.0" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_directory_of_made_up_people_says_so_on_every_page_and_stays_out_of_search_engines(practice):
    for address in ("/", "/find/", practice.specialist.get_absolute_url(), "/procedures/", "/nothing-here/"):
        page = get(address).content.decode()
        assert "made up" in page, address
        assert 'content="noindex"' in page, address
    assert "Disallow: /\n" in get("/robots.txt").content.decode()


def test_a_real_directory_says_nothing_of_the_kind():
    factories.practice(specialist=factories.specialist(npi=1234567893))
    page = get("/").content.decode()
    assert "made up" not in page
    assert "noindex" not in page
    assert "Disallow: /\n" not in get("/robots.txt").content.decode()


def test_the_site_is_alive_and_ready_and_a_late_worker_is_no_error():
    assert get("/healthz").content == b"ok"
    assert get("/readyz").json() == {"database": "ok", "worker": "late"}
    assert get("/readyz").status_code == 200


def test_an_address_that_does_not_exist_offers_a_way_on():
    response = get("/no/such/page/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_our_own_fault_has_a_page_that_asks_the_database_nothing(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    page = response.content.decode()
    assert "on our side" in page
    styles = re.search(r'rel="stylesheet" href="/static/([^"]+)"', page)
    assert styles and finders.find(styles[1])


def test_a_request_that_cannot_be_read_gets_a_page_of_the_house():
    response = Client().get("/find/?" + "&".join(f"a{n}=1" for n in range(2000)))
    assert response.status_code == 400
    assert "Pain Specialist Finder" in response.content.decode()


def test_a_form_from_elsewhere_is_turned_away_with_a_way_on():
    response = Client(enforce_csrf_checks=True).post("/referrals/new/", {})
    assert response.status_code == 403
    assert "Nothing was sent" in response.content.decode()
    assert "Pain Specialist Finder" in response.content.decode()


@pytest.mark.parametrize("address", ["/api/v1/specialists/?near=Xyzzyville", "/api/v1/specialists/?page=99"])
def test_the_type_of_an_api_error_leads_to_its_explanation(practice, address):
    page, _, anchor = get(address).json()["type"].partition("#")
    response = get(page.removeprefix("http://testserver"))
    assert response.status_code == 200
    assert f'id="{anchor}"' in response.content.decode()


def test_where_nobody_has_said_who_performs_what_the_search_begins_with_any_specialist():
    factories.practice()
    assert '<option value="" selected>Any pain specialist' in get("/").content.decode()


def test_a_clinic_that_is_only_the_doctor_is_not_named_twice():
    factories.practice(clinic=factories.clinic(name="Ana Rivera, MD"))
    assert get("/find/?near=78701").content.decode().count("Ana Rivera, MD</a>") == 1
    assert '<p class="at">Ana Rivera' not in get("/find/?near=78701").content.decode()


def test_an_office_says_how_one_gets_in_and_what_to_ask(practice):
    assert (
        "Access for wheelchairs and an interpreter: ask."
        in get(practice.specialist.get_absolute_url()).content.decode()
    )
    practice.site.step_free, practice.site.interpreter = True, False
    practice.site.save()
    search.rebuild([practice.pk])
    for address in (practice.specialist.get_absolute_url(), practice.site.clinic.get_absolute_url()):
        page = get(address).content.decode()
        assert "Step-free way in" in page
        assert "No interpreter" in page
        assert "Ask about an accessible restroom or an exam table that can be lowered" in page
        assert "Access for wheelchairs" not in page


def test_the_page_to_print_names_every_warning_sign_of_the_check(practice):
    page = html.unescape(get(practice.specialist.get_absolute_url() + "packet/").content.decode())
    assert len(SIGNS) == 7
    for sign in SIGNS:
        assert str(sign) in page
