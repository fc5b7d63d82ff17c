"""What is asked: fixed sets of questions, the same for the same seed, from where people live."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from directory import reference
from directory.bench.country import country
from directory.bench.dataset import INSURERS, LANGUAGES, MEDICAID
from directory.bench.geometry import EARTH_RADIUS_MILES, unit_vector
from directory.demo import words
from directory.evidence import TIERS
from directory.places import Understood, understand
from directory.search import SearchQuery
from directory.search.query import LARGEST_RADIUS_MILES, SMALLEST_RADIUS_MILES

SEED = 208
RURAL = 0.04  # from any town or village, whatever its size; the others from where people live
BY_ZIP = 0.7  # the others by town and state
RARE = "adhesiolysis"
SLUGS = tuple(row.slug for row in reference.PROCEDURES)
TAKEN = (*(row.slug for row in reference.INSURERS[: len(INSURERS)]), *(f"medicaid-{s.lower()}" for s in MEDICAID))
CONDITIONS = tuple(row.slug for row in reference.CONDITIONS)
# Both poles, both spellings of the antimeridian, where the Aleutians cross it, Guam, the equator.
AWKWARD = ((90.0, 0.0), (-90.0, 12.0), (0.0, 180.0), (0.0, -180.0), (51.9, 179.9), (52.0, -179.95), (51.9, -176.6),
           (13.45, 144.78), (0.0, 0.0), (71.29, -156.79), (64.5, -165.4))  # fmt: skip

type Point = tuple[float, float]


def texts(number: int, *, seed: int = SEED) -> list[str]:
    """Places as people type them: a ZIP code, or a town and its state."""
    dice, towns = np.random.default_rng(seed), country()
    drawn = np.where(dice.random(number) < RURAL, towns.draw_any(dice, number), towns.draw(dice, number))
    zips = towns.zips.code[towns.draw_zips(dice, drawn)]
    names = towns.name[drawn] + ", " + towns.state[drawn]
    return [str(text) for text in np.where(dice.random(number) < BY_ZIP, zips, names)]


def places(number: int, *, seed: int = SEED) -> list[Understood]:
    return [understand(text) for text in texts(number, seed=seed)]


def sets(number: int, *, seed: int = SEED) -> dict[str, list[SearchQuery]]:
    """So many questions of each kind, by its name."""
    dice = np.random.default_rng(seed)
    plain = [SearchQuery(near=place, radius_miles=25.0) for place in places(number, seed=seed)]
    return {
        "any": plain,
        "adhesiolysis": [replace(query, procedures=(RARE,)) for query in plain],
        "insured": [
            replace(query, radius_miles=100.0, procedures=one_of(dice, SLUGS), insurers=one_of(dice, TAKEN))
            for query in plain
        ],
        "facets": [replace(query, facets=True) for query in plain],
        "mixed": [mixed(dice, query.near) for query in plain],
    }


def one_of(dice: np.random.Generator, choices: tuple[str, ...]) -> tuple[str]:
    return (choices[dice.integers(len(choices))],)


def some_of(dice: np.random.Generator, choices: tuple[str, ...], chance: float, most: int = 3) -> tuple[str, ...]:
    """Mostly none; else one to `most` different ones."""
    if dice.random() >= chance:
        return ()
    picked = dice.choice(len(choices), size=min(len(choices), int(dice.integers(1, most + 1))), replace=False)
    return tuple(choices[index] for index in picked)


def mixed(dice: np.random.Generator, near: Understood | None) -> SearchQuery:
    """A question with any filters, order and page; one in twelve without a place."""
    procedures = some_of(dice, SLUGS, 0.5)
    orders: list[Any] = [None, None, "name"]
    if len(procedures) == 1:
        orders += ["evidence", "wait"]
    here = near if dice.random() >= 1 / 12 else None
    return SearchQuery(
        near=here,
        radius_miles=float(dice.choice([1.0, 5.0, 10.0, 25.0, 25.0, 50.0, 50.0, 100.0, 250.0, 500.0]))
        if here
        else 50.0,
        procedures=procedures,
        conditions=some_of(dice, CONDITIONS, 0.15, most=2),
        insurers=some_of(dice, TAKEN, 0.3),
        languages=some_of(dice, tuple(LANGUAGES), 0.2, most=2),
        genders=some_of(dice, ("female", "male"), 0.2, most=2),
        accepting=bool(dice.random() < 0.2),
        telehealth=bool(dice.random() < 0.15),
        requests_online=bool(procedures) and bool(dice.random() < 0.3),
        evidence=TIERS[dice.integers(3)] if procedures and dice.random() < 0.4 else None,
        q=tuple(name(dice) for _ in range(dice.integers(1, 3))) if dice.random() < 0.15 else (),
        sort=orders[dice.integers(len(orders))],
        page=int(dice.choice([1, 1, 1, 2, 3])),
        page_size=int(dice.choice([20, 20, 20, 5, 100])),
        facets=bool(dice.random() < 0.25),
    )


def name(dice: np.random.Generator) -> str:
    """The beginning of a name, of a clinic's name, or of both, with and without accents and capitals."""
    people = words.PEOPLE[dice.integers(len(words.PEOPLE))]
    family = people.families[dice.integers(len(people.families))]
    clinic = words.CLINIC_BEGINNINGS[dice.integers(len(words.CLINIC_BEGINNINGS))]
    choices = [
        family,
        family[:4].upper(),
        clinic.lower(),
        f"{family[:3]} {clinic[:3]}",
        f"dr {family}",
        "xyzzy",
        "md pain",
    ]
    return choices[dice.integers(len(choices))]


def awkward(number: int, sites: list[Point], *, seed: int = SEED) -> Iterator[SearchQuery]:
    """From poles and the antimeridian, from sites and from opposite them; many radii end exactly on a site.

    `sites`: those with near numbers are mostly near each other.
    """
    dice = np.random.default_rng(seed + 1)
    for _ in range(number):
        index = int(dice.integers(len(sites)))
        site, neighbor = sites[index], sites[(index + int(dice.integers(1, 60))) % len(sites)]
        opposite = (-site[0], site[1] - 180.0 if site[1] > 0 else site[1] + 180.0)
        centre = (site, site, site, opposite, AWKWARD[dice.integers(len(AWKWARD))])[dice.integers(5)]
        query = mixed(dice, point(*centre))
        exact = miles_between(centre, neighbor)
        if query.near and dice.random() < 0.5 and SMALLEST_RADIUS_MILES <= exact <= LARGEST_RADIUS_MILES:
            query = replace(query, radius_miles=exact)
        yield query


def point(latitude: float, longitude: float) -> Understood:
    text = f"{latitude}, {longitude}"
    return Understood(text, text, latitude, longitude, "point", "input")


def miles_between(a: Point, b: Point) -> float:
    """By the chord and the chord to the opposite point, which is exact everywhere."""
    one, other = np.array(unit_vector(*a)), np.array(unit_vector(*b))
    chord, opposite = np.linalg.norm(one - other), np.linalg.norm(one + other)
    return float(2.0 * EARTH_RADIUS_MILES * np.arctan2(chord, opposite))
