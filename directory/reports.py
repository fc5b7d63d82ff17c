"""What is done with reports of mistakes: filed, looked into, forgotten. None of it changes a listing."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from directory import notices
from directory.models import Clinic, Notice, Practice, Report, ReportRemark, Site, Specialist, User

# Of so many remarks on one report the words are kept; further ones are counted.
MOST_REMARKS = 20


class AlreadySettled(Exception):
    """Somebody else has looked into this report in the meantime."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a report is about: a doctor or a clinic, and where it is known at which office."""

    specialist: Specialist | None = None
    clinic: Clinic | None = None
    site: Site | None = None
    practice: Practice | None = None

    @property
    def key(self) -> str:
        """The most exact of them, in one word: practice:4711."""
        for name in ("practice", "site", "specialist", "clinic"):
            row = getattr(self, name)
            if row is not None:
                return f"{name}:{row.pk}"
        raise ValueError("a report is about somebody")


def file(kind: str, place: Place, remark: str = "") -> Report:
    """Keeps a report; the same kind at the same place is counted with the one that is still open.

    Tells the operator and the clinic. Nothing about the sender comes along, so nothing can be kept.
    """
    with transaction.atomic():
        report = _counted(kind, place) or _opened(kind, place)
        if remark:
            _remark(report, remark)
        notices.put(Notice.Kind.REPORT, list_page(), place.clinic)
    return report


def _remark(report: Report, text: str) -> None:
    if report.remarks.count() < MOST_REMARKS and not report.remarks.filter(text=text).exists():
        ReportRemark.objects.create(report=report, text=text)


def _counted(kind: str, place: Place) -> Report | None:
    """The open report that says the same, with one more to its number."""
    same = Report.objects.open().filter(kind=kind, about=place.key)
    if not same.update(times=F("times") + 1, last_at=timezone.now()):
        return None
    return same.first()


def _opened(kind: str, place: Place) -> Report:
    try:
        with transaction.atomic():
            return Report.objects.create(
                kind=kind,
                about=place.key,
                specialist=place.specialist,
                clinic=place.clinic,
                site=place.site,
                practice=place.practice,
            )
    except IntegrityError:
        # Somebody said the same between our look and our write.
        report = _counted(kind, place)
        if report is None:
            raise
        return report


def settle(report: Report, *, state: str, found: str, by: User) -> None:
    """Somebody has looked into it: mended, or right as it stands; `found` says what was seen. Raises AlreadySettled."""
    settled = {"state": state, "found": found, "settled_by": by, "settled_at": timezone.now()}
    with transaction.atomic():
        if not Report.objects.open().filter(pk=report.pk).update(**settled):
            raise AlreadySettled
        _untell(report.clinic)
    report.refresh_from_db()


def _untell(clinic: Clinic | None) -> None:
    """A mail that is still to go out, about reports that somebody has looked into by now, is of no use."""
    left = Report.objects.open()
    if not left.exists():
        notices.no_longer(Notice.Kind.REPORT, list_page())
    if clinic is not None and not left.filter(clinic=clinic).exists():
        notices.no_longer(Notice.Kind.REPORT, list_page(), clinic)


def list_page() -> str:
    """Where reports stand in the admin."""
    return reverse("admin:directory_report_changelist")


def forget(now: datetime.datetime) -> int:
    """Erases the words of visitors that are older than `REPORT_TEXT_DAYS` -> how many remarks."""
    old = ReportRemark.objects.filter(at__lte=now - datetime.timedelta(days=settings.REPORT_TEXT_DAYS))
    deleted, _by_model = old.delete()
    return deleted
