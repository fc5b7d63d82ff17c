"""Proves that what the search reads is what the tables say, and mends it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from directory.search.check import check, check_and_mend

SHOWN = 10


class Command(BaseCommand):
    help = (
        "Compares every row that the search reads with the tables, and writes again those that differ. "
        "They differ only where something changed listings past this program (another database client, a restored "
        "table). Exit status 1 with --check where one differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        found = check() if options["check"] else check_and_mend()
        if found.is_right:
            self.stdout.write(f"{found.practices} listed practices: what the search reads is what the tables say.")
            return
        done = "were wrong and are" if not options["check"] else "are wrong, not"
        if found.layout_is_old:
            rows = f"The search rows of {found.practices} practices are of another release of this program"
            self.stdout.write(f"{rows}: {done} written again.")
        else:
            some = ", ".join(map(str, found.wrong[:SHOWN])) + (", ..." if len(found.wrong) > SHOWN else "")
            self.stdout.write(f"{len(found.wrong)} of {found.practices} practices {done} written again: {some}")
        if options["check"]:
            sys.exit(1)
