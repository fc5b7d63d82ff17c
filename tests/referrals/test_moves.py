"""Moves: one winner, a whole history, and what must be told in the same transaction."""

import datetime
import threading
from dataclasses import replace

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from directory import search
from directory.models import Offering
from referrals import access, gate, moves
from referrals.models import Delivery, Opening, Referral, ReferralLink, Step
from referrals.models.history import HistoryIsKept
from referrals.states import MoveRefused, Role, State
from referrals.vault import tokens
from tests import factories
from tests.referrals.patient import CONTENT


def states_of(referral):
    return [step.to for step in referral.steps.all()]


def test_a_request_is_stored_with_its_history_and_its_mail_in_one_go(austin):
    referral = austin.referral()
    referral.refresh_from_db()
    assert (referral.state, referral.version, referral.clinic) == ("submitted", 1, austin.clinic)
    step = referral.steps.get()
    assert (step.before, step.to, step.role, step.user) == ("draft", "submitted", "patient", None)
    assert referral.deliveries.get().kind == Delivery.Kind.CLINIC_NEW
    assert referral.submitted_at == referral.consented_at


def test_nothing_is_stored_if_the_mail_could_not_be_written(austin, monkeypatch):
    """The outbox row fails on purpose: a step that is no step."""
    Delivery.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        referral = austin.referral()
        Delivery.objects.create(kind="nonsense", referral=referral, step=referral.steps.get())
    assert not Referral.objects.exists()
    assert not Step.objects.exists()


def test_the_clinic_starts_accepts_and_declines_with_a_reason(austin):
    referral = austin.referral()
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason="insurance")
    assert states_of(referral) == ["submitted", "received", "accepted", "declined"]
    last = referral.steps.last()
    assert (last.reason, last.user, last.version) == ("insurance", austin.coordinator, 4)


def test_a_move_that_the_table_does_not_have_changes_nothing(austin):
    referral = austin.referral()
    with pytest.raises(MoveRefused):
        moves.accept(referral, actor=austin.staff)
    with pytest.raises(MoveRefused):
        moves.decline(referral, actor=austin.staff, reason="because")
    referral.refresh_from_db()
    assert (referral.state, referral.version, referral.steps.count()) == ("submitted", 1, 1)


def test_withdrawing_is_told_to_the_clinic_once_and_ends_it(austin):
    referral = austin.referral()
    moves.withdraw(referral)
    assert referral.has_ended
    assert sorted(referral.deliveries.values_list("kind", flat=True)) == ["clinic_new", "clinic_withdrawn"]
    with pytest.raises(MoveRefused):
        moves.withdraw(referral)


def test_whoever_read_an_older_version_loses_even_if_the_state_is_the_same_again(austin):
    referral = austin.referral()
    moves.start(referral, actor=austin.staff)
    late = Referral.objects.get(pk=referral.pk)
    # There and back: asked, and answered.
    moves._carry_out(referral, "ask", austin.staff)
    moves._carry_out(referral, "answer", moves.PATIENT)
    assert referral.state == late.state
    with pytest.raises(moves.ReferralMoved):
        moves.accept(late, actor=austin.staff)
    assert referral.steps.count() == 4


def test_only_the_staff_of_the_clinic_addressed_act_on_it(austin):
    referral = austin.referral()
    for person in (austin.stranger, austin.operator):
        with pytest.raises(moves.NotTheirClinic):
            moves.start(referral, actor=moves.Actor.of_clinic(person))
    with pytest.raises(moves.NotTheirClinic):
        moves.start(referral, actor=moves.Actor(Role.CLINIC))
    assert Referral.objects.get().state == State.SUBMITTED


