"""How it is known that a specialist performs a procedure, in words anyone can check. Pure: dates come in, words go out.

The tiers, weakest first: `listed` (a clinic or operator says so), `confirmed` (by the clinic within 90 days),
`claims` (in public Medicare claims of the last three data years). Both age with the date, without a write.
"""

import datetime
from functools import lru_cache
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Tier = Literal["listed", "confirmed", "claims"]
TIERS: tuple[Tier, ...] = ("listed", "confirmed", "claims")

CONFIRMATION_LASTS = datetime.timedelta(days=90)


def is_confirmed(confirmed_on: datetime.date | None, today: datetime.date) -> bool:
    """Whether the clinic's word of that day still counts today."""
    return confirmed_on is not None and today - confirmed_on <= CONFIRMATION_LASTS


def oldest_claims_year(today: datetime.date) -> int:
    """The first of the last three data years. A year's data come out about two years later: 2022 to 2024 in 2026."""
    return today.year - 4


def tier(
    status: str | None, confirmed_on: datetime.date | None, claims_year: int | None, today: datetime.date
) -> Tier | None:
    """The strongest evidence for one offering; None where nobody says so any more (old claims only)."""
    if claims_year is not None and claims_year >= oldest_claims_year(today):
        return "claims"
    if is_confirmed(confirmed_on, today):
        return "confirmed"
    return "listed" if status is not None else None


def ticks(evidence: Tier | None) -> int:
    """0 to 3: how many of the three marks are filled."""
    return 0 if evidence is None else TIERS.index(evidence) + 1


def note(
    evidence: Tier | None, *, claims_year: int | None, services: int | None, confirmed_on: datetime.date | None
) -> str:
    """The evidence as a sentence with a number or a date, in the reader's language."""
    return _note(get_language(), evidence, claims_year, services, confirmed_on)


@lru_cache(maxsize=4096)  # a page has dozens of them, most of them alike
def _note(
    language: str | None,
    evidence: Tier | None,
    claims_year: int | None,
    services: int | None,
    confirmed_on: datetime.date | None,
) -> str:
    if evidence == "claims":
        sentence = _(
            "In %(year)d Original Medicare paid this doctor for at least %(services)d of these. "
            "That is experience, not quality."
        ) % {"year": claims_year, "services": services}
        if confirmed_on:
            return f"{sentence} {_('Clinic confirmed %(date)s.') % {'date': date_format(confirmed_on)}}"
        return f"{sentence} {_('Ask at which office.')}"
    if evidence == "confirmed" and confirmed_on:
        return _("The clinic confirmed on %(date)s that it does this.") % {"date": date_format(confirmed_on)}
    if evidence == "listed":
        return _(
            "Listed, not yet confirmed. No public record: small numbers, Medicare Advantage and other insurers "
            "are not in it."
        )
    return _("No public record: small numbers, Medicare Advantage and other insurers are not in it.")
