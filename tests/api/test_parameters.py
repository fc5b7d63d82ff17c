"""Every parameter of a search: who is found, by API and page alike, in which order, and what is counted.

Four people around Austin, each further away than the one before.
"""

import re
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db

NEAR = "near=30.2711,-97.7437"
ADHESIOLYSIS, INJECTION = "procedure=adhesiolysis", "procedure=epidural-steroid-injection"
SPECIALIST = re.compile(r'href="/specialists/(\w+)-[\w-]+/"')


@pytest.fixture(autouse=True)
def four_people():
    """Of Ana everything is known, and it is yes; of Bo it is no; Cai is known from claims; of Dee nothing is known."""
    today = timezone.localdate()
    ana = _practice(
        "Ana Rivera",
        2,
        clinic=factories.connected_clinic(name="Zilker Spine"),
        languages=("es", "en"),
        gender="female",
        accepting_new_patients=True,
        telehealth=True,
        insurers=("original-medicare", "aetna"),
    )
    factories.offering(practice=ana, wait_weeks=6, confirmed_on=today)
    factories.offering("trigger-point-injection", practice=ana)
    bo = _practice(
        "Bo Okafor",
        4,
        languages=("fr",),
        gender="male",
        accepting_new_patients=False,
        telehealth=False,
        insurers=("aetna",),
    )
    factories.offering(practice=bo, wait_weeks=2)
    factories.offering("epidural-steroid-injection", practice=bo)
    cai = _practice("Cai Nair", 6, gender="male", languages=("en",), insurers=("cigna",))
    factories.offering(practice=cai, status=None)
    factories.claims(cai.specialist)
    _practice("Dee Álvarez", 8)


def _practice(name, miles, *, clinic=None, languages=(), gender=None, **fields):
    given, family = name.split()
    site = factories.site(clinic=clinic, latitude=30.2711 + miles / 69, longitude=-97.7437)
    person = factories.specialist(given_name=given, family_name=family, languages=languages, gender=gender)
    return factories.practice(specialist=person, site=site, **fields)


def ask(query):
    response = Client().get(f"/api/v1/specialists/?{query}")
    assert response.status_code == 200, response.json()
    return response.json()


def found(query) -> str:
    """The given names, in the order of the answer; page and API must give the same."""
    of_api = [result["given_name"] for result in ask(query)["results"]]
    page = Client().get(f"/find/?{query}")
    assert page.status_code == 200
    assert list(dict.fromkeys(SPECIALIST.findall(page.content.decode()))) == [name.lower() for name in of_api]
    return " ".join(of_api)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Ana Bo Cai Dee"),
        (ADHESIOLYSIS, "Ana Bo Cai"),
        (INJECTION, "Bo"),
        (f"{INJECTION}&procedure=trigger-point-injection", "Ana Bo"),
        ("condition=epidural-scar-tissue", "Ana Bo Cai"),
        ("condition=sciatica", "Bo"),
        ("condition=sciatica&condition=myofascial-pain", "Ana Bo"),
        (f"condition=sciatica&{ADHESIOLYSIS}", "Bo"),
        ("insurer=aetna", "Ana Bo"),
        ("insurer=original-medicare", "Ana"),
        ("insurer=original-medicare&insurer=cigna", "Ana Cai"),
        ("language=es", "Ana"),
        ("language=es&language=fr", "Ana Bo"),
        ("gender=female", "Ana"),
        ("gender=male", "Bo Cai"),
        ("gender=female&gender=male", "Ana Bo Cai"),
        ("accepting=true", "Ana"),
        ("telehealth=true", "Ana"),
        (f"{ADHESIOLYSIS}&requests=online", "Ana"),
        (f"{ADHESIOLYSIS}&evidence=listed", "Ana Bo Cai"),
        (f"{ADHESIOLYSIS}&evidence=confirmed", "Ana Cai"),
        (f"{ADHESIOLYSIS}&evidence=claims", "Cai"),
        ("q=riv", "Ana"),
        ("q=ALVAREZ+dee", "Dee"),
        ("q=zilker", "Ana"),
        ("radius=5", "Ana Bo"),
        ("page_size=2", "Ana Bo"),
        ("page_size=2&page=2", "Cai Dee"),
        (f"{ADHESIOLYSIS}&insurer=aetna&language=es&gender=female&accepting=true&telehealth=true&q=ana", "Ana"),
    ],
)
def test_a_parameter_finds_who_is_known_to_match(query, names):
    assert found(f"{NEAR}&{query}") == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=distance", "Ana Bo Cai Dee"),
        ("sort=name", "Dee Cai Bo Ana"),
        (f"{ADHESIOLYSIS}&sort=evidence", "Cai Ana Bo"),
        (f"{ADHESIOLYSIS}&sort=wait", "Bo Ana Cai"),
        (f"{ADHESIOLYSIS}&sort=wait&page_size=1&page=2", "Ana"),
    ],
)
def test_an_order_is_that_of_what_is_shown_and_what_is_unknown_comes_last(query, names):
    assert found(f"{NEAR}&{query}") == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Dee Cai Bo Ana"),
        ("sort=name", "Dee Cai Bo Ana"),
        (f"{ADHESIOLYSIS}&sort=evidence", "Cai Ana Bo"),
        (f"{ADHESIOLYSIS}&sort=wait", "Bo Ana Cai"),
    ],
)
def test_without_a_place_the_order_is_that_of_names_or_what_was_asked_for(query, names):
    assert found(query) == names


