"""What is shown of a specialist at a practice: the same for results page, specialist page and API.

Made of the documents that the search keeps, and of the day: evidence ages without a write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from directory import evidence, search
from directory.models import Offering, Specialist
from directory.search.documents import Listing, newest, of_hits
from directory.search.rows import person_document
from directory.vocabulary import Vocabulary

type Requests = Literal["online", "call"]
type ProcedureLine = Mapping[str, Any]
"""One procedure on a card, as the API shows it: slug, status, wait_weeks, requests, evidence, claims (those that still
count), evidence_note."""


@dataclass(frozen=True, slots=True)
class Card:
    """One practice of a specialist. `distance_miles` is unrounded; None without a place to measure from."""

    listing: Listing
    lines: Sequence[ProcedureLine]
    distance_miles: float | None = None
    other_practices: int = 0


def address(listing: Listing) -> str:
    """The path of the specialist's page."""
    before, after = _around_slug(get_language())
    return f"{before}{listing['person']['slug']}{after}"


@lru_cache
def _around_slug(language: str | None) -> tuple[str, str]:
    """What stands before and after a slug in the address of a page in that language, which is the active one."""
    before, _, after = reverse("specialist", args=["SLUG"]).partition("SLUG")
    return before, after


def takes_requests(*, connected: bool, status: str | None, accepting: bool | None) -> Requests:
    """Where a request for an offering goes: `online` if the clinic is connected and takes them, else `call`."""
    return "online" if connected and status == Offering.Status.OPEN.value and accepting is not False else "call"


def of_result(result: search.SearchResult, snapshot: search.Snapshot) -> list[Card]:
    """The cards of the page that a search found in that version of the directory. One query."""
    lines = _Lines(snapshot.vocabulary)
    listings = of_hits(snapshot, result.hits)
    return [
        Card(listing, lines.of(listing), hit.distance_miles, hit.other_practices)
        for hit in result.hits
        if (listing := listings.get(hit.practice_id))
    ]


def of_practices(practices: Iterable[int], vocabulary: Vocabulary) -> list[Card]:
    """The cards of these practices in the order of their numbers, without distance. One query."""
    lines = _Lines(vocabulary)
    found = newest(practices)
    return [Card(found[practice], lines.of(found[practice])) for practice in sorted(found)]


def of_person(specialist: Specialist) -> Listing:
    """What is said of the specialist alone, also where no practice is listed. Two queries."""
    registered = specialist.registered_as.order_by("-is_primary", "position")
    return person_document(
        specialist,
        taxonomies=list(registered.values_list("taxonomy", flat=True)),
        languages=sorted(specialist.languages.values_list("pk", flat=True)),
    )


class _Lines:
    """Makes the lines of cards: what is the same for all of them is found out once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        today = timezone.localdate()
        self.since, self.since_year = evidence.confirmed_since(today).isoformat(), evidence.oldest_claims_year(today)
        self.slugs, self.order = vocabulary.slugs["procedure"], vocabulary.procedure_order
        self.language = get_language()

    def of(self, listing: Listing) -> list[ProcedureLine]:
        """In the order of lists."""
        practice = listing["practice"]
        connected, accepting = practice["connected"], practice["accepting_new_patients"]
        known = [offering for offering in listing["offerings"] if offering[0] in self.slugs]
        known.sort(key=lambda offering: self.order[offering[0]])
        return [self._line(offering, connected=connected, accepting=accepting) for offering in known]

    def _line(self, offering: Sequence[Any], *, connected: bool, accepting: bool | None) -> ProcedureLine:
        procedure, status, wait, confirmed_on, year, services = offering
        tier = evidence.strongest(status, confirmed_on, year, self.since, self.since_year)
        if year is not None and year < self.since_year:
            year = services = None
        if confirmed_on is not None and confirmed_on < self.since:
            confirmed_on = None
        return {
            "slug": self.slugs[procedure],
            "status": status,
            "wait_weeks": wait,
            "requests": takes_requests(connected=connected, status=status, accepting=accepting),
            "evidence": tier,
            "claims": None if year is None else {"year": year, "services": services},
            "evidence_note": evidence.note(self.language, tier, year, services, confirmed_on),
        }
