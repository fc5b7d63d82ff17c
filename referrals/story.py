"""Where a request stands, in the patient's words: whose turn it is, what happened, what comes next.

No identity and nothing clinical: whoever holds the link reads this.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals import states
from referrals.models import Referral
from referrals.states import Role, State

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Stand:
    """What is true in one state. `tone` is the colour of the tag, `to_come` what usually follows."""

    turn: Words
    tone: str
    title: Words
    text: Words
    to_come: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    text: Words
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Story:
    stand: Stand
    events: Sequence[Event]
    reason: Words  # why it ended, where a reason was given
    next_step: Words  # after that reason
    usual_step: Words  # after such an end, whatever the reason
    may_withdraw: bool
    asks_whether_seen: bool  # the hour of the appointment has come


_CLINICS_TURN, _YOUR_TURN, _ENDED = _("The clinic’s turn"), _("Your turn"), _("Ended")
_STARTS, _DECIDES, _APPOINTMENT = _("They start on it"), _("They say yes or no"), _("You get an appointment")

STANDS: dict[State, Stand] = {
    State.UNCONFIRMED: Stand(
        _YOUR_TURN,
        "amber",
        _("It waits for your word"),
        _("Somebody asked for you. Nothing goes to the clinic until you agree."),
        (_STARTS, _DECIDES),
    ),
    State.SUBMITTED: Stand(
        _CLINICS_TURN,
        "",
        _("Your request was sent"),
        _("The clinic has it and has not started on it yet. There is nothing for you to do now."),
        (_STARTS, _DECIDES, _APPOINTMENT),
    ),
    State.RECEIVED: Stand(
        _CLINICS_TURN,
        "",
        _("The clinic has started on your request"),
        _("They read your answers and decide. They may call you or write to you."),
        (_DECIDES, _APPOINTMENT),
    ),
    State.NEEDS_INFORMATION: Stand(
        _YOUR_TURN,
        "amber",
        _("The clinic has a question for you"),
        _("They need to know more before they can decide. Answer here, or call them."),
        (_DECIDES, _APPOINTMENT),
    ),
    State.ACCEPTED: Stand(
        _CLINICS_TURN,
        "leaf",
        _("The clinic said yes"),
        _("They will call you or write to you to set a date. You may also call them."),
        (_APPOINTMENT,),
    ),
    State.SCHEDULED: Stand(
        _YOUR_TURN,
        "leaf",
        _("You have an appointment"),
        _("If you cannot come, call the clinic as soon as you can."),
        (_("You are seen"),),
    ),
    State.COMPLETED: Stand(_ENDED, "leaf", _("You were seen"), _("This request is done.")),
    State.DECLINED: Stand(
        _ENDED,
        "red",
        _("The clinic said no"),
        _("They cannot see you for this. This says nothing about other clinics."),
    ),
    State.COULD_NOT_REACH: Stand(
        _ENDED, "red", _("The clinic could not reach you"), _("They tried, and closed the request.")
    ),
    State.NOT_GENUINE: Stand(
        _ENDED, "red", _("The clinic closed this request"), _("They took it for one that no patient had sent.")
    ),
    State.WITHDRAWN: Stand(
        _ENDED, "", _("You withdrew this request"), _("The clinic was told. It may keep what it has received.")
    ),
    State.REDIRECTED: Stand(
        _ENDED, "", _("You moved on to another clinic"), _("This request has ended; the new one has its own link.")
    ),
    State.EXPIRED: Stand(_ENDED, "red", _("This request has run out"), _("Nobody answered it in time.")),
}

# The patient said no to what others had asked for them. It stays under a legal hold only.
NOTHING_SENT = Stand(_ENDED, "", _("You withdrew this request"), _("Nothing of it went to the clinic."))
# Nobody said anything after the appointment: that is no word of having been seen.
CLOSED_UNSAID = Stand(_ENDED, "", _("This request was closed"), _("Nobody told us whether you were seen."))
_PATIENTS_TURN = _("The patient’s turn")

# For the doctor's office that asked for a patient.
STANDS_FOR_OFFICE: dict[State, Stand] = {
    State.UNCONFIRMED: Stand(
        _PATIENTS_TURN,
        "amber",
        _("It waits for the patient’s word"),
        _("We mailed the patient a link. Nothing goes to the clinic before the patient says yes."),
    ),
    State.SUBMITTED: Stand(
        _CLINICS_TURN,
        "",
        _("The patient agreed, and it was sent"),
        _("The clinic has it and has not started on it yet."),
    ),
    State.RECEIVED: Stand(
        _CLINICS_TURN, "", _("The clinic has started on the request"), _("They read the answers and decide.")
    ),
    State.NEEDS_INFORMATION: Stand(
        _PATIENTS_TURN,
        "amber",
        _("The clinic has a question for the patient"),
        _("The patient reads it on a private page, and answers there or by phone."),
    ),
    State.ACCEPTED: Stand(_CLINICS_TURN, "leaf", _("The clinic said yes"), _("They set a date with the patient.")),
    State.SCHEDULED: Stand(
        _PATIENTS_TURN, "leaf", _("The patient has an appointment"), _("The patient was told the day.")
    ),
    State.COMPLETED: Stand(_ENDED, "leaf", _("The patient was seen"), _("This request is done.")),
    State.DECLINED: Stand(
        _ENDED, "red", _("The clinic said no"), _("The patient reads why, and which other clinics can be asked.")
    ),
    State.COULD_NOT_REACH: Stand(
        _ENDED,
        "red",
        _("The clinic could not reach the patient"),
        _("They tried, and closed the request. Ask the patient to call the clinic."),
    ),
    State.NOT_GENUINE: Stand(
        _ENDED,
        "red",
        _("The clinic closed this request"),
        _("They took it for one that no patient had sent. If it was real, call the clinic."),
    ),
    State.WITHDRAWN: Stand(
        _ENDED, "", _("The patient withdrew this request"), _("If you need to know more, ask the patient.")
    ),
    State.REDIRECTED: Stand(
        _ENDED,
        "",
        _("The patient moved on to another clinic"),
        _("This request has ended. The patient follows the new one."),
    ),
    State.EXPIRED: Stand(
        _ENDED, "red", _("This request has run out"), _("Nobody answered it in time. Call the clinic.")
    ),
}
# The same where it ended before the patient had agreed, by the coded reason of its last step.
NEVER_SENT: dict[str, Stand] = {
    states.NOT_MINE: Stand(
        _ENDED,
        "red",
        _("The patient said that it is not theirs"),
        _("Nothing was sent to the clinic. Ask the patient. If the mail address was wrong, send a new request."),
    ),
    # The answer to the warning signs is the patient's own: the office learns that it has to call, not why.
    states.STOPPED: Stand(
        _ENDED,
        "red",
        _("It ended before it was sent"),
        _("Nothing was sent to the clinic. Please call the patient today and ask how they are."),
    ),
    "": Stand(
        _ENDED,
        "red",
        _("The patient did not agree in time"),
        _(
            "Nothing of it was sent to the clinic. Ask the patient, who may have asked there without you. If not, send "
            "a new request."
        ),
    ),
}

WERE_YOU_SEEN = Stand(
    _YOUR_TURN,
    "amber",
    _("Were you seen?"),
    _("Your appointment was on this day. Please tell us whether it took place. It is kept as your word."),
    (_("It is finished"),),
)

HAPPENED: dict[str, Words] = {
    "submit": _("You sent it"),
    "confirm": _("You agreed, and it was sent"),
    "start": _("They started on it"),
    "ask": _("They asked for more information"),
    "answer": _("The answer arrived"),
    "accept": _("They said yes"),
    "decline": _("They said no"),
    "could_not_reach": _("They could not reach you"),
    "not_genuine": _("They closed it"),
    "schedule": _("They set a date"),
    "missed": _("You were not seen on that day"),
    "not_seen": _("You told us that you were not seen"),
    "cancel_appointment": _("The appointment was cancelled"),
    "seen": _("You were seen"),
    "complete": _("It was closed"),
    "withdraw": _("You withdrew it"),
    "redirect": _("You moved on to another clinic"),
    "expire": _("It ran out"),
}
OPENED: Words = _("It was opened by the clinic")
NEW_LINK: Words = _("The clinic gave out a new link")


def is_patients_turn(state: State) -> bool:
    """Whether there is something for the patient to do or to know."""
    return STANDS[state].turn is _YOUR_TURN


def _stand(state: State, last_move: str, *, asks: bool, was_sent: bool) -> Stand:
    if asks:
        return WERE_YOU_SEEN
    if state == State.WITHDRAWN and not was_sent:
        return NOTHING_SENT
    return CLOSED_UNSAID if last_move == "complete" else STANDS[state]


def for_office(referral: Referral) -> Stand:
    """Where it stands, for the doctor's office that asked. One query where it has ended without having been sent."""
    state = State(referral.state)
    if referral.submitted_at is None and referral.has_ended:
        last = referral.steps.last()
        reason = last.reason if last else ""
        if reason in NEVER_SENT and (reason or state == State.EXPIRED):
            return NEVER_SENT[reason]
    return STANDS_FOR_OFFICE[state]


def tell(referral: Referral, now: datetime.datetime) -> Story:
    """The story of a request that has been sent. Three queries."""
    steps = list(referral.steps.all())
    first_opening = referral.openings.first()
    events = [Event(HAPPENED[step.move], step.at) for step in steps]
    if first_opening is not None:
        events.append(Event(OPENED, first_opening.at))
    events += [Event(NEW_LINK, link.created_at) for link in referral.links.all().handed_out()]
    events.sort(key=lambda event: event.at)
    reason = states.reason(steps[-1].reason) if steps else None  # one that waits for the patient's word has none yet
    ended = referral.has_ended
    asks = referral.appointment_at is not None and referral.state == State.SCHEDULED and referral.appointment_at <= now
    return Story(
        stand=_stand(
            State(referral.state),
            steps[-1].move if steps else "",
            asks=asks,
            was_sent=referral.submitted_at is not None,
        ),
        events=events,
        reason=reason.to_patient if ended and reason else "",
        next_step=reason.next_step if ended and reason else "",
        usual_step=states.NEXT_STEPS[State(referral.state)] if ended else "",
        may_withdraw=any(move.name == "withdraw" for move in states.open_moves(referral.state, Role.PATIENT)),
        asks_whether_seen=asks,
    )
