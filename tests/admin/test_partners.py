"""Partners and their keys in the admin: the operator makes and revokes them, and sees a key once."""

import re

from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from directory import keys
from directory.models import ApiKey, Partner
from tests import factories
from tests.admin.forms import errors, filled_in

ADD, LIST = reverse("admin:directory_apikey_add"), reverse("admin:directory_apikey_changelist")


def shown(page) -> str:
    return re.search(r"psf_[a-z0-9]{8}_[\w-]{43}", page.content.decode())[0]


def test_an_operator_makes_a_partner_and_a_key_and_sees_it_once(operator):
    partner = reverse("admin:directory_partner_add")
    operator.post(partner, {"name": "Back Help", "contact_email": "it@back-help.test", "is_active": "on"})
    made = operator.post(ADD, filled_in(operator.get(ADD)) | {"partner": Partner.objects.get().pk})
    assert made.status_code == 200 and "no-store" in made["Cache-Control"]
    key = shown(made)
    row = ApiKey.objects.get()
    assert keys.find(key) == row
    pages = [LIST, reverse("admin:directory_apikey_change", args=[row.pk]), reverse("admin:index")]
    for text in [operator.get(page).content.decode() for page in pages]:
        assert key not in text and row.key_hash not in text
        assert row.prefix in text
    assert key not in str([*LogEntry.objects.values(), *operator.session.items(), operator.cookies])


def test_a_key_cannot_expire_before_it_is_made(operator):
    data = {"partner": factories.partner().pk, "expires_at_0": "2026-01-01", "expires_at_1": "12:00:00"}
    refused = operator.post(ADD, data)
    assert "This lies in the past" in errors(refused)[0]
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_and_stays_on_record(operator):
    key = factories.api_key()
    row = ApiKey.objects.get()
    operator.post(LIST, {"action": "revoke", "_selected_action": [row.pk], "index": 0})
    row.refresh_from_db()
    assert row.revoked_at is not None and keys.find(key) is None
    before = row.revoked_at
    operator.post(LIST, {"action": "revoke", "_selected_action": [row.pk], "index": 0})
    row.refresh_from_db()
    assert row.revoked_at == before


def test_neither_partner_nor_key_is_changed_into_another_or_deleted(operator):
    factories.api_key()
    row, other = ApiKey.objects.get(), factories.partner(name="Other")
    change = reverse("admin:directory_apikey_change", args=[row.pk])
    operator.post(change, {"partner": other.pk, "expires_at_0": "", "expires_at_1": ""})
    row.refresh_from_db()
    assert row.partner.name == "Back Help"
    for model, pk in (("apikey", row.pk), ("partner", row.partner_id)):
        assert operator.post(reverse(f"admin:directory_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_clinics_have_no_part_in_it(staff: Client):
    factories.api_key()
    for address in (LIST, ADD, reverse("admin:directory_partner_changelist")):
        assert staff.get(address).status_code == 403