def test_two_people_acting_at_once_cannot_both_win(committed_austin):
    referral = committed_austin.referral()
    moves.start(referral, actor=committed_austin.staff)
    colleague = moves.Actor.of_clinic(factories.member(committed_austin.clinic))
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def act(move, actor, **reason):
        mine = Referral.objects.select_related("clinic").get(pk=referral.pk)
        together.wait()
        try:
            move(mine, actor=actor, **reason)
            outcomes.append("won")
        except moves.ReferralMoved:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(moves.accept, committed_austin.staff)),
        threading.Thread(target=act, args=(moves.decline, colleague), kwargs={"reason": "no_capacity"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["too late", "won"]
    assert referral.steps.count() == 3


def test_two_clicks_at_once_make_one_request(committed_austin):
    key = tokens.keyed_hash("test", "the same form")
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def click():
        together.wait()
        try:
            moves.submit(committed_austin.practice.pk, "adhesiolysis", CONTENT, consent_version="1", form_key_hash=key)
            outcomes.append("stored")
        except moves.AlreadySent as sent:
            outcomes.append(f"already {sent.referral.pk}")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one = Referral.objects.get()
    assert sorted(outcomes) == sorted(["stored", *[f"already {one.pk}"] * 3])
    assert Delivery.objects.count() == Step.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda a: Offering.objects.update(status="paused"), gate.TakesNone),
        (lambda a: Offering.objects.update(status=None), gate.TakesNone),
        (lambda a: Offering.objects.update(status="stopped"), gate.NotOffered),
        (lambda a: type(a.practice).objects.update(accepting_new_patients=False), gate.TakesNone),
        (lambda a: type(a.clinic).objects.update(people_checked_on=None), gate.TakesNone),
        (lambda a: type(a.clinic).objects.update(notification_email_confirmed_at=None), gate.TakesNone),
        (lambda a: type(a.practice.site).objects.update(hidden=True), gate.NoSuchPractice),
    ],
)
def test_whether_it_may_be_sent_is_asked_again_while_storing(austin, change, refusal):
    change(austin)
    search.rebuild_all()
    with pytest.raises(refusal):
        austin.referral()
    assert not Referral.objects.exists()
    assert not Delivery.objects.exists()


def test_an_unknown_answer_about_new_patients_lets_a_request_through(austin):
    austin.practice.accepting_new_patients = None
    austin.practice.save()
    search.rebuild([austin.practice.pk])
    assert austin.referral().state == State.SUBMITTED


def test_nobody_missed_an_appointment_before_its_hour(austin):
    referral, at = austin.referral(), timezone.now() + datetime.timedelta(days=9)
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.schedule(referral, actor=austin.staff, at=at)
    with pytest.raises(moves.AppointmentRefused):
        moves.missed(referral, actor=austin.staff)
    referral.refresh_from_db()
    assert (referral.state, referral.appointment_at, referral.steps.count()) == (State.SCHEDULED, at, 4)
    with time_machine.travel(at + datetime.timedelta(minutes=1)):
        moves.missed(referral, actor=austin.staff)
    assert (referral.state, referral.appointment_at) == (State.ACCEPTED, None)


def test_steps_are_never_changed(austin):
    step = austin.referral().steps.get()
    step.reason = "other"
    with pytest.raises(HistoryIsKept):
        step.save()
    with pytest.raises(HistoryIsKept):
        Step.objects.update(reason="other")


def test_steps_are_not_deleted_but_go_with_their_request(austin):
    referral = austin.referral()
    for delete in (referral.steps.get().delete, referral.steps.all().delete, Step.objects.all().delete):
        with pytest.raises(HistoryIsKept):
            delete()
    assert referral.steps.count() == 1
    referral.delete()
    assert not Step.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"submitted_at": None},
        {"consent_version": ""},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(austin, change):
    austin.referral()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.update(**change)


