"""The fictional demonstration directory: `manage.py load_demo`, `manage.py load_demo --logins`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory import coverage
from directory.demo import load, logins
from directory.models import Procedure


class Command(BaseCommand):
    help = "Fills an empty database with about 3,000 fictional specialists at real towns of the United States."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--logins", action="store_true", help="only print the demo log-ins that work, one a line; change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self._print_logins()
            return
        try:
            is_new = load.load()
        except load.HoldsRealListings as error:
            raise CommandError(
                "This database holds listings that are not the demonstration's. Nothing was changed. "
                "The demonstration needs a database of its own: start ./run without --empty, "
                "or set DATABASE_URL to another, empty database (and run manage.py migrate there first)."
            ) from error
        if is_new:
            # The map of the home page; the worker does those of the other procedures
            coverage.refresh(Procedure.objects.get(slug=coverage.DEFAULT), timezone.now())
            self.stdout.write("The demonstration is loaded. Every specialist, clinic and number in it is made up.")
        else:
            self.stdout.write("The demonstration is there already. Nothing was changed.")
        if not settings.DEMO_PASSWORD:
            self.stdout.write("No log-ins were made: set DEMO_PASSWORD and run this again to have some.")
        elif made := logins.create():
            self.stdout.write(f"{made} demo log-ins were made: manage.py load_demo --logins prints them.")

    def _print_logins(self) -> None:
        if load.is_loaded():
            for login in logins.usable():
                self.stdout.write(f"{login.email}  {settings.DEMO_PASSWORD}  ({login.role})")
