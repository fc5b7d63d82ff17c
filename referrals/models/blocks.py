"""Mailboxes whose owners said that somebody else had used them. Of an address only a keyed hash is kept."""

import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from referrals.models.referrals import email_hash


class BlockedMailboxQuerySet(models.QuerySet["BlockedMailbox"]):
    def scope(self, user: User) -> Self:
        """Of no clinic: the operator's alone."""
        return self if user.is_superuser else self.none()

    def of(self, address: str) -> Self:
        """The row of this mail address, however it is capitalised; none for an empty one."""
        wanted = email_hash(address)
        return self.filter(email_hash=wanted) if wanted else self.none()

    def standing(self, now: datetime.datetime) -> Self:
        return self.filter(until__gt=now)

    def over(self, now: datetime.datetime) -> Self:
        return self.filter(until__lte=now)


class BlockedMailbox(models.Model):
    """No code and no question about a new request is mailed there before `until`."""

    email_hash = models.CharField(max_length=64, unique=True, editable=False)
    since = models.DateTimeField(_("blocked"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), db_index=True, editable=False)

    objects = BlockedMailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked mailbox")
        verbose_name_plural = _("blocked mailboxes")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(name="blocked_mailbox_has_an_address", condition=~models.Q(email_hash="")),
            models.CheckConstraint(
                name="blocked_mailbox_ends_after_it_began", condition=models.Q(until__gt=models.F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"
