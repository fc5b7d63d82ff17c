"""How it is known that a specialist performs a procedure, in words anyone can check. Pure: dates come in, words go out.

The tiers, weakest first: `listed` (a clinic or operator says so), `confirmed` (by the clinic within 90 days),
`claims` (in public Medicare claims of the last three data years). Both age with the date, without a write.
"""

import datetime
from functools import lru_cache
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

Tier = Literal["listed", "confirmed", "claims"]
TIERS: tuple[Tier, ...] = ("listed", "confirmed", "claims")

CONFIRMATION_LASTS = datetime.timedelta(days=90)


def confirmed_since(today: datetime.date) -> datetime.date:
    """The first day of which the clinic's word still counts today."""
    return today - CONFIRMATION_LASTS


def oldest_claims_year(today: datetime.date) -> int:
    """The first of the last three data years. A year's data come out about two years later: 2022 to 2024 in 2026."""
    return today.year - 4


def tier(
    status: str | None, confirmed_on: datetime.date | None, claims_year: int | None, today: datetime.date
) -> Tier | None:
    """The strongest evidence for one offering; None where nobody says so any more (old claims only)."""
    return strongest(status, confirmed_on, claims_year, confirmed_since(today), oldest_claims_year(today))


def strongest[Day: (datetime.date, str)](
    status: str | None, confirmed_on: Day | None, claims_year: int | None, since: Day, since_year: int
) -> Tier | None:
    """The same, where what still counts is known already. Days may also be written: 2026-10-02."""
    if claims_year is not None and claims_year >= since_year:
        return "claims"
    if confirmed_on is not None and confirmed_on >= since:
        return "confirmed"
    return "listed" if status is not None else None


def ticks(evidence: Tier | None) -> int:
    """0 to 3: how many of the three marks are filled."""
    return 0 if evidence is None else TIERS.index(evidence) + 1


@lru_cache(maxsize=4096)  # a page has dozens of them, most of them alike
def note(
    language: str | None, evidence: Tier | None, claims_year: int | None, services: int | None, confirmed_on: str | None
) -> str:
    """The evidence as a sentence with a number or a date, in the reader's language, which is the active one.

    `confirmed_on` is written (2026-10-02), and None where it does not count any more.
    """
    day = date_format(datetime.date.fromisoformat(confirmed_on)) if confirmed_on else ""
    if evidence == "claims":
        sentence = _(
            "In %(year)d Original Medicare paid this doctor for at least %(services)d of these. "
            "That is experience, not quality."
        ) % {"year": claims_year, "services": services}
        # Not within the f-string: what collects the sentences for translation does not look there.
        where = _("Clinic confirmed %(date)s.") % {"date": day} if day else _("Ask at which office.")
        return f"{sentence} {where}"
    if evidence == "confirmed":
        return _("The clinic confirmed on %(date)s that it does this.") % {"date": day}
    if evidence == "listed":
        return _(
            "Listed, not yet confirmed. No public record: small numbers, Medicare Advantage and other insurers "
            "are not in it."
        )
    return _("No public record: small numbers, Medicare Advantage and other insurers are not in it.")
