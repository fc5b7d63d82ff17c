"""Mails that come back: what that means for the address, and the reports in which a mail server says so later.

A report (RFC 3464) goes to the sender of the mail and holds its header. The `Message-ID` there names the delivery, with
a keyed hash beside it: only whoever has had that mail in hand can write a report that is believed.
"""

import email
import email.message
import hmac
import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import directory.notices
from directory import search
from directory.models import Clinic, Notice
from referrals.deliveries import notices
from referrals.deliveries.errors import RECIPIENT_REFUSED, SendFailed
from referrals.intake import contact
from referrals.models import Delivery, Referral
from referrals.models.referrals import email_hash
from referrals.vault import tokens

log = logging.getLogger(__name__)

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{32})@")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


def message_id(delivery: Delivery) -> str:
    """The same on every attempt, so that a receiver can drop repeats, and known to nobody who has not had the mail."""
    return f"<{delivery.pk}.{_mark(delivery.pk)}@{urlsplit(settings.SITE_URL).hostname}>"


def names_no_mailbox(status: str) -> bool:
    """Whether an enhanced status (RFC 3463: "5.1.1") says for good that there is no such address.

    5.1.x but for two that are about our own, 5.2.1 for one that is closed, 5.4.4 where its domain is gone.
    """
    return status in ("5.2.1", "5.4.4") or (status.startswith("5.1.") and status not in ("5.1.7", "5.1.8"))


def status_in(text: str) -> str:
    """The enhanced status with which an answer or a field begins; "" where there is none."""
    found = _STATUS.match(text)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of one recipient of one of our mails."""

    delivery: uuid.UUID
    recipient: str
    status: str  # enhanced, like 5.1.1


def came_back(raw: bytes) -> Delivery | None:
    """Takes a mail that came to our sender's address -> the delivery that is given up by it.

    None, and nothing is changed, for every mail that is no report of a failure, of a mail of ours, to the very address
    at which its reader is told now: an autoreply, a delay, a forgery, the address behind an alias, one that was left.
    """
    found = read(raw)
    if found is None:
        return None
    with transaction.atomic():
        rows = Delivery.objects.mails().filter(pk=found.delivery, dead_at=None)
        delivery = rows.select_for_update(of=("self",)).with_reader().first()
        if delivery is None or not _goes_to(delivery, found.recipient):
            return None
        if names_no_mailbox(found.status) and not _confirmed_since(delivery):
            address_is_dead(delivery)
        delivery.last_error = RECIPIENT_REFUSED if names_no_mailbox(found.status) else f"came_back_{found.status}"
        delivery.sent_at, delivery.dead_at = None, timezone.now()
        delivery.lease_owner, delivery.leased_until = "", None
        delivery.save(update_fields=["last_error", "sent_at", "dead_at", "lease_owner", "leased_until"])
    log.error("delivery %s came back (%s)", delivery.pk, found.status)
    return delivery


def read(raw: bytes) -> Report | None:
    """What a report says; None for any other mail, and for a report of a mail that this site has not sent."""
    message = email.message_from_bytes(raw)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    delivery, failed = None, None
    for part in message.get_payload():
        if not isinstance(part, email.message.Message):
            continue
        if part.get_content_type() == "message/delivery-status":
            failed = failed or next(_failed(part), None)
        else:
            delivery = delivery or _named_in(part)
    return Report(delivery, *failed) if delivery and failed else None


def address_is_dead(delivery: Delivery) -> None:
    """The receiving server knows no such address. In the transaction that gives the delivery up."""
    if delivery.clinic is not None:
        disconnect(delivery.clinic)
    elif delivery.referral is not None:
        # Nothing more goes to a dead address; the clinic sees that the patient gets no mail. A newer one stays
        same = Referral.objects.filter(pk=delivery.referral.pk, email_hash=delivery.referral.email_hash)
        same.update(email_checked_at=None)


def disconnect(clinic: Clinic) -> None:
    """A bounce ends `connected`: nobody would learn of the next request. A newer address stays. The operator is told.

    Of several mails that come back only the first finds the address confirmed.
    """
    bounced = Clinic.objects.filter(
        pk=clinic.pk,
        notification_email=clinic.notification_email,
        notification_email_confirmed_at__isnull=False,
    )
    now = timezone.now()
    if bounced.update(notification_email_confirmed_at=None, notification_email_bounced_at=now):
        page = reverse("admin:directory_clinic_change", args=[clinic.pk])
        directory.notices.tell_operator_of(Notice.Kind.BOUNCED, page, clinic)
        search.hold()
        search.rebuild(search.concerned(clinic).values_list("pk", flat=True))


def _mark(delivery: uuid.UUID) -> str:
    return tokens.keyed_hash("message-id", str(delivery))[:32]


def _failed(part: email.message.Message) -> Iterator[tuple[str, str]]:
    """(recipient, status) of each recipient for whom the server has given up."""
    groups = part.get_payload()
    for fields in groups if isinstance(groups, list) else []:
        if not isinstance(fields, email.message.Message):
            continue
        action = str(fields["Action"] or "").strip().lower()
        recipient = str(fields["Final-Recipient"] or "").partition(";")[2].strip().strip("<>")
        status = status_in(str(fields["Status"] or ""))
        if action == "failed" and recipient and status:
            yield recipient, status


def _named_in(part: email.message.Message) -> uuid.UUID | None:
    """The delivery of the mail that comes back in this part, whole or its header alone."""
    inside: object = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(inside, list):
        returned = inside[0]
    elif part.get_content_type() == "text/rfc822-headers" and isinstance(
        inside := part.get_payload(decode=True), bytes
    ):
        returned = email.message_from_bytes(inside)
    else:
        return None
    ours = _OURS.search(str(returned["Message-ID"] or ""))
    if ours is None or not hmac.compare_digest(_mark(uuid.UUID(ours[1])), ours[2]):
        return None
    return uuid.UUID(ours[1])


def _goes_to(delivery: Delivery, address: str) -> bool:
    """Whether its reader is told at this address: an alias of a clinic that still reaches others is not dead."""
    if delivery.contact_check is not None:
        return contact.is_to(delivery.contact_check, address)
    if delivery.is_for_patient:
        return delivery.referral is not None and email_hash(address) == delivery.referral.email_hash
    if delivery.clinic is not None:
        return delivery.clinic.notification_email.casefold() == address.casefold()
    try:
        return delivery.notice is not None and notices.address(delivery.notice).casefold() == address.casefold()
    except SendFailed:
        return False


def _confirmed_since(delivery: Delivery) -> bool:
    """Whether somebody has confirmed the same address after this mail had left: what was wrong is mended."""
    confirmed = None
    if delivery.clinic is not None:
        confirmed = delivery.clinic.notification_email_confirmed_at
    elif delivery.referral is not None:
        confirmed = delivery.referral.email_checked_at
    return confirmed is not None and delivery.sent_at is not None and confirmed > delivery.sent_at
