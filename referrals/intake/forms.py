"""The form of a request, on one page. What it lets through is a complete Content."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.forms import PageForm
from referrals.intake import dates
from referrals.intake.questions import MRI, UNKNOWN, VERSION, PainGoes, PainWhere, Tried
from referrals.intake.redflags import Answer
from referrals.models import Content
from referrals.vault import tokens

LONGEST_TEXT = 2000
FORM_LASTS = datetime.timedelta(hours=24)


def _box(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "usa-input"} | attrs)


def _number_box(autocomplete: str = "off", **attrs: Any) -> forms.TextInput:
    return _box(inputmode="numeric", maxlength=4, autocomplete=autocomplete, **attrs)


def _text_area() -> forms.Textarea:
    return forms.Textarea(attrs={"class": "usa-textarea", "rows": 4})


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=_text_area(),
        error_messages={"max_length": _("Shorten this text to %(limit_value)d characters; it has %(show_value)d")},
    )


def _one(label: Any, choices: Any, missing: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices.choices,
        widget=forms.RadioSelect,
        help_text=help_text,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _several(label: Any, choices: Any, missing: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _unknown() -> forms.BooleanField:
    return forms.BooleanField(label=_("I don’t know"), required=False)


def _alone(chosen: list[str], loners: Sequence[TextChoices]) -> list[str]:
    """What was chosen, if none of the answers that stand alone has company."""
    for loner in loners:
        if loner in chosen and len(chosen) > 1:
            raise forms.ValidationError(
                _("You chose “%(choice)s” and something else. Take one of the two away"),
                params={"choice": loner.label},
            )
    return chosen


class RequestForm(PageForm):
    """Everything that is asked in the first form, in the order in which it is asked."""

    warning = _one(
        _("Is any of these new or worse in the last two weeks?"),
        Answer,
        _("Say whether any of these signs is new or worse"),
    )
    warning_text = _text(
        _("Only if it is long-standing: which one, since when, and which doctor knows?"),
        _("For example: leaking since 2023, Dr. Lowe. The clinic sees this first."),
    )

    name = forms.CharField(
        label=_("Name of the patient"),
        help_text=_("As on the insurance card"),
        max_length=120,
        widget=_box(autocomplete="name"),
        error_messages={
            "required": _("Enter the name of the patient"),
            "max_length": _("Shorten the name to %(limit_value)d characters"),
        },
    )
    birth_month = forms.CharField(label=_("Month"), required=False, widget=_number_box("bday-month"))
    birth_day = forms.CharField(label=_("Day"), required=False, widget=_number_box("bday-day"))
    birth_year = forms.CharField(
        label=_("Year"), required=False, widget=_number_box("bday-year", **{"class": "usa-input y"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You may leave this empty if you give a phone number."),
        required=False,
        widget=forms.EmailInput(attrs={"class": "usa-input", "autocomplete": "email"}),
        error_messages={"invalid": _("Enter the e-mail address like eleanor@example.org")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("For example: (512) 555-0186. You may leave this empty if you give an e-mail address."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "usa-input", "type": "tel", "autocomplete": "tel"}),
    )

    pain_where = _several(_("Where is the pain?"), PainWhere, _("Say where the pain is"), _("Choose all that fit."))
    pain_goes = _one(
        _("Does it go into a leg or an arm?"), PainGoes, _("Say whether the pain goes into a leg or an arm")
    )
    pain_month = forms.CharField(label=_("Month, if you know it"), required=False, widget=_number_box())
    pain_year = forms.CharField(label=_("Year"), required=False, widget=_number_box(**{"class": "usa-input y"}))
    pain_unknown = _unknown()
    stops = _text(
        _("What does it stop you from doing?"), _("A few words help the clinic most. You may leave this empty.")
    )

    tried = _several(
        _("What have you tried?"),
        Tried,
        _("Say what you have tried, or that you don’t know"),
        _("Choose all that fit."),
    )
    tried_text = _text(
        _("More about what you tried"),
        _("Which surgery and when, how many injections, what helped. You may leave this empty."),
    )

    mri = _one(_("Have you had an MRI of your back or neck?"), MRI, _("Say whether you have had an MRI"))
    mri_month = forms.CharField(label=_("Month, if you know it"), required=False, widget=_number_box())
    mri_year = forms.CharField(label=_("Year"), required=False, widget=_number_box(**{"class": "usa-input y"}))
    mri_unknown = _unknown()

    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={
            "required": _("Tick the box to share your answers with the clinic. Without it nothing is sent")
        },
    )
    # For robots: people do not see it.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"}),
    )
    form_key = forms.CharField(required=False)

    _key_ran_out = False

    def key_to_send(self) -> str:
        """The form's key for the hidden field: the same for as long as it is the same form."""
        if not self.is_bound or self._key_ran_out:
            return tokens.form_key()
        return str(self.data.get("form_key", ""))

    def clean_phone(self) -> str:
        """E.164, with `;ext=` where one was given."""
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        wrong = forms.ValidationError(_("Enter the phone number with its area code, like (512) 555-0186"))
        try:
            number = phonenumbers.parse(typed, "US")
        except phonenumbers.NumberParseException as error:
            raise wrong from error
        if not phonenumbers.is_possible_number(number):
            raise wrong
        extension = f";ext={number.extension}" if number.extension else ""
        number.extension = None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension

    def clean_pain_where(self) -> list[str]:
        return _alone(self.cleaned_data["pain_where"], [PainWhere.UNKNOWN])

    def clean_tried(self) -> list[str]:
        return _alone(self.cleaned_data["tried"], [Tried.NONE, Tried.UNKNOWN])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the box “Leave this empty” empty. It is there to stop robots"))
        return ""

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        today = timezone.localdate()
        if given.get("warning") == Answer.LONG_STANDING and not given.get("warning_text"):
            self.add_error("warning_text", _("Say which sign it is, since when, and which doctor knows"))
        if not given.get("email") and not given.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("Enter an e-mail address or a phone number, so that the clinic can answer"))
        try:
            given["date_of_birth"] = dates.birth(self._parts("birth"), today)
        except dates.DateRefused as refused:
            self.add_error(f"birth_{refused.part}", refused.message)
        given["pain_since"] = self._month_year("pain", today)
        given["mri_on"] = self._month_year("mri", today) if given.get("mri") == MRI.YES else ""
        if not tokens.is_form_key(given.get("form_key", ""), lasts=FORM_LASTS):
            self._key_ran_out = True
            self.add_error(None, _("This page was open for a long time. Check your answers and send it again"))
        return given

    def content(self) -> Content:
        """What is to be stored, once the form is valid."""
        given = self.cleaned_data
        answers = {
            "questions": VERSION,
            "warning": given["warning"],
            "warning_text": given["warning_text"] if given["warning"] == Answer.LONG_STANDING else "",
        }
        asked = ("pain_where", "pain_goes", "pain_since", "stops", "tried", "tried_text", "mri", "mri_on")
        return Content(
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            date_of_birth=given["date_of_birth"],
            answers=answers | {name: given[name] for name in asked},
        )

    def _parts(self, group: str) -> Mapping[str, str]:
        return {part: self.cleaned_data.get(f"{group}_{part}", "") for part in ("month", "day", "year")}

    def _month_year(self, group: str, today: datetime.date) -> str:
        if self.cleaned_data.get(f"{group}_unknown"):
            return UNKNOWN
        try:
            return dates.month_year(self._parts(group), today)
        except dates.DateRefused as refused:
            self.add_error(f"{group}_{refused.part}", refused.message)
            return ""
