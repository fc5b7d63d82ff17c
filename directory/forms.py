"""What forms have in common, those of public pages and of the admin: how they read what people type."""

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from directory import npi, phones


class PageForm(forms.Form):
    """A form on a page of its own: its errors stand at the fields, and together at the top."""

    use_required_attribute = False  # the browser's own complaints say less than ours

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            widget = self.fields[name].widget if name in self.fields else None
            if widget is not None and "usa-" in widget.attrs.get("class", ""):
                kind = widget.attrs["class"].split()[0]
                widget.attrs["class"] += f" {kind}--error"

    def summary(self) -> list[tuple[str, str]]:
        """The errors in the order of the page: (the id to go to, the words)."""
        lines = [("main", str(message)) for message in self.non_field_errors()]
        for field in self:
            lines += [(self._target(field), str(message)) for message in field.errors]
        return lines

    def _target(self, field: BoundField) -> str:
        return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


class LinesField(forms.CharField):
    """A text of several lines. Browsers send two characters for the end of a line and count one."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n")))


class NPIField(forms.CharField):
    """Ten digits with their check digit; an int, or None where it may be left empty."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(str(value or ""))
        if not text:
            return None
        try:
            return npi.parse("".join(text.split()).replace("-", ""))
        except ValueError as error:
            raise ValidationError(
                _("Please compare this number: %(reason)s."), code="npi", params={"reason": str(error)}
            ) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(str(initial or ""), data)


class PhoneField(forms.CharField):
    """A US telephone number as people write it, its area code too; kept as +15125550100, its extension dropped."""

    widget = forms.TextInput(attrs={"inputmode": "tel"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(_("Write the phone number like (512) 555-0100."), code="phone") from error
        if number.country_code != phones.NORTH_AMERICA or not phones.is_whole(number):
            raise ValidationError(_("A phone number has ten digits, like (512) 555-0100."), code="phone")
        if not phones.can_exist(number):
            raise ValidationError(
                _("No phone number begins like this. Compare the area code and the three digits after it."),
                code="phone",
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
