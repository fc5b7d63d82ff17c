"""Who may read what a patient wrote. Reading is recorded."""

from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse

from directory import notices
from directory.models import Notice, User
from referrals.attachments import keeping
from referrals.models import Attachment, Content, Opening, OperatorReading, Referral


class MayNotRead(PermissionError):
    """The content belongs to the patient and to the clinic addressed; an operator reads it by exception only."""


def may_read(user: User, referral: Referral) -> bool:
    """Whether this person is on the staff of the clinic to which the request was sent.

    An operator is not, whatever memberships there are: they can give themselves any, and read for a reason, on record.
    """
    return user.is_active and not user.is_superuser and referral.clinic.memberships.filter(user=user).exists()


def read(referral: Referral, *, user: User) -> Content:
    """What the patient wrote, for this person; that it was opened is recorded. Raises MayNotRead, VaultError."""
    if not may_read(user, referral):
        raise MayNotRead("only the staff of the clinic addressed read a request")
    content = referral.unseal()
    Opening.objects.create(referral=referral, user=user)
    return content


def read_file(attachment: Attachment, *, user: User) -> Iterator[bytes]:
    """A file that the patient added, in pieces, for this person; that it was opened is recorded.

    Raises MayNotRead (also for one that nobody may see yet), NoFile, VaultError; then nothing is recorded.
    """
    referral = attachment.referral
    if not (may_read(user, referral) and attachment.is_shown):
        raise MayNotRead("only the staff of the clinic addressed open a file, once it may be seen")
    pieces = keeping.content(attachment, referral.key())
    Opening.objects.create(referral=referral, user=user, file_number=attachment.number)
    return pieces


def read_as_operator(referral: Referral, *, user: User, reason: OperatorReading.Reason, case: str = "") -> Content:
    """What the patient wrote, for an operator who gives a reason. It is on record, and the clinic is told by mail:
    of a request that was not sent to it yet, when it is.

    `case`: a number under which more is written down elsewhere, never a name. Raises MayNotRead, VaultError; then
    nothing is recorded.
    """
    _only_an_operator(user)
    content = referral.unseal()
    _record(referral, user, reason, case)
    return content


def read_file_as_operator(
    attachment: Attachment, *, user: User, reason: OperatorReading.Reason, case: str = ""
) -> Iterator[bytes]:
    """A file, in pieces: as `read_as_operator`. Raises MayNotRead, NoFile, VaultError; then nothing is recorded."""
    _only_an_operator(user)
    if not attachment.is_shown:
        raise MayNotRead("nobody may see this file")
    pieces = keeping.content(attachment, attachment.referral.key())
    _record(attachment.referral, user, reason, case, attachment.number)
    return pieces


def _only_an_operator(user: User) -> None:
    if not (user.is_active and user.is_superuser):
        raise MayNotRead("only an operator reads a request by exception")


def _record(
    referral: Referral, user: User, reason: OperatorReading.Reason, case: str, file_number: int | None = None
) -> None:
    with transaction.atomic():
        OperatorReading.objects.create(
            referral=referral,
            reference=referral.reference,
            clinic=referral.clinic,
            user=user,
            reason=reason,
            case=case,
            file_number=file_number,
        )
        if referral.submitted_at is not None:
            _tell_clinic(referral)


def tell_of_earlier_readings(referral: Referral) -> None:
    """The request has become the clinic's this moment: it is told now of what an operator read before."""
    if referral.operator_readings.exists():
        _tell_clinic(referral)


def _tell_clinic(referral: Referral) -> None:
    """Also where no mail can go there now: it goes as soon as one can."""
    page = reverse("admin:referrals_referral_change", args=[referral.pk])
    notices.tell_clinic(Notice.Kind.REQUEST_READ, page, referral.clinic, by_and_by=True)
