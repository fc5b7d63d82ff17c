"""What stays of requests that were erased: how many ended how. Nobody can be found in it."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from directory.models import Clinic, Procedure
from referrals.models.referrals import Referral
from referrals.states import State


class FinishedQuerySet(models.QuerySet["Finished"]):
    def count_in(self, referral: Referral) -> None:
        """Adds one request, by the month in which it was sent. Of one that was never sent nothing is counted."""
        if referral.submitted_at is None:
            return
        last = referral.steps.last()
        row, _made = self.get_or_create(
            clinic=referral.clinic,
            procedure=referral.procedure,
            month=referral.submitted_at.date().replace(day=1),
            state=referral.state,
            reason=last.reason if last else "",
        )
        self.filter(pk=row.pk).update(count=F("count") + 1)


class Finished(models.Model):
    """So many requests of one month to one clinic for one procedure ended so, for this coded reason."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("clinic"))
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+", verbose_name=_("procedure"))
    # Its first day. No rule of the database says so: SQLite has the function for it from Django alone
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=20, choices=State)
    reason = models.CharField(_("reason"), max_length=24, blank=True)
    count = models.PositiveIntegerField(_("how many"), default=0)

    objects = FinishedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finished requests")
        verbose_name_plural = _("finished requests")
        ordering = ["-month", "clinic", "procedure", "state", "reason"]
        constraints = [
            models.UniqueConstraint("clinic", "procedure", "month", "state", "reason", name="finished_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_state_display()}: {self.count}"
