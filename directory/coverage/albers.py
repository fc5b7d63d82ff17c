"""From latitude and longitude to a point of the picture of the country: Alaska and Hawaii moved in. Pure.

The same as d3's geoAlbersUsa with scale 1300 and translate [487.5, 305], in which the county lines of us-atlas are
drawn: three equal-area cones, each with a window of its own in a picture of 975 by 610.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

WIDTH, HEIGHT = 975, 610
SCALE = 1300.0
MIDDLE = (487.5, 305.0)
RIM = 1e-6  # what lies on the very edge of an inset belongs to none


@dataclass(frozen=True, slots=True)
class Cone:
    """One equal-area cone: degrees, and shares of the scale for where it stands and how much of it is seen."""

    parallels: tuple[float, float]
    meridian: float
    center: tuple[float, float]  # longitude from the meridian, latitude
    size: float
    shift: tuple[float, float]
    window: tuple[float, float, float, float]  # left, top, right, bottom

    def place(self, latitude: float, longitude: float) -> tuple[float, float] | None:
        """The point in the picture; None outside this window."""
        x, y = self._raw(latitude, (longitude - self.meridian + 180) % 360 - 180)
        middle_x, middle_y = self._raw(self.center[1], self.center[0])
        right = self.size * (x - middle_x) + self.shift[0]
        down = self.size * (middle_y - y) + self.shift[1]
        left, top, far_right, bottom = self.window
        if not (left <= right <= far_right and top <= down <= bottom):
            return None
        return MIDDLE[0] + SCALE * right, MIDDLE[1] + SCALE * down

    def _raw(self, latitude: float, longitude: float) -> tuple[float, float]:
        first, second = (sin(radians(parallel)) for parallel in self.parallels)
        n = (first + second) / 2
        c = 1 + first * (2 * n - first)
        r = sqrt(c - 2 * n * sin(radians(latitude))) / n
        angle = radians(longitude) * n
        return r * sin(angle), sqrt(c) / n - r * cos(angle)


MAINLAND = Cone((29.5, 45.5), -96, (-0.6, 38.7), 1.0, (0.0, 0.0), (-0.455, -0.238, 0.455, 0.238))
ALASKA = Cone((55, 65), -154, (-2, 58.5), 0.35, (-0.307, 0.201), (-0.425 + RIM, 0.120 + RIM, -0.214 - RIM, 0.234 - RIM))
HAWAII = Cone((8, 18), -157, (-3, 19.9), 1.0, (-0.205, 0.212), (-0.214 + RIM, 0.166 + RIM, -0.115 - RIM, 0.234 - RIM))


def project(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Right and down in a picture of 975 by 610; None for what it does not show: the territories, other countries."""
    for cone in (MAINLAND, ALASKA, HAWAII):
        if point := cone.place(latitude, longitude):
            return point
    return None
