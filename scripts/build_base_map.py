"""Builds the base map, a small file for each state, from the us-atlas of the US Census's county lines and our towns.

    npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
    python -m scripts.build_base_map package [--out static/map]

Reads counties-10m.json (degrees) and the place table of `directory.places`. The same files give the same files. Both
the server (`directory.maps.base`) and the page's own map (static/js/map-live.js) read them. What goes in:

- `XX.json` for each state and territory: `counties`, lines between its own counties; `borders`, its coast and its lines
  with other states (a line of two states is in the file of the first by alphabet); `towns`;
- `us.json` for the whole country: `states`, what each state's file reaches (west, south, east, north); `borders`,
  plainer; `towns`, those that show on a map of the country, which are not repeated in the states' files.

A line is longitude and latitude of its first point in 1/1000 degree, then steps. Alaska runs on beyond -180. A town is
name, longitude, latitude (the same units), people, and the least zoom of a web map at which no larger
one is too near.
"""

import argparse
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import asinh, cos, pi, radians, tan
from pathlib import Path
from typing import Any

from directory.places.table import PATH as PLACES
from directory.places.table import POINT_SCALE
from scripts.build_counties import STATES, Line, Topology, simpler, steps, threaded, whole

ROOT = Path(__file__).resolve().parent.parent
SOURCE = (
    "Lines: us-atlas 3.0.1 (ISC, see LICENSE-us-atlas.txt), U.S. Census Bureau, cartographic boundary files, 2017, "
    "made simpler. Towns: GeoNames (https://www.geonames.org/, CC BY 4.0), thinned out"
)
UNITS = 1000  # to a degree
# Corners whose triangle is smaller than this many square degrees go.
DETAIL, COUNTRY_DETAIL = 0.00002, 0.003
SMALLEST_COUNTRY_ISLAND = 0.02  # square degrees
# A label's room on a web map whose world is 256 pixels wide at zoom 0.
LABEL_WIDTH, LABEL_HEIGHT = 100, 26
# So many people a town has at least that shows at a zoom.
LEAST_PEOPLE = {4: 500_000, 5: 150_000, 6: 50_000, 7: 12_000, 8: 4_000, 9: 1_500, 10: 500, 11: 500}
COUNTRY_ZOOM = 6

type Town = tuple[str, str, float, float, int]
"""Name, state, latitude, longitude, people."""


def ours(longitude: float, state: str) -> float:
    """The Aleutians lie on both sides of 180 degrees; here Alaska is in one piece."""
    return longitude - 360 if state == "AK" and longitude > 0 else longitude


def states_of_arcs(atlas: Topology) -> Mapping[int, set[str]]:
    """By arc, from 1: the counties on its sides, as FIPS codes."""
    sides: dict[int, set[str]] = defaultdict(set)
    for county in atlas.counties:
        for ring in atlas.rings(county):
            for arc in ring:
                sides[abs(arc)].add(county["id"])
    return sides


def line(points: Line, state: str, detail: float) -> list[int] | None:
    """The line as it is kept; None where nothing is left of it."""
    narrow = cos(radians(points[0][1]))  # a degree of longitude is the shorter the farther north
    flat = [(ours(x, state) * narrow, y) for x, y in points]
    kept = whole([(x / narrow * UNITS, y * UNITS) for x, y in simpler(flat, detail)])
    return steps(kept) if len(kept) > 1 else None


def is_speck(points: Line) -> bool:
    """An island that is nothing on a map of the country."""
    if points[0] != points[-1]:
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) * (max(ys) - min(ys)) < SMALLEST_COUNTRY_ISLAND


def read_towns(file: Path) -> list[Town]:
    """All towns of which the number of people is known, the largest first."""
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT name, state, lat, lon, population FROM town WHERE population > 0")
        found = [(name, state, lat / POINT_SCALE, lon / POINT_SCALE, people) for name, state, lat, lon, people in rows]
    return sorted(found, key=lambda town: (-town[4], town[0], town[1]))


