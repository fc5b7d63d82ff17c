"""What is shown of a specialist at a practice: the same for results page, specialist page and API.

Made of the documents that the search keeps, and of the day: evidence ages without a write.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from directory import evidence, search
from directory.models import Offering, Procedure, Specialist
from directory.search.documents import Listing, newest, of_hits
from directory.search.rows import person_document
from directory.vocabulary import Vocabulary

type Requests = Literal["online", "call"]


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """One procedure on a card."""

    procedure: Procedure
    status: str | None
    wait_weeks: int | None
    evidence: evidence.Tier | None
    claims: Mapping[str, int] | None  # year and services, of the newest record that still counts
    note: str
    requests: Requests

    @property
    def ticks(self) -> int:
        return evidence.ticks(self.evidence)


@dataclass(frozen=True, slots=True)
class Card:
    """One practice of a specialist. `distance_miles` is unrounded; None without a place to measure from."""

    listing: Listing
    lines: Sequence[ProcedureLine]
    distance_miles: float | None = None
    other_practices: int = 0

    def line(self, slugs: Sequence[str]) -> ProcedureLine | None:
        """The line of the first of these procedures that the practice offers."""
        by_slug = {line.procedure.slug: line for line in self.lines}
        return next((by_slug[slug] for slug in slugs if slug in by_slug), None)


def takes_requests(*, connected: bool, status: str | None, accepting: bool | None) -> Requests:
    """Where a request for an offering goes: `online` if the clinic is connected and takes them, else `call`."""
    return "online" if connected and status == Offering.Status.OPEN and accepting is not False else "call"


def of_result(result: search.SearchResult, snapshot: search.Snapshot) -> list[Card]:
    """The cards of the page that a search found in that version of the directory. One query."""
    today = timezone.localdate()
    listings = of_hits(snapshot, result.hits)
    return [
        Card(listing, _lines(listing, snapshot.vocabulary, today), hit.distance_miles, hit.other_practices)
        for hit in result.hits
        if (listing := listings.get(hit.practice_id))
    ]


def of_practices(practices: Iterable[int], vocabulary: Vocabulary) -> list[Card]:
    """The cards of these practices in the order of their numbers, without distance. One query."""
    today = timezone.localdate()
    found = newest(practices)
    return [Card(found[practice], _lines(found[practice], vocabulary, today)) for practice in sorted(found)]


def of_person(specialist: Specialist) -> Listing:
    """What is said of the specialist alone, also where no practice is listed. Two queries."""
    registered = specialist.registered_as.order_by("-is_primary", "position")
    return person_document(
        specialist,
        taxonomies=list(registered.values_list("taxonomy", flat=True)),
        languages=sorted(specialist.languages.values_list("pk", flat=True)),
    )


def _lines(listing: Listing, vocabulary: Vocabulary, today: datetime.date) -> list[ProcedureLine]:
    known = [offering for offering in listing["offerings"] if offering["procedure"] in vocabulary.procedures]
    lines = [_line(listing, offering, vocabulary.procedures[offering["procedure"]], today) for offering in known]
    lines.sort(key=lambda line: (line.procedure.position, line.procedure.slug))
    return lines


def _line(listing: Listing, offering: Mapping[str, Any], procedure: Procedure, today: datetime.date) -> ProcedureLine:
    claims = offering["claims"]
    if claims and claims["year"] < evidence.oldest_claims_year(today):
        claims = None
    year, services = (claims["year"], claims["services"]) if claims else (None, None)
    said_on = offering["confirmed_on"] and datetime.date.fromisoformat(offering["confirmed_on"])
    strongest = evidence.tier(offering["status"], said_on, year, today)
    return ProcedureLine(
        procedure=procedure,
        status=offering["status"],
        wait_weeks=offering["wait_weeks"],
        evidence=strongest,
        claims=claims,
        note=evidence.note(
            strongest,
            claims_year=year,
            services=services,
            confirmed_on=said_on if evidence.is_confirmed(said_on, today) else None,
        ),
        requests=takes_requests(
            connected=listing["clinic"]["connected"],
            status=offering["status"],
            accepting=listing["accepting_new_patients"],
        ),
    )
