"""Partner sites that send requests for patients, and the keys with which they show who they are."""

import datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.people import User

# It stands in mails and on pages of clinics and patients: one line of plain text.
one_line = RegexValidator(r"\A[^\r\n\0]*\Z", _("Write it on one line."))


class PartnerQuerySet(models.QuerySet["Partner"]):
    def scope(self, user: User) -> Self:
        """The operator's affair alone; a clinic reads a partner's name at the requests that came through it."""
        return self if user.is_superuser else self.none()


class Partner(models.Model):
    """A site or a practice system whose people send requests over the API."""

    name = models.CharField(
        _("name"), max_length=120, unique=True, validators=[one_line], help_text=_("Clinics and patients read it.")
    )
    contact_email = models.EmailField(_("contact e-mail"), help_text=_("For you alone: whom to ask when it fails."))
    is_active = models.BooleanField(
        _("active"), default=True, db_default=True, help_text=_("Without this none of its keys opens anything.")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="partner_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def scope(self, user: User) -> Self:
        return self if user.is_superuser else self.none()

    def valid(self, now: datetime.datetime) -> Self:
        """Those that open something now."""
        return self.filter(partner__is_active=True, revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def revoke(self) -> int:
        """Ends these keys at once and for good -> how many there were."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class ApiKey(models.Model):
    """One key of a partner. `prefix` finds it and is no secret; of the key itself only a keyed hash is kept."""

    shown_once = ""  # the key itself, in memory, from making it to the page that shows it

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys", verbose_name=_("partner"))
    prefix = models.CharField(_("begins with"), max_length=16, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("Empty: it works until you revoke it.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    # To the hour: who reads a lot is not to be written down at every question.
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["partner", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(name="api_key_is_hashed", condition=~Q(key_hash="") & ~Q(prefix="")),
            models.CheckConstraint(
                name="api_key_expires_after_it_was_made",
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.prefix
