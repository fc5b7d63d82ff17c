"""Fictional requests at the demonstration's first clinic: `manage.py load_demo_requests`."""

from typing import Any

from django.core.management.base import BaseCommand

from referrals import demo


class Command(BaseCommand):
    help = "Sends a few fictional requests to the demonstration's first clinic, where no request is there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = demo.load()
        if options["verbosity"] == 0:
            return
        if sent:
            self.stdout.write(f"{sent} requests of fictional patients wait at the first demo clinic.")
        else:
            self.stdout.write("No request was made: there are some already, or there is no demonstration with log-ins.")
