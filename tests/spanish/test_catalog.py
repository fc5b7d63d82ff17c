"""The catalog is whole: nothing missing, guessed or left over, and the compiled file is made of it."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from directory import evidence
from directory.admin import untranslated
from directory.models import Insurer, Procedure
from directory.views import present
from tests.spanish import catalogs

TAG = re.compile(r"</?[a-z0-9]+[^>]*>")
SOURCES = ("config", "directory", "referrals", "templates", "locale")
# Of what a select box shows: longer words are cut off on a phone.
LONGEST_OPTION = 25
# A procedure's name stands in a box as wide as the phone.
LONGEST_PROCEDURE = 33


RENAMED = re.compile(r"import (?:n?p?gettext\w*) as (?!_$)\w+", re.MULTILINE)


def test_messages_are_marked_by_names_that_the_collector_knows():
    """What is marked by another name is never collected, and so never missed."""
    sources = [path for room in ("config", "directory", "referrals") for path in Path(room).rglob("*.py")]
    assert len(sources) > 200
    assert [str(path) for path in sources if RENAMED.search(path.read_text())] == []


def test_every_message_has_its_spanish():
    missing = [entry.msgid for entry in catalogs.catalog() if not entry.translated()]
    assert not missing, "\n".join(["./run manage spanish, then write these into locale/es:", *missing])


def test_none_is_a_guess_and_none_is_left_over():
    wrong = [entry.msgid for entry in catalogs.catalog() if entry.fuzzy or entry.obsolete]
    assert not wrong


def test_the_compiled_file_says_the_same():
    compiled = {_key(entry): (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(catalogs.MO))}
    written = {_key(entry): (entry.msgstr, entry.msgstr_plural) for entry in catalogs.catalog() if entry.translated()}
    assert compiled == written, "./run manage spanish compiles it"


def _key(entry: polib.MOEntry) -> tuple[str | None, str, str]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


@pytest.mark.skipif(not shutil.which("xgettext"), reason="no gettext: NOT CHECKED whether .po is up to date")
def test_collecting_the_messages_again_finds_nothing_new(tmp_path):
    """In a copy: other tests read the catalog meanwhile."""
    for name in SOURCES:
        shutil.copytree(
            settings.BASE_DIR / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("*.sqlite3", "__pycache__", "coverage/counties.json"),
        )
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    assert "\n./run manage spanish\n" in (settings.BASE_DIR / "docs" / "spanish.md").read_text()
    command = [sys.executable, "manage.py", "spanish", "--settings", "config.settings"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, env=_environment(tmp_path))
    again = (tmp_path / catalogs.PO.relative_to(settings.BASE_DIR)).read_text()
    assert again == catalogs.PO.read_text(), "./run manage spanish collects them"


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize("what", [catalogs.PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_what_is_filled_in_and_what_marks_up_is_the_same_in_both_languages(what):
    wrong = []
    for entry in catalogs.catalog():
        for english, spanish in catalogs.pairs(entry):
            if entry.translated() and _told(what, english) != _told(what, spanish):
                wrong.append(f"{english}\n  {spanish}")
    assert not wrong, "\n".join(wrong)


def _told(what: re.Pattern[str], text: str) -> Counter[str]:
    """How often each; a telephone number may be linked once more."""
    return Counter(what.findall(text))


def test_spanish_says_usted_and_never_tu():
    familiar = re.compile(r"\b(tú|tu|tus|ti|contigo|puedes|tienes|quieres|eres|haz|llámanos)\b", re.IGNORECASE)
    wrong = [text for entry in catalogs.catalog() for _, text in catalogs.pairs(entry) if familiar.search(text)]
    assert not wrong


def test_the_sentences_of_evidence_hold_what_stands_out_in_them():
    """The page cuts the sentence at these words; where Spanish orders it otherwise, nothing would be bold."""
    with translation.override("es"):
        for tier, claims, day in (("claims", 2023, None), ("confirmed", None, "2026-10-12"), ("listed", None, None)):
            services = 41 if claims else None
            note = evidence.note("es", tier, claims, services, day)
            line = {
                "evidence": tier,
                "evidence_note": note,
                "claims": {"year": claims, "services": services} if claims else None,
            }
            cut = present._emphasized(line)
            assert "strong" in {look for _text, look in cut}, note
            assert "".join(text for text, _look in cut) == note


def test_options_of_select_boxes_fit_a_phone():
    with translation.override("es"):
        labels = [*present.ORDER_LABELS.values(), *present.EVIDENCE_LABELS.values()]
        too_long = [str(label) for label in labels if len(str(label)) > LONGEST_OPTION]
    assert not too_long


@pytest.mark.django_db
def test_names_of_procedures_fit_a_phone():
    names = Procedure.objects.values_list("name_es", flat=True)
    assert not [name for name in names if len(name) > LONGEST_PROCEDURE]


def test_django_itself_still_lacks_what_we_say_in_its_place():
    """Once it has Spanish for one of these, ours can go."""
    said = {
        entry.msgid
        for path in catalogs.DJANGO.rglob("locale/es/LC_MESSAGES/django.mo")
        for entry in polib.mofile(str(path))
    }
    assert not said & {str(word) for word in untranslated.WORDS if isinstance(word, str)}


@pytest.mark.django_db
def test_whatever_the_directory_keeps_a_name_for_has_a_spanish_one():
    for model in (Procedure, Insurer):
        assert not model.objects.filter(name_es="").exists()
