"""What a reader of a guide has before the eyes: its parts, and in each the paragraphs and list items as plain text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

from directory.guides import CHOOSING, GUIDES, SOURCES

ADDRESSES = {slug: f"/procedures/{slug}/" for slug in GUIDES} | {CHOOSING.slug: "/about/choosing/"}
ALL = {**GUIDES, CHOOSING.slug: CHOOSING}

# What is no running text: the table of contents, the drawing's labels, forms, what stands in code.
PASSED_OVER = {"nav", "details", "figure", "form", "aside", "svg", "script"}
BLOCKS = {"p", "li"}
HEADINGS = {"h1", "h2", "h3"}
# Where a part begins though it has no heading of the second level: everything before the first one.
TOP = "top"


@dataclass
class Part:
    anchor: str
    blocks: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []
        self.headings: list[tuple[str, str]] = []
        self.outside = 1  # 0 within the article, where nothing is passed over
        self.stack: list[str] = []
        self.words: list[str] = []
        self.said: list[str] = []  # every block in its order, headings too
        self.names = False  # within the list of other names

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "article":
            self.outside, self.parts = 0, [Part(TOP)]
        elif tag in PASSED_OVER:
            self.outside += 1
        if self.outside:
            return
        if tag in BLOCKS | HEADINGS:
            self._end_block()
            self.names = given.get("class") == "also"
        if tag == "h2":
            anchor = given.get("id") or ""
            self.headings.append((anchor, ""))
            if anchor:
                self.parts.append(Part(anchor))
        self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in PASSED_OVER:
            self.outside -= 1
        elif tag == "article":
            self.outside = 1
        elif not self.outside:
            if tag in BLOCKS:
                self._end_block()
            elif tag in HEADINGS:
                self.said.append(" ".join("".join(self.words).split()))
                self.words.clear()
            while self.stack and self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.outside:
            if self.stack[-1:] == ["h2"] and self.headings:
                anchor, title = self.headings[-1]
                self.headings[-1] = (anchor, title + data)
            self.words.append(data)

    def _end_block(self) -> None:
        text = " ".join("".join(self.words).split())
        self.words.clear()
        if text and not self.names and not (set(self.stack) & HEADINGS):
            self.parts[-1].blocks.append(text)
            self.said.append(text)
        self.names = False


def read(address: str) -> _Reader:
    reader = _Reader()
    reader.feed(Client().get(address).text)
    return reader


def parts(slug: str) -> list[Part]:
    """The parts of a guide in their order, each with its running text."""
    return read(ADDRESSES[slug]).parts


def whole(slug: str) -> str:
    return " ".join(part.text for part in parts(slug))


def running(slug: str) -> dict[str, list[str]]:
    """The anchor of a part -> its paragraphs, without the sources: what is measured."""
    return {part.anchor: part.blocks for part in parts(slug) if part.blocks and part.anchor != SOURCES.anchor}
