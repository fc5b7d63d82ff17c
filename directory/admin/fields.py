"""Which of our form fields stand in the admin, in its look: an NPI, a ZIP code, a telephone number."""

import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from directory.forms import NPIField, PhoneField
from directory.models import Specialist

ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")


class SpecialistByNPI(NPIField):
    """A specialist, named by NPI. Who was taken out and who was never in are told apart by nobody."""

    widget = AdminTextInputWidget(attrs=NPIField.widget.attrs)
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


KINDS: dict[str, type[forms.CharField]] = {"npi": NPIField, "postal_code": ZIPField, "phone": PhoneField}


def own_field(db_field: "models.Field[Any, Any]") -> forms.CharField | None:
    """Our field for a column of this name; None where Django's own does."""
    kind = KINDS.get(db_field.name)
    if kind is None:
        return None
    help_text = "" if kind is PhoneField else db_field.help_text
    widget = AdminTextInputWidget(attrs=kind.widget.attrs)
    label = capfirst(db_field.verbose_name)
    return kind(required=not db_field.blank, label=label, help_text=help_text, widget=widget)
