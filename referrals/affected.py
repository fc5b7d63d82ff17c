"""After a breach: whose requests could be read in that time, by clinic and state. Numbers and dates, no names."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from referrals import erasing
from referrals.models import Attachment, Referral


@dataclass(frozen=True, slots=True)
class Affected:
    """One request. `sealed_under` is the id of the key that wraps its own: who had that key could read it."""

    reference: str
    id: str
    clinic: str
    site_state: str  # of the United States, of the office to which it was sent
    request_state: str
    partner: str  # through whose site it was sent; empty: written on ours
    begun: datetime.datetime
    sent: datetime.datetime | None
    last_change: datetime.datetime
    openings: int  # by the clinic's people, in the time asked about
    operator_readings: int  # in that time
    files: int  # that the patient added before its end, kept now
    hook_calls: int  # to web hooks of the clinic, that arrived in that time: number, state and office of the request
    sealed_under: str


COLUMNS = [field.name for field in fields(Affected)]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by the site's clock, the last one included."""

    since: datetime.date
    until: datetime.date

    @property
    def begins(self) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(self.since, datetime.time.min))

    @property
    def ends(self) -> datetime.datetime:
        """The first moment after it."""
        return timezone.make_aware(
            datetime.datetime.combine(self.until + datetime.timedelta(days=1), datetime.time.min)
        )


def find(period: Period) -> list[Affected]:
    """Every request whose content was kept here at some moment of the period; the longest begun first.

    Of one that has been erased since, the row goes with all that was told of it: see `erased_since`.
    """
    inside = {"at__gte": period.begins, "at__lt": period.ends}
    rows = (
        Referral.objects.filter(consented_at__lt=period.ends)
        .filter(Q(erased_at=None) | Q(erased_at__gte=period.begins))
        .select_related("clinic", "partner", "practice__site")
        .annotate(
            opened=Count("openings", distinct=True, filter=_prefixed("openings", inside)),
            called=Count(
                "deliveries",
                distinct=True,
                filter=Q(
                    deliveries__hook__isnull=False,
                    deliveries__sent_at__gte=period.begins,
                    deliveries__sent_at__lt=period.ends,
                ),
            ),
            read=Count("operator_readings", distinct=True, filter=_prefixed("operator_readings", inside)),
            files=Count(
                "attachments",
                distinct=True,
                filter=Q(attachments__state__in=Attachment.WITH_FILE, attachments__at__lt=period.ends),
            ),
        )
        .order_by("consented_at", "pk")
    )
    return [
        Affected(
            reference=row.reference,
            id=str(row.pk),
            clinic=row.clinic.name,
            site_state=row.practice.site.state,
            request_state=row.state,
            partner=row.partner.name if row.partner else "",
            begun=row.consented_at,
            sent=row.submitted_at,
            last_change=row.changed_at,
            openings=row.opened,
            operator_readings=row.read,
            files=row.files,
            hook_calls=row.called,
            sealed_under=row.data_key_id,
        )
        for row in rows
    ]


def erased_since(day: datetime.date) -> int | None:
    """How many requests the erasure list notes since that day; None without a list. Raises NoErasureList, OSError.

    They could be read until they were erased. Of older lines the day is not known: they count.
    """
    file = Path(settings.ERASURE_LIST)
    if not file.exists():
        return None
    return sum(1 for erased_on in erasing.read_list(file).values() if erased_on is None or erased_on >= day)


def by(rows: Iterable[Affected], column: str) -> list[tuple[str, int]]:
    """How many of each, the most first."""
    return sorted(Counter(getattr(row, column) for row in rows).items(), key=lambda pair: (-pair[1], pair[0]))


def cells(row: Affected) -> list[str]:
    """As text; moments in the site's time zone."""
    return [
        timezone.localtime(value).isoformat(timespec="minutes")
        if isinstance(value, datetime.datetime)
        else ("" if value is None else str(value))
        for value in astuple(row)
    ]


def _prefixed(path: str, conditions: dict[str, datetime.datetime]) -> Q:
    return Q(**{f"{path}__{name}": value for name, value in conditions.items()})
