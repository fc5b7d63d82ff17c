"""The small drawings of the pages: icons and ticks."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# On a grid of 24, drawn for this project.
_ICONS = {
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "check": '<path d="M4.5 12.5 10 18 19.5 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.8"/><path d="M12 7v5.3l3.4 2"/>',
    "card": '<rect x="2.8" y="5" width="18.4" height="14" rx="2"/><path d="M2.8 10h18.4M6.5 15h4"/>',
    "globe": '<circle cx="12" cy="12" r="8.8"/><path d="M3.2 12h17.6M12 3.2c3 2.6 3.8 5.6 3.8 8.8s-.8 6.2-3.8 8.8'
    'c-3-2.6-3.8-5.6-3.8-8.8s.8-6.2 3.8-8.8Z"/>',
    "info": '<circle cx="12" cy="12" r="8.8"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "open": '<circle cx="12" cy="12" r="8.8" stroke-dasharray="3 3.2"/>',
    "phone": '<path d="M6.2 3.5h2.6l1.7 4.6-2 1.6a13 13 0 0 0 5.8 5.8l1.6-2 4.6 1.7v2.6a2.4 2.4 0 0 1-2.6 2.4'
    'A16 16 0 0 1 3.8 6.1a2.4 2.4 0 0 1 2.4-2.6Z"/>',
    "video": '<rect x="2.8" y="6" width="12.5" height="12" rx="2"/><path d="m15.3 11 6-3.5v9l-6-3.5"/>',
    "warning": '<path d="M12 3.5 21.5 20h-19Z"/><path d="M12 10v4.5M12 17.3v.1"/>',
    "next": '<path d="M9.5 5.5 16 12l-6.5 6.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "sliders": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "here": '<circle cx="12" cy="12" r="6"/><path d="M12 2v4M12 18v4M2 12h4M18 12h4"/>',
    "back": '<path d="M14.5 5.5 8 12l6.5 6.5"/>',
    "place": '<path d="M12 21c4.5-5 6.8-8.400 6.800-11.500a6.800 6.800 0 1 0-13.600 0C5.200 12.600 7.500 16 12 21Z"/>'
    '<circle cx="12" cy="9.600" r="2.300"/>',
    "map": '<path d="m3.5 6.2 5.6-2.4 5.8 2.4 5.6-2.4v14l-5.6 2.4-5.8-2.4-5.6 2.4Z"/>'
    '<path d="M9.1 3.8v14M14.9 6.2v14"/>',
    "document": '<path d="M6 2.8h8l4.5 4.5v13.9H6Z"/><path d="M13.8 3v4.6h4.5M9 12.5h6M9 16.5h6"/>',
    "building": '<path d="M5 20.500V4h10v16.500M15 9h4v11.500M2.500 20.500h19M8.500 8h3M8.500 12h3M8.500 16h3"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words; a screen reader passes it by."""
    drawing = mark_safe(_ICONS[name])  # noqa: S308 (our own, from the table above)
    return format_html('<svg class="i" aria-hidden="true" viewBox="0 0 24 24">{}</svg>', drawing)


@register.simple_tag
def ticks(count: int, of: int = 3) -> SafeString:
    """The project's mark: as many filled bars as there is evidence. The sentence beside it says the same in words."""
    bars = format_html_join("", "<i{}></i>", ((mark_safe(' class="on"') if n < count else "",) for n in range(of)))
    return format_html('<span class="ticks ticks--v" aria-hidden="true">{}</span>', bars)
