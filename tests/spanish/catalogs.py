"""The catalog of Spanish as files, and a language of marks in which every translated text says that it is one."""

import re
from pathlib import Path

import django
import polib
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "locale" / "es" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
DJANGO = Path(django.__file__).parent
OPEN, CLOSE = "⟦", "⟧"
# %(name)s, %s, %% and {name}: what is filled in, or read by a program.
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[a-z]|%[sd%]|\{[a-z_]+\}")


def catalog() -> polib.POFile:
    return polib.pofile(str(PO))


def pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    """(English, Spanish) of a message, for each of its numbers: the first of the plural forms is that of one."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    forms = entry.msgstr_plural
    return [(entry.msgid, forms[0]), *((entry.msgid_plural, forms[number]) for number in sorted(forms) if number)]


def write_marked(folder: Path) -> None:
    """A catalog in that folder which gives every message of ours back between marks, in place of Spanish."""
    marked = polib.POFile()
    marked.metadata = catalog().metadata
    for entry in catalog():
        one, many = (f"{OPEN}{text}{CLOSE}" for text in (entry.msgid, entry.msgid_plural or entry.msgid))
        plural = {number: many if number else one for number in entry.msgstr_plural}
        marked.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgctxt=entry.msgctxt,
                msgstr="" if plural else one,
                msgstr_plural=plural,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    target = folder / "es" / "LC_MESSAGES"
    target.mkdir(parents=True)
    marked.save_as_mofile(str(target / "django.mo"))


def words_of_django() -> set[str]:
    """The words that Django itself says in Spanish: months, days, its own errors, its own admin."""
    found: set[str] = set()
    for path in DJANGO.rglob("locale/es/LC_MESSAGES/django.mo"):
        for entry in polib.mofile(str(path)):
            for text in (entry.msgstr, *entry.msgstr_plural.values()):
                found.update(words(text))
    return found


def words(text: str) -> set[str]:
    """Its words of two letters and more, in small letters."""
    return {word.lower() for word in re.findall(r"[^\W\d_]{2,}", text)}