def test_the_page_says_in_which_order_it_is_and_has_rings_only_where_that_is_by_distance():
    orders = {
        "distance": ("Nearest first, from", True),
        "evidence": ("Most evidence first.", False),
        "wait": ("Shortest wait first.", False),
        "name": ("In the order of their names.", False),
    }
    for sort, (words, has_rings) in orders.items():
        page = Client().get(f"/find/?{NEAR}&{ADHESIOLYSIS}&sort={sort}").content.decode()
        assert words in page
        assert ("Nearest first, from" in page) == (sort == "distance")
        assert ("Within 10 miles" in page) == has_rings


def test_facets_count_people_each_without_its_own_filter():
    body = ask(f"{NEAR}&insurer=aetna&facets=true")
    assert list(body["facets"]) == ["procedure", "insurer", "language"]
    assert body["facets"]["insurer"] == [
        {"slug": "aetna", "count": 2},
        {"slug": "cigna", "count": 1},
        {"slug": "original-medicare", "count": 1},
    ]
    assert body["facets"]["procedure"][0] == {"slug": "adhesiolysis", "count": 2}
    assert {one["slug"] for one in body["facets"]["language"]} == {"en", "es", "fr"}
    assert body["count"] == 2


def test_facets_come_only_where_they_are_asked_for():
    assert "facets" not in ask(NEAR)
    assert ask(f"{NEAR}&facets=true")["results"] == ask(NEAR)["results"]


def test_each_count_of_a_facet_is_what_asking_for_its_value_gives():
    query = f"{NEAR}&{ADHESIOLYSIS}&gender=female&gender=male&facets=true"
    facets = ask(query)["facets"]
    for facet in ("insurer", "language"):
        for one in facets[facet]:
            assert ask(f"{query}&{facet}={one['slug']}")["count"] == one["count"] > 0
    for one in facets["procedure"]:
        asked = query.replace(ADHESIOLYSIS, f"procedure={one['slug']}")
        assert ask(asked)["count"] == one["count"] > 0


FAR = "near=Billings,+MT"


def test_where_nobody_is_near_each_filter_that_was_given_can_be_dropped():
    given = {
        "condition": "sciatica", "insurer": "aetna", "language": "fr", "gender": "male", "q": "bo",
    }  # fmt: skip
    query = "&".join([f"{FAR}&{INJECTION}&evidence=listed", *(f"{name}={value}" for name, value in given.items())])
    body = ask(query)
    assert (body["widened"], body["count"]) == (True, 1)
    dropped = [one["drop"] for one in body["relax"]]
    assert dropped == ["procedure", "condition", "insurer", "language", "gender", "evidence", "q"]
    assert all(one["count"] == 0 and one["nearest_miles"] is None for one in body["relax"])


def test_what_matches_nobody_says_what_dropping_one_filter_would_give_in_the_whole_directory():
    body = ask(f"{ADHESIOLYSIS}&accepting=true&telehealth=true&requests=online&insurer=cigna")
    assert (body["count"], body["widened"], body["results"]) == (0, False, [])
    assert {one["drop"]: one["count"] for one in body["relax"]} == {
        "procedure": 0, "insurer": 1, "accepting": 0, "telehealth": 0, "requests": 0,
    }  # fmt: skip


def test_on_the_page_every_way_out_of_an_empty_answer_leads_to_an_answer():
    query = f"{NEAR}&{ADHESIOLYSIS}&evidence=claims&sort=evidence&insurer=oscar&accepting=true"
    page = Client().get(f"/find/?{query}").content.decode()
    assert '<ol class="relax">' not in page  # none of them alone is enough
    page = Client().get(f"/find/?{NEAR}&{INJECTION}&evidence=claims&sort=evidence").content.decode()
    ways = {words: address.replace("&amp;", "&") for address, words in re.findall(
        r'<a href="(/find/\?[^"]*)">([^<]+)</a>', page.split('<ol class="relax">')[1].split("</ol>")[0])}  # fmt: skip
    assert set(ways) == {"Any procedure", "Less evidence"}
    for address in ways.values():
        assert Client().get(address).status_code == 200
    assert "evidence" not in ways["Any procedure"] and "sort" not in ways["Any procedure"]


def test_asking_again_on_the_page_keeps_the_filters_that_the_form_has_no_control_for():
    query = f"{NEAR}&radius=25&{ADHESIOLYSIS}&insurer=aetna&insurer=cigna&language=en&sort=wait&page_size=1&page=2"
    page = Client().get(f"/find/?{query}").content.decode()
    form = page.split('role="search"')[1].split("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    assert sorted(hidden) == [
        ("insurer", "aetna"), ("insurer", "cigna"), ("language", "en"), ("page_size", "1"), ("sort", "wait"),
    ]  # fmt: skip


def test_links_to_other_pages_of_an_answer_keep_every_parameter():
    query = f"{NEAR}&{ADHESIOLYSIS}&{INJECTION}&insurer=aetna&insurer=cigna&gender=male&page_size=1&facets=true"
    body = ask(query)
    following = parse_qs(body["next"].partition("?")[2])
    assert following.pop("page") == ["2"]
    assert following == parse_qs(query)
    page = Client().get(f"/find/?{query}").content.decode()
    (address,) = re.findall(r'rel="next" href="([^"]*)"', page)
    assert parse_qs(address.replace("&amp;", "&").removeprefix("?")) == parse_qs(query) | {"page": ["2"]}
