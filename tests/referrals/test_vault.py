"""Sealed values open in their own row and field, with their own key, and nowhere else."""

import base64
import datetime
import os
import uuid

import pytest

from referrals.models import Content, Referral
from referrals.vault import fields, keys, tokens
from referrals.vault.keys import VaultError
from tests.referrals.patient import CANARIES, CONTENT

SEALED = ["name", "email", "phone", "date_of_birth", "answers"]


@pytest.fixture
def row():
    referral = Referral()
    referral.seal(CONTENT)
    return referral


def test_what_was_sealed_comes_back_as_it_was(row):
    opened = row.unseal()
    assert opened == CONTENT
    assert opened.date_of_birth == datetime.date(1957, 4, 9)


def test_sealed_values_hold_nothing_readable_and_never_look_alike(row):
    again = Referral(pk=row.pk)
    again.seal(CONTENT)
    for field in SEALED:
        assert getattr(row, field) != getattr(again, field)
        assert not any(word.encode() in getattr(row, field) for word in CANARIES.values())


def test_the_fields_of_an_empty_value_are_sealed_too(row):
    row.seal(Content(name="A", email="", phone="", date_of_birth=datetime.date(1990, 1, 1), answers={}))
    assert len(row.email) == len(row.phone) > 12
    assert row.unseal().email == ""


def test_a_value_moved_to_another_field_does_not_open(row):
    row.email = row.name
    with pytest.raises(VaultError, match=r"referral\.email"):
        row.unseal()


def test_a_row_moved_to_another_referral_does_not_open(row):
    thief = Referral(data_key=row.data_key, data_key_id=row.data_key_id)
    for field in SEALED:
        setattr(thief, field, getattr(row, field))
    with pytest.raises(VaultError, match=r"data_key"):
        thief.unseal()


def test_a_value_moved_between_rows_with_the_same_data_key_does_not_open():
    first, second = uuid.uuid4(), uuid.uuid4()
    raw = os.urandom(32)
    sealed = fields.seal(keys.DataKey(first, raw), "name", "somebody")
    with pytest.raises(VaultError):
        fields.unseal(keys.DataKey(second, raw), "name", sealed)
    assert fields.unseal(keys.DataKey(first, raw), "name", sealed) == "somebody"


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"", lambda b: b[:5], lambda b: b"\x02" + b[1:]])
def test_a_damaged_value_does_not_open(row, damage):
    row.name = damage(row.name)
    with pytest.raises(VaultError):
        row.unseal()


def test_the_newest_key_wraps_and_older_ones_still_open(row, settings):
    old = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = {"new2": os.urandom(32), **old}
    assert row.unseal() == CONTENT
    fresh = Referral()
    fresh.seal(CONTENT)
    assert fresh.data_key_id == "new2"


def test_a_missing_key_is_named_and_a_wrong_one_refused(row, settings):
    settings.FIELD_ENCRYPTION_KEYS = {"other": os.urandom(32)}
    with pytest.raises(VaultError, match="'test1'"):
        row.unseal()
    settings.FIELD_ENCRYPTION_KEYS = {"test1": os.urandom(32)}
    with pytest.raises(VaultError, match="does not open"):
        row.unseal()


def test_nothing_shows_itself_by_accident(row, settings):
    key, _, _ = keys.new(row.pk)
    shown = " ".join([repr(row), str(row), repr(row.unseal()), repr(key), f"{CONTENT}"])
    assert not any(word in shown for word in CANARIES.values())
    assert base64.b64encode(settings.FIELD_ENCRYPTION_KEYS["test1"]).decode() not in shown


def test_keyed_hashes_depend_on_key_purpose_and_every_part(settings):
    one = tokens.keyed_hash("link", "ab", "c")
    assert one == tokens.keyed_hash("link", "ab", "c")
    others = [tokens.keyed_hash("form", "ab", "c"), tokens.keyed_hash("link", "a", "bc")]
    settings.FIELD_HASH_KEY = os.urandom(32)
    others.append(tokens.keyed_hash("link", "ab", "c"))
    assert one not in others


def test_tokens_are_long_and_form_keys_are_ours_for_a_while():
    day = datetime.timedelta(hours=24)
    assert len(tokens.new()) >= 43
    assert tokens.is_form_key(tokens.form_key(), lasts=day)
    assert not tokens.is_form_key("made-up", lasts=day)
    assert not tokens.is_form_key(tokens.form_key(), lasts=datetime.timedelta(seconds=-1))
