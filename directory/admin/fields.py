"""Form fields that read what people type: an NPI, a ZIP code, a telephone number."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from directory import npi
from directory.models import Specialist

ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")


class NPIField(forms.CharField):
    """Ten digits with their check digit; an int, or None where it may be left empty."""

    widget = AdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(str(value or ""))
        if not text:
            return None
        try:
            return npi.parse(text.replace(" ", "").replace("-", ""))
        except ValueError as error:
            raise ValidationError(
                _("Please compare this number: %(reason)s."), code="npi", params={"reason": str(error)}
            ) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(str(initial or ""), data)


class SpecialistByNPI(NPIField):
    """A specialist, named by NPI. Who was taken out and who was never in are told apart by nobody."""

    default_error_messages = {
        "unknown": _("We list no specialist with this NPI. Compare the digits, or ask the operator of this site."),
    }

    def clean(self, value: Any) -> Specialist:
        specialist = Specialist.objects.active().filter(pk=super().clean(value)).first()
        if specialist is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return specialist


class ZIPField(forms.CharField):
    """Five digits; of a nine-digit ZIP code the first five."""

    widget = AdminTextInputWidget(attrs={"inputmode": "numeric"})

    def clean(self, value: Any) -> str:
        found = ZIP.fullmatch(text := super().clean(value))
        if text and not found:
            raise ValidationError(_("A ZIP code has five digits, like 78701."), code="zip")
        return found[1] if found else ""


class PhoneField(forms.CharField):
    """A US telephone number as people write it; kept as +15125550100, its extension dropped."""

    widget = AdminTextInputWidget(attrs={"inputmode": "tel"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(_("Write the phone number like (512) 555-0100."), code="phone") from error
        if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
            raise ValidationError(_("A phone number has ten digits, like (512) 555-0100."), code="phone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


KINDS: dict[str, type[forms.CharField]] = {"npi": NPIField, "postal_code": ZIPField, "phone": PhoneField}


def own_field(db_field: "models.Field[Any, Any]") -> forms.CharField | None:
    """Our field for a column of this name; None where Django's own does."""
    kind = KINDS.get(db_field.name)
    if kind is None:
        return None
    help_text = "" if kind is PhoneField else db_field.help_text
    return kind(required=not db_field.blank, label=capfirst(db_field.verbose_name), help_text=help_text)
