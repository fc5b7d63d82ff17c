"""Random walks: whatever people and clock do, nothing leaves the table, and everything comes to an end."""

import datetime
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from referrals import clock, correspondence, moves, states
from referrals.models import Referral
from referrals.states import ENDS, MoveRefused, Role, State
from tests import factories

DAY = datetime.timedelta(days=1)
START = datetime.datetime(2026, 11, 2, 16, 30, tzinfo=datetime.UTC)
WALKS = 500
NAMES = sorted({move.name for move in states.MOVES} - {"submit"})
MOSTLY = 80  # of a hundred moves are tried that the table has, the others at random
# Where a walk begins: the clinic's moves that lead there from a request that was just sent.
BEGINNINGS: dict[str, list[str]] = {
    State.UNCONFIRMED: [],
    State.SUBMITTED: [],
    State.RECEIVED: ["start"],
    State.NEEDS_INFORMATION: ["start", "ask"],
    State.ACCEPTED: ["start", "accept"],
    State.SCHEDULED: ["start", "accept", "schedule"],
}
AGREED: dict[str, Any] = {"consent_version": "2", "signs": moves.SignsToday("no")}
BY_HAND = [Role.CLINIC, Role.PATIENT, Role.CLOCK]


def walk(austin, elsewhere, reached: set[str]) -> type[RuleBasedStateMachine]:
    """Walks of requests to Austin, which may move on to `elsewhere`. `reached` is told of each state on the way."""

    class Walk(RuleBasedStateMachine):
        """One request and all that can happen to it. Each walk is undone at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.now = START

        @initialize(begins=st.sampled_from(sorted(BEGINNINGS)), mailed=st.booleans())
        def send(self, begins: str, mailed: bool) -> None:
            """Walks begin everywhere: those from the first state alone seldom come to an appointment."""
            with self.time():
                self.referral = austin.referral()
            self.begins = State.DRAFT
            if mailed:
                Referral.objects.filter(pk=self.referral.pk).update(email_checked_at=self.now)
            if begins == State.UNCONFIRMED:  # as a doctor's office sends it: no step was made yet
                self.referral.steps.all()._raw_delete("default")
                self.referral.deliveries.all().delete()
                Referral.objects.filter(pk=self.referral.pk).update(
                    state=State.UNCONFIRMED, version=0, submitted_at=None
                )
                self.begins = State.UNCONFIRMED
            self.referral.refresh_from_db()
            self.erased = False
            for name in BEGINNINGS[begins]:
                details = {"ask": {"text": "When was it?"}, "schedule": {"at": self.now + DAY}}.get(name, {})
                with self.time():
                    getattr(moves, name)(self.referral, actor=austin.staff, **details)

        def time(self) -> Any:
            return time_machine.travel(self.now, tick=False)

        @rule(
            name=st.sampled_from(NAMES),
            role=st.sampled_from(BY_HAND),
            reason=st.sampled_from(["no_capacity", "other", "because", ""]),
            days=st.integers(-1, 40),
            luck=st.integers(0, 99),
        )
        def somebody_moves(self, name: str, role: Role, reason: str, days: int, luck: int) -> None:
            """Any move by anybody; what the table does not have is refused and changes nothing."""
            if self.erased:
                return
            open_to_all = [(move, by) for by in BY_HAND for move in states.open_moves(self.referral.state, by)]
            # What goes on is tried more often than what ends it: else most walks would be over at once
            possible = [(move.name, by) for move, by in open_to_all for _ in range(1 if move.to in ENDS else 4)]
            if luck < MOSTLY and possible:
                name, role = possible[luck % len(possible)]
            before = (self.referral.state, self.referral.version)
            actor = austin.staff if role == Role.CLINIC else moves.Actor(role)
            details: dict[str, Any] = {"actor": actor}
            if name in ("confirm", "redirect", "not_seen"):
                if role != Role.PATIENT:
                    return  # these functions know one actor only
                details = {"confirm": AGREED, "not_seen": {"text": "It was closed."}, "redirect": {}}[name]
            if name == "redirect":
                details = {
                    "practice_id": elsewhere.pk,
                    "clinic_id": elsewhere.site.clinic_id,
                    "form_key_hash": f"moved on {self.referral.pk}",
                    **AGREED,
                }
            if name == "decline":
                details["reason"] = reason
            if name in ("ask", "answer"):
                details["text"] = "When was it?"
            if name == "schedule":
                details["at"] = self.now + days * DAY
            open_now = {move.name: move for move in states.open_moves(self.referral.state, role)}
            try:
                with self.time(), transaction.atomic():
                    getattr(moves, name)(self.referral, **details)
            except (MoveRefused, moves.AppointmentRefused, moves.NobodyTried, moves.AlreadySent) as refused:
                self.referral.refresh_from_db()
                assert (self.referral.state, self.referral.version) == before
                if name == "redirect":
                    return  # from an end it goes on without a move
                if isinstance(refused, MoveRefused):
                    assert name not in open_now or (name == "decline" and reason in ("because", ""))
            else:
                if name == "redirect" and name not in open_now:
                    assert before[0] in states.GO_ON_AFTER
                    return
                assert self.referral.state == open_now[name].to
                assert self.referral.version == before[1] + 1
                self.referral.refresh_from_db()  # what nobody had agreed to is erased as its time is over
                self.erased = self.referral.erased_at is not None

        @rule(old=st.integers(1, 3))
        def somebody_acts_on_what_they_saw_before(self, old: int) -> None:
            if self.erased:
                return
            late = Referral.objects.get(pk=self.referral.pk)
            late.version -= min(old, late.version)
            if late.version == self.referral.version or not states.open_moves(late.state, Role.PATIENT):
                return
            try:
                with self.time(), transaction.atomic():
                    moves.withdraw(late)
            except moves.ReferralMoved:
                return
            raise AssertionError("the second of two won")

        @rule()
        def the_clinic_tries_to_reach_the_patient(self) -> None:
            if self.erased:
                return
            try:
                correspondence.log_attempt(self.referral, user=austin.coordinator, outcome="no_answer")
            except correspondence.NotNow:
                assert self.referral.state not in correspondence.WITH_CLINIC

        @rule(days=st.integers(0, 25))
        def time_passes(self, days: int) -> None:
            self.now += days * DAY
            self.tick()

        def tick(self) -> None:
            with self.time():
                clock.tick(self.now)
            try:
                self.referral.refresh_from_db()
            except Referral.DoesNotExist:
                assert self.begins == State.UNCONFIRMED or self.referral.state in ENDS
                self.erased = True  # what nobody agreed to, at once; what has ended, after its time
                reached.add(State.EXPIRED)
            else:
                self.erased = self.referral.erased_at is not None

        @invariant()
        def replaying_the_history_gives_the_state(self) -> None:
            if not hasattr(self, "referral") or self.erased:
                return
            reached.add(self.referral.state)
            state, steps = self.begins, list(self.referral.steps.all())
            for number, step in enumerate(steps, start=1):
                assert (step.version, step.before) == (number, state)
                state = states.allowed(step.before, step.move, Role(step.role), step.reason).to
                assert step.to == state
            assert (self.referral.state, self.referral.version) == (state, len(steps))
            assert Referral.objects.get(pk=self.referral.pk).state == state

        def teardown(self) -> None:
            try:
                if hasattr(self, "referral"):
                    for _ in range(4):  # the farthest appointment is 40 days away, and over 30 days later
                        if self.erased or self.referral.state in ENDS:
                            break
                        self.now += 31 * DAY
                        self.tick()
                    assert self.erased or self.referral.state in ENDS
                    self.replaying_the_history_gives_the_state()
            finally:
                transaction.set_rollback(True)
                self.undo.__exit__(None, None, None)

    return Walk


def test_five_hundred_random_walks_stay_in_the_table_and_the_clock_ends_them_all(austin, settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    elsewhere = factories.offering(clinic=factories.connected_clinic()).practice
    reached: set[str] = set()
    run_state_machine_as_test(walk(austin, elsewhere, reached), settings=WALKING)
    # Which of the rarer ends are met differs from run to run; test_clock.py leads every state to its end
    assert reached >= {*BEGINNINGS, State.WITHDRAWN, State.EXPIRED}


WALKING = settings(
    max_examples=WALKS, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
