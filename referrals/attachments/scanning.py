"""The worker has files scanned for viruses; nobody sees one before, where a scanner is connected."""

import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from referrals.attachments import keeping, scanner
from referrals.attachments.scanner import NotScanned, ScannerAway
from referrals.deliveries import outbox
from referrals.models import Attachment, Delivery
from referrals.models.attachments import AttachmentQuerySet
from referrals.vault.keys import VaultError

log = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=5)  # of one file, longer than a scan can take with its time-outs
AGAIN = datetime.timedelta(minutes=1)  # where the scanner is away: all files wait so long
AGAIN_THIS = datetime.timedelta(minutes=15)  # where only this file could not be scanned
State = Attachment.State


def scan_next(now: datetime.datetime) -> bool:
    """Scans the file that is due longest -> whether there was one, and the next can be tried.

    Where no scanner is connected, what waits for one is shown as not scanned.
    """
    if not settings.ATTACHMENT_SCANNER:
        return _without_scanner()
    attachment = _lease(now)
    if attachment is None:
        return False
    try:
        scan = scanner.connected()
        if scan is None:
            return False
        is_infected = scan(keeping.content(attachment, attachment.referral.key()))
    except (ScannerAway, ImportError) as error:
        Attachment.objects.to_scan(now + LEASE).update(scan_due_at=now + AGAIN)
        log.warning("no scanner answers (%s); files wait, trying again in a minute", type(error).__name__)
        return False
    except (NotScanned, VaultError, keeping.NoFile) as error:
        _later(attachment, error)
    except Exception as error:  # noqa: BLE001 (the operator's own function may raise anything)
        _later(attachment, error)
    else:
        _refuse(attachment) if is_infected else _pass(attachment)
    return True


def _lease(now: datetime.datetime) -> Attachment | None:
    """The file that is due longest, for this worker alone until the lease ends."""
    while (attachment := Attachment.objects.to_scan(now).select_related("referral").first()) is not None:
        mine = Attachment.objects.filter(pk=attachment.pk, scan_due_at=attachment.scan_due_at)
        if mine.update(scan_due_at=now + LEASE):
            return attachment
    return None


def _pass(attachment: Attachment) -> None:
    """Shown from now on; the clinic is told, if it has not seen it before."""
    with transaction.atomic():
        passed = _still(attachment).update(state=State.CLEAN, scanned_at=timezone.now(), scan_due_at=None)
        if passed and attachment.state == State.WAITING and not attachment.referral.has_ended:
            outbox.between_moves(attachment.referral, Delivery.Kind.CLINIC_FILE)


def _refuse(attachment: Attachment) -> None:
    """It goes; the patient reads on the page that it did."""
    with transaction.atomic():
        if _still(attachment).update(state=State.REFUSED, scanned_at=timezone.now(), scan_due_at=None, file_key=b""):
            keeping.let_go([attachment.pk])
            log.warning("file %s was refused: the scanner found something in it", attachment.pk)


def _later(attachment: Attachment, error: Exception) -> None:
    _still(attachment).update(scan_due_at=timezone.now() + AGAIN_THIS)
    log.error("file %s was not scanned (%s); trying again in 15 minutes", attachment.pk, type(error).__name__)


def _still(attachment: Attachment) -> AttachmentQuerySet:
    """The row, if it was neither scanned nor deleted meanwhile."""
    return Attachment.objects.filter(pk=attachment.pk, state=attachment.state)


def _without_scanner() -> bool:
    waiting = Attachment.objects.filter(state=State.WAITING).select_related("referral").first()
    if waiting is None:
        return False
    with transaction.atomic():
        if _still(waiting).update(state=State.UNSCANNED) and not waiting.referral.has_ended:
            outbox.between_moves(waiting.referral, Delivery.Kind.CLINIC_FILE)
    return True
