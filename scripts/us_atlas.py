"""Reads the npm package us-atlas (lines of the US Census) and makes its lines simpler. Imports nothing of the site."""

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

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

type Line = list[tuple[float, float]]


class Atlas:
    """`lines`: all stretches between two corners, as points; `counties`: state and numbers of stretches of each."""

    def __init__(self, file: Path) -> None:
        read = json.loads(file.read_text())
        self._scale, self._translate = read["transform"]["scale"], read["transform"]["translate"]
        self.lines = [self._line(steps) for steps in read["arcs"]]
        self.counties = [
            (STATES[county["id"][:2]], list(_stretches(county)))
            for county in sorted(read["objects"]["counties"]["geometries"], key=lambda county: county["id"])
        ]

    def _line(self, steps: Iterable[Sequence[int]]) -> Line:
        x = y = 0
        line = []
        for right, up in steps:
            x, y = x + right, y + up
            line.append((x * self._scale[0] + self._translate[0], y * self._scale[1] + self._translate[1]))
        return line


def _stretches(county: dict[str, Any]) -> Iterator[int]:
    """By number from 0, whichever way they run."""
    parts = county["arcs"] if county["type"] == "MultiPolygon" else [county["arcs"]]
    for part in parts:
        for ring in part:
            for arc in ring:
                yield arc if arc >= 0 else ~arc


def area(ring: Line) -> float:
    """Never negative."""
    sides = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in sides)) / 2


def simpler(line: Line, least: float) -> Line:
    """The line without the corners that matter least (Visvalingam): those with a triangle below `least`. Ends stay."""
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))

    def size(at: int) -> float:
        return area([line[before[at]], line[at], line[after[at]]])

    sizes = {at: size(at) for at in range(1, len(line) - 1)}
    heap = [(smallest, at) for at, smallest in sizes.items()]
    heapq.heapify(heap)
    while heap and heap[0][0] < least:
        smallest, at = heapq.heappop(heap)
        if sizes.get(at) != smallest:
            continue  # it has become another since
        del sizes[at]
        after[before[at]], before[after[at]] = after[at], before[at]
        for near in (before[at], after[at]):
            if near in sizes:
                sizes[near] = max(size(near), smallest)
                heapq.heappush(heap, (sizes[near], near))
    return [point for at, point in enumerate(line) if at in sizes or at in (0, len(line) - 1)]


def whole(line: Line) -> list[tuple[int, int]]:
    """The line on whole units, no point twice in a row."""
    points: list[tuple[int, int]] = []
    for x, y in line:
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    return points


def steps(points: Sequence[tuple[int, int]]) -> list[int]:
    """The first point, then how far on each time."""
    numbers = list(points[0])
    for (x, y), (next_x, next_y) in pairwise(points):
        numbers += [next_x - x, next_y - y]
    return numbers
