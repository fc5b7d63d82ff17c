"""After an older backup was restored, what had been erased is erased again."""

import datetime
import io
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from referrals import erasing
from referrals.models import LegalHold, Message, Referral, ReferralLink


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path) -> Path:
    settings.ERASURE_LIST = str(tmp_path / "outside" / "erased.txt")
    return Path(settings.ERASURE_LIST)


def run(*args) -> str:
    out = io.StringIO()
    call_command("apply_erasures", *args, stdout=out)
    return out.getvalue()


def restored(referral) -> Referral:
    """Erased, then brought back as it was."""
    before = Referral.objects.filter(pk=referral.pk).values().get()
    erasing.erase(referral)
    Referral.objects.filter(pk=referral.pk).update(**before)
    referral.refresh_from_db()
    return referral


def test_what_came_back_is_erased_again_and_nothing_else(austin, erasure_list):
    back, other = restored(austin.referral()), austin.referral()
    ReferralLink.objects.issue(back)
    question = Message(referral=back, role="clinic", user=austin.coordinator)
    question.seal("When was your MRI?")
    question.save(force_insert=True)
    assert run() == "1 requests were erased before now; 1 had come back and are erased again.\n"
    back.refresh_from_db()
    other.refresh_from_db()
    assert (bytes(back.data_key), bytes(back.answers)) == (b"", b"")
    assert other.erased_at is None
    assert not ReferralLink.objects.exists()
    assert not Message.objects.exists()


def test_twice_does_no_harm_and_makes_the_list_no_longer(austin, erasure_list):
    restored(austin.referral())
    before = erasure_list.read_text()
    run()
    assert "0 had come back" in run()
    assert erasure_list.read_text() == before


def test_a_list_of_another_place_is_noted_in_this_ones_own(austin, erasure_list, tmp_path):
    referral = austin.referral()
    elsewhere = tmp_path / "copy.txt"
    elsewhere.write_text(f"{uuid.uuid4()}\n\n{referral.pk} 2026-11-02\n")  # older lists have no day
    assert "2 requests were erased before now; 1 had come back" in run(str(elsewhere))
    assert set(erasing.read_list(erasure_list)) == set(erasing.read_list(elsewhere))


def test_a_hold_that_came_back_too_does_not_keep_it_and_stays_on_record(austin):
    referral = restored(austin.referral())
    LegalHold.objects.create(
        referral=referral, reference=referral.reference, reason="Case 12-3456", set_by=austin.operator
    )
    run()
    referral.refresh_from_db()
    assert referral.erased_at is not None
    assert LegalHold.objects.get().reference == referral.reference


def test_the_day_of_erasing_is_noted(austin, erasure_list):
    referral = austin.referral()
    erasing.erase(referral)
    assert erasing.read_list(erasure_list) == {referral.pk: timezone.localdate()}
    assert erasure_list.stat().st_mode & 0o077 == 0
    assert isinstance(erasing.read_list(erasure_list)[referral.pk], datetime.date)


def test_a_missing_list_is_explained(austin, erasure_list):
    with pytest.raises(CommandError, match=r"There is no file .*erased\.txt\. Name the erasure list"):
        run()


@pytest.mark.parametrize("line", ["7K2F-0419", "1b4e28ba-2fa1-41d2-883f-0016d3cca427 yesterday", "\0"])
def test_a_line_that_is_no_number_is_named_and_nothing_is_erased(austin, tmp_path, line):
    referral = austin.referral()
    file = tmp_path / "list.txt"
    file.write_text(f"{referral.pk}\n{line}\n")
    with pytest.raises(CommandError, match=r"list\.txt, line 2: not the number of a request"):
        run(str(file))
    referral.refresh_from_db()
    assert referral.erased_at is None
