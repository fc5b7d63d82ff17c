"""Parts with a title and lines, drawn one below the other on US letter paper, with a table of contents to click.

The two fonts lie beside this file: DejaVu Sans, cut to Latin, Greek, Cyrillic and signs. What they cannot draw is not
left out: it stands as the number of the character, [U+4E2D], and a last line says what that means.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from referrals.pdf import Part

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
for _name in (PLAIN, BOLD):
    pdfmetrics.registerFont(TTFont(_name, FONTS / f"{_name}.ttf"))
DRAWN = frozenset(pdfmetrics.getFont(PLAIN).face.charToGlyph) & frozenset(pdfmetrics.getFont(BOLD).face.charToGlyph)

_INK, _RED = HexColor("#1b1b1b"), HexColor("#8b0a03")
_TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=10, leading=14, textColor=_INK, spaceAfter=4)
_LABEL = ParagraphStyle(
    "label", _TEXT, fontName=BOLD, fontSize=9, leading=12, spaceBefore=4, spaceAfter=0, keepWithNext=1
)
_TITLE = ParagraphStyle("title", _TEXT, fontName=BOLD, fontSize=18, leading=23, spaceAfter=6)
_HEAD = ParagraphStyle("head", _TEXT, fontName=BOLD, fontSize=13, leading=17, spaceBefore=14, keepWithNext=1)
_WARNING = ParagraphStyle("warning", _HEAD, textColor=_RED)


def draw(title: str, intro: Sequence[str], parts: Sequence[Part], *, language: str, foot: str, undrawn: str) -> bytes:
    """The file. `undrawn` is the sentence for who reads [U+4E2D] in it; `foot` stands on each page, with its number."""
    words = _Words()
    story: list[Flowable] = [Paragraph(words.of(title), _TITLE)]
    story += [Paragraph(words.of(text), _TEXT) for text in intro]
    for part in parts:
        story.append(Paragraph(words.of(part.title), _WARNING if part.is_warning else _HEAD))
        for label, text in part.lines:
            story += [Paragraph(words.of(label), _LABEL)] if label else []
            story.append(Paragraph(words.of(text), _TEXT))
    if words.undrawn:
        story.append(Paragraph(words.of(undrawn), _HEAD))
    out = io.BytesIO()
    _Sheet(out, title=title, lang=language, foot=words.of(foot)).build(story)
    return out.getvalue()


class _Words:
    """Texts as the library takes them; whether something in them could not be drawn."""

    def __init__(self) -> None:
        self.undrawn = False

    def of(self, text: str) -> str:
        return "<br/>".join(escape("".join(map(self._drawn, line))) for line in str(text).splitlines())

    def _drawn(self, character: str) -> str:
        if ord(character) in DRAWN:
            return character
        if character == "\t":
            return " "
        self.undrawn = True
        return f"[U+{ord(character):04X}]"


class _Sheet(SimpleDocTemplate):
    def __init__(self, out: io.BytesIO, *, title: str, lang: str, foot: str) -> None:
        margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), inch)
        super().__init__(out, pagesize=LETTER, title=title, lang=lang, displayDocTitle=True, **margins)
        self.foot = foot

    def build(self, story: list[Flowable]) -> None:
        super().build(story, onFirstPage=self._number, onLaterPages=self._number)

    def _number(self, canvas: Any, _document: Any) -> None:
        canvas.setFont(PLAIN, 8)
        canvas.drawRightString(LETTER[0] - inch, inch / 2, f"{self.foot}  {canvas.getPageNumber()}")

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (the library's name)
        style = getattr(flowable, "style", None)
        if style in (_HEAD, _WARNING):
            text, place = flowable.getPlainText(), f"part-{self.seq.nextf('part')}"
            self.canv.bookmarkPage(place)
            self.canv.addOutlineEntry(text, place)
