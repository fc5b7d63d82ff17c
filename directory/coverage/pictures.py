"""The map of the country as it is shown: made of what was worked out beforehand, without a question to the search."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from directory.coverage.albers import SCALE, project
from directory.coverage.counties import Atlas, County, atlas
from directory.models import Coverage

DEFAULT = "adhesiolysis"
# Upper edges of the shades in miles; the last one takes the rest.
EDGES = (25, 50, 100, 200)
NEAR_MILES, FAR_MILES = 50, 100
EARTH_RADIUS_MILES = 3958.7613
# So many units of the small picture are one dot.
SMALL_DOTS_APART = 6
LABEL_ENDS_AFTER = 700  # in the small picture: the label of a town farther right stands to its left
LABEL_AWAY, LABEL_DOWN = 20, 8


@dataclass(frozen=True, slots=True)
class Way:
    """How far it is from a county; `miles` is None where nobody in the country offers the procedure."""

    county: County
    miles: float | None


@dataclass(frozen=True, slots=True)
class Shade:
    """All counties within the same bounds, in miles; the nearest has no lower bound, the farthest no upper."""

    over: int | None
    up_to: int | None
    count: int
    percent: int  # of all counties
    outline: str  # SVG path


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state's row in the table."""

    state: str
    ways: Sequence[Way]  # the nearest county first
    specialists: int

    @property
    def counties(self) -> int:
        return len(self.ways)

    @property
    def near(self) -> int:
        """How many counties are within 50 miles."""
        return sum(way.miles is not None and way.miles <= NEAR_MILES for way in self.ways)

    @property
    def half_within(self) -> float | None:
        """Miles: half of the counties are no farther."""
        known = [way.miles for way in self.ways if way.miles is not None]
        return median(known) if known else None

    @property
    def nearest(self) -> Way:
        return self.ways[0]

    @property
    def farthest(self) -> Way:
        return self.ways[-1]


@dataclass(frozen=True, slots=True)
class Picture:
    """The country for one procedure."""

    computed_at: datetime.datetime
    counties: int
    near: int  # counties within 50 miles
    far: int  # counties farther than 100
    specialists: int
    shades: Sequence[Shade]
    borders: str
    dots: str  # SVG path of points
    states: Mapping[str, StateRow]  # by code, in the order of names

    @property
    def is_offered(self) -> bool:
        """Whether anybody in the country offers it."""
        return any(shade.count for shade in self.shades)


@dataclass(frozen=True, slots=True)
class Example:
    """One town in the small picture and the way from there."""

    town: str
    state: str
    miles: float
    x: int
    y: int
    reach: str  # SVG path to the nearest
    ring: int  # radius of the circle around it
    label_ends: bool  # the label stands to the left

    @property
    def whole_miles(self) -> int:
        return round(self.miles)

    @property
    def label_x(self) -> int:
        return self.x - LABEL_AWAY if self.label_ends else self.x + LABEL_AWAY

    @property
    def label_y(self) -> int:
        return self.y + LABEL_DOWN


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """The country in outline, for the home page."""

    computed_at: datetime.datetime
    land: str
    borders: str
    dots: str
    example: Example | None


def stamp(slug: str = DEFAULT) -> str:
    """Which map there is now, for entity tags; empty where there is none. One query."""
    found = _key(slug)
    return f"{found[1]}.{found[2].timestamp()}" if found else ""


def picture(slug: str = DEFAULT) -> Picture | None:
    """The map of the procedure; None where it has not been worked out yet. One query where this process has it."""
    key = _key(slug)
    return _picture(*key) if key else None


def country(slug: str = DEFAULT) -> SmallPicture | None:
    """The same as a small picture; None where nothing was worked out or nobody offers it. One query mostly."""
    key = _key(slug)
    return _small_picture(*key) if key else None


type Key = tuple[int, int, datetime.datetime]


def _key(slug: str) -> Key | None:
    """Procedure, version of the directory, moment: what the pictures of this process are kept by."""
    made = Coverage.objects.filter(procedure__slug=slug, geography=atlas().edition)
    return made.values_list("procedure", "number", "computed_at").first()


@lru_cache(maxsize=32)
def _picture(procedure: int, _number: int, _computed_at: datetime.datetime) -> Picture:
    kept, lines = Coverage.objects.get(pk=procedure), atlas()
    ways = [Way(county, kept.miles.get(fips)) for fips, county in lines.counties.items()]
    return Picture(
        computed_at=kept.computed_at,
        counties=len(ways),
        near=sum(way.miles is not None and way.miles <= NEAR_MILES for way in ways),
        far=sum(way.miles is not None and way.miles > FAR_MILES for way in ways),
        specialists=kept.specialists[""],
        shades=_shades(ways, lines),
        borders=lines.borders,
        dots=_dots(kept.places, apart=1),
        states=_states(ways, kept.specialists, lines),
    )


def _shades(ways: Sequence[Way], lines: Atlas) -> list[Shade]:
    shades = []
    for over, up_to in zip((None, *EDGES), (*EDGES, None), strict=True):
        within = [
            way.county
            for way in ways
            if way.miles is not None and way.miles > (over or -1) and (up_to is None or way.miles <= up_to)
        ]
        percent = round(100 * len(within) / len(ways))
        shades.append(Shade(over, up_to, len(within), percent, lines.outline(within)))
    return shades


def _states(ways: Sequence[Way], specialists: Mapping[str, int], lines: Atlas) -> dict[str, StateRow]:
    by_state: dict[str, list[Way]] = {state: [] for state in lines.states()}
    for way in sorted(ways, key=lambda way: (way.miles or 0, way.county.fips)):
        by_state[way.county.state].append(way)
    return {state: StateRow(state, found, specialists.get(state, 0)) for state, found in by_state.items()}


def _dots(places: Sequence[Sequence[float]], *, apart: int) -> str:
    """As one path of lines without length, which round ends make dots."""
    points = [point for latitude, longitude in places if (point := project(latitude, longitude))]
    dots = sorted({(round(x / apart) * apart, round(y / apart) * apart) for x, y in points})
    return "".join(f"M{x} {y}h0" for x, y in dots)


@lru_cache(maxsize=4)
def _small_picture(procedure: int, _number: int, _computed_at: datetime.datetime) -> SmallPicture | None:
    kept, lines = Coverage.objects.get(pk=procedure), atlas()
    if not kept.places:
        return None
    return SmallPicture(
        computed_at=kept.computed_at,
        land=lines.land,
        borders=lines.land_borders,
        dots=_dots(kept.places, apart=SMALL_DOTS_APART),
        example=_example(kept.example),
    )


def _example(kept: Mapping[str, Any] | None) -> Example | None:
    """None where an end of the way is not on the picture."""
    here = project(*kept["point"]) if kept else None
    there = project(*kept["nearest"]) if kept else None
    if not (kept and here and there):
        return None
    (x, y), (to_x, to_y) = ((round(across), round(down)) for across, down in (here, there))
    return Example(
        town=kept["town"],
        state=kept["state"],
        miles=kept["miles"],
        x=x,
        y=y,
        reach=f"M{x} {y}L{to_x} {to_y}",
        ring=round(kept["miles"] / EARTH_RADIUS_MILES * SCALE),
        label_ends=x > LABEL_ENDS_AFTER,
    )
