"""A site as it is shown where the street is hidden at the specialist's wish: town, ZIP code and phone stay.

Knows no models: fields of a site come in, the same fields go out.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from directory import names
from directory.places import Placed, place_address

# What the place of a site is found by.
PLACE = ("city", "state", "postal_code", "latitude", "longitude")
# Words of an address that tell nobody which street, door or building it is.
GENERIC_WORDS = (
    "n s e w ne nw se sw north south east west northeast northwest southeast southwest "
    "st street ave av avenue rd road dr drive ln lane blvd boulevard ct court cir circle pl place pkwy parkway "
    "hwy highway fwy freeway expy expressway way ter terrace trl trail sq square plz plaza aly alley row walk loop "
    "ste suite unit apt apartment fl flr floor rm room bldg building dept box po the of and at in on"
)
GENERIC = frozenset(GENERIC_WORDS.split())
# Numbered streets are written both ways.
ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th", "eleventh": "11th", "twelfth": "12th",
}  # fmt: skip


def hidden(site: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without the street, with the point of the ZIP code or the town in the place of the address's.

    A site that is called like its street ("Main Street") loses that name too. A site that had no point gets none.
    """
    area = _area(site["city"], site["state"], site["postal_code"]) if site["latitude"] is not None else Placed()
    return {
        **site,
        "name": shown_name(site["name"], site["line1"], site["line2"]),
        "line1": "",
        "line2": "",
        "latitude": area.latitude,
        "longitude": area.longitude,
        "location_precision": area.precision or None,
    }


def shown_point(site: Mapping[str, Any], *, is_hidden: bool) -> tuple[float, float] | None:
    """Where a site is shown on a map and measured from, by its PLACE; None where it has no place."""
    fields = hidden({"name": "", "line1": "", "line2": "", **site}) if is_hidden else site
    latitude, longitude = fields["latitude"], fields["longitude"]
    return None if latitude is None or longitude is None else (latitude, longitude)


def shown_name(name: str, line1: str, line2: str) -> str:
    """The name of a site whose street is hidden; empty where it shares a word with the address that tells the place."""
    street, door = _words(line1), _words(line2)
    told = (street | door) - GENERIC
    if all(word.isdigit() for word in street - GENERIC):  # 12 North Avenue: these words are all that it is called
        told |= street
    return "" if told & _words(name) else name


def _words(text: str) -> set[str]:
    return {ORDINALS.get(word, word) for word in names.fold(text).split()}


@lru_cache(maxsize=1024)
def _area(city: str, state: str, postal_code: str) -> Placed:
    """Of a site without its street: no geocoder is asked where there is no house number."""
    return place_address("", city, state, postal_code)
