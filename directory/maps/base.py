"""The lines and towns under a map, from the files of static/map, each read when it is first needed.

`scripts/build_base_map.py` makes the files and says what is in them. The page's own map reads the same ones.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "static" / "map"
UNITS = 1000  # to a degree
AROUND = 360 * UNITS
# A picture that is higher than this shows the plain country.
COUNTRY_DEGREES = 9.0

type Edges = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, slots=True)
class Line:
    edges: Edges
    longitudes: array  # in the units of the files
    latitudes: array


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    latitude: float
    longitude: float
    people: int
    zoom: int  # of a web map, from which on it shows


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds; of the country also what each state reaches."""

    counties: Sequence[Line]
    borders: Sequence[Line]
    towns: Sequence[Town]
    states: Sequence[tuple[str, Edges]] = ()


def sheets(south: float, west: float, north: float, east: float) -> list[Sheet]:
    """The files that have something in these bounds, in degrees: for a large part of the country only its own."""
    country = _sheet("us")
    if north - south > COUNTRY_DEGREES:
        return [country]
    wanted = (west * UNITS, south * UNITS, east * UNITS, north * UNITS)
    near = [state for state, edges in country.states if touches(edges, wanted)]
    # The country's own lines are plainer than the states' that stand in for them.
    return [Sheet((), (), country.towns), *(_sheet(state) for state in near)]


def touches(one: Edges, other: Edges) -> bool:
    """Whether two parts of the globe have something in common, wherever their longitudes are counted from."""
    if one[1] > other[3] or other[1] > one[3]:
        return False
    # How often around the globe the one must be turned to begin next to the other
    turn = round((other[0] + other[2] - one[0] - one[2]) / 2 / AROUND) * AROUND
    return one[0] + turn <= other[2] and other[0] <= one[2] + turn


@lru_cache(maxsize=24)  # all 57 would be 11 MB in each process; one place needs two to five
def _sheet(name: str) -> Sheet:
    read = json.loads((FOLDER / f"{name}.json").read_bytes())
    return Sheet(
        counties=tuple(map(_line, read.get("counties", ()))),
        borders=tuple(map(_line, read["borders"])),
        towns=tuple(Town(name, y / UNITS, x / UNITS, people, zoom) for name, x, y, people, zoom in read["towns"]),
        states=tuple((state, tuple(edges)) for state, edges in read.get("states", {}).items()),
    )


def _line(steps: list[int]) -> Line:
    xs, ys = array("i", accumulate(steps[::2])), array("i", accumulate(steps[1::2]))
    return Line((min(xs), min(ys), max(xs), max(ys)), xs, ys)
