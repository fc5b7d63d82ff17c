"""How the pages write numbers, names and distances."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def phone(number: str) -> str:
    """+15125550100 -> (512) 555-0100; a number of another country stays as it is."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


@register.filter
def in_sentence(name: str) -> str:
    """A procedure's name within a sentence: adhesiolysis; an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


@register.filter
def miles(distance: float) -> str:
    """One decimal below ten miles, none above: 3.3, 17, 4,762."""
    shown = round(distance, 1) if round(distance, 1) < 10 else round(distance)
    return number_format(shown, use_l10n=True, force_grouping=True)
