"""Keys of partners: what they open, what of them is kept, and what is said of one that does not work."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from directory import keys
from directory.models import ApiKey, Partner
from tests import factories

pytestmark = pytest.mark.django_db

INSURERS = "/api/v1/insurers/"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def asked_with(client, key: str, **more: str):
    return client.get(INSURERS, headers=bearer(key), **more)


def test_of_a_key_only_a_keyed_hash_is_kept(settings):
    key = factories.api_key()
    row = ApiKey.objects.get()
    assert key.startswith(f"{row.prefix}_") and len(key) > 50
    assert key not in str(ApiKey.objects.values().get())
    assert keys.find(key) == row
    settings.FIELD_HASH_KEY = b"another key of thirty-two bytes!"
    assert keys.find(key) is None


def test_who_reads_with_a_key_may_ask_more_often_from_any_address(client, settings):
    settings.API_READING_RATE, settings.API_PARTNER_RATE = "2/minute", "4/minute"
    partner = factories.partner()
    one, other = factories.api_key(partner), factories.api_key(partner)
    answers = [
        asked_with(client, key, REMOTE_ADDR=f"192.0.2.{n}").status_code for n, key in enumerate([one, other] * 3)
    ]
    assert answers == [200] * 4 + [429] * 2  # both keys are the same partner's
    assert [client.get(INSURERS).status_code for _ in range(3)] == [200, 200, 429]
    assert asked_with(client, factories.api_key(factories.partner(name="Other"))).status_code == 200


def broken(key: str) -> dict[str, str]:
    prefix = key[:12]
    return {
        "unknown": "psf_abcdefgh_" + "A" * 43,
        "another secret": f"{prefix}_{'A' * 43}",
        "cut": key[:-1],
        "no key": "hello",
        "not ASCII": "psf_é",
    }


@pytest.mark.parametrize(
    "way", ["unknown", "another secret", "cut", "no key", "not ASCII", "expired", "revoked", "off"]
)
def test_why_a_key_does_not_work_is_not_told(client, way):
    partner = factories.partner()
    key = factories.api_key(partner, expires_at=timezone.now() + datetime.timedelta(days=1))
    assert asked_with(client, key).status_code == 200
    if way == "expired":
        long_ago = timezone.now() - datetime.timedelta(days=2)
        ApiKey.objects.update(made_at=long_ago, expires_at=long_ago + datetime.timedelta(days=1))
    elif way == "revoked":
        assert ApiKey.objects.all().revoke() == 1
    elif way == "off":
        Partner.objects.update(is_active=False)
    answer = asked_with(client, broken(key).get(way, key))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "http://testserver/api/docs/#key-refused",
        "title": "The key does not work",
        "status": 401,
        "detail": "This key does not work. Send “Authorization: Bearer”, a space and the whole key as you were given "
        "it, or ask the operator of this site for a new one. Reading needs no key.",
    }


def test_whoever_tries_many_keys_is_counted_by_their_address(client, settings):
    settings.API_READING_RATE = "3/minute"
    answers = [asked_with(client, f"psf_abcdefgh_{n:043d}").status_code for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]


def test_a_key_in_another_scheme_is_no_key(client):
    key = factories.api_key()
    assert client.get(INSURERS, headers={"authorization": f"Basic {key}"}).status_code == 401
    assert client.get(INSURERS, headers={"authorization": f"bearer {key}"}).status_code == 200


def test_when_a_key_was_used_is_known_to_the_hour(client, time_machine):
    key = factories.api_key()
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    first = timezone.now()
    asked_with(client, key)
    time_machine.shift(3599)
    asked_with(client, key)
    assert ApiKey.objects.get().last_used_at == first
    time_machine.shift(1)
    asked_with(client, key)
    assert ApiKey.objects.get().last_used_at == first + datetime.timedelta(hours=1)


def test_a_refusal_is_explained_in_the_documentation(client):
    page = client.get("/api/docs/").content.decode()
    assert 'id="key-refused"' in page and 'id="key-needed"' in page


# ---- manage.py make_api_key -----------------------------------------------------------------------------------------


def make(*arguments: str) -> str:
    out = io.StringIO()
    call_command("make_api_key", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def test_the_command_makes_partner_and_key_and_prints_the_key_alone(client):
    key = make("Back Help", "--email", "it@back-help.test", "--days", "30")
    assert asked_with(client, key).status_code == 200
    row = ApiKey.objects.get()
    assert (row.partner.name, row.partner.contact_email) == ("Back Help", "it@back-help.test")
    assert row.expires_at is not None and (row.expires_at - row.made_at).days in (29, 30)
    assert make("Back Help") != key
    assert ApiKey.objects.filter(partner=row.partner).count() == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["Back Help"], "--email"),
        (["Back\nHelp", "--email", "it@back-help.test"], "on one line"),
        (["Back Help", "--email", "nobody"], "email"),
        (["Back Help", "--email", "it@back-help.test", "--days", "0"], "between 1 and 3650"),
    ],
)
def test_the_command_says_what_is_missing_and_makes_nothing(arguments, says):
    with pytest.raises(CommandError, match=says):
        make(*arguments)
    assert not Partner.objects.exists()


def test_the_command_makes_no_key_that_would_open_nothing():
    factories.partner(is_active=False)
    with pytest.raises(CommandError, match="not active"):
        make("Back Help")
