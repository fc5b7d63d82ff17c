"""Web hooks: addresses of clinics' own systems, which are told of what happens to the clinic's requests."""

import datetime
import uuid
from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Clinic, User
from directory.models.checks import one_of
from referrals.vault import fields, keys, tokens
from referrals.vault.keys import VaultError

MOST_OF_A_CLINIC = 5
LONGEST_ADDRESS = 500  # characters
# After a new secret was made, the one before it signs too: a receiver has this long to take up the new one.
BOTH_SIGN_FOR = datetime.timedelta(days=1)


class WebHookQuerySet(models.QuerySet["WebHook"]):
    def scope(self, user: User) -> Self:
        """An operator sees all, a clinic's staff those of their own clinics."""
        if user.is_superuser:
            return self
        return self.filter(clinic__in=Clinic.objects.scope(user).values("pk"))

    def switched_on(self) -> Self:
        return self.filter(is_on=True)

    def forget_older_secrets(self, now: datetime.datetime) -> int:
        """Erases the secrets whose day is over -> how many."""
        return self.exclude(older_secret=b"").filter(rotated_at__lte=now - BOTH_SIGN_FOR).update(older_secret=b"")


class WebHook(models.Model):
    """One receiver. Its secret is sealed under a key of this row's own, as what patients write is."""

    class OffBecause(models.TextChoices):
        GONE = "gone", _("the receiver answered that it is gone for good (410)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="web_hooks", verbose_name=_("clinic"))
    url = models.CharField(
        _("address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It begins with https:// and a host name: https://hooks.example.org/requests"),
    )
    # Of the address: what goes to one host goes one after the other.
    host = models.CharField(_("host"), max_length=253, editable=False)
    is_on = models.BooleanField(
        _("switched on"), default=True, help_text=_("While it is switched off, nothing is written for it.")
    )
    # Empty where it is on, or somebody has switched it off by hand.
    off_because = models.CharField(_("switched off by"), max_length=8, blank=True, choices=OffBecause, editable=False)
    # Until then its receiver wants to be left alone (Retry-After), whatever there is to tell.
    not_before = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    data_key = models.BinaryField()
    data_key_id = models.CharField(max_length=16, editable=False)
    secret = models.BinaryField()
    older_secret = models.BinaryField(default=bytes)
    rotated_at = models.DateTimeField(_("new secret made"), null=True, editable=False)

    objects = WebHookQuerySet.as_manager()

    class Meta:
        verbose_name = _("web hook")
        verbose_name_plural = _("web hooks")
        ordering = ["clinic", "created_at"]
        constraints = [
            models.UniqueConstraint(
                "clinic",
                "url",
                name="web_hook_once_per_address",
                violation_error_message=_("This clinic has a web hook with this address already."),
            ),
            models.CheckConstraint(name="web_hook_has_a_host", condition=~models.Q(host="") & ~models.Q(url="")),
            models.CheckConstraint(name="web_hook_off_because_is_known", condition=one_of("off_because", ["", "gone"])),
            models.CheckConstraint(
                name="web_hook_on_needs_no_reason", condition=models.Q(is_on=False) | models.Q(off_because="")
            ),
        ]

    def __str__(self) -> str:
        return self.host  # without path and query, in which a key may stand

    def make_secret(self) -> None:
        """The first secret, or one in place of a secret that does not open any more; `save` is the caller's."""
        key, self.data_key, self.data_key_id = keys.new(self.pk)
        self.secret, self.older_secret = fields.seal(key, "secret", tokens.signing_secret()), b""

    def renew_secret(self, now: datetime.datetime) -> None:
        """A new secret, saved; the one before signs as well for a day. Of two at once one counts."""
        with transaction.atomic():
            row = WebHook.objects.select_for_update().get(pk=self.pk)
            try:
                key, before = row._key(), row.unseal()[0]
            except VaultError:  # nobody has it any more, so nothing is signed with it
                row.make_secret()
            else:
                row.older_secret = fields.seal(key, "older_secret", before)
                row.secret = fields.seal(key, "secret", tokens.signing_secret())
            row.rotated_at = now
            row.save(update_fields=["data_key", "data_key_id", "secret", "older_secret", "rotated_at"])
        self.refresh_from_db()

    def unseal(self, now: datetime.datetime | None = None) -> list[str]:
        """The secrets (`whsec_...`) that sign, the newest first; without `now` only that one. Raises VaultError."""
        key = self._key()
        secrets = [fields.unseal(key, "secret", self.secret)]
        if now is not None and self.older_secret and self.rotated_at and now < self.rotated_at + BOTH_SIGN_FOR:
            secrets.append(fields.unseal(key, "older_secret", self.older_secret))
        return secrets

    def _key(self) -> keys.DataKey:
        return keys.unwrap(self.pk, bytes(self.data_key), self.data_key_id)
