"""Circles on the globe and distances between points. Pure geometry, on a sphere of the Earth's mean radius."""

from dataclasses import dataclass
from math import acos, asin, atan2, cos, degrees, hypot, pi, radians, sin

EARTH_RADIUS_KM = 6371.0088  # mean radius R1, Moritz, Geodetic Reference System 1980
KM_PER_MILE = 1.609344
EARTH_RADIUS_MILES = EARTH_RADIUS_KM / KM_PER_MILE
FARTHEST_MILES = pi * EARTH_RADIUS_MILES

# The globe is cut into bands of latitude: the first begins at the south pole, the last one is the north pole alone.
BAND_DEGREES = 0.25
BANDS = round(180.0 / BAND_DEGREES) + 1

# Spans are a hair (about 1 cm) too large rather than too small: the exact test comes after them.
MARGIN_DEGREES = 1e-7

type Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one band between two meridians, in degrees, its edges included; west <= east."""

    band: int
    west: float
    east: float


def band(latitude: float) -> int:
    """The number of the band in which a latitude lies."""
    return int((latitude + 90.0) / BAND_DEGREES)


def spans(latitude: float, longitude: float, radius_miles: float) -> list[Span]:
    """Pieces of bands that together hold the whole circle, each as narrow as it can be.

    In each band the circle reaches farthest at the latitude where meridians touch it, asin(sin latitude / cos a) for
    the angular radius a, or at the edge of the band that is nearest to that. One over a pole reaches every meridian.
    """
    reach = radius_miles / EARTH_RADIUS_MILES + radians(MARGIN_DEGREES)
    phi = radians(latitude)
    south, north = phi - reach, phi + reach
    over_pole = south <= -pi / 2 or north >= pi / 2
    widest = None if over_pole else asin(max(-1.0, min(1.0, sin(phi) / cos(reach))))
    found = []
    for number in range(band(degrees(max(south, -pi / 2))), band(degrees(min(north, pi / 2))) + 1):
        low = radians(number * BAND_DEGREES - 90.0)
        width = 180.0 if widest is None else _half_width(phi, reach, widest, low, low + radians(BAND_DEGREES))
        found += _pieces(number, longitude, width + MARGIN_DEGREES)
    return found


def _half_width(phi: float, reach: float, widest: float, low: float, high: float) -> float:
    """How many degrees of longitude the circle reaches to either side within that band."""
    if low <= widest <= high:
        return degrees(asin(min(1.0, sin(reach) / cos(phi))))
    at = high if widest > high else low
    scale = cos(phi) * cos(at)
    # A hair more than it is: where the width is small or the pole near, the arc cosine enlarges what is rounded
    cosine = (cos(reach) - sin(phi) * sin(at) - 1e-15) / scale
    return degrees(acos(max(-1.0, min(1.0, cosine))))


def _pieces(number: int, longitude: float, width: float) -> list[Span]:
    """The span, in two pieces where it lies across the antimeridian."""
    if width >= 180.0:
        return [Span(number, -180.0, 180.0)]
    west, east = longitude - width, longitude + width
    if west < -180.0:
        return [Span(number, -180.0, east), Span(number, west + 360.0, 180.0)]
    if east > 180.0:
        return [Span(number, west, 180.0), Span(number, -180.0, east - 360.0)]
    return [Span(number, west, east)]


def unit_vector(latitude: float, longitude: float) -> Vector:
    """The point on a sphere of radius 1. Two spellings of one place (-180 and 180, the poles) give the same vector."""
    if abs(latitude) == 90.0:
        return 0.0, 0.0, latitude / 90.0
    phi, lam = radians(latitude), radians(180.0 if longitude == -180.0 else longitude)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def miles_between(a: Vector, b: Vector) -> float:
    """The great-circle distance of two points.

    It is 2 R asin(chord / 2), written with the chord to the opposite point as well: the same number, and exact also
    where the points lie opposite each other and asin is steep.
    """
    chord = hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
    opposite = hypot(a[0] + b[0], a[1] + b[1], a[2] + b[2])
    return 2.0 * EARTH_RADIUS_MILES * atan2(chord, opposite)


def squared_chord(radius_miles: float) -> float:
    """The square of the straight line through the globe between two points so far apart, in units of its radius."""
    return (2.0 * sin(min(radius_miles / EARTH_RADIUS_MILES, pi) / 2.0)) ** 2
