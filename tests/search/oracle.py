"""The search done again without any of its own code: every row, one by one, in plain Python, with geopy's distance."""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple

from django.utils import timezone
from geopy.distance import great_circle

from directory import evidence
from directory.models import ClaimsRecord, Condition, Insurer, Language, Offering, Practice, Procedure
from directory.places import place_address
from directory.search import SearchQuery

EVERYWHERE = 13_000.0
# A site at the end of the radius is inside, whatever the last digit of its distance.
RIM = 1e-9

type Point = tuple[float, float]
type Filters = dict[str, Any]  # by parameter, in the order in which an answer speaks of them


class Offer(NamedTuple):
    """One offering that is not stopped."""

    tier: evidence.Tier | None
    online: bool
    wait_weeks: int | None


class Row(NamedTuple):
    """One practice with all that the search may look at."""

    practice: int
    npi: int
    given_name: list[str]
    family_name: list[str]
    words: frozenset[str]  # of the specialist's and of the clinic's name
    point: Point | None
    gender: str | None
    languages: frozenset[str]
    insurers: frozenset[str]
    accepting: bool | None
    telehealth: bool | None
    offers: dict[str, Offer]


class Match(NamedTuple):
    """A specialist at the practice that is shown."""

    npi: int
    practice: int
    distance: float | None
    others: int
    row: Row


@dataclass
class Answer:
    matches: list[Match]
    widened: bool = False
    relax: list[tuple[str, int, float | None]] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] | None = None


def words(text: str) -> list[str]:
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")
    return re.findall(r"[^\W_]+", re.sub(r"['’`.]", "", bare).casefold())


def load(today: datetime.date) -> list[Row]:
    """All practices that a patient may see."""
    offers = _offers(today)
    practices = Practice.objects.select_related("specialist", "site__clinic")
    rows = []
    for practice in practices.prefetch_related("insurers", "specialist__languages"):
        person, site = practice.specialist, practice.site
        gone = person.deactivated_on or person.excluded_on or person.suppressed_on or site.closed_on or site.hidden
        if not gone:
            rows.append(
                Row(
                    practice=practice.pk,
                    npi=person.npi,
                    given_name=words(person.given_name),
                    family_name=words(person.family_name),
                    words=frozenset(words(person.name) + words(site.clinic.name)),
                    point=point(practice),
                    gender=person.gender,
                    languages=frozenset(language.code for language in person.languages.all()),
                    insurers=frozenset(insurer.slug for insurer in practice.insurers.all()),
                    accepting=practice.accepting_new_patients,
                    telehealth=practice.telehealth,
                    offers=offers[practice.pk],
                )
            )
    return rows


def point(practice: Practice) -> Point | None:
    """Where it is shown: the ZIP code's or town's point where the street is hidden."""
    site = practice.site
    if site.latitude is None or site.longitude is None:
        return None
    if practice.specialist.street_hidden_on is None:
        return site.latitude, site.longitude
    placed = place_address("", site.city, site.state, site.postal_code)
    return None if placed.latitude is None or placed.longitude is None else (placed.latitude, placed.longitude)


def _offers(today: datetime.date) -> dict[int, dict[str, Offer]]:
    """By practice and by procedure."""
    newest: dict[tuple[int, int], int] = {}
    for record in ClaimsRecord.objects.all():
        key = record.specialist_id, record.procedure_id
        newest[key] = max(record.year, newest.get(key, 0))
    offers: dict[int, dict[str, Offer]] = defaultdict(dict)
    for offering in Offering.objects.select_related("procedure", "practice__site__clinic"):
        practice, clinic = offering.practice, offering.practice.site.clinic
        connected = clinic.people_checked_on is not None and clinic.notification_email_confirmed_at is not None
        claims_year = newest.get((practice.specialist_id, offering.procedure_id))
        if offering.status != "stopped":
            offers[practice.pk][offering.procedure.slug] = Offer(
                tier=evidence.tier(offering.status, offering.confirmed_on, claims_year, today),
                online=connected and offering.status == "open" and practice.accepting_new_patients is not False,
                wait_weeks=offering.wait_weeks,
            )
    return offers


