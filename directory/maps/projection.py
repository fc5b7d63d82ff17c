"""From the globe to a flat picture around one point: every distance from that point stays true. Pure.

The azimuthal equidistant projection, on the sphere that the whole project measures on: a ring of so many miles is a
circle, and what lies on it is so many miles away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin

EARTH_RADIUS_MILES = 6371.0088 / 1.609344

type Point = tuple[float, float]
"""Latitude and longitude in degrees; or right and down in units of a picture."""


@dataclass(frozen=True)
class Frame:
    """A picture of `width` by `height` units around a point of the globe, `scale` units to the mile.

    The point lies in the middle, moved by `shift` (right, down).
    """

    width: int
    height: int
    latitude: float
    longitude: float
    scale: float
    shift: Point = (0.0, 0.0)

    def place(self, latitude: float, longitude: float) -> Point:
        """Right and down of that place in the picture; what lies outside has a place too."""
        return next(iter(self.places([(latitude, longitude)])))

    def places(self, points: Iterable[Point]) -> list[Point]:
        """The same for many."""
        sin_here, cos_here, across, down = self._constants
        unit = EARTH_RADIUS_MILES * self.scale
        found = []
        for latitude, longitude in points:
            angle, turn = latitude * pi / 180, (longitude - self.longitude) * pi / 180
            sin_there, cos_there, cos_turn = sin(angle), cos(angle), cos(turn)
            right = cos_there * sin(turn)
            up = cos_here * sin_there - sin_here * cos_there * cos_turn
            far = hypot(right, up)  # the sine of the angle between both, as seen from the middle of the globe
            stretch = unit * (atan2(far, sin_here * sin_there + cos_here * cos_there * cos_turn) / far) if far else unit
            found.append((across + right * stretch, down - up * stretch))
        return found

    def point(self, right: float, down: float) -> Point:
        """Latitude and longitude of a place in the picture: the way back."""
        sin_here, cos_here, across, middle = self._constants
        x, y = right - across, middle - down
        away = hypot(x, y)
        if not away:
            return self.latitude, self.longitude
        angle = min(away / (EARTH_RADIUS_MILES * self.scale), pi)
        sine = cos(angle) * sin_here + y * sin(angle) * cos_here / away
        turn = atan2(x * sin(angle), away * cos_here * cos(angle) - y * sin_here * sin(angle))
        return degrees(asin(max(-1.0, min(1.0, sine)))), self.longitude + degrees(turn)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north and east of what the picture shows; east and west may pass 180 degrees."""
        edge = [(i / 8 * self.width, j / 8 * self.height) for i in range(9) for j in range(9) if {i, j} & {0, 8}]
        points = [self.point(*each) for each in edge]
        south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
        return south, min(lon for _, lon in points), north, max(lon for _, lon in points)

    @cached_property
    def _constants(self) -> tuple[float, float, float, float]:
        here = radians(self.latitude)
        return sin(here), cos(here), self.width / 2 + self.shift[0], self.height / 2 + self.shift[1]


def around(point: Point, reach_miles: float, width: int, height: int) -> Frame:
    """A picture with the point in its middle in which a ring of that many miles has a fifth of its radius to spare."""
    return Frame(width, height, *point, scale=min(width, height) / 2 / (reach_miles * 1.2))


def fitted(points: Iterable[Point], width: int, height: int, *, margin: float, least_miles: float) -> Frame:
    """A picture that shows all these places inside its margin, and at least so many miles from its middle to its side.

    Raises ValueError where there is no point.
    """
    given = list(points)
    if not given:
        raise ValueError("a map of no place")
    first = given[0][1]
    turns = [(longitude - first + 180) % 360 - 180 for _, longitude in given]
    latitude = (min(lat for lat, _ in given) + max(lat for lat, _ in given)) / 2
    middle = Frame(width, height, latitude, first + (min(turns) + max(turns)) / 2, scale=1.0)
    places = middle.places(given)
    left, right = min(x for x, _ in places), max(x for x, _ in places)
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    room_x, room_y = width - 2 * margin, height - 2 * margin
    scale = min(
        width / 2 / least_miles,
        room_x / (right - left) if right > left else float("inf"),
        room_y / (bottom - top) if bottom > top else float("inf"),
    )
    shift = ((width / 2 - (left + right) / 2) * scale, (height / 2 - (top + bottom) / 2) * scale)
    return Frame(width, height, middle.latitude, middle.longitude, scale, shift)
