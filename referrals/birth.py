"""The date of birth, which opens what is clinical on a patient's page: once per device, and not by guessing."""

import datetime

from django.db import transaction
from django.db.models import F

from directory import limits
from referrals.deliveries import outbox
from referrals.models import Delivery, Referral, ReferralLink
from referrals.states import State
from referrals.vault.keys import VaultError

MOST_WRONG = 5
MOST_WRONG_A_DAY = 15  # over all links of a request
WITH_A_LINK = (Delivery.Kind.PATIENT_LINK, Delivery.Kind.PATIENT_CONFIRM)


class WrongBirth(ValueError):
    """It is not the one in the request; `left` more tries open it."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"another date of birth; {left} tries left")


class LinkClosed(Exception):
    """After five wrong dates the link opens nothing any more. `mailed`: a new one is on its way to the patient.

    Of a request that waits for the patient's own word the question is mailed again, a few times.
    """

    def __init__(self, *, mailed: bool) -> None:
        self.mailed = mailed
        super().__init__("five wrong dates of birth: the link is closed")


def check(link: ReferralLink, referral: Referral, born: datetime.date) -> None:
    """Raises WrongBirth, LinkClosed, VaultError.

    The try is counted before it is looked at, so that many at once are no more than five.
    """
    mine = ReferralLink.objects.valid().filter(pk=link.pk)
    if not mine.filter(wrong_births__lt=MOST_WRONG).update(wrong_births=F("wrong_births") + 1):
        raise LinkClosed(mailed=referral.deliveries.unsent().filter(kind__in=WITH_A_LINK).exists())
    try:
        right = referral.unseal().date_of_birth
    except VaultError:  # nobody was wrong
        mine.update(wrong_births=F("wrong_births") - 1)
        raise
    if right == born:
        mine.update(wrong_births=0)
        return
    link.refresh_from_db(fields=["wrong_births"])
    today_is_over = _has_guessed_enough(referral)
    if link.wrong_births < MOST_WRONG and not today_is_over:
        raise WrongBirth(MOST_WRONG - link.wrong_births)
    mailed = referral.email_checked_at is not None and not today_is_over
    with transaction.atomic():
        mine.revoke()
        if referral.state == State.UNCONFIRMED:
            mailed = not today_is_over and outbox.ask_again(referral)
        elif mailed:
            outbox.between_moves(referral, Delivery.Kind.PATIENT_LINK)
    raise LinkClosed(mailed=mailed)


def _has_guessed_enough(referral: Referral) -> bool:
    """Counts one wrong date, whatever link it came by. Whoever has the mailbox would get link after link otherwise."""
    try:
        limits.count("referral-birth", str(referral.pk), most=MOST_WRONG_A_DAY)
    except limits.TooManyToday:
        return True
    return False
