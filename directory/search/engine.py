"""Finds specialists: the answer to a question, from the columns of the directory as of one version."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils import timezone

from directory.search import facets, zones
from directory.search.columns import Circle, Columns
from directory.search.filters import Filters, passing, select
from directory.search.packing import Array
from directory.search.query import (
    WIDENED_TO,
    Facet,
    FacetCount,
    Hit,
    PageNotFound,
    Relaxed,
    SearchQuery,
    SearchResult,
)
from directory.search.snapshot import Segment, Snapshot, latest

# From 50 miles three circles reach around the globe; in the country the first of them mostly holds enough.
GROWTH = 8.0
NO_EVIDENCE = 9
# Of so many values, drawn evenly, the greatest of the smallest ones is guessed.
SAMPLED = 1024


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows of one segment that match within the circle, with their squared chords where there is a circle."""

    segment: Segment
    rows: Array
    squared: Array | None

    @property
    def columns(self) -> Columns:
        return self.segment.columns

    def nearest_miles(self, circle: Circle) -> float | None:
        if self.squared is None or not len(self.rows):
            return None
        row = int(self.rows[np.argmin(self.squared)])
        return self.columns.miles_from(circle, row)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One row of a page, not yet with all that is said of it."""

    segment: Segment
    row: int


def find(query: SearchQuery, snapshot: Snapshot | None = None) -> SearchResult:
    """The page of specialists that `query` asks for, of the directory as it was last committed. Raises PageNotFound.

    `snapshot` answers from a version that the caller has read already, with `latest()`.
    """
    return _Search(query, snapshot or latest()).result()


class _Search:
    def __init__(self, query: SearchQuery, snapshot: Snapshot) -> None:
        self.query = query
        self.snapshot = snapshot
        self.filters = Filters.of(query, snapshot.vocabulary, timezone.localdate())
        self.circle = Circle(query.near, query.radius_miles) if query.near else None

    def result(self) -> SearchResult:
        query = self.query
        found = self._within(self.filters, self.circle)
        count = _count(found)
        if not count:
            return self._widened(found)
        pages = -(-count // query.page_size)
        if query.page > pages:
            raise PageNotFound(query.page, pages)
        start = (query.page - 1) * query.page_size
        order = self._by_value
        if query.order == "distance":
            order = self._by_distance
        elif query.order == "name" and not self.circle:
            order = self._by_name
        shown = order(found, start, start + query.page_size)
        return SearchResult(query, self._hits(shown, self.circle), count, facets=self._facets(found))

    def _within(self, filters: Filters, circle: Circle | None) -> list[_Found]:
        """All matches in each segment of the snapshot; no specialist is in two of them."""
        found = []
        for segment in self.snapshot.segments:
            rows, squared = select(segment.columns, filters, circle)
            if segment.live is not None:
                live = segment.live[rows]
                rows, squared = rows[live], squared if squared is None else squared[live]
            found.append(_Found(segment, rows, squared))
        return found

    # ---- orders --------------------------------------------------------------------------------------------------

    def _by_distance(self, found: Sequence[_Found], start: int, end: int) -> list[_Shown]:
        """Nearest first, then by NPI."""
        keyed = []
        for part in found:
            assert part.squared is not None
            positions = _nearest(part.columns, part.rows, part.squared, end)
            rows = part.rows[positions]
            keyed += [
                (squared, npi, part.segment, row)
                for squared, npi, row in zip(
                    part.squared[positions].tolist(), part.columns.npi[rows].tolist(), rows.tolist(), strict=True
                )
            ]
        if len(found) > 1:
            keyed.sort(key=lambda one: one[:2])
        return [_Shown(segment, row) for _squared, _npi, segment, row in keyed[start:end]]

    def _by_name(self, found: Sequence[_Found], start: int, end: int) -> list[_Shown]:
        """By family name, given name and NPI: all rows of a specialist stand together. Without a place only."""
        keyed = []
        for part in found:
            columns = part.columns
            if not len(part.rows):
                continue
            by_name = columns.in_order_of_names(part.rows)
            npi = columns.npi[by_name]
            firsts = np.flatnonzero(np.append(True, npi[1:] != npi[:-1]))
            lasts = np.append(firsts[1:], len(npi))
            keyed += [
                (part.segment, by_name[first:last])
                for first, last in zip(firsts[:end].tolist(), lasts[:end].tolist(), strict=True)
            ]
        if len(found) > 1:
            keyed.sort(key=lambda one: _name_and_npi(one[0].columns, int(one[1][0])))
        shown = [(segment, rows[np.argmin(segment.columns.practice[rows])]) for segment, rows in keyed[start:end]]
        return [_Shown(segment, int(row)) for segment, row in shown]

    def _by_value(self, found: Sequence[_Found], start: int, end: int) -> list[_Shown]:
        """By a value of the practice that is shown; then by distance and NPI."""
        keyed: list[tuple[Any, float, int, Segment, int]] = []
        for part in found:
            columns = part.columns
            positions = _shown_practices(columns, part.rows, part.squared)
            rows = part.rows[positions]
            squared = np.zeros(len(rows)) if part.squared is None else part.squared[positions]
            npi = columns.npi[rows]
            value = self._value(columns, rows)
            best = smallest(end, value, squared, npi)
            keys = zip(value[best].tolist(), squared[best].tolist(), npi[best].tolist(), strict=True)
            keyed += [(*key, part.segment, row) for key, row in zip(keys, rows[best].tolist(), strict=True)]
        if self.query.order == "name" and len(found) > 1:  # each segment has its own numbers for names
            # The checker loses the types of what a star collects
            keyed = [(segment.columns.names.key(row), *key, segment, row) for _, *key, segment, row in keyed]  # type: ignore[misc]
        keyed.sort(key=lambda one: one[:3])
        return [_Shown(segment, row) for *_key, segment, row in keyed[start:end]]

    def _value(self, columns: Columns, rows: Array) -> Array:
        """What is sorted by, the smallest first."""
        if self.query.order == "name":
            return columns.name_number[rows]
        (procedure,) = self.filters.procedures or (0,)
        postings = columns.postings.get(procedure)
        if postings is None:
            return np.zeros(len(rows), np.uint8)
        at = np.searchsorted(postings.rows, rows)
        if self.query.order == "wait":
            return postings.wait[at]
        tiers = self.filters.tiers(postings, at)
        return np.where(tiers > 0, 3 - tiers, NO_EVIDENCE)

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _hits(self, shown: Sequence[_Shown], circle: Circle | None) -> list[Hit]:
        others = self._others(shown)
        hits: list[Hit | None] = [None] * len(shown)
        for segment in self.snapshot.segments:
            mine = [number for number, one in enumerate(shown) if one.segment is segment]
            if not mine:
                continue
            columns, rows = segment.columns, np.array([shown[number].row for number in mine], np.int32)
            distances = columns.miles(circle, rows).tolist() if circle else [None] * len(mine)
            npis, practices = columns.npi[rows].tolist(), columns.practice[rows].tolist()
            versions = columns.versions[columns.version[rows]].tolist()
            for number, npi, practice, distance, version in zip(
                mine, npis, practices, distances, versions, strict=True
            ):
                hits[number] = Hit(npi, practice, distance, others[number], version)
        return [hit for hit in hits if hit is not None]

    def _others(self, shown: Sequence[_Shown]) -> list[int]:
        """How many further practices of each specialist match, wherever they are, also where no point is certain."""
        others = [0] * len(shown)
        for segment in self.snapshot.segments:
            mine = [number for number, one in enumerate(shown) if one.segment is segment]
            which, rows = segment.columns.siblings(np.array([shown[number].row for number in mine], np.int32))
            if not len(rows):
                continue
            if segment.live is not None:
                which, rows = which[segment.live[rows]], rows[segment.live[rows]]
            kept = passing(segment.columns, self.filters, rows)
            for number in (which if kept is None else which[kept]).tolist():
                others[mine[number]] += 1
        return others

    def _facets(self, found: Sequence[_Found]) -> dict[Facet, list[FacetCount]] | None:
        if not self.query.facets:
            return None
        total: dict[Facet, Counter] = {"procedure": Counter(), "insurer": Counter(), "language": Counter()}
        for part in found:
            counted = facets.count(part.columns, self.filters, self.circle, part.segment.live, part.rows)
            for facet, counts in counted.items():
                total[facet].update(counts)
        slugs = self.snapshot.vocabulary.slugs
        named = {
            facet: [FacetCount(slugs[facet][code], many) for code, many in counts.items() if code in slugs[facet]]
            for facet, counts in total.items()
        }
        return {facet: sorted(counts, key=lambda one: (-one.count, one.slug)) for facet, counts in named.items()}

    # ---- nothing within the radius -----------------------------------------------------------------------------------

    def _widened(self, found: Sequence[_Found]) -> SearchResult:
        """The nearest that match, however far, and what each filter keeps away. One page, always."""
        if self.query.page > 1:
            raise PageNotFound(self.query.page, pages=1)
        shown, circle = self._nearest_anywhere() if self.query.near else ([], None)
        everywhere = Circle(self.query.near, zones.FARTHEST_MILES) if self.query.near else None
        return SearchResult(
            self.query,
            self._hits(shown, circle),
            len(shown),
            widened=bool(shown),
            relax=self._relaxed(self.circle if shown else everywhere),
            facets=self._facets(found),
        )

    def _nearest_anywhere(self) -> tuple[list[_Shown], Circle]:
        """The few nearest specialists who match: the circle grows until it holds enough of them."""
        assert self.query.near
        radius_miles = self.query.radius_miles
        while True:
            radius_miles = min(radius_miles * GROWTH, zones.FARTHEST_MILES)
            circle = Circle(self.query.near, radius_miles)
            found = self._within(self.filters, circle)
            if circle.is_everything:  # the chord is no good measure of what lies nearly opposite
                found = [replace(part, squared=part.columns.miles(circle, part.rows)) for part in found]
            if circle.is_everything or _count(found) >= WIDENED_TO:
                return self._by_distance(found, 0, WIDENED_TO), circle

    def _relaxed(self, circle: Circle | None) -> list[Relaxed]:
        """What each filter that was given keeps away within that circle; without a place, in the whole directory."""
        relaxed = []
        for parameter, without in WITHOUT.items():
            looser = without(self.filters)
            if looser == self.filters:
                continue
            found = self._within(looser, circle)
            distances = [] if circle is None else [part.nearest_miles(circle) for part in found]
            nearest = min((miles for miles in distances if miles is not None), default=None)
            relaxed.append(Relaxed(parameter, _count(found), nearest))
        return relaxed


# How a question looks without one of its filters, by the name of the parameter. Evidence and requests speak of the
# procedure: they go with it.
WITHOUT: dict[str, Callable[[Filters], Filters]] = {
    "procedure": Filters.without_procedures,
    "condition": lambda filters: replace(filters, conditions=None),
    "insurer": lambda filters: replace(filters, insurers=None),
    "language": lambda filters: replace(filters, languages=None),
    "gender": lambda filters: replace(filters, genders=None),
    "accepting": lambda filters: replace(filters, accepting=False),
    "telehealth": lambda filters: replace(filters, telehealth=False),
    "requests": lambda filters: replace(filters, requests_online=False),
    "evidence": lambda filters: replace(filters, least_tier=0),
    "q": lambda filters: replace(filters, names=()),
}


def _count(found: Sequence[_Found]) -> int:
    return sum(facets.distinct(part.columns, part.rows) for part in found)


def smallest(most: int, *keys: Array) -> Array:
    """The positions of the smallest, in order: by the first key, where that is the same by the second, and so on."""
    chosen = _candidates(most, keys[0])
    sure: list[Array] = []
    missing = most
    if len(chosen) > missing:  # mostly the first key alone decides
        values = keys[0][chosen]
        nearly = chosen[values <= np.partition(values, missing - 1)[missing - 1]]
        if len(nearly) < 4 * most:
            return nearly[np.lexsort([key[nearly] for key in reversed(keys)])][:most]
    for key in keys:
        if missing >= len(chosen):
            break
        values = key[chosen]
        limit = np.partition(values, missing - 1)[missing - 1]
        sure.append(chosen[values < limit])
        missing -= len(sure[-1])
        chosen = chosen[values == limit]
    found = np.concatenate([*sure, chosen])
    return found[np.lexsort([key[found] for key in reversed(keys)])][:most]


def _candidates(most: int, key: Array) -> Array:
    """Positions among which the smallest are. Of many values a sample tells which are too great."""
    if len(key) < SAMPLED + 8 * most:
        return np.arange(len(key))
    sample = key[:: len(key) // SAMPLED]
    likely = 2 * most * len(sample) // len(key) + 8
    chosen = np.flatnonzero(key <= np.partition(sample, likely)[likely])
    return chosen if len(chosen) >= most else np.arange(len(key))


def _nearest(columns: Columns, rows: Array, squared: Array, most: int) -> Array:
    """Positions of the nearest rows, one for each specialist, by (chord, NPI); of two as near the lower practice id."""
    enough = most + most // 4 + 4  # some specialists are there twice
    while True:
        order = smallest(enough, squared, columns.npi[rows], columns.practice[rows])
        firsts = _firsts(columns.npi[rows[order]].tolist())
        if len(firsts) >= most or len(order) == len(rows):
            return order[firsts[:most]]
        enough *= 4


def _firsts(numbers: Sequence[int]) -> list[int]:
    """Where each number stands for the first time. A page is too short for numpy to be quicker."""
    seen: dict[int, int] = {}
    for position, number in enumerate(numbers):
        seen.setdefault(number, position)
    return list(seen.values())


def _shown_practices(columns: Columns, rows: Array, squared: Array | None) -> Array:
    """For each specialist the position of the nearest row; of two as near, or without a place, of the lowest id."""
    is_alone = columns.sibling[rows] == rows
    several = np.flatnonzero(~is_alone)
    distance = np.zeros(len(several)) if squared is None else squared[several]
    npi = columns.npi[rows[several]]
    order = np.lexsort((columns.practice[rows[several]], distance, npi))
    is_first = np.append(True, npi[order[1:]] != npi[order[:-1]])[: len(order)]
    return np.concatenate([np.flatnonzero(is_alone), several[order[is_first]]])


def _name_and_npi(columns: Columns, row: int) -> tuple[bytes, int]:
    return columns.names.key(row), int(columns.npi[row])
