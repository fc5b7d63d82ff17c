"""What a reader of a page sees or hears: its texts, and the attributes that are shown or read out."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.spanish.catalogs import CLOSE, OPEN

SILENT = {"script", "style", "code"}
VOID = {"meta", "link", "input", "br", "hr", "img", "wbr", "col", "source", "area", "base", "embed", "track"}
SHOWN = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title", "label", "data-l"}
DESCRIBING = {"description", "og:title", "og:description", "og:site_name"}
# Attributes for scripts that hold no words.
NO_WORDS = {
    "data-carry", "data-places", "data-locate", "data-compare", "data-npi", "data-name", "data-context",
    "data-model-ref", "data-fieldname", "data-inline-type", "data-inline-formset", "data-field-id", "data-ajax--url",
    "data-field-name", "data-app-label", "data-model-name", "data-choices-url", "data-popup-opener",
    "data-select2-id", "data-href-template", "data-admin-utc-offset", "data-actions-icnt", "data-action",
    "data-theme", "data-popup", "data-live", "data-leaflet", "data-leaflet-css", "data-clusters", "data-files",
}  # fmt: skip
# The towns on a map, drawn or moved, which no message holds. What is written at its rings is one.
TOWNS = {"m-town", "liveword"}


@dataclass
class _Reader(HTMLParser):
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # element, and whether it is silent or in another language
        self.depth = 0  # of marks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        looks = set(given.get("class", "").split())
        is_name = bool(looks & TOWNS) and "liveword--ring" not in looks
        silent = self._silent or tag in SILENT or given.get("lang", "es") not in ("es", "") or is_name
        if not silent:
            self.texts += [unmarked(value) for value in _shown(tag, given)]
        if tag not in VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            text, self.depth = _outside(data, self.depth)
            self.texts.append(text)

    @property
    def _silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def _shown(tag: str, given: dict[str, str]) -> list[str]:
    shown = [value for name, value in given.items() if name in SHOWN or _is_for_scripts(name)]
    if tag == "meta" and (given.get("name") or given.get("property")) in DESCRIBING:
        shown.append(given.get("content", ""))
    if tag == "input" and given.get("type") in ("submit", "button", "reset"):
        shown.append(given.get("value", ""))
    return shown


def _is_for_scripts(name: str) -> bool:
    """htmx's own hold addresses and places, save the questions that it puts."""
    is_htmx = name.startswith("data-hx-") and name not in ("data-hx-confirm", "data-hx-prompt")
    return name.startswith("data-") and name not in NO_WORDS and not is_htmx


def _outside(text: str, depth: int) -> tuple[str, int]:
    kept = []
    for character in text:
        if character == OPEN:
            depth += 1
        elif character == CLOSE:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept), depth


def unmarked(text: str) -> str:
    return _outside(text, 0)[0]


def texts_without_marks(html: str) -> list[str]:
    """All that is shown or read out and stands outside of marks. Raises ValueError where one stays open."""
    reader = _Reader()
    reader.feed(html)
    if reader.depth:
        raise ValueError(f"a mark is left open: {reader.texts[-3:]}")
    return [text for text in (" ".join(text.split()) for text in reader.texts) if text]
