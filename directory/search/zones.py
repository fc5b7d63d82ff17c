"""Circles on the globe and distances between points. Pure geometry, on a sphere of the Earth's mean radius."""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin

EARTH_RADIUS_KM = 6371.0088  # mean radius R1, Moritz, Geodetic Reference System 1980
KM_PER_MILE = 1.609344
EARTH_RADIUS_MILES = EARTH_RADIUS_KM / KM_PER_MILE
FARTHEST_MILES = pi * EARTH_RADIUS_MILES

# Spans are a hair (about 1 cm) too large rather than too small: the exact test comes after them.
MARGIN_DEGREES = 1e-7

type Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Span:
    """A field between two parallels and two meridians, in degrees, its edges included; west <= east."""

    south: float
    north: float
    west: float
    east: float


def spans(latitude: float, longitude: float, radius_miles: float) -> list[Span]:
    """One or two fields that together hold the whole circle: two where it lies across the antimeridian.

    A circle over a pole reaches every meridian. Any other one reaches as far east and west as the meridians that
    touch it: asin(sin a / cos latitude) for the angular radius a, which is more than its width at its own latitude.
    """
    angle = radius_miles / EARTH_RADIUS_MILES
    reach = degrees(angle) + MARGIN_DEGREES
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    if south == -90.0 or north == 90.0:
        return [Span(south, north, -180.0, 180.0)]
    width = degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(latitude))))) + MARGIN_DEGREES
    west, east = longitude - width, longitude + width
    if west < -180.0:
        return [Span(south, north, -180.0, east), Span(south, north, west + 360.0, 180.0)]
    if east > 180.0:
        return [Span(south, north, west, 180.0), Span(south, north, -180.0, east - 360.0)]
    return [Span(south, north, west, east)]


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
