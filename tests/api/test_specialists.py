"""GET /api/v1/specialists/ and /api/v1/specialists/{npi}/: the JSON that partner sites rely on."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from directory.models import SpecialistTaxonomy
from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/specialists/"


@pytest.fixture
def rivera():
    """A specialist of whom everything is known, at a clinic that takes requests."""
    today = timezone.localdate()
    person = factories.specialist(gender="female", languages=("es", "en"))
    clinic = factories.connected_clinic(name="Hill Country Pain", slug="hill-country-pain")
    practice = factories.practice(
        specialist=person,
        site=factories.site(clinic=clinic, line1="1200 Example Pkwy", latitude=30.31, longitude=-97.74),
        phone="+15125550100",
        accepting_new_patients=True,
        telehealth=False,
        insurers=("original-medicare",),
        confirmed_on=today,
    )
    factories.offering(practice=practice, wait_weeks=3, confirmed_on=today)
    factories.claims(person)
    return practice


def test_a_result_is_what_the_contract_says(client, rivera):
    person, today = rivera.specialist, timezone.localdate()
    body = client.get(SEARCH, {"near": "30.2711,-97.7437", "procedure": "adhesiolysis"}).json()
    (result,) = body.pop("results")
    note = result["procedures"][0].pop("evidence_note")
    assert f"In {today.year - 3} Original Medicare paid this doctor for at least 41" in note
    assert result == {
        "npi": str(person.npi),
        "slug": f"ana-rivera-md-{person.npi}",
        "name": "Ana Rivera, MD",
        "given_name": "Ana",
        "family_name": "Rivera",
        "credentials": "MD",
        "gender": "female",
        "specialties": [
            {
                "code": "208VP0014X",
                "name": "Interventional Pain Medicine",
                "name_es": person.registered_as.get().taxonomy.name_es,
            }
        ],
        "languages": ["en", "es"],
        "distance_miles": 2.7,
        "practice": {
            "id": rivera.pk,
            "clinic": {"slug": "hill-country-pain", "name": "Hill Country Pain"},
            "address": {
                "line1": "1200 Example Pkwy",
                "line2": "",
                "city": "Austin",
                "state": "TX",
                "postal_code": "78701",
            },
            "latitude": 30.31,
            "longitude": -97.74,
            "location_precision": "address",
            "phone": "+15125550100",
            "accepting_new_patients": True,
            "telehealth": False,
            "insurers": ["original-medicare"],
            "connected": True,
            "confirmed_on": today.isoformat(),
        },
        "procedures": [
            {
                "slug": "adhesiolysis",
                "status": "open",
                "wait_weeks": 3,
                "requests": "online",
                "evidence": "claims",
                "claims": {"year": today.year - 3, "services": 41},
            }
        ],
        "other_practices": 0,
        "url": f"http://testserver/specialists/ana-rivera-md-{person.npi}/",
    }
    location = body.pop("location")
    assert body == {"count": 1, "next": None, "previous": None, "radius_miles": 50.0, "widened": False}
    assert (location["input"], location["precision"]) == ("30.2711,-97.7437", "point")
    assert (location["latitude"], location["longitude"], location["alternatives"]) == (30.2711, -97.7437, [])
    assert set(location) == {"input", "label", "latitude", "longitude", "precision", "source", "alternatives"}


def test_what_is_not_known_is_null(client):
    site = factories.site(latitude=None)
    practice = factories.practice(site=site, specialist=factories.specialist(credentials=""), phone="")
    factories.offering(practice=practice, status=None)
    (result,) = client.get(SEARCH, {"q": "rivera"}).json()["results"]
    shown = result["practice"]
    assert result["gender"] is None and result["languages"] is None and result["distance_miles"] is None
    unknown = ("accepting_new_patients", "telehealth", "insurers", "phone", "confirmed_on")
    assert [shown[name] for name in unknown] == [None] * 5
    assert [shown[name] for name in ("latitude", "longitude", "location_precision")] == [None] * 3
    line = result["procedures"][0]
    assert [line[name] for name in ("status", "wait_weeks", "evidence", "claims")] == [None] * 4
    assert line["requests"] == "call" and line["evidence_note"]


def test_without_near_there_is_no_place_no_radius_and_no_distance(client, rivera):
    body = client.get(SEARCH).json()
    assert body["location"] is None and body["radius_miles"] is None and body["widened"] is False
    assert [result["distance_miles"] for result in body["results"]] == [None]


def test_a_zip_code_is_understood_and_said(client, rivera):
    body = client.get(SEARCH, {"near": "78701"}).json()
    assert body["location"]["precision"] == "zip" and "78701" in body["location"]["label"]
    assert body["count"] == 1


def test_the_links_lead_through_all_pages_once(client):
    for _ in range(7):
        factories.offering()
    url = f"{SEARCH}?near=78701&radius=25&q=&procedure=adhesiolysis&procedure=epidural-steroid-injection&page_size=3"
    seen, backwards = [], []
    while url:
        body = client.get(url).json()
        seen += [result["npi"] for result in body["results"]]
        backwards.append(body["previous"])
        assert body["next"] is None or body["next"].startswith("http://testserver/api/v1/specialists/?near=78701&")
        url = body["next"]
    whole = client.get(SEARCH, {"near": "78701", "radius": 25, "page_size": 100}).json()["results"]
    assert seen == [result["npi"] for result in whole] and len(seen) == 7
    assert backwards[0] is None and backwards[1].endswith("page=1") and backwards[2].endswith("page=2")
    assert "q=" not in backwards[1]


def test_links_carry_the_address_of_the_site_and_not_of_the_request(client, settings, rivera):
    settings.SITE_URL = "https://pain.example.org"
    factories.practice()
    body = client.get(SEARCH, {"page_size": 1}, headers={"host": "localhost"}).json()
    assert body["next"] == "https://pain.example.org/api/v1/specialists/?page_size=1&page=2"
    assert urlsplit(body["results"][0]["url"]).netloc == "pain.example.org"


def test_nothing_near_is_widened_and_relaxed(client):
    for _ in range(6):
        factories.offering(practice=factories.practice(accepting_new_patients=False))
    factories.offering(practice=factories.practice(site=factories.site(latitude=41.0), accepting_new_patients=True))
    body = client.get(SEARCH, {"near": "78701", "accepting": "true", "page_size": 1}).json()
    assert (body["widened"], body["count"], body["next"], body["radius_miles"]) == (True, 1, None, 50.0)
    assert len(body["results"]) == 1
    (relaxed,) = body["relax"]
    assert (relaxed["drop"], relaxed["count"]) == ("accepting", 6) and relaxed["nearest_miles"] < 2
    assert relaxed["nearest_miles"] == round(relaxed["nearest_miles"], 2)


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    def ask():
        return client.get(SEARCH, {"near": "78701", "procedure": "adhesiolysis", "page_size": 100}).json()["count"]

    def some(number):
        for _ in range(number):
            practice = factories.practice(
                insurers=("original-medicare",), specialist=factories.specialist(languages=("en",))
            )
            factories.offering(practice=practice)
            factories.claims(practice.specialist)

    some(1)
    assert ask() == 1
    # What is new is looked for, and the documents of the page are read where they are not known yet
    with django_assert_max_num_queries(2):
        assert ask() == 1
    some(20)
    # What changed is read, all of it at once
    with django_assert_max_num_queries(6):
        assert ask() == 21
    with django_assert_max_num_queries(2):
        assert ask() == 21


def test_one_specialist_comes_with_all_listed_practices(client, rivera):
    person = rivera.specialist
    second = factories.practice(specialist=person, site=factories.site(latitude=None))
    factories.practice(specialist=person, site=factories.site(hidden=True))
    factories.practice(specialist=person, site=factories.site(closed_on=datetime.date(2026, 1, 5)))
    body = client.get(f"{SEARCH}{person.npi}/").json()
    assert [practice["id"] for practice in body["practices"]] == [rivera.pk, second.pk]
    assert [line["slug"] for line in body["practices"][0]["procedures"]] == ["adhesiolysis"]
    assert body["practices"][1]["procedures"] == []


def test_one_specialist_is_the_same_object_as_in_a_search(client, rivera):
    (found,) = client.get(SEARCH, {"near": "78701"}).json()["results"]
    body = client.get(f"{SEARCH}{rivera.specialist_id}/").json()
    (practice,) = body.pop("practices")
    assert practice == found.pop("practice") | {"procedures": found.pop("procedures")}
    assert found.pop("distance_miles") > 0 and found.pop("other_practices") == 0
    assert body == found


def test_the_number_of_queries_for_one_specialist_does_not_grow(client, rivera, django_assert_num_queries):
    person = rivera.specialist
    for code in ("208VP0000X", "207LP2900X"):
        SpecialistTaxonomy.objects.create(specialist=person, taxonomy_id=code)
    for _ in range(5):
        factories.offering(practice=factories.practice(specialist=person))
    client.get(f"{SEARCH}{person.npi}/")
    with django_assert_num_queries(6):
        assert len(client.get(f"{SEARCH}{person.npi}/").json()["practices"]) == 6


@pytest.mark.parametrize("word", ["deactivated_on", "excluded_on", "suppressed_on"])
def test_who_left_the_directory_is_gone_and_no_reason_is_given(client, word):
    person = factories.specialist(**{word: datetime.date(2026, 1, 5)})
    response = client.get(f"{SEARCH}{person.npi}/")
    assert response.status_code == 410 and response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "This listing was removed."


@pytest.mark.parametrize("number", ["2999999992", "123", "2000000001", "abc", "٢٠٠٠٠٠٠٠٠٧", "%00", "2e9", "-1"])
def test_a_number_that_is_nobodys_is_not_found(client, number):
    response = client.get(f"{SEARCH}{number}/")
    assert response.status_code == 404 and response["Content-Type"] == "application/problem+json"
