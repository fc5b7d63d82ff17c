"""Time passes: the clinic is reminded, the patient is offered others, and every request comes to an end by itself."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from referrals import business_days, clock, erasing, holds, moves
from referrals.models import Attempt, Delivery, Finished, Message, Referral, ReferralLink
from referrals.states import ENDS, State
from tests.referrals.patient import CONTENT

CHICAGO = zoneinfo.ZoneInfo("America/Chicago")
MONDAY = datetime.datetime(2026, 11, 2, 10, 30, tzinfo=CHICAGO)
DAY = datetime.timedelta(days=1)
PATIENT_KINDS = {"patient_reminder", "patient_last_reminder", "patient_offer", "patient_were_you_seen"}


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "outside" / "erased.txt")


def later(days: float) -> datetime.datetime:
    return MONDAY + days * DAY


def kinds(referral):
    return sorted(referral.deliveries.values_list("kind", flat=True))


def sent_on_monday(austin, **fields):
    with time_machine.travel(MONDAY, tick=False):
        referral = austin.referral()
    Referral.objects.filter(pk=referral.pk).update(email_checked_at=MONDAY, **fields)
    referral.refresh_from_db()
    return referral


def moved(referral, at, move, /, **details):
    with time_machine.travel(at, tick=False):
        move(referral, **details)
    return referral


# ---- business days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-02T10:30", 2, "2026-11-04T10:30"),
        ("2026-11-06T16:00", 1, "2026-11-09T16:00"),  # over a weekend
        ("2026-11-25T09:00", 1, "2026-11-27T09:00"),  # over Thanksgiving
        ("2026-11-07T22:15", 1, "2026-11-10T00:00"),  # on a Saturday: Monday begins it
        ("2026-07-02T12:00", 1, "2026-07-06T12:00"),  # July 4 is a Saturday and observed on Friday
        ("2026-10-30T12:00", 1, "2026-11-02T12:00"),  # summer time ends in between: the same hour on the wall
    ],
)
def test_business_days_leave_out_weekends_and_holidays(start, days, expected):
    begun = datetime.datetime.fromisoformat(start).replace(tzinfo=CHICAGO)
    assert business_days.after(begun, days, CHICAGO).isoformat()[:16] == expected


@given(
    st.datetimes(datetime.datetime(2024, 1, 1), datetime.datetime(2032, 1, 1), timezones=st.just(datetime.UTC)),
    st.integers(0, 30),
    st.sampled_from(["America/Chicago", "Pacific/Guam", "America/Puerto_Rico", "Pacific/Honolulu"]),
)
def test_so_many_business_days_are_never_fewer_days_and_end_on_one(start, days, name):
    zone = zoneinfo.ZoneInfo(name)
    end = business_days.after(start, days, zone)
    assert business_days.is_business_day(end.date())
    assert end.astimezone(zone).date() - start.astimezone(zone).date() >= days * DAY
    assert business_days.after(start, days + 1, zone) > end
    # What comes in on a day off counts from the next business day, which has begun by then.
    begins_off = not business_days.is_business_day(start.astimezone(zone).date())
    assert business_days.passed(start, end, zone) == days + begins_off


# ---- reminders ------------------------------------------------------------------------------------------------------


def test_a_new_request_reminds_the_clinic_twice_and_then_offers_others_each_once(austin):
    referral = sent_on_monday(austin)
    clock.tick(later(1.9))
    assert kinds(referral) == ["clinic_new"]
    clock.tick(later(2))
    clock.tick(later(2.1))
    assert kinds(referral) == ["clinic_new", "clinic_reminder"]
    clock.tick(later(6.9))
    assert "clinic_last_reminder" not in kinds(referral)
    clock.tick(later(7))  # five business days are a week
    assert "clinic_last_reminder" in kinds(referral)
    clock.tick(later(8))
    clock.tick(later(8))
    assert kinds(referral) == ["clinic_last_reminder", "clinic_new", "clinic_reminder", "patient_offer"]


def test_opening_alone_does_not_stop_the_reminders_starting_does(austin):
    opened, started = sent_on_monday(austin), sent_on_monday(austin)
    opened.openings.create(user=austin.coordinator)
    moved(started, later(1), moves.start, actor=austin.staff)
    clock.tick(later(3))
    assert "clinic_reminder" in kinds(opened)
    assert "clinic_reminder" not in kinds(started)
    clock.tick(later(8))  # Tuesday plus five business days
    assert "clinic_reminder" in kinds(started)


def test_each_state_counts_anew(austin):
    referral = sent_on_monday(austin)
    moved(referral, later(1), moves.start, actor=austin.staff)
    clock.tick(later(8))
    Delivery.objects.unsent().update(sent_at=later(8))  # what is not sent yet, a move takes back
    moved(referral, later(9), moves.accept, actor=austin.staff)
    clock.tick(later(10))  # of the state before, nothing more
    assert kinds(referral).count("clinic_reminder") == 1
    clock.tick(later(17))  # accepted on Veterans Day, so the next morning counts
    assert kinds(referral).count("clinic_reminder") == 2


def test_a_question_reminds_the_patient_twice_and_not_the_clinic(austin):
    referral = sent_on_monday(austin)
    moved(referral, later(0.1), moves.start, actor=austin.staff)
    moved(referral, later(0.2), moves.ask, actor=austin.staff, text="When was your MRI?")
    for day in range(1, 15):
        clock.tick(later(day + 0.5))
    reminders = [kind for kind in kinds(referral) if "reminder" in kind]
    assert reminders == ["patient_last_reminder", "patient_reminder"]


def test_the_day_after_the_appointment_the_patient_is_asked_once(austin):
    referral = sent_on_monday(austin)
    moved(referral, later(0.1), moves.start, actor=austin.staff)
    moved(referral, later(0.2), moves.accept, actor=austin.staff)
    moved(referral, later(0.3), moves.schedule, actor=austin.staff, at=later(10))
    clock.tick(later(10.5))
    assert "patient_were_you_seen" not in kinds(referral)
    clock.tick(datetime.datetime(2026, 11, 13, 8, 59, tzinfo=CHICAGO))
    assert "patient_were_you_seen" not in kinds(referral)
    clock.tick(datetime.datetime(2026, 11, 13, 9, 0, tzinfo=CHICAGO))
    clock.tick(later(12))
    assert kinds(referral).count("patient_were_you_seen") == 1


def test_who_has_no_checked_address_gets_no_mail_and_the_clinic_is_reminded_all_the_same(austin):
    referral = sent_on_monday(austin)
    Referral.objects.filter(pk=referral.pk).update(email_checked_at=None)
    for day in range(1, 20):
        clock.tick(later(day))
    assert not PATIENT_KINDS & set(kinds(referral))
    assert "clinic_last_reminder" in kinds(referral)


# ---- ends -----------------------------------------------------------------------------------------------------------


def everywhere(austin):
    """A request in each state that is not an end, as it is reached by the clinic's and the patient's own moves."""
    staff = {"actor": austin.staff}
    ways = {
        State.SUBMITTED: [],
        State.RECEIVED: [(moves.start, staff)],
        State.NEEDS_INFORMATION: [(moves.start, staff), (moves.ask, {**staff, "text": "When?"})],
        State.ACCEPTED: [(moves.start, staff), (moves.accept, staff)],
        State.SCHEDULED: [
            (moves.start, staff),
            (moves.accept, staff),
            (moves.schedule, {**staff, "at": later(5)}),
        ],
    }
    for state, way in ways.items():
        referral = sent_on_monday(austin)
        for number, (move, details) in enumerate(way, start=1):
            moved(referral, later(number / 10), move, **details)
        assert referral.state == state
        yield referral
    yield sent_on_monday(austin, state=State.UNCONFIRMED, submitted_at=None)


def test_from_every_state_that_is_not_an_end_the_clock_leads_to_an_end_and_then_erases(austin):
    referrals = list(everywhere(austin))
    assert {one.state for one in referrals} == set(State) - ENDS - {State.DRAFT}
    for day in range(1, 300):
        with time_machine.travel(later(day), tick=False):
            clock.tick(timezone.now())
            Delivery.objects.unsent().update(sent_at=timezone.now())
        if day == 60:
            assert {one.state for one in Referral.objects.all()} == {State.EXPIRED, State.COMPLETED}
    assert not Referral.objects.exists()
    # The one that was never sent is in no count.
    assert sum(Finished.objects.values_list("count", flat=True)) == len(referrals) - 1


def test_times_are_settings(austin, settings):
    settings.EXPIRE_AFTER_DAYS = 3
    referral = sent_on_monday(austin)
    clock.tick(later(2.9))
    referral.refresh_from_db()
    assert referral.state == State.SUBMITTED
    clock.tick(later(3))
    referral.refresh_from_db()
    assert (referral.state, referral.steps.last().role) == (State.EXPIRED, "clock")


# ---- erasing --------------------------------------------------------------------------------------------------------


def finished(austin):
    referral = sent_on_monday(austin)
    ReferralLink.objects.issue(referral)
    moved(referral, later(0.1), moves.start, actor=austin.staff)
    Attempt.objects.create(referral=referral, user=austin.coordinator, outcome="no_answer")
    moved(referral, later(0.2), moves.ask, actor=austin.staff, text="When was your MRI?")
    moved(referral, later(0.3), moves.answer, actor=moves.PATIENT, text="In March.")
    moved(referral, later(0.4), moves.decline, actor=austin.staff, reason="insurance")
    return referral


def test_erasing_takes_the_key_and_all_that_was_written_and_leaves_counts(austin, settings):
    referral = finished(austin)
    erasing.erase(referral)
    assert (bytes(referral.data_key), bytes(referral.answers), bytes(referral.name)) == (b"", b"", b"")
    assert not Message.objects.exists()
    assert not ReferralLink.objects.exists()
    row = Finished.objects.get()
    assert (row.state, row.reason, row.month, row.count) == ("declined", "insurance", datetime.date(2026, 11, 1), 1)
    with open(settings.ERASURE_LIST) as file:
        assert file.read() == f"{referral.pk} {timezone.localdate()}\n"


def test_an_erased_request_stays_as_a_shell_until_all_was_told(austin):
    referral = finished(austin)
    erasing.erase(referral)
    assert erasing.sweep() == 0
    Delivery.objects.update(sent_at=MONDAY)
    assert erasing.sweep() == 1
    assert not Referral.objects.exists()


def test_a_hold_suspends_erasing_until_it_is_released(austin):
    referral = finished(austin)
    holds.place(referral, user=austin.operator, reason="Case 12-3456")
    clock.tick(later(400))
    referral.refresh_from_db()
    assert referral.erased_at is None
    with pytest.raises(erasing.OnHold):
        erasing.erase(referral)
    assert not holds.release(referral, user=austin.operator, reason="Case 12-3456 closed")
    assert clock.tick(later(401)).erased == 1


def test_what_nobody_agreed_to_in_time_is_erased_as_soon_as_its_hold_ends(austin):
    with time_machine.travel(MONDAY, tick=False):
        referral = moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="an office's")
        holds.place(referral, user=austin.operator, reason="Case 12-3456")
    clock.tick(later(8))
    referral.refresh_from_db()
    assert (referral.state, referral.erased_at) == (State.EXPIRED, None)
    assert holds.release(referral, user=austin.operator, reason="Case 12-3456 closed")
    referral.refresh_from_db()
    assert bytes(referral.data_key) == b""


def test_who_did_not_send_it_has_it_erased_at_once_and_the_clinic_still_hears(austin):
    referral = sent_on_monday(austin)
    moves.withdraw(referral, reason="not_mine")
    assert (referral.state, bytes(referral.data_key)) == (State.WITHDRAWN, b"")
    assert "clinic_withdrawn" in kinds(referral)