def zooms(towns: Iterable[Town]) -> list[int | None]:
    """By town, the largest first: the least zoom at which no larger one is too near; None where there is none."""
    larger: dict[tuple[int, int, int], list[tuple[float, float]]] = defaultdict(list)
    found = []
    for _name, _state, latitude, longitude, people in towns:
        x, y = (longitude + 180) / 360, 0.5 - asinh(tan(radians(latitude))) / (2 * pi)
        spots = {zoom: (x * 256 * 2**zoom, y * 256 * 2**zoom) for zoom in LEAST_PEOPLE}
        zoom = next(
            (
                zoom
                for zoom, least in LEAST_PEOPLE.items()
                if people >= least and not _is_crowded(larger, zoom, spots[zoom])
            ),
            None,
        )
        found.append(zoom)
        # Also where it is not shown: else a small town would stand where a city is left out.
        for each, spot in spots.items():
            larger[each, *_cell(spot)].append(spot)
    return found


def _cell(spot: tuple[float, float]) -> tuple[int, int]:
    return int(spot[0] // LABEL_WIDTH), int(spot[1] // LABEL_HEIGHT)


def _is_crowded(
    larger: Mapping[tuple[int, int, int], list[tuple[float, float]]], zoom: int, spot: tuple[float, float]
) -> bool:
    column, row = _cell(spot)
    return any(
        abs(spot[0] - across) < LABEL_WIDTH and abs(spot[1] - down) < LABEL_HEIGHT
        for near_column in (column - 1, column, column + 1)
        for near_row in (row - 1, row, row + 1)
        for across, down in larger.get((zoom, near_column, near_row), ())
    )


def build(folder: Path, places: Path = PLACES) -> dict[str, dict[str, Any]]:
    """What the files hold, by their names without ending."""
    atlas = Topology(folder / "counties-10m.json")
    files: dict[str, dict[str, Any]] = {
        state: {"counties": [], "borders": [], "towns": []} for state in sorted(STATES.values())
    }
    whole_country: dict[str, Any] = {"source": SOURCE, "states": {}, "borders": [], "towns": []}
    rims: dict[str, list[Line]] = defaultdict(list)
    reach: dict[str, list[float]] = defaultdict(lambda: [360.0, 90.0, -360.0, -90.0])
    for arc, counties in sorted(states_of_arcs(atlas).items()):
        states = sorted({STATES[fips[:2]] for fips in counties})
        points = atlas.arcs[arc - 1]
        for state in states:
            for x, y in points:
                west, south, east, north = reach[state]
                x = ours(x, state)
                reach[state] = [min(west, x), min(south, y), max(east, x), max(north, y)]
        is_inside = len(counties) > 1 and len(states) == 1
        if kept := line(points, states[0], DETAIL):
            files[states[0]]["counties" if is_inside else "borders"].append(kept)
        if not is_inside:
            # Alaska's is kept apart, where it runs on beyond -180 degrees
            rims["AK" if "AK" in states else ""].append(points)
    for state, lines in sorted(rims.items()):
        # Without the corners where only counties meet, a border can be made plain
        plain = (line(points, state, COUNTRY_DETAIL) for points in threaded(lines) if not is_speck(points))
        whole_country["borders"] += [kept for kept in plain if kept]
    whole_country["states"] = {state: [round(edge * UNITS) for edge in edges] for state, edges in sorted(reach.items())}
    towns = read_towns(places)
    for (name, state, latitude, longitude, people), zoom in zip(towns, zooms(towns), strict=True):
        if zoom is not None and state in files:
            kept_in = whole_country if zoom <= COUNTRY_ZOOM else files[state]
            at = [round(ours(longitude, state) * UNITS), round(latitude * UNITS)]
            kept_in["towns"].append([name, *at, people, zoom])
    return {"us": whole_country, **files}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the unpacked us-atlas")
    parser.add_argument("--out", type=Path, default=ROOT / "static" / "map")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    size = 0
    for name, content in build(options.folder).items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
        size += (options.out / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    (options.out / "LICENSE-us-atlas.txt").write_bytes((options.folder / "LICENSE").read_bytes())
    sys.stdout.write(f"{options.out}: {size // 1000} KB\n")


if __name__ == "__main__":
    main()
