"""One page of questions as a form. What it lets through is what is kept of these questions."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from directory import npi, phones, warning_signs
from directory.forms import LinesField, PageForm
from referrals.intake import dates, redflags
from referrals.intake.asking import Answers, Kind, Question, Theme
from referrals.intake.codes import UNKNOWN, YES, Asker
from referrals.intake.questions import GATE

# What a form sends: by name all the values.
type Sent = Mapping[str, list[str]]

_BIRTH = Question("birth", Kind.BIRTH, "", "")
OFFICE_EMAIL_HINT = _(
    "The patient’s own address. We mail the patient a link, and nothing is sent before the patient says yes. None? "
    "Leave this empty: your answers become a page to print."
)
PARTS = {Kind.BIRTH: ("month", "day", "year"), Kind.MONTH: ("month", "year", UNKNOWN)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its boxes, for the page. `parts` are those of a date."""

    question: Question
    field: BoundField | None
    parts: Mapping[str, BoundField]

    @property
    def options(self) -> list[tuple[Any, Any]]:
        """Of a question with choices: what is drawn, beside what it says."""
        return list(zip(self.field or (), self.question.choices, strict=True))


class StepForm(PageForm):
    """Asks the questions of one theme. Valid, it has the answers in `given`."""

    def __init__(
        self, theme: Theme, sent: Sent | None = None, *, earlier: Answers, today: datetime.date, youngest: int
    ) -> None:
        """`earlier` are the answers of the pages before, `youngest` the age in years from which patients are taken."""
        super().__init__(None if sent is None else MultiValueDict({name: list(sent[name]) for name in sent}))
        self.theme, self.earlier, self.today, self.youngest = theme, earlier, today, youngest
        self.given: dict[str, Any] = {}
        for question in theme.questions:
            self.fields.update(_fields(question))
        if theme.name == "contact":
            self.fields["website"] = _honeypot()
            if earlier.get("asker") == Asker.OFFICE:
                self.fields["email"].help_text = OFFICE_EMAIL_HINT

    def show(self, sent: Sent) -> "StepForm":
        """The same form with what was typed before, and no complaint about it yet."""
        form = StepForm(self.theme, earlier=self.earlier, today=self.today, youngest=self.youngest)
        for name, field in form.fields.items():
            values = list(sent.get(name, []))
            if values:
                form.initial[name] = values if isinstance(field, forms.MultipleChoiceField) else values[-1]
        return form

    def asked(self) -> list[Asked]:
        """In the order of the page."""
        return [
            Asked(
                question,
                None if question.kind in PARTS else self[question.name],
                {part: self[f"{question.name}_{part}"] for part in PARTS.get(question.kind, ())},
            )
            for question in self.theme.questions
        ]

    def clean(self) -> dict[str, Any]:
        for question in self.theme.questions:
            names = _names(question)
            if not question.is_asked({**self.earlier, **self.given}):
                for name in names:
                    self.errors.pop(name, None)
                self.given[question.name] = question.blank
                continue
            if not any(name in self.errors for name in names):
                self.given[question.name] = self._answer(question)
        self._can_be_reached()
        return self.cleaned_data

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the box “Leave this empty” empty. It is there to stop robots"))
        return ""

    def _answer(self, question: Question) -> Any:
        """What is kept of it; a complaint where that is nothing and must be something."""
        name = question.name
        try:
            match question.kind:
                case Kind.BIRTH:
                    return dates.birth(self._parts(question), self.today, self.youngest).isoformat()
                case Kind.MONTH if self.cleaned_data[f"{name}_{UNKNOWN}"]:
                    return UNKNOWN
                case Kind.MONTH:
                    return dates.month_year(self._parts(question), self.today)
        except dates.DateRefused as refused:
            self.add_error(f"{name}_{refused.part}", refused.message)
            return ""
        answer = self.cleaned_data[name]
        if question.kind is Kind.TICK:
            answer = YES if answer else ""
        if question.missing and not answer:
            self.add_error(name, str(question.missing))
        for choice in question.choices:
            if choice.alone and question.several and choice.code in answer and len(answer) > 1:
                both = _("You chose “%(choice)s” and something else. Take one of the two away")
                self.add_error(name, forms.ValidationError(both, params={"choice": choice.label}))
        return answer

    def _can_be_reached(self) -> None:
        if "email" not in self.given or "phone" not in self.given:
            return
        if not self.given["email"] and not self.given["phone"]:
            self.add_error("email", _("Enter an e-mail address or a phone number, so that the clinic can answer"))

    def _parts(self, question: Question) -> Mapping[str, str]:
        return {part: self.cleaned_data.get(f"{question.name}_{part}", "") for part in ("month", "day", "year")}


class ReviewForm(PageForm):
    """The last page: nothing new or worse since the first, and the two consents."""

    keep = forms.BooleanField(
        error_messages={
            "required": _("Tick the box to let us keep your request until it is answered. Without it nothing is sent")
        }
    )
    share = forms.BooleanField(
        error_messages={"required": _("Tick the box to share your answers with the clinic. Without it nothing is sent")}
    )


def signs_today(sent: Sent | None = None) -> StepForm:
    """The question about warning signs, put anew to a patient whose answers are here already."""
    return StepForm(GATE, sent, earlier={}, today=timezone.localdate(), youngest=dates.ADULT_YEARS)


