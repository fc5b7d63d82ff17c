"""`manage.py bounced < MAIL`: a mail that came back. docs/referrals.md says how a mail server hands it over."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from referrals.deliveries import bounces

LONGEST = 10_000_000  # bytes; a report with one of our mails in it has some thousand


class Command(BaseCommand):
    help = (
        "Reads one mail from standard input that came to the sender's address of this site (DEFAULT_FROM_EMAIL). Says "
        "it that an address is dead, a clinic takes requests by phone from now on, and the operator is told; a "
        "patient's address counts as not checked. Any other mail changes nothing."
    )

    def handle(self, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LONGEST + 1)
        if len(raw) > LONGEST:
            self.stdout.write("Too long for a report of a mail of this site. Nothing was changed.")
            return
        try:
            delivery = bounces.came_back(raw)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database cannot be reached ({type(error).__name__}). Nothing was changed; try again.",
                returncode=os.EX_TEMPFAIL,  # the mail server keeps the mail, and does
            ) from error
        if delivery is None:
            self.stdout.write("No report that a mail of this site could not be delivered. Nothing was changed.")
        else:
            self.stdout.write(f"Delivery {delivery.pk} came back and is given up ({delivery.last_error}).")
