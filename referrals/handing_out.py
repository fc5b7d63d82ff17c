"""A new link from the clinic's hand, for a patient to whom nothing can be mailed and who has lost the old one."""

from django.db import transaction

from directory.models import User
from referrals import access
from referrals.models import Referral, ReferralLink
from referrals.moves import NotTheirClinic


class LinkRefused(Exception):
    """No link for this one: it is erased, was never sent, or its patient has a checked address (`can_be_mailed`)."""

    def __init__(self, *, can_be_mailed: bool) -> None:
        self.can_be_mailed = can_be_mailed
        super().__init__("a new link is mailed to the patient" if can_be_mailed else "there is no page to open")


def may_hand_out(referral: Referral) -> bool:
    """Whether the clinic may: to a checked address a new link is mailed, so that it reaches nobody else."""
    is_here = referral.submitted_at is not None and referral.erased_at is None
    # Of one that goes on elsewhere the page leads there, which is nothing to this clinic
    goes_on = Referral.objects.filter(continues=referral).exists()
    return is_here and referral.email_checked_at is None and not goes_on


def hand_out(referral: Referral, *, user: User) -> str:
    """-> the token of a new link, shown once and kept nowhere; who made it and when is on record.

    The patient's older links end: whoever has found the lost paper opens nothing with it. Raises LinkRefused,
    NotTheirClinic.
    """
    if not access.may_read(user, referral):
        raise NotTheirClinic("only the staff of the clinic addressed act on a request")
    with transaction.atomic():
        row = Referral.objects.select_for_update().get(pk=referral.pk)
        if not may_hand_out(row):
            raise LinkRefused(can_be_mailed=row.email_checked_at is not None)
        row.links.all().of_patient().revoke()
        return ReferralLink.objects.issue(row, issued_by=user)
