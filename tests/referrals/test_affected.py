"""After a breach: the requests concerned, their clinics and states, and not a word about who sent them."""

import csv
import datetime
import io
import zoneinfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from referrals import access, erasing, moves
from referrals.models import Delivery, OperatorReading
from tests import factories
from tests.referrals import receiver, searching
from tests.referrals.patient import CONTENT
from tests.referrals.test_canaries import WORDS

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


def run(*arguments: str) -> tuple[str, str]:
    out, errors = io.StringIO(), io.StringIO()
    with time_machine.travel(datetime.datetime(2026, 11, 28, 12, tzinfo=NEW_YORK), tick=False):
        call_command("affected", *arguments, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def rows(*arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("--csv", *arguments)[0])))


def sent(austin, *moment: int):
    with time_machine.travel(datetime.datetime(*moment, tzinfo=NEW_YORK), tick=False):
        return austin.referral()


def at(day: int) -> time_machine.travel:
    return time_machine.travel(datetime.datetime(2026, 11, day, 12, tzinfo=NEW_YORK), tick=False)


def test_it_lists_what_was_kept_in_that_time(austin):
    before, within = sent(austin, 2026, 11, 1, 12), sent(austin, 2026, 11, 10, 23, 59)
    after = sent(austin, 2026, 11, 11, 0)
    gone = sent(austin, 2026, 11, 2, 12)
    with at(4):
        erasing.erase(gone)
    found = [row["reference"] for row in rows("--since", "2026-11-05", "--until", "2026-11-10")]
    assert found == [before.reference, within.reference]
    assert after.reference in [row["reference"] for row in rows("--since", "2026-11-05")]
    assert [row["reference"] for row in rows("--since", "2026-11-04", "--until", "2026-11-04")] == [
        before.reference,
        gone.reference,
    ]


def test_a_row_says_clinic_states_dates_key_and_who_looked(austin):
    made = receiver.hook(austin.clinic, "https://hooks.example.org/")
    referral = sent(austin, 2026, 11, 10, 12)
    with at(12):
        access.read(referral, user=austin.coordinator)
        access.read(referral, user=austin.coordinator)
        access.read_as_operator(referral, user=austin.operator, reason=OperatorReading.Reason.BREACH)
        moves.start(referral, actor=austin.staff)
        Delivery.objects.filter(hook=made, step__version=1).update(sent_at=timezone.now())
    with at(20):
        Delivery.objects.filter(hook=made, step__version=2).update(sent_at=timezone.now())
        access.read(referral, user=austin.coordinator)
    (row,) = rows("--since", "2026-11-10", "--until", "2026-11-15")
    assert row == {
        "reference": referral.reference,
        "id": str(referral.pk),
        "clinic": "Hill Country Pain",
        "site_state": "TX",
        "request_state": "received",
        "partner": "",
        "begun": "2026-11-10T12:00-05:00",
        "sent": "2026-11-10T12:00-05:00",
        "last_change": "2026-11-12T12:00-05:00",
        "openings": "2",
        "operator_readings": "1",
        "files": "0",
        "hook_calls": "1",
        "sealed_under": "test1",
    }


def test_the_table_ends_with_sums(austin):
    sent(austin, 2026, 11, 10, 12)
    sent(austin, 2026, 11, 11, 12)
    table, _ = run("--since", "2026-11-10")
    assert table.splitlines()[0].split()[:3] == ["reference", "clinic", "site_state"]
    assert "Requests: 2. Clinics: 1." in table
    assert "By state of the office: TX 2" in table
    assert "By key: test1 2" in table
    assert "There is no erasure list here" in table


def test_partners_through_whose_sites_requests_came_are_named(austin):
    with at(10):
        body = {"form_key_hash": "a" * 64, "partner": factories.partner()}
        moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, **body)
    sent(austin, 2026, 11, 11, 12)
    assert [row["partner"] for row in rows("--since", "2026-11-05")] == ["Back Help", ""]
    assert "By partner: none 1; Back Help 1" in run("--since", "2026-11-05")[0]


def test_what_was_erased_since_is_counted(austin):
    gone = sent(austin, 2026, 11, 2, 12)
    with at(4):
        erasing.erase(gone)
    with at(9):
        erasing.erase(sent(austin, 2026, 11, 2, 12))
    Delivery.objects.all().delete()
    erasing.sweep()
    table, _ = run("--since", "2026-11-05")
    assert "Requests: 0. Clinics: 0." in table
    assert "Erased on 2026-11-05 or later: 1." in table


def test_no_name_and_no_answer_is_in_it(austin):
    sent(austin, 2026, 11, 10, 12)
    printed = "".join([*run("--since", "2026-11-01"), *run("--since", "2026-11-01", "--csv")])
    assert searching.found(WORDS, printed.encode()) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--since", "yesterday"], "'yesterday' is no day; write it like 2026-11-28"),
        (["--since", "2026-12-01"], "lies ahead: today is 2026-11-28"),
        (["--since", "2026-11-05", "--until", "2026-11-04"], "comes before --since"),
        ([], "--since"),
    ],
)
def test_a_wrong_day_is_explained(austin, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        run(*arguments)


def test_a_damaged_erasure_list_is_named(austin, settings):
    with open(settings.ERASURE_LIST, "w") as file:
        file.write("what?\n")
    with pytest.raises(CommandError, match="erasure list cannot be read"):
        run("--since", "2026-11-05")
