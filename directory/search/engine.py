"""Finds specialists. The database narrows, Python decides: the same rows in the same order on every database.

Two queries for an answer; where nothing lies within the radius up to a dozen more, whatever the size of the directory.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db.models import Q

from directory import names
from directory.models import Offering, Practice
from directory.models.practices import PracticeQuerySet
from directory.places import Understood
from directory.search import zones
from directory.search.query import WIDENED_TO, Hit, PageNotFound, Relaxed, SearchQuery, SearchResult

# From 50 miles three circles reach around the globe; in the country the first of them mostly holds enough.
GROWTH = 8.0
# A site whose distance is the radius is inside, also where the asker's arithmetic differs from ours in the last digit.
RIM_MILES = 1e-9


@dataclass(frozen=True, slots=True)
class _Found:
    """A specialist at the nearest matching practice; the nearest first, then by NPI."""

    distance_miles: float
    npi: int
    practice_id: int


def find(query: SearchQuery) -> SearchResult:
    """The page of specialists that `query` asks for. Raises PageNotFound."""
    if query.near is None:
        return _by_name(query)
    found = _within(query, query.near, query.radius_miles)
    if not found:
        return _widened(query, query.near)
    return SearchResult(query=query, hits=_hits(query, _page(query, found)), count=len(found))


def _widened(query: SearchQuery, near: Understood) -> SearchResult:
    """Nothing lies within the radius: the nearest that match, and what each filter keeps away. One page, always."""
    if query.page > 1:
        raise PageNotFound(query.page, pages=1)
    found = _nearest(query, near)
    return SearchResult(
        query=query,
        hits=_hits(query, found),
        count=len(found),
        widened=bool(found),
        relax=_relaxed(query, query.radius_miles if found else zones.FARTHEST_MILES),
    )


def _hits(query: SearchQuery, shown: Sequence[_Found]) -> list[Hit]:
    """With the number of each specialist's further practices, wherever they are, also where no point is certain."""
    practices = _matching(query, Practice.objects.listed()).filter(specialist__in=[one.npi for one in shown])
    matching = Counter(npi for (npi,) in _named(query, practices, "specialist"))
    return [Hit(one.npi, one.practice_id, one.distance_miles, max(0, matching[one.npi] - 1)) for one in shown]


def _by_name(query: SearchQuery) -> SearchResult:
    rows = _named(
        query,
        _matching(query, Practice.objects.listed()),
        "pk",
        "specialist",
        "specialist__family_name",
        "specialist__given_name",
    )
    practices: dict[int, list[int]] = {}
    keys: dict[int, tuple[str, str, int]] = {}
    for practice_id, npi, family_name, given_name in rows:
        practices.setdefault(npi, []).append(practice_id)
        if npi not in keys:
            keys[npi] = names.fold(family_name), names.fold(given_name), npi
    ordered = sorted(keys, key=keys.__getitem__)
    return SearchResult(
        query=query,
        hits=[Hit(npi, min(practices[npi]), None, len(practices[npi]) - 1) for npi in _page(query, ordered)],
        count=len(ordered),
        relax=() if ordered else _relaxed(query, zones.FARTHEST_MILES),
    )


def _page[Row](query: SearchQuery, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of the page asked for; the first page may be empty, no other."""
    pages = max(1, -(-len(rows) // query.page_size))
    if query.page > pages:
        raise PageNotFound(query.page, pages)
    start = (query.page - 1) * query.page_size
    return rows[start : start + query.page_size]


def _matching(query: SearchQuery, practices: PracticeQuerySet) -> PracticeQuerySet:
    """Those of the practices that pass all filters but the one by name."""
    if query.accepting:
        practices = practices.filter(accepting_new_patients=True)
    if query.procedures:
        offering = Offering.objects.offered().filter(procedure__slug__in=query.procedures)
        practices = practices.filter(pk__in=offering.values("practice"))
    return practices


def _named(query: SearchQuery, practices: PracticeQuerySet, *fields: str) -> Iterator[tuple]:
    """These fields of the practices whose specialist or clinic has the name asked for.

    Names are compared here and not in SQL: no database folds accents as we do, let alone two of them alike.
    """
    wanted = names.fold(query.q)
    if not wanted:
        yield from practices.values_list(*fields)
        return
    of_specialist = ("specialist__given_name", "specialist__family_name", "specialist__name_suffix")
    rows = practices.values_list(*fields, *of_specialist, "specialist__credentials", "site__clinic__name")
    width = len(fields)
    for row in rows:
        if names.begins_words(wanted, names.fold(" ".join(row[width:]))):
            yield row[:width]


def _within(query: SearchQuery, near: Understood, radius_miles: float) -> list[_Found]:
    """All specialists who match within the circle, in order."""
    fields = [
        Q(
            site__latitude__gte=span.south,
            site__latitude__lte=span.north,
            site__longitude__gte=span.west,
            site__longitude__lte=span.east,
        )
        for span in zones.spans(near.latitude, near.longitude, radius_miles)
    ]
    practices = _matching(query, Practice.objects.placed()).filter(reduce(or_, fields))
    centre = zones.unit_vector(near.latitude, near.longitude)
    nearest: dict[int, tuple[float, int]] = {}
    for practice_id, npi, *point in _named(query, practices, "pk", "specialist", "site__latitude", "site__longitude"):
        distance = zones.miles_between(centre, zones.unit_vector(*point))
        if distance <= radius_miles + RIM_MILES and (npi not in nearest or (distance, practice_id) < nearest[npi]):
            nearest[npi] = distance, practice_id
    found = [_Found(distance, npi, practice_id) for npi, (distance, practice_id) in nearest.items()]
    return sorted(found, key=lambda one: (one.distance_miles, one.npi))


def _nearest(query: SearchQuery, near: Understood) -> list[_Found]:
    """The few nearest specialists who match, however far: the circle grows until it holds enough of them."""
    radius_miles = query.radius_miles
    while True:
        radius_miles = min(radius_miles * GROWTH, zones.FARTHEST_MILES)
        found = _within(query, near, radius_miles)
        if len(found) >= WIDENED_TO or radius_miles >= zones.FARTHEST_MILES:
            return found[:WIDENED_TO]


# How a query looks without one of its filters, by the name of the parameter.
WITHOUT: dict[str, Callable[[SearchQuery], SearchQuery]] = {
    "procedure": lambda query: replace(query, procedures=()),
    "accepting": lambda query: replace(query, accepting=False),
    "q": lambda query: replace(query, q=""),
}


def _relaxed(query: SearchQuery, radius_miles: float) -> list[Relaxed]:
    """What each filter that was given keeps away within that radius; without a place, in the whole directory."""
    relaxed = []
    for parameter, without in WITHOUT.items():
        looser = without(query)
        if looser == query:
            continue
        if looser.near is None:
            count = len({npi for (npi,) in _named(looser, _matching(looser, Practice.objects.listed()), "specialist")})
            relaxed.append(Relaxed(parameter, count, nearest_miles=None))
        else:
            found = _within(looser, looser.near, radius_miles)
            relaxed.append(Relaxed(parameter, len(found), found[0].distance_miles if found else None))
    return relaxed
