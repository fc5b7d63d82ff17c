"""The state table of referrals: who may move what from where to where, and why. Pure data.

Pages, admin, API and clock ask this file and nothing else. The table itself is docs/referrals.md's and the contract's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a request stands, in the clinic's words."""

    DRAFT = "draft", _("draft")
    UNCONFIRMED = "unconfirmed", _("waits for the patient's own word")
    SUBMITTED = "submitted", _("new")
    RECEIVED = "received", _("started on")
    NEEDS_INFORMATION = "needs_information", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    SCHEDULED = "scheduled", _("has an appointment")
    COMPLETED = "completed", _("seen")
    DECLINED = "declined", _("declined")
    COULD_NOT_REACH = "could_not_reach", _("patient could not be reached")
    NOT_GENUINE = "not_genuine", _("not genuine")
    WITHDRAWN = "withdrawn", _("withdrawn by the patient")
    REDIRECTED = "redirected", _("moved on to another clinic")
    EXPIRED = "expired", _("expired")


ENDS = frozenset(
    {
        State.COMPLETED,
        State.DECLINED,
        State.COULD_NOT_REACH,
        State.NOT_GENUINE,
        State.WITHDRAWN,
        State.REDIRECTED,
        State.EXPIRED,
    }
)


class Role(TextChoices):
    PATIENT = "patient", _("patient")
    CLINIC = "clinic", _("clinic")
    CLOCK = "clock", _("clock")


class BSeR(TextChoices):
    """Business status of a referral task. Source: HL7 FHIR implementation guide "Bidirectional Services eReferral"."""

    CREATED = "2.0", _("created")
    ACCEPTED = "3.0", _("accepted")
    DECLINED = "4.0", _("declined")
    SCHEDULED = "5.1.1", _("appointment scheduled")
    UNATTENDED = "5.1.2", _("appointment not attended")
    APPOINTMENT_CANCELLED = "5.1.3", _("appointment cancelled")
    EVENT_COMPLETED = "5.1.4", _("appointment took place")
    CANCELLED = "6.0", _("cancelled")
    COMPLETED = "7.0", _("completed")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code: what the clinic chooses, what the patient reads, and what the patient can do next."""

    code: str
    label: str | Promise
    to_patient: str | Promise
    next_step: str | Promise


DECLINE_REASONS = (
    Reason(
        "no_capacity",
        _("No room for new patients now"),
        _("The clinic has no room for new patients now."),
        _("Ask the next nearest clinic. Waiting times differ a lot."),
    ),
    Reason(
        "not_offered",
        _("We do not do this procedure"),
        _("The clinic does not do this procedure."),
        _("Ask another clinic that offers it."),
    ),
    Reason(
        "other_care_first",
        _("Other care should come first"),
        _("From your answers, the clinic thinks that other care should come first."),
        _("Talk with your own doctor, or call the clinic and ask what they would try first."),
    ),
    Reason(
        "needs_imaging",
        _("An MRI is needed first"),
        _("The clinic needs an MRI before it can decide."),
        _("Ask your own doctor for an MRI. Then send a new request."),
    ),
    Reason(
        "needs_doctor_referral",
        _("A referral by the patient's own doctor is needed"),
        _("The clinic needs a referral from your own doctor first."),
        _("Ask your own doctor for a referral to this clinic. Then call the clinic or send a new request."),
    ),
    Reason(
        "insurance",
        _("We do not take the patient's insurance"),
        _("The clinic does not take your insurance."),
        _("Ask your insurer which clinics near you take your plan, and search for one of them here."),
    ),
    Reason(
        "already_patient",
        _("Is already our patient, or has asked us before"),
        _("You are already this clinic's patient, or have asked it before."),
        _("Call the clinic. It can answer you directly."),
    ),
    Reason(
        "other",
        _("Another reason"),
        _("The clinic gave no reason that we can show here."),
        _("Call the clinic and ask, or ask the next nearest one."),
    ),
)
NOT_MINE = "not_mine"
BY_PARTNER = "by_partner"
STOPPED = "stopped"
WITHDRAW_REASONS = (
    Reason(
        NOT_MINE,
        _("The person named did not send it"),
        _("You told us that you did not send this request."),
        _("There is nothing more to do."),
    ),
    Reason(
        BY_PARTNER,
        _("Taken back by the partner that sent it, before the patient agreed"),
        _("The website that had sent it took it back."),
        _("There is nothing more to do."),
    ),
    Reason(
        STOPPED,
        _("Ended at the warning signs"),
        _("Your answer to the warning signs came first, so nothing was sent."),
        _("Get help first. After that you can send a new request, or ask the office to."),
    ),
)
LEAVES_NOTHING = frozenset({NOT_MINE, BY_PARTNER, STOPPED})  # after these the content is erased at once


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow of the table. `reasons` are the codes it may carry; it must carry one where `reason_needed`."""

    name: str
    before: State
    to: State
    roles: frozenset[Role]
    bser: BSeR
    reasons: tuple[Reason, ...] = ()
    reason_needed: bool = False


def _moves(
    name: str,
    before: Iterable[State],
    to: State,
    roles: Iterable[Role],
    bser: BSeR,
    reasons: tuple[Reason, ...] = (),
    *,
    reason_needed: bool = False,
) -> list[Move]:
    return [Move(name, state, to, frozenset(roles), bser, reasons, reason_needed) for state in before]


_PATIENT, _CLINIC, _CLOCK = [Role.PATIENT], [Role.CLINIC], [Role.CLOCK]
_WITH_CLINIC = [State.RECEIVED, State.NEEDS_INFORMATION, State.ACCEPTED]
_RUNNING = [state for state in State if state not in ENDS]

