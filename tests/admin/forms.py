"""What a browser would post from a page of the admin that nobody has touched."""

from typing import Any


def filled_in(response: Any) -> dict[str, Any]:
    """Name -> value of every field of the page's form and of its inlines."""
    data: dict[str, Any] = _values(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _values(form)
    return data


def added(data: dict[str, Any], prefix: str, **values: Any) -> dict[str, Any]:
    """The same with one more form in the inline of this prefix."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    new = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return data | {f"{prefix}-TOTAL_FORMS": number + 1} | new


def _values(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = str(bound.initial)
        if hasattr(widget, "decompress") and not isinstance(value, (str, list)):
            parts = widget.decompress(value)
            values |= {f"{bound.html_name}_{number}": part or "" for number, part in enumerate(parts)}
        elif isinstance(value, bool):
            values |= {bound.html_name: "on"} if value and "Checkbox" in type(widget).__name__ else {}
        elif isinstance(value, (list, tuple)):
            values[bound.html_name] = list(value)
        elif value is not None:
            values[bound.html_name] = value
    return values


def errors(response: Any) -> list[str]:
    """All that the page says is wrong."""
    found = [
        str(error) for each in response.context["errors"] for error in (each if isinstance(each, list) else [each])
    ]
    return [text for text in found if text]


def said(response: Any) -> list[str]:
    """The messages on the page."""
    return [str(message) for message in response.context["messages"]]
