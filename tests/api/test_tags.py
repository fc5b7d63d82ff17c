"""Entity tags: who has an answer already is told so in a few bytes, and never about an answer that has changed."""

import time
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import search
from directory.models import Practice
from tests import factories
from tests.admin.forms import filled_in

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/specialists/?near=78701"


@pytest.fixture
def practice(db):
    made = factories.practice(clinic=factories.connected_clinic(slug="hill-country-pain"))
    factories.offering(practice=made, confirmed_on=timezone.localdate())
    return made


@pytest.fixture
def addresses(practice):
    """One of each kind that shows the directory."""
    return [
        SEARCH,
        f"/api/v1/specialists/{practice.specialist_id}/",
        "/api/v1/procedures/",
        "/api/v1/procedures/adhesiolysis/",
        "/api/v1/insurers/",
        "/",
        "/find/?near=78701",
        practice.specialist.get_absolute_url(),
        "/clinics/hill-country-pain/",
        "/procedures/",
        "/procedures/adhesiolysis/",
        "/about/data/",
        "/api/docs/",
    ]


def tag(address, **headers) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200, address
    return response["ETag"]


def again(address, known, method="get"):
    return getattr(Client(), method)(address, headers={"if-none-match": known})


def test_an_answer_keeps_its_tag_and_whoever_has_it_gets_no_body(addresses):
    for address in addresses:
        whole = Client().get(address)
        same = again(address, whole["ETag"])
        assert (same.status_code, same.content) == (304, b""), address
        # What a cache writes over what it has: the same words about who may keep and read it
        for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy", "Referrer-Policy",
                     "Access-Control-Allow-Origin"):  # fmt: skip
            assert same.get(name) == whole.get(name), (address, name)


@pytest.mark.parametrize("known", ["W/{}", '"another", {}', 'W/"another",W/{}'])
def test_a_tag_is_known_however_a_proxy_wrote_it(practice, known):
    assert again(SEARCH, known.format(tag(SEARCH))).status_code == 304


@pytest.mark.parametrize("known", ['"another"', "*", "nonsense", "", '"', "\u00e9"])
def test_whatever_is_no_tag_of_this_answer_gets_all_of_it(practice, known):
    for address in (SEARCH, "/find/?near=78701"):
        response = again(address, known)
        assert response.status_code == 200 and response.content


@pytest.mark.parametrize("header", ["if-match", "if-unmodified-since", "if-modified-since", "if-range"])
def test_other_conditions_are_for_those_who_write(practice, header):
    for address in (SEARCH, "/find/?near=78701"):
        value = "Tue, 24 Nov 2020 12:00:00 GMT" if "since" in header else '"another"'
        assert Client().get(address, headers={header: value}).status_code == 200


def test_head_says_the_same_as_get_without_a_body(addresses):
    for address in addresses:
        asked, whole = Client().head(address), Client().get(address)
        assert (asked.status_code, asked.content, asked["ETag"]) == (200, b"", whole["ETag"]), address
        assert again(address, whole["ETag"], "head").status_code == 304


def test_every_address_has_a_tag_of_its_own(addresses):
    tags = [tag(address) for address in [*addresses, f"{SEARCH}&radius=50", "/find/?near=78702"]]
    assert len(set(tags)) == len(tags)


def test_no_answer_has_the_tag_that_it_had_before_a_change_in_the_admin(addresses, practice):
    before = {address: tag(address) for address in addresses}
    operator = Client()
    operator.force_login(factories.operator())
    page = reverse("admin:directory_practice_change", args=[practice.pk])
    assert operator.post(page, filled_in(operator.get(page)) | {"phone": "512-555-0177"}).status_code == 302
    for address, known in before.items():
        assert again(address, known).status_code == 200, address
    (result,) = Client().get(SEARCH).json()["results"]
    assert result["practice"]["phone"] == "+15125550177"


def test_a_new_day_is_another_answer_because_evidence_ages(practice, time_machine):
    time_machine.move_to("2026-11-24 23:30-05:00", tick=False)
    known = {address: tag(address) for address in (SEARCH, "/find/?near=78701")}
    time_machine.shift(25 * 60)
    assert all(again(address, each).status_code == 304 for address, each in known.items())
    time_machine.shift(10 * 60)
    assert all(again(address, each).status_code == 200 for address, each in known.items())


def test_another_language_is_another_answer(practice, settings):
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    assert tag("/find/?near=78701") != tag("/es/find/?near=78701")
    # A page's language is in its address, and the API has one only
    for address in (SEARCH, "/find/?near=78701"):
        assert tag(address, **{"accept-language": "en"}) == tag(address, **{"accept-language": "es"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SITE_NAME", "Another name"),
        ("SITE_URL", "https://pain.example.org"),
        ("RELEASE", "another"),
        ("GEOCODER", "geopy.geocoders.Nominatim?domain=maps.example.org&user_agent=x"),
    ],
)
def test_another_program_or_other_settings_are_another_answer(practice, settings, setting, value):
    known = tag("/api/v1/insurers/")
    setattr(settings, setting, value)
    assert tag("/api/v1/insurers/") != known


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/specialists/?near=00000", 400),
        ("/api/v1/specialists/?page=2", 404),
        ("/api/v1/specialists/2999999992/", 404),
        ("/api/v1/procedures/nonsense/", 404),
        ("/api/v1/nonsense/", 404),
        ("/api/v1/insurers", 301),
        ("/find/?near=00000", 400),
        ("/find/?page=2", 404),
        ("/find/?near=78701&utm_source=x", 302),
        ("/specialists/ana-rivera-md-2999999992/", 404),
        ("/clinics/nonsense/", 404),
        ("/procedures/nonsense/", 404),
    ],
)
def test_what_is_no_answer_has_no_tag(practice, address, status):
    response = Client().get(address)
    assert response.status_code == status and "ETag" not in response


def test_who_left_the_directory_is_gone_also_for_those_who_have_the_page(practice):
    addresses = [practice.specialist.get_absolute_url(), f"/api/v1/specialists/{practice.specialist_id}/"]
    known = [tag(address) for address in addresses]
    practice.specialist.suppressed_on = timezone.localdate()
    practice.specialist.save()
    search.rebuild([practice.pk])
    for address, each in zip(addresses, known, strict=True):
        response = again(address, each)
        assert response.status_code == 410 and "ETag" not in response


@pytest.mark.django_db(transaction=True)
def test_the_state_before_a_large_change_has_not_the_tag_of_the_state_after_it():
    """While the columns are read anew the state before is served: nobody may keep it as that of the new version."""
    practice = factories.practice(phone="+15125550100")
    address = f"{SEARCH}&q={quote('rivera')}"
    Client().get(address)
    Practice.objects.update(phone="+15125550199")
    many_that_are_not_listed = range(10**9, 10**9 + 5_000)
    search.rebuild([practice.pk, *many_that_are_not_listed])
    during = Client().get(address)
    assert during.json()["results"][0]["practice"]["phone"] == "+15125550100"
    until = time.monotonic() + 20
    while again(address, during["ETag"]).status_code == 304:
        assert time.monotonic() < until, "the columns are not read anew, or their tag is the same"
        time.sleep(0.05)
    assert Client().get(address).json()["results"][0]["practice"]["phone"] == "+15125550199"
