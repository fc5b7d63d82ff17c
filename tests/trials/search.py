"""The search against other engines that answer the same questions: exact, and ahead of them by the bars.

`--short`: 15,000 practices on SQLite, the engine with a spatial index only, without the web server; it fails where an
answer differs from brute force or that engine is far ahead. Without it both sizes on both databases, everything that
docs/performance.md shows, judged by the bars; that takes two hours of a machine with nothing else to do.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import tests.settings  # noqa: F401 (the environment: secrets that are worth nothing, a folder that goes at the end)

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from directory.bench import bars, report
from directory.bench.options import SIMPLE, SIZES, Options, checked_for
from directory.bench.run import Failed, run
from scripts import postgres

SHORT = Options(15_000, queries=120, seconds=0.4, checked=200, parts=("search", "inprocess"), only_spatial=True)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    postgres.end_in_order()
    try:
        found = [run([SHORT])] if "--short" in sys.argv else long_one()
    except (Failed, postgres.NoPostgres) as error:
        say(f"It could not be measured: {error}")
        return 1
    judged = [bar for figures in found for bar in report.bars_of(figures)]
    for figures in found:
        for line in report.lines(figures):
            say(line)
    say("")
    say(f"search: {figure(found[-1])}")
    if "--short" in sys.argv:
        return 1 if is_wrong_or_far_behind(found[-1]) else 0
    return 1 if bars.missed(judged) else 0


def is_wrong_or_far_behind(figures: Mapping[str, Any]) -> bool:
    """What a short run on a machine with other work can judge: an answer that differs, or an engine far ahead."""
    (ours,) = figures["sizes"].values()
    spatial = bars.SPATIAL[ours["machine"]["vendor"]]
    ratios = [bars.of(ours, "sets", name, spatial, "ratio") for name in SIMPLE]
    return ours["exactness"]["different"] > 0 or any(ratio is None or ratio < 0.5 for ratio in ratios)


def long_one() -> list[dict[str, Any]]:
    """On SQLite, then on PostgreSQL."""
    sizes = [Options(practices, checked=checked_for(practices)) for practices in SIZES]
    found = [run(sizes)]
    with postgres.server() as server:
        os.environ["DATABASE_URL"] = server.url
        found.append(run(sizes))
    return found


def figure(figures: Mapping[str, Any]) -> str:
    """Of the largest size."""
    size = max(figures["sizes"], key=int)
    ours = figures["sizes"][size]
    spatial = bars.SPATIAL[ours["machine"]["vendor"]]
    ratio = bars.of(ours, "sets", "any", spatial, "ratio")
    faster = f"{ratio:.1f} times {spatial}" if ratio else f"{spatial} NOT MEASURED"
    different = "{different} of {queries} answers differ from brute force".format(**ours["exactness"])
    judged = report.bars_of(figures)
    met = f"{sum(bar.met is True for bar in judged)} bars met, {len(bars.missed(judged))} missed"
    return f"{faster} at {int(size):,} practices, {different}, {met}"


if __name__ == "__main__":
    sys.exit(main())
