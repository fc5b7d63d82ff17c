"""People's and clinics' names: how they are compared and how they are written in an address."""

import re
import unicodedata

from django.utils.text import slugify

NOT_WORD = re.compile(r"[^\w]+")
APOSTROPHES = re.compile(r"['’`.]")


def fold(text: str) -> str:
    """The words of a name for comparison, parted by single spaces: no accents, case or punctuation (O'Neil: oneil)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return NOT_WORD.sub(" ", APOSTROPHES.sub("", plain).casefold()).replace("_", " ").strip()


def begins_words(wanted: str, *names: str) -> bool:
    """Whether every word of `wanted` begins a word in one of the names. All are folded already."""
    padded = "".join(f" {name}" for name in names)
    return all(f" {word}" in padded for word in wanted.split())


def slug(name: str, *, longest: int = 80) -> str:
    """A name as part of an address; `listing` where it has no Latin letter or digit at all."""
    return slugify(name)[:longest].strip("-") or "listing"
