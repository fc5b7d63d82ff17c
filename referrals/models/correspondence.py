"""What passes between the patient and the clinic while a request runs: messages, and attempts to reach the patient."""

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from directory.models.checks import one_of
from referrals.models.referrals import Referral
from referrals.states import Role
from referrals.vault import fields
from referrals.vault.keys import DataKey

LONGEST_MESSAGE = 2_000  # characters


class OfReferralQuerySet[Row: models.Model](models.QuerySet[Row]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))


class Message(models.Model):
    """Words from the patient to the clinic or back, sealed under the key of their request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="messages", editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    role = models.CharField(_("who"), max_length=8, choices=Role, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person"), editable=False
    )
    text = models.BinaryField()

    objects = OfReferralQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="message_is_from_patient_or_person",
                condition=models.Q(role="patient", user=None) | models.Q(role="clinic", user__isnull=False),
            ),
        ]
        indexes = [models.Index("referral", "at", name="message_by_referral")]

    def __str__(self) -> str:
        return self.get_role_display()

    def seal(self, text: str) -> None:
        """Puts the words into this row; `save` is the caller's. Raises VaultError."""
        self.text = fields.seal(self.referral.key(), self._field, text)

    def unseal(self, key: DataKey) -> str:
        """The words again, with the key of the request. Raises VaultError."""
        return fields.unseal(key, self._field, self.text)

    @property
    def _field(self) -> str:
        """Part of what a sealed text is bound to: two messages of one request cannot be exchanged either."""
        return f"message.{self.pk}"


class Attempt(models.Model):
    """Somebody of the clinic tried to reach the patient, who sees it too."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("Spoke with the patient")
        LEFT_MESSAGE = "left_message", _("Left a message")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("The number is wrong")
        WROTE = "wrote", _("Wrote a mail or a letter")

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="attempts", editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"), editable=False)
    outcome = models.CharField(_("what came of it"), max_length=16, choices=Outcome, editable=False)

    objects = OfReferralQuerySet["Attempt"].as_manager()

    class Meta:
        verbose_name = _("attempt to reach the patient")
        verbose_name_plural = _("attempts to reach the patient")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="attempt_outcome_is_known",
                condition=one_of("outcome", ["spoke", "left_message", "no_answer", "wrong_number", "wrote"]),
            ),
        ]
        indexes = [models.Index("referral", "at", name="attempt_by_referral")]

    def __str__(self) -> str:
        return self.get_outcome_display()
