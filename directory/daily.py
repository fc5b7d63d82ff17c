"""What a new day brings without anybody writing it: evidence ages, waiting ends, contact data is erased."""

import datetime
import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from directory import claims, evidence, limits, removals, reports, search
from directory.models import ClaimsRecord, DirectoryVersion, Offering, Practice

log = logging.getLogger(__name__)


def run(now: datetime.datetime) -> None:
    """To be called at least once a day; does no harm, and next to no work, if it is called more often."""
    ended = claims.expire(now) + removals.end_unproven(now)
    erased = claims.forget(now) + reports.forget(now) + removals.forget_askers(now)
    limits.forget(now)
    told = tell_what_aged(timezone.localdate(now))
    if ended or erased or told:
        sentence = "a new day: %d claims and removals ended, %d contacts and remarks erased, %d told as aged"
        log.info(sentence, ended, erased, told)


def tell_what_aged(today: datetime.date) -> int:
    """Tells partners of the specialists whose evidence counts for less than on the day of the last telling.

    Gives how many. A confirmation ages after 90 days, a year of claims at the turn of the year.
    """
    if DirectoryVersion.objects.filter(aged_on__gte=today).exists():
        return 0
    with transaction.atomic():
        search.hold()
        version = DirectoryVersion.objects.get()
        if version.aged_on is not None and version.aged_on >= today:
            return 0
        people = set(_aged(version.aged_on, today)) if version.aged_on else set()
        DirectoryVersion.objects.update(aged_on=today)
        search.tell(people)
    return len(people)


def _aged(before: datetime.date, today: datetime.date) -> Iterable[int]:
    """Listed specialists with an offering or claims that counted on the one day and do not on the other."""
    offered = Offering.objects.filter(
        confirmed_on__gte=evidence.confirmed_since(before), confirmed_on__lt=evidence.confirmed_since(today)
    )
    claimed = ClaimsRecord.objects.filter(
        year__gte=evidence.oldest_claims_year(before), year__lt=evidence.oldest_claims_year(today)
    )
    listed = Practice.objects.listed().order_by()
    yield from listed.filter(pk__in=offered.values("practice")).values_list("specialist", flat=True)
    yield from listed.filter(specialist__in=claimed.values("specialist")).values_list("specialist", flat=True)
