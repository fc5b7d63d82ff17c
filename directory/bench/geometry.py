"""Boxes around circles for the engines that narrow by latitude and longitude. Shares nothing with the search."""

from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_MILES = 6371.0088 / 1.609344
EVERYWHERE = 13_000.0  # miles: farther than any point
GROWTH = 8.0  # of the circle where it holds too few
# A site whose distance is the radius is inside, also where arithmetic differs in the last digit.
RIM_MILES = 1e-9
MARGIN_DEGREES = 1e-7

type Vector = tuple[float, float, float]


class Box(NamedTuple):
    """Between two parallels and two meridians, in degrees; west <= east."""

    south: float
    north: float
    west: float
    east: float


def boxes(latitude: float, longitude: float, radius_miles: float) -> list[Box]:
    """One or two that together hold the circle: two where it lies across the antimeridian."""
    angle = (radius_miles + RIM_MILES) / EARTH_RADIUS_MILES
    if angle >= pi / 2:
        return [Box(-90.0, 90.0, -180.0, 180.0)]
    reach = degrees(angle) + MARGIN_DEGREES
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    if south == -90.0 or north == 90.0:
        return [Box(south, north, -180.0, 180.0)]
    width = degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(latitude))))) + MARGIN_DEGREES
    west, east = longitude - width, longitude + width
    if west < -180.0:
        return [Box(south, north, -180.0, east), Box(south, north, west + 360.0, 180.0)]
    if east > 180.0:
        return [Box(south, north, west, 180.0), Box(south, north, -180.0, east - 360.0)]
    return [Box(south, north, west, east)]


def unit_vector(latitude: float, longitude: float) -> Vector:
    phi, lam = radians(latitude), radians(longitude)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def squared_chord(miles: float) -> float:
    """Of two points so far apart on a sphere of radius 1."""
    return float((2.0 * sin(min(miles / EARTH_RADIUS_MILES, pi) / 2.0)) ** 2)


def miles_of(squared: float) -> float:
    return 2.0 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(squared) / 2.0))
