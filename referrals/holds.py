"""Legal holds: an operator keeps a request from being erased, and lets it go again; both with a reason, on record."""

from django.db import transaction
from django.utils import timezone

from directory.models import User
from referrals import erasing, moves
from referrals.models import LegalHold, Referral


class NotAnOperator(PermissionError):
    """Somebody else than an operator sets or releases a hold."""


class HoldRefused(Exception):
    """Nothing to hold, a hold stands already, or none stands; `why` is `erased`, `standing` or `none`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__({"erased": "erased", "standing": "a hold stands already", "none": "no hold stands"}[why])


def place(referral: Referral, *, user: User, reason: str) -> LegalHold:
    """From now on nothing of the request is erased. Raises NotAnOperator, HoldRefused."""
    _check(user)
    with transaction.atomic():
        row = Referral.objects.select_for_update().filter(pk=referral.pk).first()
        if row is None or row.erased_at is not None:
            raise HoldRefused("erased")
        if row.holds.standing().exists():
            raise HoldRefused("standing")
        return LegalHold.objects.create(referral=row, reference=row.reference, reason=reason, set_by=user)


def release(referral: Referral, *, user: User, reason: str) -> bool:
    """The request is erased when its time comes; at once where the patient had asked for it or had
    never agreed to it -> whether it was.

    Raises NotAnOperator, HoldRefused.
    """
    _check(user)
    with transaction.atomic():
        row = Referral.objects.select_for_update().filter(pk=referral.pk).first()
        standing = LegalHold.objects.standing().filter(referral=row) if row else LegalHold.objects.none()
        if not standing.update(released_at=timezone.now(), released_by=user, release_reason=reason) or row is None:
            raise HoldRefused("none")
        if row.erase_asked_at is None:
            return False
        if not row.has_ended:  # asked for while it ran: the page has said that it is withdrawn on this day
            moves.withdraw(row)
        erasing.erase(row)
        return True


def _check(user: User) -> None:
    if not (user.is_active and user.is_superuser):
        raise NotAnOperator("only an operator sets and releases legal holds")
