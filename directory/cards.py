"""What is shown of a specialist at a practice: the same for results page, specialist page and API.

A fixed number of queries for any number of cards.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone

from directory import evidence
from directory.models import ClaimsRecord, Offering, Practice, Specialist


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """One procedure on a card."""

    offering: Offering
    evidence: evidence.Tier | None
    claims: ClaimsRecord | None
    note: str
    requests: Literal["online", "call"]

    @property
    def ticks(self) -> int:
        return evidence.ticks(self.evidence)


@dataclass(frozen=True, slots=True)
class Card:
    """One practice of a specialist. `distance_miles` is unrounded; None without a place to measure from."""

    specialist: Specialist
    practice: Practice
    lines: Sequence[ProcedureLine]
    distance_miles: float | None = None
    other_practices: int = 0

    def line(self, *slugs: str) -> ProcedureLine | None:
        """The line of the first of these procedures that the practice offers."""
        by_slug = {line.offering.procedure.slug: line for line in self.lines}
        return next((by_slug[slug] for slug in slugs if slug in by_slug), None)


def takes_requests(practice: Practice, offering: Offering) -> Literal["online", "call"]:
    """Where a request for this offering goes: `online` if the clinic is connected and takes them, else `call`."""
    takes = (
        practice.site.clinic.connected
        and offering.status == Offering.Status.OPEN
        and practice.accepting_new_patients is not False
    )
    return "online" if takes else "call"


def cards(practice_ids: Iterable[int], *, today: datetime.date | None = None) -> dict[int, Card]:
    """The cards of these practices by practice id, without distance. Eight queries, whatever their number."""
    today = today or timezone.localdate()
    practices = (
        Practice.objects.filter(pk__in=list(practice_ids))
        .select_related("specialist", "site__clinic")
        .prefetch_related(
            "specialist__registered_as__taxonomy", "specialist__languages", "insurers", "offerings__procedure"
        )
    )
    claims = _newest_claims([practice.specialist_id for practice in practices], today)
    return {practice.pk: _card(practice, claims, today) for practice in practices}


def _newest_claims(npis: list[int], today: datetime.date) -> dict[tuple[int, int], ClaimsRecord]:
    """(NPI, procedure id) -> the newest record that still counts."""
    records = ClaimsRecord.objects.filter(specialist__in=npis, year__gte=evidence.oldest_claims_year(today))
    return {(record.specialist_id, record.procedure_id): record for record in records.order_by("year")}


def _card(practice: Practice, claims: dict[tuple[int, int], ClaimsRecord], today: datetime.date) -> Card:
    offerings = [offering for offering in practice.offerings.all() if offering.status != Offering.Status.STOPPED]
    offerings.sort(key=lambda offering: (offering.procedure.position, offering.procedure.slug))
    return Card(
        specialist=practice.specialist,
        practice=practice,
        lines=[_line(practice, offering, claims, today) for offering in offerings],
    )


def _line(
    practice: Practice,
    offering: Offering,
    claims: dict[tuple[int, int], ClaimsRecord],
    today: datetime.date,
) -> ProcedureLine:
    record = claims.get((practice.specialist_id, offering.procedure_id))
    year = record.year if record else None
    strongest = evidence.tier(offering.status, offering.confirmed_on, year, today)
    confirmed_on = offering.confirmed_on if evidence.is_confirmed(offering.confirmed_on, today) else None
    return ProcedureLine(
        offering=offering,
        evidence=strongest,
        claims=record,
        note=evidence.note(
            strongest, claims_year=year, services=record.services if record else None, confirmed_on=confirmed_on
        ),
        requests=takes_requests(practice, offering),
    )
