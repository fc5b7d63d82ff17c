"""Collects what is to be said in Spanish into locale/es, and compiles it for the program: see docs/spanish.md."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

FILE = Path(settings.BASE_DIR) / "locale" / "es" / "LC_MESSAGES" / "django.po"
# Changes with every run and says nothing; two branches would always differ in it.
CREATED = re.compile(r'^"POT-Creation-Date: .*"\n', re.MULTILINE)
NO_SOURCES = ["docs", "quality", "scripts", "static", "tests", "var"]


class Collector(makemessages.Command):
    """Django's own, that leaves a new message empty: a guess at it may look right, and be wrong."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = "Collects the messages of templates and code into locale/es, drops those that are gone, and compiles all."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(
            Collector(),
            locale=["es"],
            no_wrap=True,  # a message a line: small changes make small differences
            no_obsolete=True,
            add_location="file",
            ignore_patterns=NO_SOURCES,
            verbosity=0,
        )
        FILE.write_text(CREATED.sub("", FILE.read_text()))
        call_command("compilemessages", locale=["es"], ignore_patterns=[".venv"], verbosity=0)
        empty = FILE.read_text().count('msgstr ""\n\n') + FILE.read_text().count('msgstr[0] ""\n')
        self.stdout.write(f"{FILE}: {empty} messages have no Spanish yet" if empty else f"{FILE}: all is there")
