"""The patient's private links."""

import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from referrals.models.referrals import Referral, email_hash
from referrals.vault import tokens

SAME_CLICK = datetime.timedelta(minutes=1)  # so long a second press may be the second click of a double one


class ReferralLinkQuerySet(models.QuerySet["ReferralLink"]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))

    def valid(self) -> Self:
        return self.filter(revoked_at=None)

    def opened_by(self, token: str) -> Self:
        """The link that this token opens, if any."""
        return self.valid().filter(token_hash=tokens.keyed_hash("referral-link", token))

    def of_offices(self) -> models.QuerySet["ReferralLink", Any]:
        """The requests (pk) to which an office has one of these links."""
        return self.filter(for_office=True).values("referral")

    def issue(
        self, referral: Referral, *, for_office: bool = False, issued_by: User | None = None, after: str = ""
    ) -> str:
        """A new link to the request -> its token, which is kept nowhere.

        `after`: the token of a link whose place it takes. Whoever presses twice with that is led on: see `just_after`.
        """
        token = tokens.after(after) if after else tokens.new()
        token_hash = tokens.keyed_hash("referral-link", token)
        self.create(referral=referral, token_hash=token_hash, for_office=for_office, issued_by=issued_by)
        return token

    def just_after(self, token: str) -> Self:
        """The link that has taken the place of this token's a moment ago; only for who is known by more than that."""
        return self.opened_by(tokens.after(token)).filter(created_at__gt=timezone.now() - SAME_CLICK)

    def of_patient(self) -> Self:
        """Without those of a doctor's office."""
        return self.filter(for_office=False)

    def handed_out(self) -> Self:
        """Those that a person of the clinic gave to the patient."""
        return self.filter(issued_by__isnull=False)

    def revoke(self) -> int:
        """Ends these links at once -> how many there were."""
        return self.valid().update(revoked_at=timezone.now())

    def replace(self, token: str) -> str | None:
        """Ends every link of the request that this token opens -> the token of a new one; None where it opens nothing.

        Of two at the same moment only one gets it: the other has no link any more.
        """
        with transaction.atomic():
            link = self.opened_by(token).of_patient().select_related("referral").first()
            if link is None or not self.valid().filter(pk=link.pk).update(revoked_at=timezone.now()):
                return None
            self.filter(referral=link.referral).revoke()
            token = self.issue(link.referral)
            # Nobody gets five new tries by it
            self.opened_by(token).update(wrong_births=link.wrong_births)
            return token


class LostLinkQuerySet(models.QuerySet["LostLink"]):
    def wish(self, address: str) -> "LostLink":
        """Somebody wants a new link mailed to this address."""
        return self.create(email_hash=email_hash(address))


class LostLink(models.Model):
    """Somebody who gave this address has lost a link. Written for any address; the worker sees whether it is known."""

    email_hash = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LostLinkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class ReferralLink(models.Model):
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links", editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Of the doctor's office that asked for the patient: it shows state and outcome, and says no word for the patient.
    for_office = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    # Who of the clinic gave it to the patient, on paper or by phone; None: it was mailed, or shown after sending.
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("handed out by"), editable=False
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    wrong_births = models.PositiveSmallIntegerField(_("wrong dates of birth"), default=0, editable=False)

    objects = ReferralLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient's link")
        verbose_name_plural = _("patient's links")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.referral)
