"""How far the nearest specialist is from every county of the country: worked out off the request path, then shown."""

from directory.coverage.counties import County, atlas
from directory.coverage.pictures import DEFAULT, Picture, SmallPicture, StateRow, Way, country, picture, stamp
from directory.coverage.refresh import refresh, refresh_if_old

__all__ = [
    "DEFAULT",
    "County",
    "Picture",
    "SmallPicture",
    "StateRow",
    "Way",
    "atlas",
    "country",
    "picture",
    "refresh",
    "refresh_if_old",
    "stamp",
]
