"""The search done again without any of its own code: every row, one by one, in plain Python, with geopy's distance."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from geopy.distance import great_circle

from directory.models import Offering, Practice
from directory.search import SearchQuery

EVERYWHERE = 13_000.0


class Row(NamedTuple):
    """One practice with all that the search may look at."""

    practice: int
    npi: int
    given_name: str
    family_name: str
    words: frozenset[str]  # of the specialist's and of the clinic's name
    point: tuple[float, float] | None
    accepting: bool | None
    procedures: frozenset[str]  # not stopped


class Match(NamedTuple):
    npi: int
    practice: int
    distance: float | None
    others: int


@dataclass
class Answer:
    matches: list[Match]
    widened: bool = False
    relax: list[tuple[str, int, float | None]] = field(default_factory=list)


def words(text: str) -> list[str]:
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")
    return re.findall(r"[^\W_]+", re.sub(r"['’.]", "", bare).casefold())


def load() -> list[Row]:
    """All practices that a patient may see."""
    procedures: dict[int, set[str]] = defaultdict(set)
    for offering in Offering.objects.select_related("procedure"):
        if offering.status != "stopped":
            procedures[offering.practice_id].add(offering.procedure.slug)
    rows = []
    for practice in Practice.objects.select_related("specialist", "site__clinic"):
        person, site = practice.specialist, practice.site
        gone = person.deactivated_on or person.excluded_on or person.suppressed_on or site.closed_on or site.hidden
        if not gone:
            rows.append(
                Row(
                    practice.pk,
                    person.npi,
                    person.given_name,
                    person.family_name,
                    frozenset(words(person.name) + words(site.clinic.name)),
                    None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude),
                    practice.accepting_new_patients,
                    frozenset(procedures[practice.pk]),
                )
            )
    return rows


class Oracle:
    def __init__(self) -> None:
        self.rows = load()
        self._miles: dict[Any, float] = {}

    def miles(self, centre: tuple[float, float], point: tuple[float, float]) -> float:
        if (centre, point) not in self._miles:
            self._miles[centre, point] = great_circle(centre, point, radius=6371.0088).km / 1.609344
        return self._miles[centre, point]

    def search(self, query: SearchQuery) -> Answer:
        """The whole answer, all pages of it in one list."""
        filters: dict[str, Any] = {"procedure": query.procedures, "accepting": query.accepting, "q": query.q}
        filters = {name: value for name, value in filters.items() if value}
        centre = (query.near.latitude, query.near.longitude) if query.near else None
        radius = query.radius_miles
        answer = Answer(self._matches(filters, centre, radius))
        if not answer.matches:
            everywhere = self._matches(filters, centre, EVERYWHERE)
            answer = Answer(everywhere[:5], widened=bool(everywhere))
            for name in filters:
                fewer = {other: value for other, value in filters.items() if other != name}
                would = self._matches(fewer, centre, radius if everywhere else EVERYWHERE)
                answer.relax.append((name, len(would), would[0].distance if would else None))
        return answer

    def _matches(self, filters: dict[str, Any], centre: tuple[float, float] | None, radius: float) -> list[Match]:
        matching: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            if passes(row, **filters):
                matching[row.npi].append(row)
        if centre is None:
            people = [(person[0], Match(npi, min(r.practice for r in person), None, len(person) - 1))
                      for npi, person in matching.items()]  # fmt: skip
            people.sort(key=lambda one: (words(one[0].family_name), words(one[0].given_name), one[1].npi))
            return [match for _, match in people]
        found = []
        for npi, person in matching.items():
            near = [(self.miles(centre, row.point), row) for row in person if row.point]
            # Two spellings of one place (a pole, 180 and -180) differ in the sixteenth digit: they count as one.
            inside = sorted((round(miles, 7), row.practice) for miles, row in near if miles <= radius + 1e-9)
            if inside:
                found.append(Match(npi, inside[0][1], inside[0][0], len(person) - 1))
        return sorted(found, key=lambda match: (match.distance, match.npi))


def passes(row: Row, procedure: tuple[str, ...] = (), accepting: bool = False, q: str = "") -> bool:
    if procedure and not row.procedures & set(procedure):
        return False
    if accepting and row.accepting is not True:
        return False
    return all(any(word.startswith(wanted) for word in row.words) for wanted in words(q))
