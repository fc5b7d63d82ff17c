"""The towns of the country as arrays: where people live, and how they find themselves written in an address."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from directory.demo import towns

type Numbers = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Words = NDArray[np.object_]

# Cells of this many degrees along a curve that keeps neighbours together.
CELL_DEGREES = 0.1
CELL_BITS = 12


@dataclass(frozen=True, slots=True)
class Zips:
    """The ZIP codes of all towns, those of one town next to each other."""

    code: Words
    latitude: Floats
    longitude: Floats


@dataclass(frozen=True, slots=True)
class Country:
    """All towns with a ZIP code, neighbours mostly next to each other. `zip_first`, `zip_count`: where in `zips`."""

    name: Words
    state: Words
    time_zone: Words
    latitude: Floats
    longitude: Floats
    population: Numbers
    zip_first: Numbers
    zip_count: Numbers
    zips: Zips

    def draw(self, dice: np.random.Generator, number: int) -> Numbers:
        """So many towns, each with the chance that its population gives it."""
        people = np.cumsum(self.population)
        return np.searchsorted(people, dice.integers(0, people[-1], number), side="right")

    def draw_any(self, dice: np.random.Generator, number: int) -> Numbers:
        """So many towns, each with the same chance: most are villages."""
        return dice.integers(0, len(self.name), number)

    def draw_zips(self, dice: np.random.Generator, of: Numbers) -> Numbers:
        """One of the ZIP codes of each of these towns."""
        return self.zip_first[of] + (dice.random(len(of)) * self.zip_count[of]).astype(np.int64)


@cache
def country() -> Country:
    found = [town for state in towns.all_states() for town in state.towns]
    order = np.argsort(curve(*(_floats(found, field) for field in ("latitude", "longitude"))), kind="stable")
    found = [found[index] for index in order]
    zips = [place for town in found for place in town.zips]
    counts = np.array([len(town.zips) for town in found])
    return Country(
        name=_words([town.place.town for town in found]),
        state=_words([town.place.state for town in found]),
        time_zone=_words([town.place.time_zone for town in found]),
        latitude=_floats(found, "latitude"),
        longitude=_floats(found, "longitude"),
        population=np.array([town.place.population for town in found]),
        zip_first=np.cumsum(counts) - counts,
        zip_count=counts,
        zips=Zips(
            code=_words([place.zip_code for place in zips]),
            latitude=np.array([place.latitude for place in zips]),
            longitude=np.array([place.longitude for place in zips]),
        ),
    )


def curve(latitude: Floats, longitude: Floats) -> Numbers:
    """The place of each point along a Z-order curve over small cells: near on it is mostly near on the ground."""
    north = ((latitude + 90.0) / CELL_DEGREES).astype(np.int64)
    east = ((longitude + 180.0) / CELL_DEGREES).astype(np.int64)
    place = np.zeros(len(latitude), np.int64)
    for bit in range(CELL_BITS):
        place |= ((north >> bit) & 1) << (2 * bit + 1) | ((east >> bit) & 1) << (2 * bit)
    return place


def _floats(found: list[towns.Town], field: str) -> Floats:
    return np.array([getattr(town.place, field) for town in found])


def _words(values: list[Any]) -> Words:
    return np.array(values, dtype=object)
