"""`manage.py make_api_key NAME`: a new key for a partner. docs/api.md says what it is for."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directory import keys
from directory.models import Partner


class Command(BaseCommand):
    help = "Makes an API key for the partner of this name and prints it once; with --email the partner too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="of the partner, as clinics and patients read it")
        parser.add_argument("--email", default="", help="whom to ask when it fails; needed for a new partner")
        parser.add_argument("--days", type=int, help="it expires after so many days; without it, never")

    def handle(self, *, name: str, email: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= 3650:
            raise CommandError(f"--days {days}: between 1 and 3650 are wanted.")
        partner = Partner.objects.filter(name=name).first()
        if partner is None:
            partner = Partner(name=name, contact_email=email)
            try:
                partner.full_clean()
            except ValidationError as error:
                raise CommandError(
                    f"There is no partner {name!r}, and this makes none: {'; '.join(error.messages)} A new partner "
                    "needs a name on one line and --email."
                ) from error
            partner.save()
        if not partner.is_active:
            raise CommandError(f"{name} is not active: its keys open nothing. Make it active in the admin first.")
        expires_at = None if days is None else timezone.now() + datetime.timedelta(days=days)
        _row, key = keys.make(partner, expires_at=expires_at)
        self.stderr.write("Copy it now: it is shown this once, and we keep a hash of it only.")
        self.stdout.write(key)
