"""manage.py import_nppes FILE...: the national NPI file into the directory. docs/import.md tells more."""

import csv
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from tqdm import tqdm

from directory.importers.errors import ImportRefused
from directory.importers.report import Report
from directory.importers.run import import_nppes

REFUSALS_SHOWN = 20


class Command(BaseCommand):
    help = "Imports the national NPI file (NPPES): zip or csv, full or weekly, several in the order of their dates."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="npidata_pfile_....csv, or its zip")
        parser.add_argument(
            "--refusals",
            type=Path,
            metavar="FILE",
            help="write all refused rows to this CSV file: file, line, NPI, reason",
        )

    def handle(self, *, files: list[Path], refusals: Path | None, **options: Any) -> None:
        try:
            if refusals:
                _write_refusals([], refusals)  # before the long work, so that a wrong path is found at once
            reports = import_nppes(files, self._progress)
        except ImportRefused as refused:
            raise CommandError(str(refused)) from refused
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database did not take it, and nothing was written: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run it again: a file that is imported twice does no harm.") from None
        for report in reports:
            self._show(report)
        if refusals:
            _write_refusals(reports, refusals)

    @contextmanager
    def _progress(self, name: str, size: int) -> Iterator[Callable[[int], object]]:
        """A bar by bytes where somebody watches, nothing in a log file."""
        with tqdm(total=size, desc=name, unit="B", unit_scale=True, disable=None) as bar:
            yield bar.update

    def _show(self, report: Report) -> None:
        for line in report.summary():
            self.stdout.write(line)
        for refusal in report.refusals[:REFUSALS_SHOWN]:
            self.stderr.write(f"{report.file_name}, {refusal}")
        if report.refused > REFUSALS_SHOWN:
            self.stderr.write(f"... and {report.refused - REFUSALS_SHOWN:,} more: --refusals FILE writes all of them")


def _write_refusals(reports: list[Report], path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["file", "line", "npi", "reason"])
            for report in reports:
                writer.writerows([report.file_name, row.line, row.npi, row.reason] for row in report.refusals)
    except OSError as error:
        raise CommandError(f"{path}: the list of refused rows cannot be written there ({error.strerror}).") from error
