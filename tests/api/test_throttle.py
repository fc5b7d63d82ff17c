"""How often one address may ask, and who is taken for whom."""

import ipaddress

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/specialists/"


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.API_READING_RATE = "3/minute"


def may_ask(client, address="192.0.2.1", *, times=1, **headers):
    """How many of so many questions from there were answered."""
    answers = [client.get(SEARCH, REMOTE_ADDR=address, headers=headers).status_code for _ in range(times)]
    assert set(answers) <= {200, 429}
    return answers.count(200)


def test_who_asks_too_often_is_told_when_to_ask_again(client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    assert may_ask(client, times=3) == 3
    time_machine.shift(20)
    response = client.get(SEARCH, REMOTE_ADDR="192.0.2.1")
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert response["Retry-After"] == "40"
    body = response.json()
    assert (body["status"], body["title"]) == (429, "Too many questions")
    assert body["type"] == "http://testserver/api/docs/#too-often" and "40 seconds" in body["detail"]
    # A page of another site can read when to come back, and no cache keeps the refusal
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in response["Access-Control-Expose-Headers"]
    assert response["Cache-Control"] == "private, no-cache"
    assert "ETag" not in response
    time_machine.shift(39)
    assert not may_ask(client)
    time_machine.shift(1)
    assert may_ask(client)


def test_the_type_of_the_refusal_is_explained(client):
    assert 'id="too-often"' in client.get("/api/docs/").content.decode()


def test_all_addresses_of_the_api_count_together_and_so_do_refusals_and_304s(client):
    tag = client.get("/api/v1/insurers/")["ETag"]
    assert client.get("/api/v1/insurers/", headers={"if-none-match": tag}).status_code == 304
    assert client.get(SEARCH, {"radius": "0"}).status_code == 400
    assert client.get("/api/v1/procedures/").status_code == 429


def test_pages_are_not_throttled(client):
    assert may_ask(client, times=4) == 3
    factories.practice()
    assert [client.get("/find/?near=78701", REMOTE_ADDR="192.0.2.1").status_code for _ in range(5)] == [200] * 5


def test_each_address_is_counted_for_itself(client):
    assert may_ask(client, "192.0.2.1", times=5) == 3
    assert may_ask(client, "192.0.2.2", times=5) == 3


def test_the_addresses_of_one_ipv6_subscriber_count_as_one(client):
    assert may_ask(client, "2001:db8:1:2::1", times=2) == 2
    assert may_ask(client, "2001:db8:1:2:ffff::9", times=2) == 1
    assert may_ask(client, "2001:db8:1:3::1", times=2) == 2


def test_an_ipv4_address_is_the_same_however_the_socket_names_it(client):
    assert may_ask(client, "::ffff:192.0.2.1", times=3) == 3
    assert may_ask(client, "192.0.2.1") == 0
    assert may_ask(client, "::ffff:192.0.2.2") == 1


def test_strangers_do_not_become_others_by_a_header(client, settings):
    for trusted in ([], ["10.0.0.0/8"]):
        settings.TRUSTED_PROXIES = networks(trusted)
        address = f"198.51.100.{len(trusted)}"
        answered = [may_ask(client, address, **{"x-forwarded-for": f"203.0.113.{n}"}) for n in range(5)]
        assert answered == [1, 1, 1, 0, 0]


def networks(texts):
    return [ipaddress.ip_network(text) for text in texts]


def behind(client, forwarded, *, proxy="10.0.0.5", times=1):
    return may_ask(client, proxy, times=times, **{"x-forwarded-for": forwarded})


def test_behind_a_trusted_proxy_visitors_are_whom_it_names(client, settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8", "2001:db8:ffff::/48"])
    assert behind(client, "203.0.113.1", times=4) == 3
    assert behind(client, "203.0.113.2", times=4) == 3
    assert behind(client, "203.0.113.2", proxy="2001:db8:ffff::1") == 0
    assert behind(client, "203.0.113.2", proxy="::ffff:10.0.0.5") == 0


def test_what_a_visitor_wrote_before_the_proxys_word_is_not_believed(client, settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8"])
    answered = [behind(client, f"203.0.113.{n}, 198.51.100.7") for n in range(4)]
    assert answered == [1, 1, 1, 0]


def test_several_trusted_proxies_in_a_row_are_passed_over(client, settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8"])
    assert behind(client, "203.0.113.1, 10.0.0.9, 10.0.0.8", times=3) == 3
    assert behind(client, "203.0.113.1") == 0


@pytest.mark.parametrize("forwarded", ["", " ", ",", "unknown", "203.0.113.1:4711", "'; DROP TABLE", "x" * 5000])
def test_a_header_that_names_nobody_is_no_way_around(client, settings, forwarded):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8"])
    assert behind(client, forwarded, times=5) == 3
