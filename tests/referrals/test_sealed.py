"""What travels in a form: it opens for nobody else, in no other place, not when it was changed, not when it is old."""

import datetime
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.vault import sealed
from referrals.vault.keys import VaultError

NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@given(st.text(), st.text(max_size=40), st.integers(0, 86_400))
def test_within_its_day_and_place_the_same_text_comes_back(text, place, seconds):
    value = sealed.as_text(sealed.seal(text, place, NOW))
    later = NOW + datetime.timedelta(seconds=seconds)
    assert sealed.unseal(sealed.from_text(value), place, later, lasts=DAY) == text


@given(st.text(min_size=1), st.data())
def test_whatever_byte_is_changed_cut_off_or_added_it_does_not_open(text, data):
    value = sealed.seal(text, "form|1|adhesiolysis", NOW)
    at = data.draw(st.integers(0, len(value) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = [value[:at] + bytes([value[at] ^ flip]) + value[at + 1 :], value[:at], value + bytes([flip])]
    for other in changed:
        with pytest.raises(VaultError):
            sealed.unseal(other, "form|1|adhesiolysis", NOW, lasts=DAY)


@given(st.text(), st.data())
def test_however_its_letters_are_changed_it_is_refused(text, data):
    value = sealed.as_text(sealed.seal(text, "here", NOW))
    at = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters())
    other = value[:at] + letter + value[at + 1 :]
    if other == value:
        return
    with pytest.raises(VaultError):
        sealed.unseal(sealed.from_text(other), "here", NOW, lasts=DAY)


@given(st.text(max_size=200))
def test_what_somebody_makes_up_is_refused(made_up):
    with pytest.raises(VaultError):
        sealed.unseal(sealed.from_text(made_up), "here", NOW, lasts=DAY)


@given(st.text(max_size=40), st.text(max_size=40))
def test_it_opens_in_its_own_place_only(here, there):
    if here == there:
        return
    with pytest.raises(VaultError):
        sealed.unseal(sealed.seal("text", here, NOW), there, NOW, lasts=DAY)


@given(st.integers(1, 10**9))
def test_after_its_day_it_says_that_it_is_old(seconds):
    later = NOW + DAY + datetime.timedelta(seconds=seconds)
    with pytest.raises(sealed.SealedTooOld):
        sealed.unseal(sealed.seal("text", "here", NOW), "here", later, lasts=DAY)


def test_a_newer_key_seals_and_an_older_one_still_opens_until_it_is_taken_away(settings):
    value = sealed.seal("text", "here", NOW)
    old = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = {"new2": os.urandom(32), **old}
    assert sealed.unseal(value, "here", NOW, lasts=DAY) == "text"
    assert sealed.seal("text", "here", NOW)[2:6] == b"new2"
    settings.FIELD_ENCRYPTION_KEYS = {"new2": os.urandom(32)}
    with pytest.raises(VaultError):
        sealed.unseal(value, "here", NOW, lasts=DAY)


def test_no_two_sealings_are_alike_and_none_shows_its_text():
    first, second = sealed.seal("wombat", "here", NOW), sealed.seal("wombat", "here", NOW)
    assert first != second
    assert b"wombat" not in first
