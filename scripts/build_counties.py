"""Builds the county file of `directory.coverage` from the us-atlas of the US Census's county lines.

    npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
    python -m scripts.build_counties package [--out directory/coverage/counties.json]

Reads counties-albers-10m.json (drawn as a flat picture of 975 by 610, Alaska and Hawaii moved in) for the lines and
counties-10m.json (degrees) for the points. The same files give the same file. What goes in:

- `arcs`: every stretch of line between two corners, made simpler, in whole units of the picture: x, y of the first
  point, then steps. Counties share them, so neighbors never part, and counties of one shade can be joined;
- `counties`: FIPS code, name, state, latitude and longitude of the middle of its area, and its rings of arcs (number of
  an arc from 1; negative: run backwards). The territories have points and no rings: the picture does not show them;
- `borders`: the lines between states; `land` and `land_borders`: the same country, plainer, for a small picture.
"""

import argparse
import heapq
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from directory.maps.outlines import joined, path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = (
    "us-atlas 3.0.1 (ISC, see LICENSE-us-atlas.txt): U.S. Census Bureau, cartographic boundary files, counties, 2017. "
    "Changed: lines made simpler, points added"
)
# Corners whose triangle is smaller than this many square units of the picture go.
COUNTY_DETAIL, COUNTRY_DETAIL = 1.5, 12.0
SMALLEST_ISLAND, SMALLEST_COUNTRY_ISLAND = 3.0, 12.0  # square units
# The Census's numbers of states.
STATES = {
    "01": "AL", "02": "AK", "04": "AZ", "05": "AR", "06": "CA", "08": "CO", "09": "CT", "10": "DE", "11": "DC",
    "12": "FL", "13": "GA", "15": "HI", "16": "ID", "17": "IL", "18": "IN", "19": "IA", "20": "KS", "21": "KY",
    "22": "LA", "23": "ME", "24": "MD", "25": "MA", "26": "MI", "27": "MN", "28": "MS", "29": "MO", "30": "MT",
    "31": "NE", "32": "NV", "33": "NH", "34": "NJ", "35": "NM", "36": "NY", "37": "NC", "38": "ND", "39": "OH",
    "40": "OK", "41": "OR", "42": "PA", "44": "RI", "45": "SC", "46": "SD", "47": "TN", "48": "TX", "49": "UT",
    "50": "VT", "51": "VA", "53": "WA", "54": "WV", "55": "WI", "56": "WY",
    "60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI",
}  # fmt: skip

type Point = tuple[float, float]
type Line = list[Point]
type Ring = list[int]
"""Arcs by number from 1; negative: run backwards."""


class Topology:
    """One of the atlas's files: lines between corners, and counties made of them."""

    def __init__(self, file: Path) -> None:
        read = json.loads(file.read_text())
        self.scale, self.translate = read["transform"]["scale"], read["transform"]["translate"]
        self.arcs = [self._line(steps) for steps in read["arcs"]]
        self.counties: list[dict[str, Any]] = sorted(
            read["objects"]["counties"]["geometries"], key=lambda county: county["id"]
        )

    def _line(self, steps: Iterable[Sequence[int]]) -> Line:
        x = y = 0
        line = []
        for right, down in steps:
            x, y = x + right, y + down
            line.append((x * self.scale[0] + self.translate[0], y * self.scale[1] + self.translate[1]))
        return line

    def rings(self, county: dict[str, Any]) -> list[Ring]:
        """Outer and inner ones alike."""
        parts = county["arcs"] if county["type"] == "MultiPolygon" else [county["arcs"]]
        return [[arc + 1 if arc >= 0 else arc for arc in ring] for part in parts for ring in part]

    def points(self, ring: Ring) -> Line:
        return walk(self.arcs, ring)


def walk(arcs: Sequence[Line], ring: Ring) -> Line:
    """The points of a ring in their order, each corner once."""
    points: Line = []
    for arc in ring:
        line = arcs[abs(arc) - 1] if arc > 0 else arcs[abs(arc) - 1][::-1]
        points += line[:-1]
    return points


