"""The moves that a clinic makes on the page of a request: the words of their buttons and what is typed for each."""

import datetime
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals import moves, states
from referrals.models import Referral, Step
from referrals.models.correspondence import LONGEST_MESSAGE
from referrals.states import DECLINE_REASONS, Role, State

SAID_ON_THE_PAGE = _("The patient reads it on the private page, not in a mail.")


class MoveForm(forms.Form):
    """What goes along with a move: nothing. `details` are the arguments for the function of the move."""

    def __init__(self, referral: Referral, zone: zoneinfo.ZoneInfo, data: QueryDict | None, name: str) -> None:
        super().__init__(data, auto_id=f"id_{name}_%s")
        self.zone = zone

    def details(self) -> dict[str, Any]:
        return {}


def words(*, label: Any, required: bool) -> forms.CharField:
    """A box for words to the patient, as long as a message may be."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=SAID_ON_THE_PAGE,
        error_messages={"required": _("Write what the patient is to read")},
    )


class AskForm(MoveForm):
    text = words(label=_("What do you need to know?"), required=True)

    def details(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class AnswerForm(MoveForm):
    text = words(label=_("A line about it for the patient (may stay empty)"), required=False)

    def details(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class DeclineForm(MoveForm):
    reason = forms.ChoiceField(
        label=_("Why? The patient reads what it means and what to do next."),
        choices=[(reason.code, reason.label) for reason in DECLINE_REASONS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason, so that the patient knows what to do next"),
            "invalid_choice": _("Choose a reason, so that the patient knows what to do next"),
        },
    )
    text = words(label=_("A line to the patient (may stay empty)"), required=False)

    def details(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "text": self.cleaned_data["text"]}


class ScheduleForm(MoveForm):
    """Date and hour as they are on the wall of the office."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%m/%d/%Y"],
        error_messages={"required": _("Say on which day"), "invalid": _("Write the day like 2027-01-31")},
    )
    hour = forms.TimeField(
        label=_("Hour"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%I:%M %p"],
        error_messages={"required": _("Say at what hour"), "invalid": _("Write the hour like 14:30")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "day" in given and "hour" in given:
            at = datetime.datetime.combine(given["day"], given["hour"], tzinfo=self.zone)
            now = timezone.now()
            if at <= now:
                self.add_error("day", _("That is in the past: an appointment lies ahead"))
            elif at > now + moves.FARTHEST_APPOINTMENT:
                self.add_error("day", _("That is more than two years ahead: check the year"))
            elif at.astimezone(datetime.UTC).astimezone(self.zone).time() != given["hour"]:
                self.add_error("hour", _("That hour does not exist on that day: clocks go forward"))
            given["at"] = at
        return given

    def details(self) -> dict[str, Any]:
        return {"at": self.cleaned_data["at"]}


@dataclass(frozen=True, slots=True)
class Action:
    """A move of the table as the clinic makes it here. `help` says what the patient sees or what follows.

    What is an end (`is_end`) takes a second press, as what takes words does.
    """

    carry_out: Callable[..., Step]
    label: str | Promise
    done: str | Promise
    form: type[MoveForm] = MoveForm
    help: str | Promise = ""
    is_end: bool = False


# In the order of their buttons: the one that is meant most often first.
ACTIONS: dict[str, Action] = {
    "start": Action(
        moves.start,
        _("Start on this request"),
        _("You have started on request %(reference)s. The patient sees that."),
        help=_("Then you can accept, ask, decline, or say that you could not reach the patient."),
    ),
    "schedule": Action(
        moves.schedule,
        _("Set the appointment"),
        _("The appointment of request %(reference)s is set. The patient sees it."),
        form=ScheduleForm,
        help=_("Agree on it with the patient first. Day and hour are those of the office."),
    ),
    "accept": Action(
        moves.accept,
        _("Accept"),
        _("Request %(reference)s is accepted. The patient sees that."),
        help=_("Then you set a date."),
    ),
    "seen": Action(
        moves.seen,
        _("The patient was seen"),
        _("Request %(reference)s is done: the patient was seen."),
    ),
    "missed": Action(
        moves.missed,
        _("The patient did not come"),
        _("Noted: the patient of request %(reference)s did not come. You can set a new date."),
    ),
    "cancel_appointment": Action(
        moves.cancel_appointment,
        _("The appointment falls through"),
        _("The appointment of request %(reference)s is cancelled. You can set a new date."),
    ),
    "answer": Action(
        moves.answer,
        _("The patient has answered"),
        _("Noted for request %(reference)s: the patient has answered. You can decide now."),
        form=AnswerForm,
        help=_("For an answer by phone or in the office."),
    ),
    "ask": Action(
        moves.ask,
        _("Ask the patient"),
        _("The patient of request %(reference)s is asked. You get a mail when the answer comes."),
        form=AskForm,
    ),
    "decline": Action(
        moves.decline,
        _("Decline and tell the patient"),
        _("Request %(reference)s is declined. The patient sees the reason and what to do next."),
        form=DeclineForm,
    ),
    "could_not_reach": Action(
        moves.could_not_reach,
        _("Could not reach the patient"),
        _("Request %(reference)s is closed: the patient could not be reached. The patient sees your attempts."),
        help=_("It ends the request here. The patient sees your attempts, and can go on to another clinic."),
        is_end=True,
    ),
    "not_genuine": Action(
        moves.not_genuine,
        _("Not genuine"),
        _("Request %(reference)s is closed as not genuine."),
        help=_("Only if no patient can have sent it. It ends the request."),
        is_end=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Button:
    """A move that is open now. `blocked` says what has to come first; `is_open`: its form is shown at once."""

    name: str
    action: Action
    form: MoveForm
    blocked: str | Promise
    is_open: bool

    @property
    def asks_first(self) -> bool:
        """Whether it unfolds something before it is done: words to type, or what an end means."""
        return self.action.is_end or self.action.form is not MoveForm


def buttons(
    referral: Referral, zone: zoneinfo.ZoneInfo, typed: tuple[str, QueryDict] | None = None, unfold: str = ""
) -> list[Button]:
    """The moves that the table allows a clinic now. `typed`: the move that was refused, with all that was sent.

    `unfold`: the move whose form is shown at once.
    """
    open_now = {move.name for move in states.open_moves(referral.state, Role.CLINIC)}
    made = []
    for name, action in ACTIONS.items():
        if name not in open_now:
            continue
        is_typed = typed is not None and typed[0] == name
        form = action.form(referral, zone, typed[1] if typed is not None and is_typed else None, name)
        made.append(Button(name, action, form, _blocked(referral, name), is_typed or name == unfold))
    return made


def _blocked(referral: Referral, name: str) -> str | Promise:
    if name == "could_not_reach" and not referral.attempts.exists():
        return _("Log your attempts to reach the patient first; the patient sees them.")
    if name in ("seen", "missed") and referral.appointment_at is not None and referral.appointment_at > timezone.now():
        return _("After the hour of the appointment.")
    return ""


def why_refused(refused: states.MoveRefused) -> str:
    """In the clinic's words, why nothing was changed."""
    open_here = [move for move in states.open_moves(refused.state, Role.CLINIC) if move.name in ACTIONS]
    if not open_here:
        sentence = _("Nothing was changed: there is nothing to do here with a request in the state “%(state)s”.")
    else:
        sentence = _("Nothing was changed: that cannot be done with a request in the state “%(state)s”.")
    return str(sentence % {"state": State(refused.state).label})
