"""One question as a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from referrals.intake.asking import Question

LONGEST_TEXT = 2000


class QuestionForm(forms.Form):
    """Asks one question. Valid, it has the answer in `given`."""

    use_required_attribute = False  # the browser's own complaints say less than ours

    def __init__(self, question: Question, data: Mapping[str, list[str]] | None = None, **options: Any) -> None:
        super().__init__(None if data is None else MultiValueDict(data), **options)
        self.question = question
        self.fields[question.name] = _field(question)

    @property
    def given(self) -> tuple[str, ...]:
        value = self.cleaned_data[self.question.name]
        return tuple(value) if isinstance(value, list) else (value,)

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get(self.question.name, [])
        for choice in self.question.choices:
            if choice.alone and self.question.several and choice.code in chosen and len(chosen) > 1:
                both = _("You chose “%(choice)s” and something else. Take one of the two away")
                self.add_error(self.question.name, forms.ValidationError(both, params={"choice": choice.label}))
        return self.cleaned_data


def _field(question: Question) -> forms.Field:
    if not question.choices:
        return forms.CharField(
            label=str(question.title),
            help_text=str(question.hint),
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 4}),
            error_messages={"max_length": _("Shorten this text to %(limit_value)d characters; it has %(show_value)d")},
        )
    options: dict[str, Any] = {
        "label": question.title,
        "choices": [(choice.code, choice.label) for choice in question.choices],
        "help_text": str(question.hint),
        "error_messages": {"required": question.missing, "invalid_choice": question.missing},
    }
    if question.several:
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **options)
    return forms.ChoiceField(widget=forms.RadioSelect, **options)