class WhoForm(PageForm):
    """Whether there is a warning sign, and who they are. Only then they are shown what somebody has asked for them."""

    other_birth = _("This is not the date of birth in the request. Check it, or call the office that asked")
    warning = forms.ChoiceField(
        label=warning_signs.QUESTION,
        choices=redflags.Answer.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Say whether any of these signs is new or worse")
        ),
    )
    birth_month = forms.CharField(required=False, max_length=20)
    birth_day = forms.CharField(required=False, max_length=20)
    birth_year = forms.CharField(required=False, max_length=20)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update({f"birth_{part}": _part(_BIRTH, part) for part in PARTS[Kind.BIRTH]})

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        parts = {part: given.get(f"birth_{part}", "") for part in PARTS[Kind.BIRTH]}
        try:
            given["date_of_birth"] = dates.birth(parts, timezone.localdate(), 0)
        except dates.DateRefused as refused:
            self.add_error(f"birth_{refused.part}", refused.message)
        return given


class CodeForm(PageForm):
    """The six digits, as they are copied out of a mail: 418 902, 418-902."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "usa-input code6", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={
            "required": _("Enter the six digits from our mail"),
            "max_length": _("Enter the six digits from our mail"),
        },
    )

    def clean_code(self) -> str:
        digits = "".join(self.cleaned_data["code"].split()).replace("-", "")
        if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("Enter the six digits from our mail"))
        return digits


class PhoneNumberField(forms.CharField):
    """E.164, with `;ext=` where one was given; "" where it may be left empty."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        wrong = forms.ValidationError(_("Enter the phone number with its area code, like (512) 555-0186"))
        try:
            number = phonenumbers.parse(typed, "US")
        except phonenumbers.NumberParseException as error:
            raise wrong from error
        if not phones.is_whole(number):
            raise wrong
        if not phones.can_exist(number):
            raise forms.ValidationError(
                _("No phone number begins like this. Compare the area code and the three digits after it")
            )
        extension = f";ext={number.extension}" if number.extension else ""
        number.extension = None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension


class NPINumberField(forms.CharField):
    """Ten digits with the right check digit, as text."""

    def clean(self, value: Any) -> str:
        typed = "".join(str(super().clean(value)).split()).replace("-", "")
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) == 10 and npi.is_valid(int(typed))):
            raise forms.ValidationError(_("Compare the NPI with the card: its ten digits do not fit together"))
        return typed


def _names(question: Question) -> list[str]:
    if question.kind in PARTS:
        return [f"{question.name}_{part}" for part in PARTS[question.kind]]
    return [question.name]


def _fields(question: Question) -> dict[str, forms.Field]:
    """The boxes of a question, none of them required: whether it was asked is known only with the other answers."""
    if question.kind in PARTS:
        return {f"{question.name}_{part}": _part(question, part) for part in PARTS[question.kind]}
    return {question.name: _field(question)}


def _field(question: Question) -> forms.Field:
    options: dict[str, Any] = {"label": question.title, "help_text": question.hint, "required": False}
    too_long = {"max_length": _("Shorten this text to %(limit_value)d characters; it has %(show_value)d")}
    box: dict[str, Any] = {"class": "usa-input", "autocomplete": question.autocomplete}
    match question.kind:
        case Kind.ONE | Kind.SCALE | Kind.SEVERAL:
            options |= {
                "choices": [(choice.code, choice.label) for choice in question.choices],
                "error_messages": {"invalid_choice": question.missing},
            }
            if question.several:
                return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **options)
            return forms.ChoiceField(widget=forms.RadioSelect, **options)
        case Kind.TICK:
            return forms.BooleanField(**options)
        case Kind.TEXT:
            area = forms.Textarea(attrs={"class": "usa-textarea", "rows": 4})
            return LinesField(widget=area, max_length=question.longest, error_messages=too_long, **options)
        case Kind.EMAIL:
            mail = forms.EmailInput(attrs=box)
            wrong = {"invalid": _("Enter the e-mail address like eleanor@example.org")}
            return forms.EmailField(widget=mail, error_messages=wrong, **options)
        case Kind.PHONE:
            return PhoneNumberField(max_length=40, widget=forms.TextInput(attrs=box | {"type": "tel"}), **options)
        case Kind.NPI:
            number = forms.TextInput(attrs=box | {"inputmode": "numeric"})
            return NPINumberField(max_length=20, widget=number, **options)
    return forms.CharField(
        max_length=question.longest, widget=forms.TextInput(attrs=box), error_messages=too_long, **options
    )


def _part(question: Question, part: str) -> forms.Field:
    if part == UNKNOWN:
        return forms.BooleanField(label=_("I don’t know"), required=False)
    birth = question.kind is Kind.BIRTH
    labels = {
        "month": _("Month") if birth else _("Month, if you know it"),
        "day": _("Day"),
        "year": _("Year"),
    }
    attrs = {
        "class": "usa-input y" if part == "year" else "usa-input",
        "inputmode": "numeric",
        "autocomplete": f"bday-{part}" if birth else "off",
    }
    return forms.CharField(label=labels[part], required=False, max_length=20, widget=forms.TextInput(attrs=attrs))


def _honeypot() -> forms.Field:
    """For robots: people do not see it."""
    widget = forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"})
    return forms.CharField(label=_("Leave this empty"), required=False, widget=widget)
