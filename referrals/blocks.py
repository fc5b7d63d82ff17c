"""“I did not send this”: no code and no question about a new request goes to that mailbox for a while.

Whoever uses a stranger's address is told so, and goes on with another one or without. Requests that run already go on.
"""

import datetime

from django.conf import settings

from referrals.models import BlockedMailbox, Referral


class NoAddress(ValueError):
    """Somebody has to be asked by mail, and there is no address to which that may go."""


class MailboxBlocked(NoAddress):
    """Its owner does not want to be asked: another address is needed."""


def block(referral: Referral, now: datetime.datetime) -> None:
    """The mailbox of this request, from now on. Nothing where it has none (any more)."""
    if referral.email_hash:
        until = now + datetime.timedelta(days=settings.NOT_MINE_BLOCKS_DAYS)
        BlockedMailbox.objects.update_or_create(
            email_hash=referral.email_hash, defaults={"until": until}, create_defaults={"since": now, "until": until}
        )


def refuse(address: str, now: datetime.datetime) -> None:
    """Raises MailboxBlocked where a block stands."""
    if BlockedMailbox.objects.of(address).standing(now).exists():
        raise MailboxBlocked("the owner of this mailbox does not want to be asked")


def forget(now: datetime.datetime) -> int:
    """Deletes the blocks whose time is over -> how many."""
    return BlockedMailbox.objects.over(now).delete()[0]
