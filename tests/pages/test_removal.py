"""/about/removal/ as a clinician uses it."""

import logging

import pytest
from django.urls import reverse

from directory.models import RemovalRequest, Specialist
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/about/removal/"


@pytest.fixture
def doctor():
    return factories.practice(specialist=factories.specialist(npi=2000000002)).specialist


def filled(**given):
    return {"npi": "2000000002", "wish": "all", "name": "Ana Rivera", "email": "ana@example.org", "phone": ""} | given


def text_of(response):
    return response.content.decode()


def test_it_is_a_page_that_changes_nothing_when_opened(client, doctor):
    response = client.get(PAGE, {"npi": "2000000002"})
    text = text_of(response)
    assert response.status_code == 200
    assert 'value="2000000002"' in text
    assert "Nobody can pay for position." in text
    assert not RemovalRequest.objects.exists()


def test_it_says_what_is_kept_in_clear_and_for_how_long(client, settings):
    settings.REMOVAL_CONTACT_DAYS, settings.REMOVAL_HIDES_DAYS = 17, 23
    text = text_of(client.get(PAGE))
    assert "not encrypted" in text
    assert "erased 17 days after" in text
    assert "within 23 days" in text


def test_each_foot_and_the_doctors_own_page_lead_there(client, doctor):
    assert f'href="{PAGE}"' in text_of(client.get("/"))
    assert f'href="{PAGE}?npi={doctor.pk}"' in text_of(client.get(doctor.get_absolute_url()))


def test_sending_hides_the_street_and_leads_to_a_page_that_says_so(client, doctor):
    response = client.post(PAGE, filled(reason="It is my home."))
    assert (response.status_code, response["Location"]) == (303, "/about/removal/done/")
    assert "The street is hidden" in text_of(client.get(response["Location"]))
    assert Specialist.objects.get().street_hidden_on
    asked = RemovalRequest.objects.get()
    assert (asked.wish, asked.name, asked.reason) == ("all", "Ana Rivera", "It is my home.")


def test_sending_twice_is_one_request(client, doctor):
    client.post(PAGE, filled())
    assert client.post(PAGE, filled()).status_code == 303
    assert RemovalRequest.objects.count() == 1


def test_an_npi_may_be_typed_with_blanks_and_a_phone_as_people_write_it(client, doctor):
    assert client.post(PAGE, filled(npi=" 2000 000-002 ", email="", phone="(512) 555-0186")).status_code == 303
    assert RemovalRequest.objects.get().phone == "+15125550186"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"npi": ""}, "Enter your NPI, 10 digits"),
        ({"npi": "2000000003"}, "Please compare this number: the check digit"),
        ({"npi": "20000"}, "Please compare this number: an NPI has ten digits"),
        ({"npi": "\0"}, "Null characters are not allowed"),
        ({"npi": "1234567893"}, "We list nobody with the NPI 1234567893 now"),
        ({"npi": "9" * 41}, "Type nothing else here"),
        ({"wish": ""}, "Say what should go"),
        ({"wish": "everything"}, "Say what should go"),
        ({"name": " "}, "Enter your name"),
        ({"email": ""}, "Enter an e-mail address or a phone number"),
        ({"email": "ana"}, "Enter the e-mail address like"),
        ({"phone": "12"}, "A phone number has ten digits"),
        ({"phone": "555-0186"}, "A phone number has ten digits"),
        ({"phone": "at noon"}, "Write the phone number like (512) 555-0100"),
        ({"phone": "+44 20 7946 0958"}, "A phone number has ten digits"),
        ({"reason": "x" * 1001}, "Shorten this text to 1000 characters"),
    ],
    ids=str,
)
def test_a_mistake_is_said_once_above_and_once_beside_and_changes_nothing(client, doctor, given, said):
    response = client.post(PAGE, filled(**given))
    text = text_of(response)
    assert response.status_code == 200
    assert text.count(said) == 2
    assert "One answer needs another look" in text
    assert "<title>Error:" in text
    assert not RemovalRequest.objects.exists()
    assert Specialist.objects.get().street_hidden_on is None


def test_what_was_typed_is_still_there(client, doctor):
    text = text_of(client.post(PAGE, filled(npi="", name="Ana R.", reason="Moved away")))
    assert 'value="Ana R."' in text
    assert "Moved away" in text
    assert 'value="all" id="id_wish_1" checked' in text or "checked" in text.partition('value="all"')[2][:200]


def test_who_was_taken_out_and_who_was_never_in_are_told_the_same(client, doctor):
    Specialist.objects.update(suppressed_on="2026-01-01")
    assert "We list nobody with the NPI 2000000002 now" in text_of(client.post(PAGE, filled()))


def test_too_many_from_one_network_in_a_day_are_refused_kindly(client, doctor, settings):
    settings.REMOVALS_PER_DAY = 1
    client.post(PAGE, filled())
    other = factories.practice().specialist
    response = client.post(PAGE, filled(npi=str(other.pk)))
    assert (response.status_code, response["Retry-After"]) == (429, "86400")
    text = text_of(response)
    assert "As many of these forms as we take in a day" in text
    assert "another network" not in text
    assert "Ana Rivera" in text
    other.refresh_from_db()
    assert other.street_hidden_on is None


def test_addresses_of_one_ipv6_subscriber_count_as_one(client, settings):
    settings.REMOVALS_PER_DAY = 1
    people = [factories.practice().specialist.pk for _ in range(3)]
    networks = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1"]
    codes = [
        client.post(PAGE, filled(npi=str(npi)), REMOTE_ADDR=network).status_code
        for npi, network in zip(people, networks, strict=True)
    ]
    assert codes == [303, 429, 303]


def test_asked_again_after_it_was_nobodys_wish_the_page_says_that_nothing_is_hidden_yet(client, doctor):
    client.post(PAGE, filled())
    RemovalRequest.objects.update(decision="declined", decided_at="2026-11-01T00:00Z")
    RemovalRequest.objects.update(decided_at=RemovalRequest.objects.get().asked_at)
    response = client.post(PAGE, filled(email="other@example.org"))
    assert response["Location"] == "/about/removal/waiting/"
    assert "The street is still shown" in text_of(client.get(response["Location"]))


def test_a_form_of_another_site_is_not_taken(doctor, client):
    client.handler.enforce_csrf_checks = True
    assert client.post(PAGE, filled()).status_code == 403
    assert not RemovalRequest.objects.exists()


def test_nothing_of_who_asks_is_logged(client, doctor, caplog):
    with caplog.at_level(logging.DEBUG):
        client.post(PAGE, filled(name="Canarybird", email="canarybird@example.org", reason="canarybird"))
        client.post(PAGE, filled(name="Canarybird", npi="canarybird"))
    assert "canarybird" not in caplog.text.lower()
    assert "127.0.0.1" not in caplog.text


def test_other_methods_are_refused_and_no_copy_is_kept_on_the_way(client):
    assert client.put(PAGE).status_code == 405
    assert "no-store" in client.get(PAGE)["Cache-Control"]
    assert client.post(reverse("removal-done")).status_code == 405
