"""Which points are believed. No pin beats a wrong pin.

There are no state borders here, only ZIP points. A point counts as inside a state when one of the three nearest ZIP
points is of that state, or that state's nearest is at most twice as far as the nearest of all.
tests/places/test_trust.py measures it on some 10,000 places with known points.
"""

from dataclasses import dataclass

from geopy.geocoders.base import Geocoder

from directory.places import table
from directory.places.geocoder import ask, configured, is_outside, name_of
from directory.places.reading import HOUSE_NUMBER, ZIP, in_range, state_code
from directory.places.table import Place, Point
from directory.states import MILITARY

MOST_MILES = 25.0
NEAREST = 3
AT_MOST_TIMES = 2.0
# Nearly all ZIP points have a neighbor within 10 miles; the second radius is for the emptiest land.
RADII = (10.0, 60.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """The point of a site, how close it is and who gave it; without a point, precision and source are ""."""

    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""
    """`address`, `zip`, `city` or ""."""
    source: str = ""
    time_zone: str | None = None


def trusted(latitude: float, longitude: float, *, state: str = "", postal_code: str = "") -> bool:
    """Whether the point lies in the state and within 25 miles of the ZIP code's point.

    A ZIP code that is unknown, or of another state, is left out; with neither state nor ZIP code nothing is trusted.
    """
    point = (latitude, longitude)
    if not in_range(*point):
        return False
    code, area = _known(state, postal_code)
    if not code or code in MILITARY:
        return False
    if area and table.miles(point, area.point) > MOST_MILES:
        return False
    return _in_state(point, code, area)


def place_address(line1: str, city: str, state: str, postal_code: str, geocoder: Geocoder | None = None) -> Placed:
    """The point of a site: its address if an outside geocoder is trusted with it, else its ZIP code, else its town.

    `geocoder` stands in for the one of the GEOCODER setting. A ZIP code of another state than the one given is not
    believed. Military and foreign addresses have no point.
    """
    code, area = _known(state, postal_code)
    if not code or code in MILITARY:
        return Placed()
    towns = table.towns(city, code)
    known = area or (towns[0] if towns else None)
    time_zone = known.time_zone if known else table.only_zone(code) or None
    outside = geocoder or configured()
    if is_outside(outside) and HOUSE_NUMBER.match(line1.strip()):
        zip_code = area.zip_code if area else ""
        point = ask(outside, f"{line1.strip()}, {city.strip()}, {code} {zip_code}".rstrip())
        if point and trusted(*point, state=code, postal_code=zip_code):
            return Placed(*point, "address", name_of(outside), time_zone or _time_zone_at(point))
    if known is None:
        return Placed(time_zone=time_zone)
    return Placed(*known.point, "zip" if area else "city", known.source, time_zone)


def _known(state: str, postal_code: str) -> tuple[str, Place | None]:
    """The state's two letters and the place of the ZIP code, as far as they can be believed.

    ("", None) for what is military or abroad. Without a state the ZIP code tells it.
    """
    code = state_code(state)
    if state.strip() and not code:
        return "", None
    match = ZIP.fullmatch(postal_code.strip())
    if match and table.is_military(match[1]):
        return "", None
    area = table.zip_place(match[1]) if match else None
    if area and code not in ("", area.state):
        area = None
    return code or (area.state if area else ""), area


def _in_state(point: Point, state: str, area: Place | None) -> bool:
    """The rule at the head of this file. Where no ZIP point is near, being near the own ZIP point is all there is."""
    for radius in RADII:
        near = table.zips_near(point, radius)
        if len(near) >= NEAREST:
            break
    if not near:
        return area is not None
    if any(place.state == state for _, place in near[:NEAREST]):
        return True
    nearest_of_all = near[0][0]
    return any(place.state == state for distance, place in near if distance <= AT_MOST_TIMES * nearest_of_all)


def _time_zone_at(point: Point) -> str | None:
    near = table.zips_near(point, MOST_MILES)
    return near[0][1].time_zone if near else None