class Oracle:
    """Knows the directory as it is at this moment, today."""

    def __init__(self) -> None:
        self.rows = load(timezone.localdate())
        self.leads_to = {
            condition.slug: {procedure.slug for procedure in condition.procedures.all()}
            for condition in Condition.objects.prefetch_related("procedures")
        }
        self.values = {
            "procedure": [procedure.slug for procedure in Procedure.objects.all()],
            "insurer": [insurer.slug for insurer in Insurer.objects.all()],
            "language": [language.code for language in Language.objects.all()],
        }
        # Kept, or thousands of questions would take minutes.
        self._holding: dict[Hashable, frozenset[int]] = {}
        self._distances: dict[Point, list[float | None]] = {}

    def search(self, query: SearchQuery) -> Answer:
        """The whole answer, all pages of it in one list."""
        filters = filters_of(query)
        centre = (query.near.latitude, query.near.longitude) if query.near else None
        facets = self._facets(filters, centre, query.radius_miles) if query.facets else None
        matches = self._matches(filters, centre, query.radius_miles)
        if matches:
            return Answer(in_order(matches, query), facets=facets)
        everywhere = self._matches(filters, centre, EVERYWHERE)
        radius = query.radius_miles if everywhere else EVERYWHERE
        return Answer(
            sorted(everywhere, key=by_distance)[:5],
            widened=bool(everywhere),
            relax=[(name, *self._count(without(name, filters), centre, radius)) for name in filters],
            facets=facets,
        )

    def distances(self, centre: Point) -> list[float | None]:
        """From there to each row; None where its point is not known."""
        if centre not in self._distances:
            miles = {row.point: miles_between(centre, row.point) for row in self.rows if row.point}
            self._distances[centre] = [miles[row.point] if row.point else None for row in self.rows]
        return self._distances[centre]

    def _count(self, filters: Filters, centre: Point | None, radius: float) -> tuple[int, float | None]:
        matches = self._matches(filters, centre, radius)
        distances = [match.distance for match in matches if match.distance is not None]
        return len(matches), min(distances, default=None)

    def _facets(self, filters: Filters, centre: Point | None, radius: float) -> dict[str, list[tuple[str, int]]]:
        facets = {}
        for name, values in self.values.items():
            counts = {value: len(self._matches(filters | {name: (value,)}, centre, radius)) for value in values}
            found = [(value, count) for value, count in counts.items() if count]
            facets[name] = sorted(found, key=lambda one: (-one[1], one[0]))
        return facets

    def _matches(self, filters: Filters, centre: Point | None, radius: float) -> list[Match]:
        """Each specialist who matches within the radius, in no order."""
        matching: dict[int, list[int]] = defaultdict(list)
        for index in self._rows_where(filters):
            matching[self.rows[index].npi].append(index)
        distances = self.distances(centre) if centre else []
        matches = []
        for npi, indices in matching.items():
            if centre is None:
                shown = min((self.rows[index].practice, index) for index in indices)[1]
                matches.append(Match(npi, self.rows[shown].practice, None, len(indices) - 1, self.rows[shown]))
                continue
            near = [(miles, index) for index in indices if (miles := distances[index]) is not None]
            # Two spellings of one place (a pole, 180 and -180) differ in the sixteenth digit: they count as one.
            inside = [
                (round(miles, 7), self.rows[index].practice, index) for miles, index in near if miles <= radius + RIM
            ]
            if inside:
                distance, practice, shown = min(inside)
                matches.append(Match(npi, practice, distance, len(indices) - 1, self.rows[shown]))
        return matches

    def _rows_where(self, filters: Filters) -> frozenset[int]:
        """The rows at which every one of the filters holds."""
        singly = {name: value for name, value in filters.items() if name not in ABOUT_PROCEDURES}
        if "procedure" in filters:
            singly["procedure"] = tuple(filters.get(name) for name in ABOUT_PROCEDURES)
        everybody = frozenset(range(len(self.rows)))
        return reduce(frozenset.intersection, (self._rows_with(*one) for one in singly.items()), everybody)

    def _rows_with(self, name: str, value: Any) -> frozenset[int]:
        if (name, value) not in self._holding:
            holds = (index for index, row in enumerate(self.rows) if self._holds(row, name, value))
            self._holding[name, value] = frozenset(holds)
        return self._holding[name, value]

    def _holds(self, row: Row, name: str, value: Any) -> bool:
        match name:
            case "procedure":
                procedures, requests, at_least = value
                return any(meets(row.offers[slug], requests, at_least) for slug in procedures if slug in row.offers)
            case "condition":
                return any(slug in row.offers for condition in value for slug in self.leads_to[condition])
            case "insurer":
                return any(slug in row.insurers for slug in value)
            case "language":
                return any(code in row.languages for code in value)
            case "gender":
                return row.gender in value
            case "accepting":
                return row.accepting is True
            case "telehealth":
                return row.telehealth is True
            case "q":
                return any(called(row, name) for name in value)
        raise AssertionError(f"no such filter: {name}")


def called(row: Row, name: str) -> bool:
    asked = words(name)
    asked = [word for word in asked if word not in ("dr", "dra", "doctor", "doctora")] or asked
    return all(any(word.startswith(wanted) for word in row.words) for wanted in asked)


# What is said of one and the same offering.
ABOUT_PROCEDURES = ("procedure", "requests", "evidence")


def filters_of(query: SearchQuery) -> Filters:
    filters = {
        "procedure": query.procedures,
        "condition": query.conditions,
        "insurer": query.insurers,
        "language": query.languages,
        "gender": query.genders,
        "accepting": query.accepting,
        "telehealth": query.telehealth,
        "requests": query.requests_online,
        "evidence": query.evidence,
        "q": query.q,
    }
    return {name: value for name, value in filters.items() if value}


def without(name: str, filters: Filters) -> Filters:
    """What speaks of a procedure goes with it."""
    dropped = ABOUT_PROCEDURES if name == "procedure" else (name,)
    return {other: value for other, value in filters.items() if other not in dropped}


def meets(offer: Offer, requests: bool | None, at_least: evidence.Tier | None) -> bool:
    if requests and not offer.online:
        return False
    return not at_least or strength(offer.tier) >= strength(at_least)


def strength(tier: evidence.Tier | None) -> int:
    return [None, "listed", "confirmed", "claims"].index(tier)


def miles_between(a: Point, b: Point) -> float:
    return great_circle(a, b, radius=6371.0088).km / 1.609344


def by_distance(match: Match) -> tuple[float, int]:
    return match.distance or 0.0, match.npi


def in_order(matches: list[Match], query: SearchQuery) -> list[Match]:
    def key(match: Match) -> tuple[Any, ...]:
        match query.sort or ("distance" if query.near else "name"):
            case "evidence":
                return -strength(match.row.offers[query.procedures[0]].tier), *by_distance(match)
            case "wait":
                weeks = match.row.offers[query.procedures[0]].wait_weeks
                return weeks is None, weeks or 0, *by_distance(match)
            case "name":
                return match.row.family_name, match.row.given_name, *by_distance(match)
        return by_distance(match)

    return sorted(matches, key=key)
