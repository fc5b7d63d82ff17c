"""Bad input to the API, one by one: always a problem document that says what would be right."""

import pytest

from directory import search
from directory.models import Insurer
from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/specialists/"


def refused(response, status=400):
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    body = response.json()
    assert body["status"] == status and body["type"] and body["title"] and body["detail"]
    return body


def errors(response):
    return {error["parameter"]: error for error in refused(response)["errors"]}


BAD = {
    "near": ["00000", "09096", "Xyzzyville", "' OR 1=1", "91,181", "-91,0", "😀", "\0", "78701\0", "x" * 201, "\ufffd"],
    "radius": ["0", "0.99", "500.1", "1e9", "NaN", "inf", "-5", "ten", "5 0", "1_0", "٥٠", "1" * 5000, "0x10", "\0"],
    "procedure": ["nonsense", "Adhesiolysis", "adhesiolysis,nonsense", "' OR 1=1", "\0", "😀", "x" * 10_000],
    "condition": ["nonsense", "back pain", "adhesiolysis", "\0", "x" * 10_000],
    "insurer": ["nonsense", "Aetna", "medicare", "1", "\0", "😀"],
    "language": ["nonsense", "EN", "english", "en-US", "\0", "😀"],
    "gender": ["nonsense", "Female", "f", "women", "\0"],
    "accepting": ["false", "True", "1", "yes", "\0"],
    "telehealth": ["false", "True", "1", "yes", "\0"],
    "requests": ["true", "call", "Online", "\0"],
    "evidence": ["true", "none", "Claims", "claims,confirmed", "\0"],
    "sort": ["nearest", "-distance", "Name", "distance,name", "\0"],
    "facets": ["false", "1", "procedure", "\0"],
    "q": ["😀", "\0", "---", "'", "x" * 101, "a\x07b"],
    "page": ["0", "-1", "1.5", "one", "NaN", "٣", "\0", "9" * 5000],
    "page_size": ["0", "101", "-1", "many", "1e1"],
}  # fmt: skip


NOT_COUNTED = {"near", "radius", "q", "page", "page_size"}
RIGHT = {
    "procedure": "adhesiolysis",
    "condition": "sciatica",
    "insurer": "original-medicare",
    "language": "es",
    "gender": "female",
    "accepting": "true",
    "telehealth": "true",
    "requests": "online",
    "evidence": "claims",
    "sort": "wait",
    "facets": "true",
}


