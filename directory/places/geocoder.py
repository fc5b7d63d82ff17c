"""Geocoders: the embedded table as a geopy geocoder, and the one that the GEOCODER setting names."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from geopy.exc import GeopyError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from directory.places import table
from directory.places.embedded import Understood, locate
from directory.places.errors import PlaceNotUnderstood
from directory.places.table import Point

EMBEDDED = "embedded"
WIDENING = (5, 25, 100)  # miles within which a ZIP code is looked for around a point


class EmbeddedGeocoder(Geocoder):
    """The embedded table behind geopy's interface: ZIP codes, towns and coordinates of the United States, offline.

    An address is answered by its ZIP code or town; `raw` says so (`precision`, `source`, `approximate`).
    """

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """The place, or with `exactly_one=False` also the others of that name; None if nothing is understood."""
        try:
            found = [locate(query)]
        except PlaceNotUnderstood:
            return None
        if exactly_one:
            return _location(found[0])
        found += [locate(label) for label in found[0].alternatives]
        return [_location(place) for place in found]

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """The nearest ZIP code within 100 miles, or with `exactly_one=False` the nearest five; else None."""
        latitude, longitude, _ = GeopyPoint(query)
        for radius in WIDENING:
            if near := table.zips_near((latitude, longitude), radius):
                found = [
                    Location(
                        place.label,
                        place.point,
                        {"precision": "zip", "source": place.source, "zip": place.zip_code, "miles": distance},
                    )
                    for distance, place in near[:5]
                ]
                return found[0] if exactly_one else found
        return None


def _location(understood: Understood) -> Location:
    return Location(understood.label, (understood.latitude, understood.longitude), asdict(understood))


def configured() -> Geocoder:
    """The geocoder of the GEOCODER setting, made once for each value of it."""
    return _made(settings.GEOCODER)


@lru_cache(maxsize=4)
def _made(value: str) -> Geocoder:
    if value == EMBEDDED:
        return EmbeddedGeocoder()
    name, _, query = value.partition("?")
    options: dict[str, str | float] = dict(parse_qsl(query))
    try:
        if "timeout" in options:
            options["timeout"] = float(options["timeout"])
        kind = import_string(name)
        if not (isinstance(kind, type) and issubclass(kind, Geocoder)):
            raise TypeError(f"{name} is no geopy geocoder")
        return kind(**options)
    except (ImportError, TypeError, ValueError, GeopyError) as error:
        # The options may hold a key: the value itself is not repeated.
        raise ImproperlyConfigured(
            f"GEOCODER must be {EMBEDDED!r} or a geopy geocoder with its options, such as "
            f"geopy.geocoders.Nominatim?domain=nominatim.example.org&user_agent=finder&timeout=5 ({error})"
        ) from error


def is_outside(geocoder: Geocoder) -> bool:
    """Whether asking it tells somebody else what was asked."""
    return not isinstance(geocoder, EmbeddedGeocoder)


def name_of(geocoder: Geocoder) -> str:
    """How a point says who placed it: `nominatim`."""
    return type(geocoder).__name__.lower()


def ask(geocoder: Geocoder, address: str) -> Point | None:
    """The point an outside geocoder gives for an address; None if it has none, fails, or answers nonsense.

    A search must go on without it, so whatever geopy makes of a broken answer counts as no answer.
    """
    try:
        location = geocoder.geocode(address)
        return (float(location.latitude), float(location.longitude)) if location else None
    except (GeopyError, ValueError, TypeError, LookupError, AttributeError):
        return None
