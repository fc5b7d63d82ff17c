"""A map of a few places as it is drawn: paths, circles and words with their places. Reads nothing but the base map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from directory.maps import base, layout
from directory.maps.layout import Box
from directory.maps.outlines import Corner, path
from directory.maps.projection import Frame, Point, around, fitted

MOST_TOWNS, MOST_CANDIDATES = 14, 60
PIN = 28  # half a pin's width on a phone, with its rim
HERE = 15
# A pin farther than this from its spot has a line to it.
MOVED = 14
SMALLEST_RING, RINGS_APART = 34, 34
# A picture without rings is so wide, from its middle, that some town is on it.
WIDTHS_MILES = (9, 18, 36, 72)
FEW_TOWNS = 3


@dataclass(frozen=True, slots=True)
class Letters:
    """How high the letters of names are, in units, on a large screen and on a phone: 16 pixels or more on both."""

    large: int
    phone: int


# For a picture 560 units wide that is 480 pixels wide, and 350 on a phone; for one 420 wide of about 370 everywhere.
BESIDE_LIST, IN_COLUMN = Letters(19, 26), Letters(20, 20)


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a pin stands, and the spot that it means."""

    x: int
    y: int
    spot_x: int
    spot_y: int

    @property
    def is_moved(self) -> bool:
        return abs(self.x - self.spot_x) > MOVED or abs(self.y - self.spot_y) > MOVED


@dataclass(frozen=True, slots=True)
class Ring:
    radius: int
    miles: float
    text: str
    label: Corner | None  # the middle of the text's base line; None where it has no room


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    dot: Corner | None  # None where it lies under the mark in the middle
    x: int  # of its name
    y: int
    anchor: str
    is_minor: bool  # no room for it on a phone, where letters are larger


@dataclass(frozen=True, slots=True)
class Drawing:
    frame: Frame
    counties: str  # SVG path
    borders: str  # SVG path
    rings: Sequence[Ring]
    towns: Sequence[Town]
    here: Corner | None
    pins: Sequence[Pin]  # in the order of the spots; those that have no room are left out at the end

    # SVG paths
    @property
    def dots(self) -> str:
        return _dots(town.dot for town in self.towns if not town.is_minor)

    @property
    def minor_dots(self) -> str:
        return _dots(town.dot for town in self.towns if town.is_minor)

    @property
    def leads(self) -> str:
        """From their spots to the pins that had to move."""
        return "".join(f"M{pin.spot_x} {pin.spot_y}L{pin.x} {pin.y}" for pin in self.pins if pin.is_moved)

    @property
    def spots(self) -> str:
        return _dots((pin.spot_x, pin.spot_y) for pin in self.pins if pin.is_moved)


def _dots(points: Iterable[Corner | None]) -> str:
    """As one path of lines without length, which round ends make dots."""
    return "".join(f"M{point[0]} {point[1]}h0" for point in points if point)


def near(
    here: Point, spots: Sequence[Point], rings: Sequence[tuple[float, str]], reach_miles: float, width: int, height: int
) -> Drawing:
    """Spots around a place, with rings of distance: (miles, what is written at it). `reach_miles` must be seen."""
    return _drawn(around(here, reach_miles, width, height), spots, here, rings, BESIDE_LIST)


def together(spots: Sequence[Point], width: int, height: int, letters: Letters = BESIDE_LIST) -> Drawing:
    """Spots alone, with some land around them. Raises ValueError where there are none."""
    frames = (fitted(spots, width, height, margin=2 * layout.MARGIN, least_miles=miles) for miles in WIDTHS_MILES)
    widest = None
    for widest in frames:
        if len(_background(widest).towns) >= FEW_TOWNS:
            break
    if widest is None:
        raise ValueError("a map of no place")
    return _drawn(widest, spots, None, (), letters)


def _drawn(
    frame: Frame,
    spots: Sequence[Point],
    here: Point | None,
    rings: Sequence[tuple[float, str]],
    letters: Letters,
) -> Drawing:
    under, width, height = _background(frame), frame.width, frame.height
    middle = frame.place(*here) if here else None
    shown = frame.places(spots[: layout.room(width, height)])
    keep_off = [layout.around(middle, layout.MARGIN + HERE)] if middle else []
    pins = layout.spread(shown, width, height, keep_off)
    taken = [layout.around(pin, PIN) for pin in pins] + [layout.around(spot, 4) for spot in shown]
    if middle:
        taken.append(layout.around(middle, HERE))
    circles = list(_rings(frame, middle, rings, taken, letters)) if middle else []
    return Drawing(
        frame=frame,
        counties=under.counties,
        borders=under.borders,
        rings=circles,
        towns=list(_towns(under.towns, taken, width, height, letters, middle)),
        here=_whole(middle) if middle else None,
        pins=[Pin(*_whole(pin), *_whole(spot)) for pin, spot in zip(pins, shown, strict=True)],
    )


