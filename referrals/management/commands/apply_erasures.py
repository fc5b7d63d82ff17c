"""`manage.py apply_erasures [FILE]`: after an older backup was restored. docs/backups.md says step by step how."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from referrals import erasing


class Command(BaseCommand):
    help = (
        "Erases again what an older backup brought back: every request whose number stands in the erasure list. "
        "Type it after each restore, before the site is started."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="the erasure list; without it the one of the setting ERASURE_LIST",
        )

    def handle(self, *, file: Path | None, **options: Any) -> None:
        file = file or Path(settings.ERASURE_LIST)
        try:
            listed = erasing.read_list(file)
            with tqdm(total=len(listed), desc=file.name, unit="", disable=None) as bar:
                erased = erasing.apply(listed, bar.update)
        except FileNotFoundError as error:
            raise CommandError(
                f"There is no file {file}. Name the erasure list: manage.py apply_erasures FILE. If it was lost with "
                "the database, take the newest copy of it; without one, what was erased after the backup was made "
                "stays readable, and the people concerned should be told."
            ) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read or written ({error.strerror}). Nothing was erased.") from error
        except erasing.NoErasureList as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run it again before the site is started: twice does no harm.") from None
        self.stdout.write(
            f"{len(listed)} requests were erased before now; {erased} had come back and are erased again."
        )
