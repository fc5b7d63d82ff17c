"""`manage.py worker`: sends what is due, until it is stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from referrals.deliveries import worker


class Command(BaseCommand):
    help = "Sends what is due (mails to clinics) until it is stopped. SIGTERM or Ctrl-C: finishes the current one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"deliveries tried: {worker.run_once()}")
            return
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        worker.run(stop)
