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
from directory.search import documents
from directory.search.documents import Listing
from directory.search.rows import person_document
from directory.vocabulary import Vocabulary

OPEN = Offering.Status.OPEN.value

type Requests = Literal["online", "call"]
type ProcedureLine = Mapping[str, Any]
"""One procedure on a card, as the API shows it: slug, status, wait_weeks, requests, evidence, claims (those that still
count), evidence_note."""


@dataclass(frozen=True, slots=True)
class Card:
    """One practice of a specialist. `distance_miles` is unrounded; None without a place to measure from."""

    listing: Listing
    lines: Sequence[ProcedureLine]
    path: str  # of the specialist's page
    distance_miles: float | None = None
    other_practices: int = 0


@lru_cache
def _around_slug(language: str | None) -> tuple[str, str]:
    """What stands before and after a slug in the address of a page in that language, which is the active one."""
    before, _, after = reverse("specialist", args=["SLUG"]).partition("SLUG")
    return before, after


def takes_requests(*, connected: bool, status: str | None, accepting: bool | None) -> Requests:
    """Where a request for an offering goes: `online` if the clinic is connected and takes them, else `call`."""
    return "online" if connected and status == OPEN and accepting is not False else "call"


def of_hits(hits: Sequence[search.Hit], vocabulary: Vocabulary) -> list[Card]:
    """The cards of what a search found, as it was then. One query."""
    make = _Maker(vocabulary)
    listings = documents.of_hits(hits)
    return [
        make.card(listing, hit.distance_miles, hit.other_practices)
        for hit in hits
        if (listing := listings.get(hit.practice_id))
    ]


def of_practices(practices: Iterable[int], vocabulary: Vocabulary) -> list[Card]:
    """The cards of these practices in the order of their numbers, without distance. One query."""
    make = _Maker(vocabulary)
    found = documents.newest(practices)
    return [make.card(found[practice]) for practice in sorted(found)]


def of_person(specialist: Specialist) -> Listing:
    """What is said of the specialist alone, also where no practice is listed. Two queries."""
    registered = specialist.registered_as.order_by("-is_primary", "position", "taxonomy")
    return person_document(
        specialist,
        taxonomies=list(registered.values_list("taxonomy", flat=True)),
        languages=sorted(specialist.languages.values_list("pk", flat=True)),
    )


def with_street(listings: Sequence[Listing]) -> Listing:
    """Of several practices at one site, one that shows the street; the first where all of them had theirs hidden."""
    return next((one for one in listings if one["practice"]["address"]["line1"]), listings[0])


class _Maker:
    """Makes cards: what is the same for all of them is found out once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        today = timezone.localdate()
        self.since, self.since_year = evidence.confirmed_since(today).isoformat(), evidence.oldest_claims_year(today)
        self.slugs, self.order = vocabulary.slugs["procedure"], vocabulary.procedure_order
        self.language = get_language()
        self.before_slug, self.after_slug = _around_slug(self.language)

    def card(self, listing: Listing, distance_miles: float | None = None, other_practices: int = 0) -> Card:
        path = f"{self.before_slug}{listing['slug']}{self.after_slug}"
        return Card(listing, self._lines(listing), path, distance_miles, other_practices)

    def _lines(self, listing: Listing) -> list[ProcedureLine]:
        """In the order of lists."""
        practice = listing["practice"]
        connected, accepting = practice["connected"], practice["accepting_new_patients"]
        known = [offering for offering in listing["procedures"] if offering[0] in self.slugs]
        known.sort(key=lambda offering: self.order[offering[0]])
        # The checker cannot know that a document's offering has six parts
        return [self._line(*offering, connected, accepting) for offering in known]  # type: ignore[call-arg]

    def _line(
        self,
        procedure: int,
        status: str | None,
        wait: int | None,
        confirmed_on: str | None,
        year: int | None,
        services: int | None,
        connected: bool,
        accepting: bool | None,
    ) -> ProcedureLine:
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
