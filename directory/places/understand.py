"""From what somebody typed to a point: the embedded table, and for street addresses the geocoder that is set."""

from dataclasses import replace

from geopy.geocoders.base import Geocoder

from directory.places import table
from directory.places.embedded import Understood, place, towns_named
from directory.places.errors import PlaceNotUnderstood, Reason
from directory.places.geocoder import ask, configured, is_outside, name_of
from directory.places.reading import Written, read
from directory.places.table import Point
from directory.places.trust import MOST_MILES, trusted

# The table may not know a small place that an outside geocoder does.
WORTH_ASKING = (Reason.NO_SUCH_PLACE, Reason.UNKNOWN_ZIP)


def understand(text: str, geocoder: Geocoder | None = None) -> Understood:
    """The point of a text, and what was understood by it. Raises PlaceNotUnderstood, and nothing else, for any text.

    `geocoder` stands in for the one of the GEOCODER setting. Only street addresses go out to it: ZIP codes, towns and
    coordinates are always answered here. Its point is taken if it is trusted; else the ZIP code or town answers.
    """
    written = read(text)
    outside = geocoder or configured()
    if not (written.is_street_address and is_outside(outside)):
        return place(written)
    try:
        by_table = place(written)
    except PlaceNotUnderstood as refusal:
        point = _asked(written, outside) if refusal.reason in WORTH_ASKING else None
        if not point:
            raise
        return _at(written, point, outside)
    point = _asked(written, outside)
    if not point:
        return by_table
    return replace(_at(written, point, outside), alternatives=by_table.alternatives)


def _at(written: Written, point: Point, outside: Geocoder) -> Understood:
    # The label is the text itself: how a geocoder writes an address need not be understood when it comes back.
    return Understood(written.text, written.text, *point, precision="address", source=name_of(outside))


def _asked(written: Written, outside: Geocoder) -> Point | None:
    """The outside geocoder's point, if it can be checked and passes."""
    point = ask(outside, written.text)
    if point is None:
        return None
    if written.state or written.zip_code:
        good = trusted(*point, state=written.state, postal_code=written.zip_code)
    else:
        good = any(table.miles(point, town.point) <= MOST_MILES for town in towns_named(written))
    return point if good else None