MOVES: tuple[Move, ...] = (
    *_moves("submit", [State.DRAFT], State.SUBMITTED, _PATIENT, BSeR.CREATED),
    *_moves("confirm", [State.UNCONFIRMED], State.SUBMITTED, _PATIENT, BSeR.CREATED),
    *_moves("start", [State.SUBMITTED], State.RECEIVED, _CLINIC, BSeR.CREATED),
    *_moves("ask", [State.RECEIVED, State.ACCEPTED], State.NEEDS_INFORMATION, _CLINIC, BSeR.CREATED),
    *_moves("answer", [State.NEEDS_INFORMATION], State.RECEIVED, [Role.PATIENT, Role.CLINIC], BSeR.CREATED),
    *_moves("accept", [State.RECEIVED], State.ACCEPTED, _CLINIC, BSeR.ACCEPTED),
    *_moves("decline", _WITH_CLINIC, State.DECLINED, _CLINIC, BSeR.DECLINED, DECLINE_REASONS, reason_needed=True),
    *_moves("could_not_reach", _WITH_CLINIC, State.COULD_NOT_REACH, _CLINIC, BSeR.CANCELLED),
    *_moves("not_genuine", [State.RECEIVED], State.NOT_GENUINE, _CLINIC, BSeR.CANCELLED),
    *_moves("schedule", [State.ACCEPTED], State.SCHEDULED, _CLINIC, BSeR.SCHEDULED),
    *_moves("missed", [State.SCHEDULED], State.ACCEPTED, _CLINIC, BSeR.UNATTENDED),
    *_moves("not_seen", [State.SCHEDULED], State.ACCEPTED, _PATIENT, BSeR.UNATTENDED),
    *_moves("cancel_appointment", [State.SCHEDULED], State.ACCEPTED, _CLINIC, BSeR.APPOINTMENT_CANCELLED),
    *_moves("seen", [State.SCHEDULED], State.COMPLETED, [Role.PATIENT, Role.CLINIC], BSeR.EVENT_COMPLETED),
    *_moves("complete", [State.SCHEDULED], State.COMPLETED, _CLOCK, BSeR.COMPLETED),
    *_moves("withdraw", _RUNNING, State.WITHDRAWN, _PATIENT, BSeR.CANCELLED, WITHDRAW_REASONS),
    *_moves("redirect", _RUNNING, State.REDIRECTED, _PATIENT, BSeR.CANCELLED),
    *_moves(
        "expire",
        [State.UNCONFIRMED, State.SUBMITTED, *_WITH_CLINIC],
        State.EXPIRED,
        _CLOCK,
        BSeR.CANCELLED,
    ),
)
_TABLE = {(move.before, move.name): move for move in MOVES}

# Ends after which the same answers may go to another clinic: none of them was the patient's own wish, or a yes.
GO_ON_AFTER = frozenset({State.DECLINED, State.COULD_NOT_REACH, State.EXPIRED})

NEXT_STEPS: dict[State, str | Promise] = {
    State.COMPLETED: _("Follow what the clinic told you. If something gets worse, call the clinic."),
    State.DECLINED: _("Ask the next nearest clinic that offers it, or talk with your own doctor."),
    State.COULD_NOT_REACH: _("Call the clinic, or send a new request with a number where you can be reached."),
    State.NOT_GENUINE: _("If this was a real request, call the clinic."),
    State.WITHDRAWN: _("You can send a new request at any time."),
    State.REDIRECTED: _("Your request goes on at the other clinic. Use the link of that request."),
    State.EXPIRED: _("Call the clinic, or ask the next nearest one."),
}


class MoveRefused(Exception):
    """The table has no such move from there for this role, or its reason is missing or unknown.

    `open_moves` names what the role may do instead, `reasons` the codes that would be right (empty: none is wanted).
    """

    def __init__(self, state: State, name: str, role: Role, reason: str = "") -> None:
        self.state, self.name, self.role, self.reason = state, name, role, reason
        self.open_moves = [move.name for move in open_moves(state, role)]
        move = _TABLE.get((state, name))
        self.reasons = [known.code for known in move.reasons] if move else []
        right = ", ".join(self.open_moves) or "none"
        text = f"{role.value} cannot {name} a request that is {state.value}; open moves: {right}"
        if name in self.open_moves:
            text = f"{name} needs one of the reasons {', '.join(self.reasons) or '(none)'}, not {reason!r}"
        super().__init__(text)


def open_moves(state: str, role: Role) -> list[Move]:
    """What this role may do with a request that stands there, in the table's order."""
    return [move for move in MOVES if move.before == state and role in move.roles]


def allowed(state: str, name: str, role: Role, reason: str = "") -> Move:
    """The move of that name from that state. Raises MoveRefused, which lists the open moves."""
    move = _TABLE.get((State(state), name))
    if move is None or role not in move.roles:
        raise MoveRefused(State(state), name, role)
    if reason not in {known.code for known in move.reasons} | (set() if move.reason_needed else {""}):
        raise MoveRefused(State(state), name, role, reason)
    return move


def open_to(state: str, name: str, role: Role) -> None:
    """Raises MoveRefused where this role has no such move there, whatever the reason."""
    if name not in {move.name for move in open_moves(state, role)}:
        raise MoveRefused(State(state), name, role)


def reason(code: str) -> Reason | None:
    """The coded reason; None for a blank or unknown code."""
    return next((known for known in (*DECLINE_REASONS, *WITHDRAW_REASONS) if known.code == code), None)