def test_the_database_itself_refuses_a_clinic_step_without_a_person_and_a_second_one_of_a_version(austin):
    referral = austin.referral()
    step = {"referral": referral, "move": "start", "before": "submitted", "to": "received"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(**step, version=2, role="clinic")
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(**step, version=1, role="clinic", user=austin.coordinator)


def test_each_sees_the_rows_that_are_theirs_and_only_the_clinic_reads(austin):
    referral = austin.referral()
    for model in (Referral, Step, Delivery, ReferralLink, Opening):
        assert not model.objects.scope(austin.stranger).exists()
    assert Referral.objects.scope(austin.coordinator).get() == referral
    assert Referral.objects.scope(austin.operator).get() == referral
    assert access.may_read(austin.coordinator, referral)
    assert not access.may_read(austin.stranger, referral)
    assert not access.may_read(austin.operator, referral)


def test_reading_is_recorded_and_refused_to_others(austin):
    referral = austin.referral()
    assert access.read(referral, user=austin.coordinator) == CONTENT
    assert Opening.objects.get().user == austin.coordinator
    with pytest.raises(access.MayNotRead):
        access.read(referral, user=austin.operator)
    assert Opening.objects.count() == 1


def test_somebody_who_left_no_longer_reads(austin):
    referral = austin.referral()
    austin.coordinator.is_active = False
    austin.coordinator.save()
    assert not access.may_read(austin.coordinator, referral)


def test_a_request_stays_with_the_clinic_named_when_its_office_changes_hands(austin):
    referral = austin.referral()
    austin.practice.site.clinic = austin.stranger.memberships.get().clinic
    austin.practice.site.save()
    search.rebuild_all()
    assert not Referral.objects.scope(austin.stranger).exists()
    assert Referral.objects.scope(austin.coordinator).get() == referral


def test_a_reference_is_short_and_finds_its_request_however_it_is_typed(austin):
    referral = austin.referral()
    austin.referral()
    typed = referral.reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert len(referral.reference) == 9
    assert Referral.objects.with_reference(typed).get() == referral
    for nonsense in ("", "7K2F", "7K2F-041U", "%%%%-%%%%", "😀" * 8):
        assert not Referral.objects.with_reference(nonsense).exists()


SIGNS = {"warning": "long_standing", "warning_text": "leaking since 2020, Dr. Lowe"}


def moving_on(practice):
    """What the patient says and agrees to for it."""
    return {
        "clinic_id": practice.site.clinic_id,
        "signs": moves.SignsToday(SIGNS["warning"], SIGNS["warning_text"]),
        "consent_version": "1",
        "form_key_hash": "moved on",
    }


def test_a_declined_request_goes_on_at_another_clinic_and_stays_declined(austin):
    referral = austin.referral()
    Referral.objects.filter(pk=referral.pk).update(email_checked_at=referral.submitted_at)
    referral.refresh_from_db()
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason="no_capacity")
    other = factories.offering(clinic=factories.connected_clinic()).practice
    words = moving_on(other)
    new = moves.redirect(referral, other.pk, **words)
    assert (new.state, new.clinic, new.continues) == (State.SUBMITTED, other.site.clinic, referral)
    assert new.unseal() == replace(CONTENT, answers={**CONTENT.answers, **SIGNS, "readiness": []})
    assert new.email_checked_at == referral.email_checked_at
    referral.refresh_from_db()
    assert referral.state == State.DECLINED
    with pytest.raises(moves.AlreadySent) as twice:
        moves.redirect(referral, other.pk, **words)
    assert twice.value.referral == new


def test_a_running_request_ends_where_it_was_when_the_patient_moves_on(austin):
    referral = austin.referral()
    other = factories.offering(clinic=factories.connected_clinic()).practice
    moves.redirect(referral, other.pk, **moving_on(other))
    referral.refresh_from_db()
    assert referral.state == State.REDIRECTED
    assert "clinic_withdrawn" in referral.deliveries.values_list("kind", flat=True)


@pytest.mark.parametrize("state", [State.COMPLETED, State.NOT_GENUINE, State.WITHDRAWN, State.REDIRECTED])
def test_what_ended_well_or_by_the_patients_own_wish_is_not_moved_on(austin, state):
    referral = austin.referral()
    Referral.objects.filter(pk=referral.pk).update(state=state)
    referral.refresh_from_db()
    other = factories.offering(clinic=factories.connected_clinic()).practice
    with pytest.raises(MoveRefused):
        moves.redirect(referral, other.pk, **moving_on(other))
    assert Referral.objects.count() == 1
