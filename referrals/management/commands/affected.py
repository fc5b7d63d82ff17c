"""`manage.py affected --since DATE`: after a breach, whom it concerns. docs/backups.md says what to do with it."""

import csv
import datetime
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referrals import affected, erasing


def day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-28") from None


class Command(BaseCommand):
    help = (
        "Lists the requests whose content was kept here in the time of a breach, with their clinics and states; no "
        "names. They could be read by whoever had the database and the key that the last column names."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=day, required=True, metavar="DATE", help="its first day: 2026-11-28")
        parser.add_argument("--until", type=day, metavar="DATE", help="its last day; without it, today")
        parser.add_argument("--csv", action="store_true", help="rows for a spreadsheet, the sums to standard error")

    def handle(self, *, since: datetime.date, until: datetime.date | None, **options: Any) -> None:
        today = timezone.localdate()
        until = until or today
        if since > today:
            raise CommandError(f"--since {since} lies ahead: today is {today}.")
        if until < since:
            raise CommandError(f"--until {until} comes before --since {since}.")
        rows = affected.find(affected.Period(since, until))
        try:
            erased = affected.erased_since(since)
        except (erasing.NoErasureList, OSError) as error:
            raise CommandError(f"The erasure list cannot be read: {error}") from error
        if options["csv"]:
            self._csv(rows)
        else:
            self._table(rows)
        self._sums(rows, erased, since, self.stderr if options["csv"] else self.stdout)

    def _csv(self, rows: list[affected.Affected]) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(affected.COLUMNS)
        writer.writerows(map(affected.cells, rows))

    def _table(self, rows: list[affected.Affected]) -> None:
        shown = [column for column in affected.COLUMNS if column != "id"]
        lines = [shown] + [
            [cell for column, cell in zip(affected.COLUMNS, affected.cells(row), strict=True) if column != "id"]
            for row in rows
        ]
        widths = [max(len(line[place]) for line in lines) for place in range(len(shown))]
        for line in lines if rows else []:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

    def _sums(self, rows: list[affected.Affected], erased: int | None, since: datetime.date, out: Any) -> None:
        out.write(f"Requests: {len(rows)}. Clinics: {len(affected.by(rows, 'clinic'))}.")
        for title, column in (
            ("By state of the office", "site_state"),
            ("By clinic", "clinic"),
            ("By state of the request", "request_state"),
            ("By partner", "partner"),
            ("By key", "sealed_under"),
        ):
            if rows:
                out.write(
                    f"{title}: " + "; ".join(f"{name or 'none'} {count}" for name, count in affected.by(rows, column))
                )
        if erased is None:
            out.write("There is no erasure list here: how many were erased since is not known.")
        elif erased:
            out.write(
                f"Erased on {since} or later: {erased}. They could be read until then, and most of them "
                "are not in the list: of an erased request no clinic and no contact is kept."
            )
