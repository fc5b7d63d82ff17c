"""The patient's private links."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from referrals.models.referrals import Referral
from referrals.vault import tokens


class ReferralLinkQuerySet(models.QuerySet["ReferralLink"]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))

    def valid(self) -> Self:
        return self.filter(revoked_at=None)

    def opened_by(self, token: str) -> Self:
        """The link that this token opens, if any."""
        return self.valid().filter(token_hash=tokens.keyed_hash("referral-link", token))

    def issue(self, referral: Referral) -> str:
        """A new link to the request -> its token, which is kept nowhere."""
        token = tokens.new()
        self.create(referral=referral, token_hash=tokens.keyed_hash("referral-link", token))
        return token

    def revoke(self) -> int:
        """Ends these links at once -> how many there were."""
        return self.valid().update(revoked_at=timezone.now())


class ReferralLink(models.Model):
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links", editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ReferralLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient's link")
        verbose_name_plural = _("patient's links")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.referral)
