"""Who may read what a patient wrote. Reading is recorded."""

from directory.models import User
from referrals.models import Content, Opening, Referral


class MayNotRead(PermissionError):
    """The content belongs to the patient and to the clinic addressed: nobody else, operators included."""


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
