"""Finds specialists: the answer to a question, from the columns of the directory as of one version."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
            return self._widened()
        pages = -(-count // query.page_size)
        if query.page > pages:
            raise PageNotFound(query.page, pages)
        start = (query.page - 1) * query.page_size
        order = {"distance": self._by_distance, "name": self._by_name}.get(query.order, self._by_offering)
        shown = order(found, start, start + query.page_size)
        return SearchResult(query, self._hits(shown, self.circle), count, facets=self._facets())

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
        """By family name, given name and NPI: all rows of a specialist stand together."""
        keyed = []
        for part in found:
            columns = part.columns
            by_name = part.rows[np.argsort(columns.name_rank[part.rows])]
            squared = None
            if part.squared is not None:
                squared = part.squared[np.argsort(columns.name_rank[part.rows])]
            firsts = np.flatnonzero(np.append(True, columns.npi[by_name[1:]] != columns.npi[by_name[:-1]]))
            lasts = np.append(firsts[1:], len(by_name))
            for first, last in zip(firsts[:end].tolist(), lasts[:end].tolist(), strict=True):
                if len(by_name):
                    keyed.append((part, by_name[first:last], None if squared is None else squared[first:last]))
        if len(found) > 1:
            keyed.sort(key=lambda one: one[0].columns.name_key(int(one[1][0])))
        return [
            _Shown(part.segment, _nearest_row(part.columns, rows, squared)) for part, rows, squared in keyed[start:end]
        ]

    def _by_offering(self, found: Sequence[_Found], start: int, end: int) -> list[_Shown]:
        """By evidence or wait of the one procedure at the practice that is shown; then by distance and NPI."""
        keyed = []
        (procedure,) = self.filters.procedures or (0,)
        for part in found:
            columns = part.columns
            squared = np.zeros(len(part.rows)) if part.squared is None else part.squared
            order = np.lexsort((columns.practice[part.rows], squared, columns.npi[part.rows]))
            npi = columns.npi[part.rows[order]]
            order = order[np.append(True, npi[1:] != npi[:-1])[: len(npi)]]
            rows, squared, npi = part.rows[order], squared[order], columns.npi[part.rows[order]]
            value = self._value(columns, procedure, rows)
            best = np.lexsort((npi, squared, value))[:end]
            keyed += [
                (*key, part.segment, row)
                for *key, row in zip(
                    value[best].tolist(), squared[best].tolist(), npi[best].tolist(), rows[best].tolist(), strict=True
                )
            ]
        keyed.sort(key=lambda one: one[:3])
        return [_Shown(segment, row) for *_key, segment, row in keyed[start:end]]

    def _value(self, columns: Columns, procedure: int, rows: Array) -> Array:
        """What is sorted by, the smallest first."""
        if not len(rows):
            return np.zeros(0, np.uint8)
        postings = columns.postings[procedure]
        at = np.searchsorted(postings.rows, rows)
        if self.query.order == "wait":
            return postings.wait[at]
        tiers = self.filters.tiers(postings, at)
        return np.where(tiers > 0, 3 - tiers, NO_EVIDENCE)

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def _hits(self, shown: Sequence[_Shown], circle: Circle | None) -> list[Hit]:
        others = self._others(shown)
        hits = []
        for one, other_practices in zip(shown, others, strict=True):
            columns = one.segment.columns
            distance = columns.miles_from(circle, one.row) if circle else None
            hits.append(Hit(int(columns.npi[one.row]), int(columns.practice[one.row]), distance, other_practices))
        return hits

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

    def _facets(self) -> dict[Facet, list[FacetCount]] | None:
        if not self.query.facets:
            return None
        total: dict[Facet, Counter] = {"procedure": Counter(), "insurer": Counter(), "language": Counter()}
        for segment in self.snapshot.segments:
            for facet, counts in facets.count(segment.columns, self.filters, self.circle, segment.live).items():
                total[facet].update(counts)
        slugs = self.snapshot.vocabulary.slugs
        named = {
            facet: [FacetCount(slugs[facet][code], many) for code, many in counts.items() if code in slugs[facet]]
            for facet, counts in total.items()
        }
        return {facet: sorted(counts, key=lambda one: (-one.count, one.slug)) for facet, counts in named.items()}

    # ---- nothing within the radius -----------------------------------------------------------------------------------

    def _widened(self) -> SearchResult:
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
            facets=self._facets(),
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
    "q": lambda filters: replace(filters, words=()),
}


def _count(found: Sequence[_Found]) -> int:
    return sum(facets.distinct(part.columns, part.rows) for part in found)


def _nearest(columns: Columns, rows: Array, squared: Array, most: int) -> Array:
    """Positions of the nearest rows, one for each specialist, by (chord, NPI); of two as near the lower practice id."""
    enough = most + most // 4 + 4  # some specialists are there twice
    while True:
        chosen = np.arange(len(rows))
        if enough < len(rows):
            chosen = np.flatnonzero(squared <= np.partition(squared, enough - 1)[enough - 1])
        npi = columns.npi[rows[chosen]]
        order = np.lexsort((columns.practice[rows[chosen]], npi, squared[chosen]))
        _unique, firsts = np.unique(npi[order], return_index=True)
        if len(firsts) >= most or len(chosen) == len(rows):
            firsts.sort()
            return chosen[order[firsts[:most]]]
        enough *= 4


def _nearest_row(columns: Columns, rows: Array, squared: Array | None) -> int:
    """Of the rows of one specialist the nearest; of two as near, or without a place, the one of the lowest id."""
    distance = np.zeros(len(rows)) if squared is None else squared
    return int(rows[np.lexsort((columns.practice[rows], distance))[0]])
