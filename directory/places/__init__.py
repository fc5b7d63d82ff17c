"""Places of the United States, offline: text -> point, address -> point, and which points are believed.

Knows nothing of our models. `table` holds the facts, `reading` and `embedded` understand what people type, `geocoder`
lets any geopy geocoder place street addresses, `trust` checks points.
"""

from directory.places.embedded import Understood, town_near
from directory.places.errors import PlaceNotUnderstood
from directory.places.geocoder import EmbeddedGeocoder, configured
from directory.places.spelling import suggest
from directory.places.trust import Placed, place_address, trusted
from directory.places.understand import understand

__all__ = [
    "EmbeddedGeocoder",
    "PlaceNotUnderstood",
    "Placed",
    "Understood",
    "configured",
    "place_address",
    "suggest",
    "town_near",
    "trusted",
    "understand",
]
