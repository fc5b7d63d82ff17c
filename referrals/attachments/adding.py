"""The patient adds a file while the request runs, or takes one away."""

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils import timezone

from referrals import correspondence, erasing
from referrals.attachments import folder, keeping, kinds
from referrals.attachments.upload import Received
from referrals.deliveries import outbox
from referrals.models import Attachment, Delivery, LegalHold, Referral
from referrals.models.attachments import LONGEST_NAME
from referrals.states import Role
from referrals.vault import files

MOST = 10  # files of a request at one time
MOST_EVER = 40  # with those that were deleted or refused


class TooManyFiles(Exception):
    """No more files for this request; `are_there` of them are kept now."""

    def __init__(self, are_there: int) -> None:
        self.are_there = are_there
        super().__init__("no more files for this request")


def may_add(referral: Referral) -> bool:
    """Whether somebody is there to read it: as for a message of the patient."""
    return correspondence.may_write(referral, Role.PATIENT)


def add(referral: Referral, sent: Received) -> Attachment:
    """A file for the clinic; when this returns it is on the disk, sealed, and in the database.

    Raises kinds.NotTaken, NotNow, TooManyFiles, VaultError, OSError; then nothing was kept.
    """
    kind, now = kinds.of(sent.content), timezone.now()
    _refuse_more(referral)
    attachment = Attachment(referral=referral, at=now, kind=kind.code, size=len(sent.content), scan_due_at=now)
    is_scanned = bool(settings.ATTACHMENT_SCANNER)
    attachment.state = Attachment.State.WAITING if is_scanned else Attachment.State.UNSCANNED
    file_key = files.new_key()
    attachment.seal(referral.key(), name=_short(sent.name), file_key=file_key)
    keeping.loosen(attachment.pk)
    try:
        folder.write(attachment.pk, files.seal(file_key, sent.content))
        with transaction.atomic():
            row = correspondence.locked(referral, correspondence.OPEN_TO_PATIENT)
            _refuse_more(row)
            attachment.number = (row.attachments.aggregate(last=Max("number"))["last"] or 0) + 1
            attachment.save(force_insert=True)
            keeping.claim(attachment.pk)
            if attachment.is_shown:
                outbox.between_moves(row, Delivery.Kind.CLINIC_FILE)
    except DatabaseError:
        raise  # it may have been committed all the same: if not, the worker finds the file loose in a day
    except BaseException:
        keeping.drop(attachment.pk)
        raise
    return attachment


def remove(referral: Referral, number: int) -> None:
    """The patient takes a file away, also from an ended request; the clinic may keep what it has opened.

    Harmless where it is gone already. Raises OnHold.
    """
    with transaction.atomic():
        row = Referral.objects.select_for_update().kept().filter(pk=referral.pk).first()
        if row is None:
            return
        if LegalHold.objects.standing().filter(referral=row).exists():
            raise erasing.OnHold(f"a legal hold stands on request {row.reference}")
        attachment = row.attachments.exclude(state=Attachment.State.DELETED).filter(number=number).first()
        if attachment is None:
            return
        if attachment.is_kept:
            keeping.let_go([attachment.pk])
        Attachment.objects.filter(pk=attachment.pk).update(
            state=Attachment.State.DELETED, name=b"", file_key=b"", scan_due_at=None
        )


def _refuse_more(referral: Referral) -> None:
    """Raises TooManyFiles."""
    kept = referral.attachments.with_file().count()
    if kept >= MOST or referral.attachments.count() >= MOST_EVER:
        raise TooManyFiles(kept)


def _short(name: str) -> str:
    """The end of a long name says what it is."""
    return name if len(name) <= LONGEST_NAME else "…" + name[1 - LONGEST_NAME :]
