"""Erasing: what a patient wrote is destroyed with its key; of the request itself only counts stay.

The row without content stays until all that must be told of it has been told; then the clock deletes it. The numbers of
erased requests stand in a file outside the database, `ERASURE_LIST`, each with its day: whoever restores an older
backup erases them again with `manage.py apply_erasures`.
"""

import datetime
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from itertools import batched
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from referrals.attachments import keeping
from referrals.models import ContactCheck, Delivery, Finished, LegalHold, Referral, ReferralLink
from referrals.models.asking import hash_of_change

EMPTY = b""
FORM_OPENS_FOR = datetime.timedelta(days=1)  # as `intake.course.LASTS`
BATCH = 200  # numbers looked up at once


class OnHold(Exception):
    """A legal hold stands: nothing of the request is erased until an operator releases it."""


def erase(referral: Referral) -> None:
    """Destroys the content at once. Harmless where it is gone already. Raises OnHold."""
    with transaction.atomic():
        row = Referral.objects.select_for_update().kept().filter(pk=referral.pk).first()
        if row is None:
            return
        if LegalHold.objects.standing().filter(referral=row).exists():
            raise OnHold(f"a legal hold stands on request {row.reference}")
        _note([row.pk])
        _destroy(row)
    referral.refresh_from_db()


def erase_or_wait(referral: Referral) -> bool:
    """As the patient wishes, or never agreed to: at once; under a legal hold as soon as it is released.

    -> whether it is done.
    """
    try:
        erase(referral)
    except OnHold:
        Referral.objects.filter(pk=referral.pk, erase_asked_at=None).update(erase_asked_at=timezone.now())
        referral.refresh_from_db(fields=["erase_asked_at"])
        return False
    return True


def sweep(most: int | None = None, now: datetime.datetime | None = None) -> int:
    """Deletes the rows of erased requests of which nothing has to be told any more, at most so many -> how many.

    A row stays while the page that sent it may still be sent again, which must not make a second request of it, and
    while the office that had asked may still look how it ended.
    """
    now = now or timezone.now()
    told = Referral.objects.exclude(erased_at=None).exclude(deliveries__in=Delivery.objects.unsent())
    form_opens = models.Q(consented_at__gt=now - FORM_OPENS_FOR) | models.Q(submitted_at__gt=now - FORM_OPENS_FOR)
    told = told.exclude(form_opens, continues=None, form_key_hash__isnull=False)
    office_looks = now - datetime.timedelta(days=settings.OFFICE_SEES_END_FOR_DAYS)
    told = told.exclude(erased_at__gt=office_looks, pk__in=ReferralLink.objects.valid().of_offices())
    count = 0
    for referral in told[:most]:
        with transaction.atomic():
            referral.delete()
        count += 1
    return count


def apply(
    listed: Mapping[uuid.UUID, datetime.date | None], progress: Callable[[int], object] = lambda count: None
) -> int:
    """Erases again what an older backup brought back -> how many.

    A hold that the backup brought back too does not keep what was erased after it; its record stays. `progress` is told
    how many more numbers were looked at. The numbers are noted in this place's own list as well. Raises OSError.
    """
    own = Path(settings.ERASURE_LIST)
    known = read_list(own) if own.exists() else {}
    _note([pk for pk in listed if pk not in known])
    count = 0
    for some in batched(listed, BATCH):
        with transaction.atomic():
            for row in Referral.objects.select_for_update().kept().filter(pk__in=some):
                _destroy(row)
                count += 1
        progress(len(some))
    return count


class NoErasureList(ValueError):
    """A line of the file is no number of a request."""


def read_list(file: Path) -> dict[uuid.UUID, datetime.date | None]:
    """The numbers in an erasure list, each with the day of erasing where it is there. Raises NoErasureList, OSError."""
    numbers: dict[uuid.UUID, datetime.date | None] = {}
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            pk, _, day = line.strip().partition(" ")
            try:
                if pk:
                    numbers[uuid.UUID(pk)] = datetime.date.fromisoformat(day) if day else None
            except ValueError:
                raise NoErasureList(
                    f"{file}, line {number}: not the number of a request with a day, like "
                    "'1b4e28ba-2fa1-41d2-883f-0016d3cca427 2026-11-28'. Nothing was erased."
                ) from None
    return numbers


def _destroy(row: Referral) -> None:
    """Inside a transaction that holds the row."""
    Finished.objects.count_in(row)
    row.messages.all().delete()
    # A patient who never agreed leaves no trace here; that it came to nothing is the office's to know, for some days
    links = row.links.all() if row.submitted_at else row.links.filter(for_office=False)
    links.delete()
    row.openings.all().delete()
    row.attempts.all().delete()
    ContactCheck.objects.filter(form_hash=hash_of_change(row.pk)).delete()
    keeping.forget(row)
    # A repeat is told that it is gone; what was sent cannot be compared any more
    row.idempotency_keys.update(body_hash="", answer="")
    # The address goes with the content, and there is no page left to look at
    row.deliveries.to_patient().unsent().delete()
    content = dict.fromkeys(("data_key", "name", "email", "phone", "date_of_birth", "answers"), EMPTY)
    Referral.objects.filter(pk=row.pk).update(**content, erased_at=timezone.now(), email_hash="", person_hash="")


def _note(pks: Iterable[uuid.UUID]) -> None:
    """Written to the disk before anything is erased, so that none is missing. It is not taken back where the rest of
    the transaction fails: whoever erases does so last in it."""
    file, day = Path(settings.ERASURE_LIST), timezone.localdate()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, "".join(f"{pk} {day}\n" for pk in pks).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