def area(ring: Line) -> float:
    """Signed: positive to the one side, negative to the other."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in _sides(ring)) / 2


def _sides(ring: Line) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], *ring[:1]], strict=True)


def middle(rings: Iterable[Line]) -> Point:
    """Latitude and longitude of the middle of the area of rings in degrees (longitude first)."""
    parts = [[((x - 360 if x > 0 else x), y) for x, y in ring] for ring in rings]  # the Aleutians lie on both sides
    size = sum_x = sum_y = 0.0
    for part in parts:
        # A degree of longitude is the shorter the farther north: by its own part, which is small.
        narrow = cos(radians(sum(y for _, y in part) / len(part)))
        for (x, y), (next_x, next_y) in _sides(part):
            piece = (x * next_y - next_x * y) * narrow
            size += piece
            sum_x += piece * (x + next_x) / 3
            sum_y += piece * (y + next_y) / 3
    if not size:  # Falls Church, Virginia, has become a line in the atlas
        corners = [point for part in parts for point in part]
        size, sum_x, sum_y = float(len(corners)), sum(x for x, _ in corners), sum(y for _, y in corners)
    longitude = sum_x / size
    return round(sum_y / size, 4), round(longitude + 360 if longitude < -180 else longitude, 4)


def simpler(line: Line, least: float) -> Line:
    """The line without the corners that matter least (Visvalingam): its ends stay."""
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))

    def size(at: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = line[before[at]], line[at], line[after[at]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    corners = range(1, len(line) - 1)
    sizes = {at: size(at) for at in corners}
    heap = [(sizes[at], at) for at in corners]
    heapq.heapify(heap)
    while heap and heap[0][0] < least:
        smallest, at = heapq.heappop(heap)
        if sizes.get(at) != smallest:
            continue
        del sizes[at]
        after[before[at]], before[after[at]] = after[at], before[at]
        for near in (before[at], after[at]):
            if near in sizes:
                sizes[near] = max(size(near), smallest)
                heapq.heappush(heap, (sizes[near], near))
    return [point for at, point in enumerate(line) if at in sizes or at in (0, len(line) - 1)]


def whole(line: Line) -> list[tuple[int, int]]:
    """The line on whole units, no point twice in a row, none on the way straight from one to the next."""
    points: list[tuple[int, int]] = []
    for x, y in line:
        point = (round(x), round(y))
        if points and points[-1] == point:
            continue
        if len(points) > 1 and _straight(points[-2], points[-1], point):
            points.pop()
        points.append(point)
    return points


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    forward = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return cross == 0 and forward > 0


def steps(points: Sequence[tuple[int, int]]) -> list[int]:
    """As they are kept: the first point, then how far right and down each time."""
    numbers = list(points[0])
    for (x, y), (next_x, next_y) in pairwise(points):
        numbers += [next_x - x, next_y - y]
    return numbers


class Picture:
    """The flat country with lines of a certain detail."""

    def __init__(self, atlas: Topology, detail: float, smallest_island: float) -> None:
        self.arcs = [whole(simpler(line, detail)) for line in atlas.arcs]
        self.counties = {
            county["id"]: [
                kept
                for ring in atlas.rings(county)
                if self._is_seen(atlas, ring, smallest_island) and (kept := self._seen(ring))
            ]
            for county in atlas.counties
        }

    def _is_seen(self, atlas: Topology, ring: Ring, smallest_island: float) -> bool:
        """Islands that would be specks are left out; what has neighbors stays, whatever its size."""
        return len(ring) > 1 or abs(area(atlas.points(ring))) >= smallest_island

    def _seen(self, ring: Ring) -> Ring:
        """Without the stretches that have become a point."""
        return [arc for arc in ring if len(self.arcs[abs(arc) - 1]) > 1]

    def between_states(self) -> list[list[tuple[int, int]]]:
        """The lines that two states share."""
        states: dict[int, set[str]] = defaultdict(set)
        for fips, rings in self.counties.items():
            for ring in rings:
                for arc in ring:
                    states[abs(arc)].add(fips[:2])
        return threaded([self.arcs[arc - 1] for arc, of in sorted(states.items()) if len(of) > 1])

    def land(self) -> list[list[tuple[int, int]]]:
        return joined([ring for rings in self.counties.values() for ring in rings], self.arcs)


def threaded[Corner: (Point, tuple[int, int])](lines: list[list[Corner]]) -> list[list[Corner]]:
    """Stretches that go on where another ends, as one line."""
    open_ends: dict[Corner, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        open_ends[line[0]].append(number)
        open_ends[line[-1]].append(number)
    left = set(range(len(lines)))

    def go_on(line: list[Corner]) -> list[Corner]:
        while more := [number for number in open_ends[line[-1]] if number in left]:
            left.discard(more[0])
            found = lines[more[0]]
            line = line + (found[1:] if found[0] == line[-1] else found[-2::-1])
        return line

    threads = []
    while left:
        start = lines[min(left)]
        left.discard(min(left))
        threads.append(go_on(go_on(start)[::-1]))
    return threads


def build(folder: Path) -> dict[str, Any]:
    """What the file holds."""
    flat, degrees = Topology(folder / "counties-albers-10m.json"), Topology(folder / "counties-10m.json")
    picture = Picture(flat, COUNTY_DETAIL, SMALLEST_ISLAND)
    small = Picture(flat, COUNTRY_DETAIL, SMALLEST_COUNTRY_ISLAND)
    used = sorted({abs(arc) for rings in picture.counties.values() for ring in rings for arc in ring})
    number = {arc: at for at, arc in enumerate(used, 1)}
    counties = []
    for county in degrees.counties:
        latitude, longitude = middle([degrees.points(ring) for ring in degrees.rings(county)])
        rings = [
            [number[arc] if arc > 0 else -number[-arc] for arc in ring]
            for ring in picture.counties.get(county["id"], ())
        ]
        state = STATES[county["id"][:2]]
        counties.append([county["id"], county["properties"]["name"], state, latitude, longitude, rings])
    return {
        "source": SOURCE,
        "arcs": [steps(picture.arcs[arc - 1]) for arc in used],
        "counties": counties,
        "borders": path(picture.between_states(), closed=False),
        "land": path(small.land(), closed=True),
        "land_borders": path(small.between_states(), closed=False),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the unpacked us-atlas")
    parser.add_argument("--out", type=Path, default=ROOT / "directory" / "coverage" / "counties.json")
    options = parser.parse_args(arguments)
    built = build(options.folder)
    text = json.dumps(built, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    options.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{options.out}: {len(built['counties'])} counties, {len(built['arcs'])} lines, {len(text) // 1000} KB\n"
    )


if __name__ == "__main__":
    main()
