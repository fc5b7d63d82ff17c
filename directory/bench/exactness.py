"""Whether two engines give the same answer."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

import numpy as np

from directory.bench import questions
from directory.bench.answers import Answer, Engine, Row
from directory.bench.brute import Columns
from directory.bench.country import curve
from directory.bench.engines import our_answer
from directory.search import SearchQuery

ONE_METER = 0.001 / 1.609344  # in miles


def same(one: Answer, other: Answer) -> bool:
    """Ids, order, further practices, count, facets and widening alike, distances within a meter or 1e-9 of them.

    A page that is not there has no rows and no count.
    """
    if not one.rows and not other.rows:
        return one.count == other.count or 0 in (one.count, other.count)
    return (
        (one.count, one.widened, one.facets) == (other.count, other.widened, other.facets)
        and len(one.rows) == len(other.rows)
        and all(map(same_row, one.rows, other.rows))
    )


def same_row(one: Row, other: Row) -> bool:
    if (one.npi, one.practice, one.others) != (other.npi, other.practice, other.others):
        return False
    if one.miles is None or other.miles is None:
        return one.miles is other.miles
    return math.isclose(one.miles, other.miles, rel_tol=1e-9, abs_tol=ONE_METER)


def different(engine: Engine, measure: Engine, asked: Iterable[SearchQuery]) -> list[SearchQuery]:
    """The questions that the two answer differently."""
    return [query for query in asked if not same(engine(query), measure(query))]


def ours_checked(columns: Columns, sets: Mapping[str, Sequence[SearchQuery]], number: int) -> dict[str, object]:
    """Ours against brute force: so many questions, a third of them awkward, the others from every set alike."""
    awkward = list(questions.awkward(number - number * 2 // 3, _sites(columns)))
    in_turn = chain.from_iterable(zip(*sets.values(), strict=False))
    asked = [*islice(in_turn, number - len(awkward)), *awkward]
    wrong = different(our_answer, columns.answer, asked)
    return {"queries": len(asked), "different": len(wrong), "examples": [repr(query) for query in wrong[:3]]}


def _sites(columns: Columns) -> list[tuple[float, float]]:
    """Of the practices, neighbours next to each other; those at awkward places are as many as the others."""
    placed = ~np.isnan(columns.latitude)
    latitude, longitude = columns.latitude[placed], columns.longitude[placed]
    order = np.argsort(curve(latitude, longitude), kind="stable")
    every = np.stack([latitude[order], longitude[order]], axis=1)
    far = every[(np.abs(every[:, 0]) > 75.0) | (np.abs(every[:, 1]) > 179.0) | (np.abs(every[:, 0]) < 1.0)]
    step = max(1, len(every) // max(1, len(far)))
    return [(float(lat), float(lon)) for lat, lon in chain(far, every[::step])]
