"""Works out the map of the country: one question to the search for every county, off the request path."""

import datetime
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from directory import search, streets
from directory.coverage.counties import atlas
from directory.models import Change, Coverage, Offering, Practice, Procedure
from directory.models.practices import PracticeQuerySet
from directory.places import Understood, table
from directory.search import SearchQuery, Snapshot
from directory.states import STATES

SITE = [f"site__{name}" for name in streets.PLACE]

log = logging.getLogger(__name__)

# After a change of the directory the map of a procedure is at most so old. An import changes it many times.
AT_MOST_EVERY = datetime.timedelta(minutes=10)
# Where nobody is nearer the search widens by itself; most counties are answered within.
RADIUS_MILES = 100.0
# Their insets have a scale of their own.
NOT_ON_THE_MAINLAND = frozenset({"AK", "HI"})


def refresh_if_old(now: datetime.datetime) -> Procedure | None:
    """Works out anew the first procedure whose map is out of date -> which one. A second or two; mostly two queries.

    Out of date: there is none, the directory has changed and the last one is ten minutes old, a street was hidden or
    shown, it is of another day (evidence ages without a write), or of other counties.
    """
    newest = Change.objects.aggregate(newest=Max("number"))["newest"] or 0
    kept = {one.procedure_id: one for one in Coverage.objects.only("procedure", "number", "geography", "computed_at")}
    for procedure in Procedure.objects.all():
        if procedure.pk not in kept or _is_old(kept[procedure.pk], newest, now):
            return procedure if refresh(procedure, now) else None
    return None


def _is_old(kept: Coverage, newest: int, now: datetime.datetime) -> bool:
    if kept.geography != atlas().edition or timezone.localdate(kept.computed_at) != timezone.localdate(now):
        return True
    if kept.number == Coverage.TO_DRAW:
        return True
    return kept.number != newest and now - kept.computed_at >= AT_MOST_EVERY


def refresh(procedure: Procedure, now: datetime.datetime) -> bool:
    """Works out the map of one procedure; False where the search has not read a large change yet, or never will."""
    try:
        snapshot = search.latest()
    except search.RowsOfAnotherLayout:
        log.warning("no map of the counties: the search rows are of another release of this program")
        return False
    if snapshot.passed_over or snapshot.is_frozen:
        return False
    offered = Offering.objects.offered().filter(procedure=procedure)
    practices = Practice.objects.filter(pk__in=offered.values("practice"))
    somewhere = practices.placed().exists()  # thousands of questions that all end in "nobody" are not asked
    worked_out = {
        "number": snapshot.number,
        "geography": atlas().edition,
        "computed_at": now,
        "miles": _miles(procedure, snapshot) if somewhere else dict.fromkeys(atlas().counties),
        "places": _places(practices),
        "specialists": _specialists(practices),
        "example": _example(procedure, snapshot) if somewhere else None,
    }
    Coverage.objects.update_or_create(procedure=procedure, defaults=worked_out)
    return True


def _miles(procedure: Procedure, snapshot: Snapshot) -> dict[str, float | None]:
    found = {}
    for fips, county in atlas().counties.items():
        nearest = nearest_to(county.latitude, county.longitude, procedure, snapshot)
        found[fips] = nearest.distance_miles if nearest else None
    return found


def nearest_to(latitude: float, longitude: float, procedure: Procedure, snapshot: Snapshot) -> search.Hit | None:
    """The nearest specialist with the procedure, however far, as the search itself finds them."""
    near = Understood("", "", latitude, longitude, precision="point", source="census")
    query = SearchQuery(near=near, radius_miles=RADIUS_MILES, procedures=(procedure.slug,), page_size=1)
    return next(iter(search.find(query, snapshot).hits), None)


def _places(practices: PracticeQuerySet) -> list[list[float]]:
    shown = {
        streets.shown_point(dict(zip(streets.PLACE, place, strict=True)), is_hidden=hidden_on is not None)
        for *place, hidden_on in practices.placed().values_list(*SITE, "specialist__street_hidden_on").distinct()
    }
    return sorted(list(point) for point in shown if point)


def _specialists(practices: PracticeQuerySet) -> dict[str, int]:
    pairs = set(practices.listed().values_list("site__state", "specialist"))
    return {**Counter(state for state, _ in pairs), "": len({specialist for _, specialist in pairs})}


def _example(procedure: Procedure, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Of the largest towns of the states on the mainland, the one that is farthest from a specialist."""
    farthest: tuple[float, search.Hit, table.Place] | None = None
    for state in sorted(STATES.keys() - NOT_ON_THE_MAINLAND):
        for town in table.largest_towns(state, 1):
            hit = nearest_to(*town.point, procedure, snapshot)
            if hit and hit.distance_miles is not None and (farthest is None or hit.distance_miles > farthest[0]):
                farthest = hit.distance_miles, hit, town
    if farthest is None:
        return None
    miles, hit, town = farthest
    office = Practice.objects.values_list(*SITE, "specialist__street_hidden_on").filter(pk=hit.practice_id).first()
    if office is None:  # it was deleted since
        return None
    nearest = streets.shown_point(dict(zip(streets.PLACE, office[:-1], strict=True)), is_hidden=bool(office[-1]))
    if nearest is None:  # it moved since
        return None
    return {"town": town.town, "state": town.state, "point": list(town.point), "miles": miles, "nearest": list(nearest)}
