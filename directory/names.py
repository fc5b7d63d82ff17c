"""People's and clinics' names: how they are compared and how they are written in an address."""

import re
import unicodedata

from django.utils.text import slugify

NOT_WORD = re.compile(r"[^\w]+")
APOSTROPHES = re.compile(r"['’`.]")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
NUMERALS = frozenset({"II", "III", "IV", "VII", "VIII"})
TITLES = frozenset({"dr", "dra", "doctor", "doctora"})
# Small before a further word of the name: Ana de la Cruz, Jan Van der Berg.
ARTICLES = frozenset({"la", "las", "los", "der", "den"})
LINKS = frozenset({"de", "del", "da", "das", "dos", "y"})


def fold(text: str) -> str:
    """The words of a name for comparison, parted by single spaces: no accents, case or punctuation (O'Neil: oneil)."""
    plain = text
    if not text.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return NOT_WORD.sub(" ", APOSTROPHES.sub("", plain).casefold()).replace("_", " ").strip()


def wanted_words(text: str) -> list[str]:
    """The words of a name that somebody looks for, without the title that people write before it."""
    words = fold(text).split()
    return [word for word in words if word not in TITLES] or words


def slug(name: str, *, longest: int = 80) -> str:
    """A name as part of an address; `listing` where it has no Latin letter or digit at all."""
    return slugify(name)[:longest].strip("-") or "listing"


def title(text: str, *, family: bool = False) -> str:
    """A name that is all in capitals (or all small) as people write it: McDonald, O'Neil, de la Cruz, Smith-Jones III.

    A name in mixed letters is left alone: somebody wrote it so. `Mac` stays as it is (Macdonald, Machado), and so does
    a given name of two letters without a vowel (TJ).
    """
    if not (text.isupper() or text.islower()):
        return text
    words = text.split(" ")
    last = len(words) - 1
    return " ".join(_title_word(word, words[:i], i == last, family=family) for i, word in enumerate(words))


def _title_word(word: str, before: list[str], is_last: bool, *, family: bool) -> str:
    small = word.lower()
    if family and is_last and before and word.upper() in NUMERALS:
        return word.upper()
    if not is_last and (small in LINKS and (family or before)):
        return small
    if not is_last and before and small in ARTICLES and before[-1].lower() in {*LINKS, "van", "von"}:
        return small
    if not family and len(word) == 2 and word.isalpha() and not set(small) & set("aeiouy"):
        return word.upper()
    return WORD.sub(lambda match: _capital(match[0]), word)


def _capital(word: str) -> str:
    """One word: a capital first, after a one-letter beginning (O'Neil, D'Angelo) and after Mc."""
    first, apostrophe, rest = word.partition("'" if "'" in word else "’")
    if apostrophe and len(first) == 1:
        return first.upper() + apostrophe + _capital(rest)
    small = word.lower()
    if small.startswith("mc") and len(small) > 3:
        return "Mc" + small[2:].capitalize()
    return small.capitalize()
