"""A fictional directory of any size, drawn by chance as rows of the project's own tables; the same for the same seed.

Specialists practise where people live. Shares and sizes are guesses at the real ones; docs/performance.md names them.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from directory import names, npi
from directory.bench.country import Country, Floats, Numbers, Words
from directory.demo import words

SEED = 62264
CHUNK = 50_000

# 12 procedures in the order of the reference data, adhesiolysis first: the share of practices that offer each.
PROCEDURES = (0.03, 0.60, 0.50, 0.28, 0.42, 0.38, 0.34, 0.12, 0.09, 0.25, 0.20, 0.16)
# 12 insurers of the whole country, in the order of the reference data, and Medicaid of these states.
INSURERS = (0.82, 0.66, 0.32, 0.45, 0.68, 0.80, 0.62, 0.58, 0.10, 0.28, 0.16, 0.72)
MEDICAID = ("CA", "TX", "FL", "NY", "PA", "IL", "OH", "GA", "NC", "MI", "NJ", "VA", "WA", "AZ", "TN", "MA", "IN", "MO")
MEDICAID_SHARE = 0.5
NO_INSURER_KNOWN = 0.10
LANGUAGES = {"en": 0.62, "es": 0.17, "hi": 0.05, "zh": 0.04, "fr": 0.03, "ar": 0.03, "vi": 0.02, "ru": 0.02, "ko": 0.02,
             "tl": 0.01, "ur": 0.01, "de": 0.01, "ase": 0.01, "ht": 0.005, "pl": 0.005}  # fmt: skip
SEVERAL_PRACTICES = 0.15
HOW_MANY = ((2, 0.60), (3, 0.28), (4, 0.12))
FAR_AWAY = 0.15  # of the further practices; the others are a few sites along
PRACTICES_PER_SITE = 3
LEAST_SITES = 200
SITES_PER_CLINIC = ((1, 0.58), (2, 0.30), (3, 0.12))
PRECISION = (("address", 0.66), ("zip", 0.24), ("city", 0.08), (None, 0.02))
CODES = (("207LP2900X", 0.45), ("208VP0014X", 0.25), ("2081P2900X", 0.15), ("208VP0000X", 0.10), ("2084P2900X", 0.05))
FURTHER_CODE, FURTHER_SHARE = "207L00000X", 0.35
CREDENTIALS = (("MD", 0.78), ("DO", 0.18), ("MD, PhD", 0.02), ("", 0.02))
MILES_PER_DEGREE = 69.1
# Where geometry is awkward: both poles, the antimeridian in both spellings, the equator. The last sites lie here.
AWKWARD = ((90.0, 0.0), (90.0, 77.0), (89.8, -140.0), (89.9, 40.0), (-90.0, 180.0), (-90.0, 0.0), (-89.7, 12.5),
           (0.0, 180.0), (0.0, -180.0), (0.1, 179.95), (-0.13, -179.93), (51.9, 180.0), (51.9, -180.0), (52.0, 179.7),
           (51.8, -179.6), (52.3, -179.99), (0.0, 0.0), (0.05, -0.05), (13.45, 144.78), (-14.28, -170.7))  # fmt: skip

type Column = NDArray | str | int | None
type Choices = Sequence[tuple[object, float]]


@dataclass(frozen=True)
class Rows:
    """Rows of one table by column. What is no array is the same in every row."""

    table: str
    number: int
    columns: dict[str, Column]

    def chunks(self) -> Iterator[list[list[object]]]:
        """The columns as Python values, some rows at a time."""
        for start in range(0, self.number, CHUNK):
            end = min(start + CHUNK, self.number)
            yield [
                column[start:end].tolist() if isinstance(column, np.ndarray) else [column] * (end - start)
                for column in self.columns.values()
            ]


@dataclass(frozen=True)
class Reference:
    """What the migrations wrote: ids in the order of the reference data."""

    procedures: Sequence[int]
    insurers: dict[str, int]  # by slug
    country_wide: Sequence[int]  # the insurers that are no state's

    @property
    def insurer_ids(self) -> Numbers:
        medicaid = [self.insurers[f"medicaid-{state.lower()}"] for state in MEDICAID]
        return np.array([*self.country_wide[: len(INSURERS)], *medicaid])


class Dataset:
    """The directory as of a day. Tables come one after the other, so that few are in memory together."""

    def __init__(
        self, practices: int, *, country: Country, reference: Reference, today: datetime.date, seed: int = SEED
    ) -> None:
        self.number = practices
        self.country, self.reference, self.today = country, reference, today
        self.dice = np.random.default_rng(seed)
        self.days = np.array([(today - datetime.timedelta(days=n)).isoformat() for n in range(400)] + [None], object)

    def tables(self) -> Iterator[Rows]:
        """In the order in which rows refer to each other."""
        yield self._clinics()
        yield self._sites()
        yield self._specialists()
        yield self._registrations()
        yield self._languages()
        yield self._practices()
        yield self._insurers()
        offered = self._offered()
        yield self._offerings(offered)
        yield self._claims(offered)

    # ---- where ---------------------------------------------------------------------------------------------------

    @cached_property
    def site_town(self) -> Numbers:
        """The town of each site. Sites with near numbers are mostly near each other."""
        return np.sort(self.country.draw(self.dice, max(LEAST_SITES, self.number // PRACTICES_PER_SITE)))

    @cached_property
    def site_clinic(self) -> Numbers:
        """The clinic's id of each site: sites of one clinic have numbers in a row."""
        sizes = choose(self.dice, len(self.site_town), SITES_PER_CLINIC).astype(np.int64)
        return np.repeat(np.arange(1, len(sizes) + 1), sizes)[: len(self.site_town)]

    def _clinics(self) -> Rows:
        number, dice = int(self.site_clinic[-1]), self.dice
        beginnings, endings, kinds = (
            pick(dice, number, choices)
            for choices in (words.CLINIC_BEGINNINGS, words.CLINIC_ENDINGS, words.CLINIC_KINDS)
        )
        name = beginnings + endings + " " + kinds
        slugs = {text: names.slug(text) for text in set(name.tolist())}
        slug = np.array([f"{slugs[text]}-{n}" for n, text in enumerate(name.tolist(), start=1)], object)
        connected = dice.random(number) < 0.35
        return Rows(
            "directory_clinic",
            number,
            {
                "id": np.arange(1, number + 1),
                "name": name,
                "slug": slug,
                "website": "",
                "people_checked_on": where(connected, self.days[200], None),
                "notification_email": where(connected, "requests@clinic.example.org", ""),
                "notification_email_confirmed_at": where(connected, f"{self.days[200]} 15:00:00+00:00", None),
            },
        )

    def _sites(self) -> Rows:
        number, dice, town, country = len(self.site_town), self.dice, self.site_town, self.country
        zip_place = country.draw_zips(dice, town)
        precision = choose(dice, number, PRECISION)
        latitude, longitude = self._points(town, zip_place, precision)
        street = pick(dice, number, words.STREETS) + " " + pick(dice, number, words.STREET_KINDS)
        return Rows(
            "directory_site",
            number,
            {
                "id": np.arange(1, number + 1),
                "clinic_id": self.site_clinic,
                "name": "",
                "line1": dice.integers(1, 9999, number).astype(str).astype(object) + " " + street,
                "line2": where(dice.random(number) < 0.4, "Suite 100", ""),
                "city": country.name[town],
                "state": country.state[town],
                "postal_code": country.zips.code[zip_place],
                "latitude": latitude,
                "longitude": longitude,
                "location_precision": precision,
                "location_source": "bench",
                "time_zone": country.time_zone[town],
                "from_registry": 0,
                "closed_on": where(dice.random(number) < 0.005, self.days[100], None),
                "hidden": (dice.random(number) < 0.003).astype(int),
            },
        )

    def _points(self, town: Numbers, zip_place: Numbers, precision: Words) -> tuple[Words, Words]:
        """The town's point, the ZIP code's, or a door that lies around the town, in large ones farther out."""
        country, dice = self.country, self.dice
        spread = (1.0 + 0.003 * np.sqrt(country.population[town])) / MILES_PER_DEGREE
        latitude = country.latitude[town] + dice.normal(size=len(town)) * spread
        narrow = np.cos(np.radians(country.latitude[town]))
        longitude = country.longitude[town] + dice.normal(size=len(town)) * spread / narrow
        for kind, at in (("zip", (country.zips, zip_place)), ("city", (country, town))):
            rows = precision == kind
            latitude[rows] = at[0].latitude[at[1][rows]]
            longitude[rows] = at[0].longitude[at[1][rows]]
        longitude = (longitude + 540.0) % 360.0 - 180.0
        latitude[-len(AWKWARD) :], longitude[-len(AWKWARD) :] = np.array(AWKWARD).T
        unknown = is_none(precision)
        return (
            where(unknown, None, np.round(latitude, 6).astype(object)),
            where(unknown, None, np.round(longitude, 6).astype(object)),
        )

    # ---- who -----------------------------------------------------------------------------------------------------

    @cached_property
    def practice_person(self) -> Numbers:
        """The number of the specialist of each practice, from 0."""
        several = self.dice.random(self.number) < SEVERAL_PRACTICES
        counts = np.where(several, choose(self.dice, self.number, HOW_MANY).astype(np.int64), 1)
        return np.repeat(np.arange(self.number), counts)[: self.number]

    @cached_property
    def npis(self) -> Numbers:
        """Fictional NPIs, each once: 7919 and 10^8 have no common factor."""
        first_nine = 200_000_000 + np.arange(self.people) * 7_919 % 100_000_000
        with_check_digit = npi.with_check_digit(cast(int, first_nine))  # its arithmetic is that of arrays too
        return cast(Numbers, with_check_digit)

    @property
    def people(self) -> int:
        return int(self.practice_person[-1]) + 1

    def _specialists(self) -> Rows:
        number, dice = self.people, self.dice
        origin = choose(dice, number, [(index, people.weight) for index, people in enumerate(words.PEOPLE)])
        woman = dice.random(number) < 0.35
        given, family = np.empty(number, object), np.empty(number, object)
        for index, people in enumerate(words.PEOPLE):
            for is_woman, choices in ((True, people.women), (False, people.men)):
                rows = np.flatnonzero((origin == index) & (woman == is_woman))
                given[rows] = pick(dice, len(rows), choices)
            rows = np.flatnonzero(origin == index)
            family[rows] = pick(dice, len(rows), people.families)
        gone = dice.random((3, number)) < np.array([[0.005], [0.002], [0.002]])
        gender = where(dice.random(number) < 0.97, where(woman, "female", "male"), None)
        return Rows(
            "directory_specialist",
            number,
            {
                "npi": self.npis,
                "given_name": given,
                "middle_name": "",
                "family_name": family,
                "name_suffix": "",
                "credentials": choose(dice, number, CREDENTIALS),
                "gender": gender,
                "deactivated_on": where(gone[0], self.days[60], None),
                "excluded_on": where(gone[1], self.days[200], None),
                "suppressed_on": where(gone[2], self.days[20], None),
            },
        )

    def _registrations(self) -> Rows:
        further = np.flatnonzero(self.dice.random(self.people) < FURTHER_SHARE)
        person = np.concatenate([np.arange(self.people), further])
        code = np.full(len(person), FURTHER_CODE, object)
        code[: self.people] = choose(self.dice, self.people, CODES)
        is_first = (np.arange(len(person)) < self.people).astype(int)
        return Rows(
            "directory_specialisttaxonomy",
            len(person),
            {
                "id": np.arange(1, len(person) + 1),
                "specialist_id": self.npis[person],
                "taxonomy_id": code,
                "is_primary": is_first,
                "position": 2 - is_first,
            },
        )

    def _languages(self) -> Rows:
        codes, shares = np.array(list(LANGUAGES), object), np.array(list(LANGUAGES.values()))
        person, language = np.nonzero(self.dice.random((self.people, len(codes)), np.float32) < shares)
        return Rows(
            "directory_specialist_languages",
            len(person),
            {
                "id": np.arange(1, len(person) + 1),
                "specialist_id": self.npis[person],
                "language_id": codes[language],
            },
        )

    # ---- who practises where, and what they do there -----------------------------------------------------------------

    @cached_property
    def practice_site(self) -> Numbers:
        """The number of the site of each practice, from 0. No specialist has one site twice.

        The first site is anywhere, the further ones are a step each along the row of sites, some of them far along.
        """
        sites, person = len(self.site_town), self.practice_person
        home = self.dice.integers(0, sites, self.people)[person]
        step = self.dice.integers(1, 13, self.people)[person]
        first = np.searchsorted(person, np.arange(self.people))
        turn = np.arange(self.number) - first[person]
        far = (turn > 0) & (self.dice.random(self.number) < FAR_AWAY)
        return (home + turn * step + far * (sites // 3 + 7 * turn)) % sites

    def _practices(self) -> Rows:
        number, dice = self.number, self.dice
        digits = dice.integers(100, 200, number).astype(str).astype(object)
        return Rows(
            "directory_practice",
            number,
            {
                "id": np.arange(1, number + 1),
                "specialist_id": self.npis[self.practice_person],
                "site_id": self.practice_site + 1,
                "phone": where(dice.random(number) < 0.95, "+15125550" + digits, ""),
                "accepting_new_patients": choose(dice, number, ((1, 0.40), (0, 0.15), (None, 0.45))),
                "telehealth": choose(dice, number, ((1, 0.20), (0, 0.15), (None, 0.65))),
                "confirmed_on": self._confirmed(number),
            },
        )

    def _confirmed(self, number: int) -> Words:
        """Days in the last 75, in the time before them, or none."""
        recent, old = self.dice.integers(0, 76, number), self.dice.integers(91, 400, number)
        kind = choose(self.dice, number, ((0, 0.30), (1, 0.15), (2, 0.55))).astype(np.int64)
        return self.days[np.select([kind == 0, kind == 1], [recent, old], len(self.days) - 1)]

    def _insurers(self) -> Rows:
        ids, dice = self.reference.insurer_ids, self.dice
        known = dice.random(self.number) >= NO_INSURER_KNOWN
        wide = (dice.random((self.number, len(INSURERS)), np.float32) < np.array(INSURERS)) & known[:, None]
        position = {state: index for index, state in enumerate(MEDICAID)}
        town_medicaid = np.array([position.get(state, -1) for state in self.country.state])
        medicaid = town_medicaid[self.site_town[self.practice_site]]
        takes = np.zeros((self.number, len(ids)), bool)
        takes[:, : len(INSURERS)] = wide
        rows = np.flatnonzero((medicaid >= 0) & known & (dice.random(self.number) < MEDICAID_SHARE))
        takes[rows, len(INSURERS) + medicaid[rows]] = True
        practice, insurer = np.nonzero(takes)
        return Rows(
            "directory_practice_insurers",
            len(practice),
            {"id": np.arange(1, len(practice) + 1), "practice_id": practice + 1, "insurer_id": ids[insurer]},
        )

    def _offered(self) -> tuple[Numbers, Numbers]:
        """(practice, procedure) of each offering, numbers from 0, by practice."""
        shares = np.array(PROCEDURES)
        practice, procedure = np.nonzero(self.dice.random((self.number, len(shares)), np.float32) < shares)
        return practice, procedure

    def _offerings(self, offered: tuple[Numbers, Numbers]) -> Rows:
        practice, procedure = offered
        number, dice = len(practice), self.dice
        statuses: Choices = (("open", 0.55), ("paused", 0.08), ("stopped", 0.05), (None, 0.32))
        status = choose(dice, number, statuses)
        waits = where(dice.random(number) < 0.4, dice.integers(0, 27, number).astype(object), None)
        told = ~is_none(status)
        return Rows(
            "directory_offering",
            number,
            {
                "id": np.arange(1, number + 1),
                "practice_id": practice + 1,
                "procedure_id": np.array(self.reference.procedures)[procedure],
                "status": status,
                "wait_weeks": where(told, waits, None),
                "requirements": "",
                "confirmed_on": where(told, self._confirmed(number), None),
            },
        )

    def _claims(self, offered: tuple[Numbers, Numbers]) -> Rows:
        """Of one in eight offerings there are claims of the specialist, some of them too old to count."""
        rows = np.flatnonzero(self.dice.random(len(offered[0])) < 0.125)
        person, procedure = self.practice_person[offered[0][rows]], offered[1][rows]
        year = self.today.year - self.dice.integers(2, 7, len(rows))
        keys = np.unique((person * len(PROCEDURES) + procedure) * 8 + (self.today.year - year))
        person, rest = np.divmod(keys, len(PROCEDURES) * 8)
        procedure, ago = np.divmod(rest, 8)
        return Rows(
            "directory_claimsrecord",
            len(keys),
            {
                "id": np.arange(1, len(keys) + 1),
                "specialist_id": self.npis[person],
                "procedure_id": np.array(self.reference.procedures)[procedure],
                "year": self.today.year - ago,
                "services": 11 + self.dice.geometric(0.02, len(keys)),
            },
        )


# ---- chance ----------------------------------------------------------------------------------------------------------


def choose(dice: np.random.Generator, number: int, choices: Choices) -> Words:
    """Values by their weights."""
    weights = np.cumsum([weight for _, weight in choices])
    drawn = np.searchsorted(weights / weights[-1], dice.random(number), side="right")
    return np.array([value for value, _ in choices], object)[drawn]


def pick(dice: np.random.Generator, number: int, choices: Sequence[str]) -> Words:
    """Words, each with the same chance."""
    return np.array(choices, object)[dice.integers(0, len(choices), number)]


def is_none(values: Words) -> NDArray[np.bool_]:
    return np.array([value is None for value in values.tolist()], bool)


def where(condition: NDArray[np.bool_], yes: object, no: object) -> Words:
    """Like numpy's, for values of any kind and None."""
    result = np.empty(len(condition), object)
    for rows, value in ((condition, yes), (~condition, no)):
        result[rows] = value[rows] if isinstance(value, np.ndarray) else value
    return result


__all__ = ["SEED", "Dataset", "Floats", "Reference", "Rows"]
