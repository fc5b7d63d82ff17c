"""What happened to a request: its moves, and who opened it. Codes and dates only, never content."""

from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from directory.models.checks import one_of
from referrals import states
from referrals.models.referrals import Referral
from referrals.states import Role, State

REASONS = [(reason.code, reason.label) for reason in (*states.DECLINE_REASONS, *states.WITHDRAW_REASONS)]


class HistoryIsKept(TypeError):
    """A recorded step was to be changed or deleted. Steps are only added; they go with their request."""


class StepQuerySet(models.QuerySet["Step"]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))

    def update(self, **fields: Any) -> NoReturn:
        raise HistoryIsKept("steps are not changed")

    def delete(self) -> NoReturn:
        raise HistoryIsKept("steps are not deleted")


class Step(models.Model):
    """One move of one request, as it was made. `version` is the one the request had afterwards: 1, 2, 3, ..."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="steps", editable=False)
    version = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    move = models.CharField(_("move"), max_length=24, editable=False)
    before = models.CharField(_("from"), max_length=20, choices=State, editable=False)
    to = models.CharField(_("to"), max_length=20, choices=State, editable=False)
    role = models.CharField(_("who"), max_length=8, choices=Role, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person"), editable=False
    )
    reason = models.CharField(_("reason"), max_length=24, blank=True, choices=REASONS, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("history")
        ordering = ["referral", "version"]
        constraints = [
            models.UniqueConstraint("referral", "version", name="step_once_per_version"),
            models.CheckConstraint(name="step_version_from_1", condition=models.Q(version__gte=1)),
            models.CheckConstraint(
                name="step_states_are_known", condition=one_of("before", State.values) & one_of("to", State.values)
            ),
            models.CheckConstraint(name="step_role_is_known", condition=one_of("role", Role.values)),
            models.CheckConstraint(
                name="step_of_a_clinic_names_a_person",
                condition=models.Q(role="clinic", user__isnull=False)
                | (~models.Q(role="clinic") & models.Q(user=None)),
            ),
            models.CheckConstraint(
                name="step_declined_has_a_reason", condition=~models.Q(to="declined") | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_to_display()}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise HistoryIsKept("steps are not changed")
        super().save(**options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise HistoryIsKept("steps are not deleted")


class OpeningQuerySet(models.QuerySet["Opening"]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))


class Opening(models.Model):
    """Somebody of the clinic read the request, or opened one of its files."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="openings", editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"), editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    file_number = models.PositiveSmallIntegerField(_("file"), null=True, editable=False)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("opened by")
        ordering = ["at", "pk"]
        indexes = [models.Index("referral", "at", name="opening_by_referral")]

    def __str__(self) -> str:
        return str(self.user)