@pytest.mark.parametrize(("parameter", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_refused_and_named(client, parameter, value):
    given = {"near": "78701", "procedure": "adhesiolysis"} | {parameter: value}
    problems = errors(client.get(SEARCH, given))
    assert list(problems) == [parameter]
    assert len(problems[parameter]["message"]) > 20 and "\0" not in problems[parameter]["message"]
    # Where the right values can be counted, they are there
    if "\0" not in value and parameter not in NOT_COUNTED:
        assert set(problems[parameter]["allowed"]) >= {RIGHT[parameter]}


def test_a_misspelled_town_comes_with_suggestions(client):
    body = refused(client.get(SEARCH, {"near": "Austn, TX"}))
    assert "Austin, TX" in body["suggestions"]


def test_a_military_zip_code_is_refused_as_such(client):
    assert "APO" in errors(client.get(SEARCH, {"near": "09096"}))["near"]["message"]


@pytest.mark.parametrize(("near", "town"), [("Springfield", "Springfield"), ("99501-", "99501")])
def test_what_can_be_understood_is_not_refused(client, near, town):
    response = client.get(SEARCH, {"near": near})
    assert response.status_code == 200 and town in response.json()["location"]["label"]


def test_a_town_of_many_states_names_the_others(client):
    assert len(client.get(SEARCH, {"near": "Springfield"}).json()["location"]["alternatives"]) > 1


@pytest.mark.parametrize(
    ("parameter", "typed", "meant"),
    [
        ("procedure", "adhesiolisis", "adhesiolysis"),
        ("condition", "siatica", "sciatica"),
        ("insurer", "orginal-medicare", "original-medicare"),
        ("gender", "Femal", "female"),
    ],
)
def test_a_misspelled_word_is_answered_with_the_right_ones(client, parameter, typed, meant):
    body = refused(client.get(SEARCH, {parameter: [meant, typed]}))
    (error,) = body["errors"]
    assert typed in error["message"] and meant in error["allowed"]
    assert body["suggestions"][0] == meant


def test_a_word_that_was_added_a_moment_ago_is_known(client):
    refused(client.get(SEARCH, {"insurer": "new-plan"}))
    Insurer.objects.create(slug="new-plan", name_en="New Plan", name_es="Plan nuevo", kind="commercial")
    search.rebuild([], vocabulary=True)
    assert client.get(SEARCH, {"insurer": "new-plan"}).status_code == 200


def test_a_missing_letter_in_a_parameter_is_pointed_out(client):
    problems = errors(client.get(SEARCH, {"acepting": "true"}))
    assert "Did you mean accepting?" in problems["acepting"]["message"]
    assert problems["acepting"]["allowed"] == [
        "near", "radius", "procedure", "condition", "insurer", "language", "gender", "accepting", "telehealth",
        "requests", "evidence", "q", "sort", "page", "page_size", "facets",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "parameter",
    ["format", "relax", "fields", "order", "limit", "utm_source", "fbclid", "Near", "near[]", "sort_by", "",
     "__proto__", "\0", "x" * 1000],
)  # fmt: skip
def test_every_other_parameter_is_unknown(client, parameter):
    response = client.get(SEARCH, {"near": "78701", parameter: "true"})
    assert "There is no parameter" in refused(response)["detail"]
    assert len(response.content) < 1500


def test_of_very_many_unknown_parameters_a_few_are_named(client):
    assert len(errors(client.get(SEARCH, {f"x{number}": "1" for number in range(900)}))) == 10


@pytest.mark.parametrize(
    "parameter",
    ["near", "radius", "sort", "page", "page_size", "facets"],
)
def test_a_single_parameter_given_twice_is_refused(client, parameter):
    value = (RIGHT | {"q": "ana", "near": "78701"}).get(parameter, "5")
    given = {"near": ["78701"], "procedure": ["adhesiolysis"]} | {parameter: [value, value]}
    assert "once" in errors(client.get(SEARCH, given))[parameter]["message"]


def test_all_that_is_wrong_is_said_at_once(client):
    given = {"near": "00000", "radius": "0", "procedure": "nonsense", "page": "0", "colour": "red"}
    assert set(errors(client.get(SEARCH, given))) == set(given)


def test_a_radius_without_a_place_is_refused(client):
    assert "near" in errors(client.get(SEARCH, {"radius": "50"}))["radius"]["message"]


@pytest.mark.parametrize(("parameter", "value"), [("requests", "online"), ("evidence", "listed")])
def test_what_speaks_of_a_procedure_needs_one(client, parameter, value):
    for given in ({"near": "78701"}, {"condition": "sciatica"}, {"procedure": " "}):
        problem = errors(client.get(SEARCH, given | {parameter: value}))[parameter]
        assert "procedure" in problem["message"]
    assert client.get(SEARCH, {"procedure": "adhesiolysis", parameter: value}).status_code == 200


@pytest.mark.parametrize("sort", ["evidence", "wait"])
def test_sorting_by_evidence_or_wait_needs_one_procedure(client, sort):
    for procedures in ([], ["adhesiolysis", "epidural-steroid-injection"]):
        problem = errors(client.get(SEARCH, {"sort": sort, "procedure": procedures}))["sort"]
        assert "one procedure" in problem["message"]
    # The same one twice is one
    assert client.get(SEARCH, {"sort": sort, "procedure": ["adhesiolysis"] * 2}).status_code == 200


def test_sorting_by_distance_needs_a_place(client):
    assert "near" in errors(client.get(SEARCH, {"sort": "distance"}))["sort"]["message"]
    assert client.get(SEARCH, {"sort": "distance", "near": "78701"}).status_code == 200
    assert client.get(SEARCH, {"sort": "name", "near": "78701"}).status_code == 200


def test_blank_parameters_are_as_if_absent(client):
    factories.practice()
    blank = (
        "near=&radius=&procedure=&procedure=%20&condition=&insurer=&language=&gender=&accepting=%20&telehealth="
        "&requests=&evidence=&q=%20%20&sort=&page=&page_size=&facets="
    )
    assert client.get(f"{SEARCH}?{blank}").json() == client.get(SEARCH).json()
    assert client.get(f"{SEARCH}?near=&near=78701&radius=&radius=20").json()["radius_miles"] == 20


@pytest.mark.parametrize(
    "parameter",
    ["procedure", "condition", "insurer", "language", "gender", "accepting", "telehealth", "requests", "evidence", "q"],
)
def test_the_same_word_twice_is_no_mistake(client, parameter):
    given = {"procedure": "adhesiolysis"} | {parameter: [(RIGHT | {"q": "ana"})[parameter]] * 2}
    assert client.get(SEARCH, given).status_code == 200


def test_of_two_names_either_will_do_and_of_two_tiers_the_weaker(client):
    for family_name in ("Rivera", "Bell", "Nair"):
        factories.offering(practice=factories.practice(specialist=factories.specialist(family_name=family_name)))
    found = client.get(SEARCH, {"q": ["bell", "nair"]}).json()["results"]
    assert [one["family_name"] for one in found] == ["Bell", "Nair"]
    asked = {"procedure": "adhesiolysis", "evidence": ["claims", "listed"]}
    assert client.get(SEARCH, asked).json()["count"] == 3


@pytest.mark.parametrize("radius", ["1", "500", "50.", "3.2106437821093847", " 50 ", "050"])
def test_radii_in_range_are_taken(client, radius):
    response = client.get(SEARCH, {"near": "78701", "radius": radius})
    assert response.status_code == 200 and response.json()["radius_miles"] == float(radius)


@pytest.mark.parametrize("page", ["2", "99999", "9" * 18])
def test_a_page_past_the_last_is_not_found(client, page):
    factories.practice()
    assert refused(client.get(SEARCH, {"near": "78701", "page": page}), 404)["type"].endswith("#page-not-found")
    assert refused(client.get(SEARCH, {"page": page}), 404)


def test_page_two_of_a_widened_answer_is_not_found(client):
    factories.practice(site=factories.site(latitude=41.0))
    refused(client.get(SEARCH, {"near": "78701", "page": "2", "page_size": "1"}), 404)


@pytest.mark.parametrize(
    "query", ["near=" + "x" * 1_000_000, "x" * 1_000_000, "a=1&" * 250_000, "near=%ff%fe", "%00=%00"]
)
def test_a_monstrous_query_string_is_refused_shortly(client, query):
    response = client.get(f"{SEARCH}?{query}")
    refused(response)
    assert len(response.content) < 1500


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api", "/api/v1/", "/api/v2/specialists/", "/api/v1/nonsense/", "/api/v1/nonsense", "/api/v1/%00"],
)
def test_an_unknown_address_is_a_problem_document(client, path):
    refused(client.get(path, follow=True), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_other_methods_are_refused(client, method):
    response = getattr(client, method)(SEARCH)
    refused(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    refused(getattr(client, method)("/api/v1/nonsense/"), 404)


def test_a_forgotten_last_slash_is_added(client):
    response = client.get("/api/v1/specialists?near=78701&radius=5")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/specialists/?near=78701&radius=5")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/problem+json", "nonsense"])
def test_the_answer_is_json_whatever_is_asked_for(client, accept):
    assert client.get(SEARCH, headers={"accept": accept})["Content-Type"] == "application/json"
    refused(client.get(SEARCH, {"radius": "0"}, headers={"accept": accept}))


def test_other_sites_may_read_and_no_cache_on_the_way_keeps_it(client):
    response = client.get(SEARCH)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "private, no-cache"
    before = client.options(SEARCH, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert before.status_code == 204 and "GET" in before["Access-Control-Allow-Methods"]
