"""Where pins and words of a map go, so that none covers another. Pure: units of a picture, right and down.

What comes first has the better place, and the same input gives the same places.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

from directory.maps.projection import Point

APART = 58  # between the middles of two pins
MARGIN = 31  # between the middle of a pin and the edge
STEP, DIRECTIONS = 10, 16  # of the search for a free place around a spot
GRID = 4  # of the search of the whole picture
# So much of a letter's height it is wide, mostly.
LETTER = 0.56


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_in(self, width: float, height: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def around(point: Point, radius: float) -> Box:
    x, y = point
    return Box(x - radius, y - radius, x + radius, y + radius)


def room(width: int, height: int) -> int:
    """So many pins find a place in any case: what the others block, a grid's width around them included, is less than
    the whole inside of the margin."""
    blocked = pi * (APART + GRID) ** 2
    return max(1, int((width - 2 * MARGIN) * (height - 2 * MARGIN) // blocked))


def spread(spots: Sequence[Point], width: int, height: int, keep_off: Iterable[Box] = ()) -> list[Point]:
    """A place for the pin of each spot: at the spot if it is free, else the nearest free place, at least APART from all
    others and inside the margin. Off `keep_off` too, where there is room.

    Raises ValueError for more than `room` of them.
    """
    if len(spots) > room(width, height):
        raise ValueError(f"{len(spots)} pins in {width} by {height}, which has room for {room(width, height)}")
    off, placed = tuple(keep_off), list[Point]()
    for x, y in spots:
        inside = min(max(x, MARGIN), width - MARGIN), min(max(y, MARGIN), height - MARGIN)
        free = _first(_around(inside, placed, width, height), placed, off)
        # Rather on what should stay free than nowhere.
        placed.append(free or _first(_grid(inside, width, height), placed, ()) or inside)
    return placed


def _first(places: Iterable[Point], placed: Sequence[Point], off: Sequence[Box]) -> Point | None:
    """The first of these places that is free."""
    for x, y in places:
        for other_x, other_y in placed:
            across, down = x - other_x, y - other_y
            if across * across + down * down < APART * APART:
                break
        else:
            if not any(box.left < x < box.right and box.top < y < box.bottom for box in off):
                return x, y
    return None


# Ever wider rings of places around a spot, as (right, down) of each
_RINGS = [
    [(far * cos(turn * 2 * pi / DIRECTIONS), far * sin(turn * 2 * pi / DIRECTIONS)) for turn in range(DIRECTIONS)]
    for far in range(STEP, 4 * APART, STEP)
]
# 0, 1, -1, 2, -2, ...: to both sides of a direction
_TURNS = [(turn + 1) // 2 * (1 if turn % 2 else -1) for turn in range(DIRECTIONS)]


def _around(spot: Point, placed: Sequence[Point], width: int, height: int) -> Iterator[Point]:
    """The spot, then ever wider rings around it, first in the direction away from what is there."""
    yield spot
    x, y = spot
    near = [(px, py) for px, py in placed if abs(x - px) < 2 * APART and abs(y - py) < 2 * APART]
    away = atan2(sum(y - py for _, py in near), sum(x - px for px, _ in near)) if near else -pi / 2
    first = round(away / (2 * pi) * DIRECTIONS)
    order = [(first + turn) % DIRECTIONS for turn in _TURNS]
    # Nearer than this the nearest of them is in the way, whatever the direction
    nearest = min((hypot(x - px, y - py) for px, py in near), default=APART)
    for ring in _RINGS[max(0, int((APART - nearest) / STEP) - 1) :]:
        for direction in order:
            right, down = ring[direction]
            px, py = x + right, y + down
            if MARGIN <= px <= width - MARGIN and MARGIN <= py <= height - MARGIN:
                yield px, py


def _grid(spot: Point, width: int, height: int) -> list[Point]:
    """Every place of a fine grid, the nearest first."""
    x, y = spot
    places = [
        (float(px), float(py))
        for px in range(MARGIN, width - MARGIN + 1, GRID)
        for py in range(MARGIN, height - MARGIN + 1, GRID)
    ]
    return sorted(places, key=lambda place: (hypot(place[0] - x, place[1] - y), place))


@dataclass(frozen=True, slots=True)
class Label:
    """Where a text stands: its base line begins (`start`), is centered (`middle`) or ends (`end`) there."""

    x: float
    y: float
    anchor: str
    box: Box


def label_beside(
    point: Point, text: str, size: float, taken: Sequence[Box], width: int, height: int, *, gap: float = 7
) -> Label | None:
    """A free place for a text at a point: right of it, left, below, above; None where all are taken."""
    x, y = point
    wide = LETTER * size * len(text)
    beside = y + 0.32 * size
    tries = (
        (x + gap, beside, "start", x + gap),
        (x - gap, beside, "end", x - gap - wide),
        (x, y + gap + 0.85 * size, "middle", x - wide / 2),
        (x, y - gap - 0.15 * size, "middle", x - wide / 2),
    )
    labels = (_label(at_x, at_y, anchor, left, wide, size) for at_x, at_y, anchor, left in tries)
    return _first_free(labels, taken, width, height)


def label_aslant(
    point: Point, text: str, size: float, taken: Sequence[Box], width: int, height: int, *, gap: float
) -> Label | None:
    """The same for a point with much around it: at one of its four corners, the lower ones first."""
    x, y = point
    wide = LETTER * size * len(text)
    tries = [
        (at_x, at_y, anchor, left)
        for at_y in (y + gap + size, y - gap)
        for at_x, anchor, left in ((x + gap, "start", x + gap), (x - gap, "end", x - gap - wide))
    ]
    labels = (_label(at_x, at_y, anchor, left, wide, size) for at_x, at_y, anchor, left in tries)
    return _first_free(labels, taken, width, height)


def label_on_ring(
    middle: Point, radius: float, text: str, size: float, taken: Sequence[Box], width: int, height: int
) -> Label | None:
    """A free place for a text on a circle, first up and to the right of its middle."""
    wide = LETTER * size * len(text)
    # Degrees clockwise from the right
    turns = (pi / 180 * turn for turn in (-25, -50, 25, 50, -130, 130, -155, 155, -90, 90, 0, 180))
    spots = ((middle[0] + radius * cos(turn), middle[1] + radius * sin(turn)) for turn in turns)
    tries = (_label(x, y + 0.32 * size, "middle", x - wide / 2, wide, size) for x, y in spots)
    return _first_free(tries, taken, width, height)


def _label(x: float, y: float, anchor: str, left: float, wide: float, size: float) -> Label:
    return Label(x, y, anchor, Box(left, y - 0.9 * size, left + wide, y + 0.3 * size))


def _first_free(tries: Iterable[Label], taken: Sequence[Box], width: int, height: int) -> Label | None:
    return next(
        (each for each in tries if each.box.is_in(width, height) and not any(each.box.meets(box) for box in taken)),
        None,
    )
