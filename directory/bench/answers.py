"""What every engine of the benchmark gives back, so that answers can be compared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from directory.search import SearchQuery

type Facets = dict[str, dict[str, int]]  # procedure, insurer, language -> slug or code -> specialists; none of 0
type Engine = Callable[[SearchQuery], Answer]


class Row(NamedTuple):
    """A specialist at the nearest matching practice; without a place, at the one of the lowest id."""

    npi: int
    practice: int
    miles: float | None
    others: int  # further matching practices, wherever they are


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` are of the page asked for, none where there is no such page."""

    count: int
    rows: list[Row]
    facets: Facets | None = None
    widened: bool = False
