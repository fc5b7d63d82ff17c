"""`manage.py rotate_keys`: a new encryption key. docs/backups.md says step by step how a key is changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from referrals import rotation


class Command(BaseCommand):
    help = (
        "Wraps the key of every request and web hook under the newest of FIELD_ENCRYPTION_KEYS, and says which of the "
        "older keys are still needed. May be stopped and run again at any time, beside the running site."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say which keys are needed; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._say_keys()
            return
        try:
            rotation.check_worker()
            with tqdm(total=rotation.left(), desc="requests", unit="", disable=None) as bar:
                done = rotation.rotate(bar.update)
        except rotation.NotKnownYet as refused:
            raise CommandError(str(refused)) from refused
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing is lost: run it again, and it goes on where it stood.") from None
        self.stdout.write(f"{done.wrapped - done.hooks} keys of requests were wrapped under the newest key.")
        if done.hooks:
            self.stdout.write(f"{done.hooks} keys of web hooks too.")
        self._say_keys()
        if done.failed:
            keys = ", ".join(f"{key_id!r} ({count})" for key_id, count in sorted(done.failed.items()))
            raise CommandError(
                f"{done.failed.total()} requests or web hooks could not be opened and were left as they are. They need "
                f"the keys {keys}: put the right ones into FIELD_ENCRYPTION_KEYS, behind the newest, and run it again."
            )
        if rotation.left():
            raise CommandError(
                f"{rotation.left()} requests or web hooks were written under an older key meanwhile: a process still "
                "runs with the old FIELD_ENCRYPTION_KEYS. Restart the web server and the worker, and run this again."
            )

    def _say_keys(self) -> None:
        for key in rotation.in_use():
            holders = f"{key.requests} requests" + (f" and {key.hooks} web hooks" if key.hooks else "")
            if key.is_newest:
                what = f"the newest, wraps what is written now; {holders} need it"
            elif not key.is_here:
                what = f"MISSING from FIELD_ENCRYPTION_KEYS; {holders} need it and do not open"
            elif key.requests or key.hooks:
                what = f"still needed by {holders}: keep it"
            else:
                what = (
                    "no request needs it any more. Take it out of FIELD_ENCRYPTION_KEYS a day from now (forms that "
                    "are being filled in may need it so long), and keep it with the backups that were made under it"
                )
            self.stdout.write(f"  {key.key_id}: {what}.")
