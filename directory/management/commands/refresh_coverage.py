"""Works out the maps of the counties now: `manage.py refresh_coverage`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory import coverage
from directory.models import Procedure


class Command(BaseCommand):
    help = (
        "Works out how far the nearest specialist is from every county: all procedures, or those that are named. The "
        "worker does the same by itself after changes and once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("procedure", nargs="*", help="its short name, like adhesiolysis; without: all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        procedures = {one.slug: one for one in Procedure.objects.all()}
        unknown = [slug for slug in options["procedure"] if slug not in procedures]
        if unknown:
            raise CommandError(f"Unknown: {', '.join(unknown)}. There are: {', '.join(procedures)}.")
        for slug in options["procedure"] or procedures:
            if not coverage.refresh(procedures[slug], timezone.now()):
                raise CommandError(
                    "The search rows are of another release of this program: run manage.py check_search first."
                )
            self.stdout.write(f"{slug}: worked out.")
