"""What the search has to reach, and whether it does. The bars are those of docs/performance.md."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from directory.bench.measure import OURS, rounded
from directory.bench.options import SIMPLE

SMALL, LARGE = "50000", "1000000"
SPATIAL = {"sqlite": "SQLite R*Tree", "postgresql": "PostGIS"}

type Figures = Mapping[str, Any]
type Found = float | None


@dataclass(frozen=True)
class Bar:
    """`figure` None: it was not measured."""

    size: str
    name: str
    sign: Literal[">=", "<="]
    bar: float
    figure: float | None

    @property
    def met(self) -> bool | None:
        if self.figure is None:
            return None
        return self.figure >= self.bar if self.sign == ">=" else self.figure <= self.bar


def path(*keys: str) -> Callable[[Figures], Found]:
    return lambda figures: of(figures, *keys)


def of(figures: Figures, *keys: str) -> Found:
    """The figure at the end of these keys, None where a part was not measured."""
    value: Any = figures
    for key in keys:
        if key not in value:
            return None
        value = value[key]
    return float(value)


# Name, sign, bar at 50,000 and at a million practices (None: there is none), where the figure is.
type Rule = tuple[str, Literal[">=", "<="], float | None, float | None, Callable[[Figures], Found]]


def times(what: str, name: str, engine: str, small: float, large: float) -> Rule:
    """So many times the throughput of another engine, of one set."""
    return f"{what}: times {engine}", ">=", small, large, path("sets", name, engine, "ratio")


AGAINST: Mapping[str, tuple[Rule, ...]] = {
    "sqlite": (
        times("25 miles, no filter", "any", SPATIAL["sqlite"], 2, 15),
        times("25 miles, adhesiolysis", "adhesiolysis", SPATIAL["sqlite"], 2, 15),
        times("100 miles, procedure and insurer", "insured", SPATIAL["sqlite"], 2, 10),
        times("25 miles with facets", "facets", SPATIAL["sqlite"], 3, 5),
    ),
    "postgresql": (times("25 miles, no filter", "any", SPATIAL["postgresql"], 2, 15),),
}
ALWAYS: tuple[Rule, ...] = (
    ("API: p50 to that of a constant body", "<=", 3, 4, path("inprocess", "api", "ratio_of_p50")),
    ("results page: p50 to that of constant cards", "<=", 2, 3, path("inprocess", "page", "ratio_of_p50")),
    ("API over HTTP: requests/s to those of the naive endpoint", ">=", 8, 20, path("http", "ratio")),
    ("answers that differ from brute force", "<=", 0, 0, path("exactness", "different")),
    ("memory of a web process, MB (PSS)", "<=", 150, 250, path("memory", "largest_worker_mb")),
    ("start to first answer, s more than an empty directory", "<=", 1, None, path("start", "more_seconds")),
    ("start to first answer, s", "<=", None, 8, path("start", "seconds")),
)
GROWTH = 10.0


def judged(sizes: Mapping[str, Figures]) -> Iterator[Bar]:
    """The bars of the sizes that were measured, those of 50,000 also for smaller ones."""
    for size, figures in sizes.items():
        for name, sign, small, large, figure in (*AGAINST[figures["machine"]["vendor"]], *ALWAYS):
            bar = large if int(size) > int(SMALL) else small
            if bar is not None:
                yield Bar(size, name, sign, bar, figure(figures))
    if SMALL in sizes and LARGE in sizes:
        for name in SIMPLE:
            few, many = (of(sizes[size], "sets", name, OURS, "p99_ms") for size in (SMALL, LARGE))
            growth = rounded(many / few) if few and many else None
            yield Bar(LARGE, f"growth of p99 from 50,000 on, {name}", "<=", GROWTH, growth)


def missed(bars: list[Bar]) -> list[Bar]:
    return [bar for bar in bars if bar.met is False]
