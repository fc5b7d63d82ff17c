"""Legal holds: while one stands, the clock does not erase the request. Who set it, why and when is on record."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from referrals.models.referrals import Referral


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def scope(self, user: User) -> Self:
        return self if user.is_superuser else self.none()

    def standing(self) -> Self:
        return self.filter(released_at=None)


class LegalHold(models.Model):
    """`erasing` refuses a request with a standing one. The record outlives the request, by its reference."""

    referral = models.ForeignKey(
        Referral, on_delete=models.SET_NULL, null=True, related_name="holds", verbose_name=_("request")
    )
    reference = models.CharField(_("reference"), max_length=9, editable=False)
    reason = models.CharField(_("reason"), max_length=200, help_text=_("No name and nothing clinical: a case number."))
    set_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"), editable=False
    )
    set_at = models.DateTimeField(_("set"), default=timezone.now, editable=False)
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("released by"), editable=False
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    release_reason = models.CharField(_("reason of the release"), max_length=200, blank=True, editable=False)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-set_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "referral", name="legal_hold_one_at_a_time", condition=models.Q(released_at__isnull=True)
            ),
            models.CheckConstraint(name="legal_hold_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="legal_hold_release_is_whole",
                condition=models.Q(released_at=None, released_by=None, release_reason="")
                | (models.Q(released_at__isnull=False, released_by__isnull=False) & ~models.Q(release_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
