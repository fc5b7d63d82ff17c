"""The counties of the United States: where each is measured from, and its outline in the picture of the country.

`counties.json` never changes at run time; `scripts/build_counties.py` makes it and says what is in it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from directory.maps.outlines import Corner, joined, path
from directory.states import NAMES

FILE = Path(__file__).with_name("counties.json")
# In Virginia, Maryland and Missouri a city may be of no county; some have the name of one.
FIRST_CITY, CITY_STATES = "510", frozenset({"MD", "MO", "VA"})


@dataclass(frozen=True, slots=True)
class County:
    """A county, or what stands in its place: parish, borough, census area, city of no county, municipio."""

    fips: str
    name: str
    state: str
    latitude: float
    longitude: float  # of the middle of its area
    rings: tuple[tuple[int, ...], ...]  # none where the picture does not show it

    @property
    def is_city(self) -> bool:
        """A city that belongs to no county."""
        return self.state in CITY_STATES and self.fips[2:] >= FIRST_CITY

    @property
    def near(self) -> str:
        """The point as a search understands it."""
        return f"{self.latitude},{self.longitude}"


@dataclass(frozen=True, slots=True)
class Atlas:
    """All counties by FIPS code, the lines of the picture, and the edition of both."""

    counties: Mapping[str, County]
    arcs: tuple[list[Corner], ...]
    borders: str  # SVG path of the lines between states
    land: str  # the whole country, plainer, for a small picture
    land_borders: str
    edition: str

    def outline(self, counties: Iterable[County]) -> str:
        """The SVG path of all these counties as one area."""
        return path(joined([ring for county in counties for ring in county.rings], self.arcs), closed=True)

    def of_state(self, state: str) -> list[County]:
        """By name."""
        found = [county for county in self.counties.values() if county.state == state]
        return sorted(found, key=lambda county: (county.name, county.is_city))

    def states(self) -> list[str]:
        """Codes of the states and territories that have counties, in the order of their names."""
        return sorted({county.state for county in self.counties.values()}, key=lambda state: NAMES[state])


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Read once in each process."""
    text = FILE.read_bytes()
    read = json.loads(text)
    counties = {
        fips: County(fips, name, state, latitude, longitude, tuple(map(tuple, rings)))
        for fips, name, state, latitude, longitude, rings in read["counties"]
    }
    return Atlas(
        counties=counties,
        arcs=tuple(_corners(steps) for steps in read["arcs"]),
        borders=read["borders"],
        land=read["land"],
        land_borders=read["land_borders"],
        edition=blake2b(text, digest_size=8).hexdigest(),
    )


def _corners(steps: list[int]) -> list[Corner]:
    return list(zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True))
