"""Who may read what a patient wrote. Reading is recorded."""

from django.db import transaction
from django.urls import reverse

from directory import notices
from directory.models import Notice, User
from referrals.models import Content, Opening, OperatorReading, Referral


class MayNotRead(PermissionError):
    """The content belongs to the patient and to the clinic addressed; an operator reads it by exception only."""


def may_read(user: User, referral: Referral) -> bool:
    """Whether this person is on the staff of the clinic to which the request was sent."""
    return user.is_active and referral.clinic.memberships.filter(user=user).exists()


def read(referral: Referral, *, user: User) -> Content:
    """What the patient wrote, for this person; that it was opened is recorded. Raises MayNotRead, VaultError."""
    if not may_read(user, referral):
        raise MayNotRead("only the staff of the clinic addressed read a request")
    content = referral.unseal()
    Opening.objects.create(referral=referral, user=user)
    return content


def read_as_operator(referral: Referral, *, user: User, reason: OperatorReading.Reason, case: str = "") -> Content:
    """What the patient wrote, for an operator who gives a reason. It is on record, and the clinic is told by mail.

    `case`: a number under which more is written down elsewhere, never a name. Raises MayNotRead, VaultError; then
    nothing is recorded.
    """
    if not (user.is_active and user.is_superuser):
        raise MayNotRead("only an operator reads a request by exception")
    content = referral.unseal()
    page = reverse("admin:referrals_referral_change", args=[referral.pk])
    with transaction.atomic():
        OperatorReading.objects.create(
            referral=referral,
            reference=referral.reference,
            clinic=referral.clinic,
            user=user,
            reason=reason,
            case=case,
        )
        notices.tell_clinic(Notice.Kind.REQUEST_READ, page, referral.clinic)
    return content
