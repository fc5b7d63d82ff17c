"""manage.py bench: how fast the search is, against other ways to answer the same questions. See docs/performance.md."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.bench import bars, plot, report
from directory.bench.inside import NotOurs, measured
from directory.bench.options import PARTS, SIZES, Options, checked_for
from directory.bench.run import Failed, run


class Command(BaseCommand):
    help = (
        "Measures the search against other engines that answer the same questions, on a database of its own beside the "
        "one of DATABASE_URL, which it does not touch. Takes half an hour for both sizes; exit status 1 where a bar is "
        "missed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--practices", type=int, nargs="+", default=list(SIZES), metavar="N", help="sizes to measure"
        )
        parser.add_argument("--queries", type=int, default=Options.queries, metavar="N", help="questions of each set")
        parser.add_argument("--checked", type=int, metavar="N", help="questions for exactness")
        parser.add_argument("--seconds", type=float, default=Options.seconds, help="for each engine and set at most")
        parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
        parser.add_argument("--keep", action="store_true", help="keep the databases, and use those that were kept")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them there, as SVG")
        parser.add_argument("--docs", type=Path, metavar="FILE", help="write the tables there, between its marks")
        parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # one size, in the process made for it

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            self._inside(options["inside"])
            return
        sizes = [
            Options(
                practices=practices,
                queries=options["queries"],
                seconds=options["seconds"],
                checked=checked_for(practices) if options["checked"] is None else options["checked"],
                parts=tuple(options["parts"]),
            )
            for practices in options["practices"]
        ]
        try:
            figures = run(sizes, keep=options["keep"])
        except Failed as error:
            raise CommandError(f"The benchmark did not end: {error}") from error
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1) + "\n")
        if options["plot"]:
            options["plot"].write_text(plot.drawn(figures))
        if options["docs"]:
            options["docs"].write_text(report.filled(options["docs"].read_text(), figures))
        for line in report.lines(figures):
            self.stdout.write(line)
        if missed := bars.missed(report.bars_of(figures)):
            raise CommandError(f"{len(missed)} bars are missed.")

    def _inside(self, work: Path) -> None:
        asked = json.loads(work.read_text())
        options = Options(**asked["options"])
        self.stdout.write(f"{options.practices:,} practices")
        try:
            figures = measured(options, self._say)
        except NotOurs as refused:
            raise CommandError(f"The database of the benchmark cannot be used. {refused}") from refused
        Path(asked["to"]).write_text(json.dumps(figures))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
