"""Operators who read what a patient wrote: who, when and why. Only added to, and never taken away."""

from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Clinic, User
from directory.models.checks import one_of
from referrals.models.referrals import Referral


class RecordIsKept(TypeError):
    """A record of a reading was to be changed or deleted."""


class OperatorReadingQuerySet(models.QuerySet["OperatorReading"]):
    def scope(self, user: User) -> Self:
        """The records as a list are the operators'; a clinic reads those of its requests on their pages."""
        return self if user.is_superuser else self.none()

    def update(self, **fields: Any) -> NoReturn:
        raise RecordIsKept("records of readings are not changed")

    def delete(self) -> NoReturn:
        raise RecordIsKept("records of readings are not deleted")


class OperatorReading(models.Model):
    """One reading of one request, or of one of its files. The record outlives the request, by its reference."""

    class Reason(models.TextChoices):
        PATIENT_ASKED = "patient_asked", _("The patient asked for help")
        CLINIC_ASKED = "clinic_asked", _("The clinic asked for help")
        FAULT = "fault", _("To find a fault of this site")
        BREACH = "breach", _("To look into a breach or misuse")
        LEGAL = "legal", _("A court or an authority asks for it")

    referral = models.ForeignKey(
        Referral,
        on_delete=models.SET_NULL,
        null=True,
        related_name="operator_readings",
        verbose_name=_("request"),
        editable=False,
    )
    reference = models.CharField(_("reference"), max_length=9, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("clinic"), editable=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"), editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason, editable=False)
    case = models.CharField(_("case number"), max_length=40, blank=True, editable=False)
    file_number = models.PositiveSmallIntegerField(_("file"), null=True, editable=False)

    objects = OperatorReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading by an operator")
        verbose_name_plural = _("readings by operators")
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="operator_reading_has_a_reason",
                condition=one_of("reason", ["patient_asked", "clinic_asked", "fault", "breach", "legal"]),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise RecordIsKept("records of readings are not changed")
        super().save(**options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise RecordIsKept("records of readings are not deleted")