def _whole(point: Point) -> Corner:
    return round(point[0]), round(point[1])


def _rings(
    frame: Frame, middle: Point, rings: Sequence[tuple[float, str]], taken: list[Box], letters: Letters
) -> Iterator[Ring]:
    """From the outermost, which has the best place for its label. Rings that would crowd are left out."""
    outer = float("inf")
    for miles, text in sorted(rings, reverse=True):
        radius = miles * frame.scale
        if radius < SMALLEST_RING or radius > outer - RINGS_APART:
            continue
        outer = radius
        label = layout.label_on_ring(middle, radius, text, letters.phone, taken, frame.width, frame.height)
        if label:
            taken.append(label.box)
        yield Ring(round(radius), miles, text, _whole((label.x, label.y)) if label else None)


def _towns(
    candidates: Sequence[tuple[str, Point]],
    taken: list[Box],
    width: int,
    height: int,
    letters: Letters,
    middle: Point | None,
) -> Iterator[Town]:
    """As many as find a place for their names: first in letters for a phone, then the others in smaller ones."""
    left = list(candidates)
    if middle and (town := _town_around(middle, candidates, taken, width, height, letters.phone)):
        left = [each for each in left if each[0] != town.name]
        yield town
    shown = 0
    for size, is_minor in ((letters.phone, False), (letters.large, True)):
        those, left = left, []
        for name, point in those:
            dot = layout.around(point, 3)
            label = layout.label_beside(point, name, size, taken, width, height)
            if shown >= MOST_TOWNS:
                return
            if label is None or any(dot.meets(box) for box in taken):
                left.append((name, point))
                continue
            taken += [label.box, dot]
            shown += 1
            yield Town(name, _whole(point), *_whole((label.x, label.y)), label.anchor, is_minor)


def _town_around(
    middle: Point, candidates: Sequence[tuple[str, Point]], taken: list[Box], width: int, height: int, size: int
) -> Town | None:
    """The town in which the point is that was understood: its own point lies under that one's mark."""
    around_it = layout.around(middle, 2 * HERE)
    named = next((each for each in candidates if layout.around(each[1], 1).meets(around_it)), None)
    if named is None:
        return None
    for gap in (HERE + 4, 2.5 * HERE):
        if label := layout.label_aslant(middle, named[0], size, taken, width, height, gap=gap):
            taken.append(label.box)
            return Town(named[0], None, *_whole((label.x, label.y)), label.anchor, is_minor=False)
    return None


@dataclass(frozen=True, slots=True)
class _Background:
    counties: str
    borders: str
    towns: Sequence[tuple[str, Point]]  # those in the picture, with the best known first


@lru_cache(maxsize=128)
def _background(frame: Frame) -> _Background:
    """What lies under the pins: the same for everybody who asks from the same place, and the costly part."""
    found = base.sheets(*frame.bounds)
    south, west, north, east = (edge * base.UNITS for edge in frame.bounds)
    wanted = (west, south, east, north)
    towns = [town for sheet in found for town in sheet.towns if south <= town.latitude * base.UNITS <= north]
    towns.sort(key=lambda town: (town.zoom, -town.people))
    placed = zip(towns, frame.places((town.latitude, town.longitude) for town in towns), strict=True)
    inside = [(town.name, at) for town, at in placed if 0 <= at[0] <= frame.width and 0 <= at[1] <= frame.height]
    return _Background(
        counties=_seen((line for sheet in found for line in sheet.counties), frame, wanted),
        borders=_seen((line for sheet in found for line in sheet.borders), frame, wanted),
        towns=inside[:MOST_CANDIDATES],
    )


def _seen(lines: Iterable[base.Line], frame: Frame, wanted: base.Edges) -> str:
    """The SVG path of what is seen of these lines."""
    return path(
        [
            run
            for line in lines
            if base.touches(line.edges, wanted)
            for run in _runs(_placed(line, frame), frame.width, frame.height)
        ],
        closed=False,
    )


def _placed(line: base.Line, frame: Frame) -> list[Corner]:
    points = zip(line.latitudes, line.longitudes, strict=True)
    return [(round(x), round(y)) for x, y in frame.places((lat / base.UNITS, lon / base.UNITS) for lat, lon in points)]


def _runs(corners: Sequence[Corner], width: int, height: int) -> Iterator[list[Corner]]:
    """The parts of a line that may be seen: runs of sides that are not all to one side of the picture."""
    run: list[Corner] = []
    for one, other in pairwise(corners):
        (x, y), (next_x, next_y) = one, other
        if max(x, next_x) < 0 or min(x, next_x) > width or max(y, next_y) < 0 or min(y, next_y) > height:
            if run:
                yield run
            run = []
        else:
            run = [*run, other] if run else [one, other]
    if run:
        yield run
