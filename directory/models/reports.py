"""What visitors say is wrong in a listing. A report changes nothing by itself: somebody looks into it."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from directory.models.checks import one_of
from directory.models.clinics import Clinic, Site
from directory.models.people import User
from directory.models.practices import Practice
from directory.models.specialists import Specialist

LONGEST_REMARK = 500


class ReportQuerySet(models.QuerySet["Report"]):
    def scope(self, user: User) -> Self:
        """An operator sees every report, a clinic's staff those about their own clinic."""
        if user.is_superuser:
            return self
        return self.filter(clinic__in=Clinic.objects.scope(user).values("pk"))

    def open(self) -> Self:
        """Nobody has looked into them yet."""
        return self.filter(state=Report.State.OPEN)


class Report(models.Model):
    """One kind of mistake in one place; who says the same again is counted. Who said so is not kept."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("The office has moved")
        PHONE = "phone", _("The phone number is wrong")
        PROCEDURE = "procedure", _("A procedure that is listed is not done there")
        ACCEPTING = "accepting", _("No new patients are taken")
        LEFT = "left", _("The doctor no longer works there")
        INSURER = "insurer", _("An insurer that is listed is not taken")
        CLOSED = "closed", _("The office is closed for good")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("to look into")
        MENDED = "mended", _("it was wrong and is mended")
        NOT_SO = "not_so", _("it is right as it stands")

    kind = models.CharField(_("what is wrong"), max_length=12, choices=Kind, editable=False)
    # The place in one word, like practice:4711. It is what makes two reports the same.
    about = models.CharField(max_length=40, editable=False)
    specialist = models.ForeignKey(
        Specialist,
        on_delete=models.CASCADE,
        null=True,
        related_name="reports",
        verbose_name=_("specialist"),
        editable=False,
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, null=True, related_name="reports", verbose_name=_("clinic"), editable=False
    )
    # Taking them out may be just how a report is mended.
    site = models.ForeignKey(
        Site, on_delete=models.SET_NULL, null=True, related_name="reports", verbose_name=_("site"), editable=False
    )
    practice = models.ForeignKey(
        Practice,
        on_delete=models.SET_NULL,
        null=True,
        related_name="reports",
        verbose_name=_("practice"),
        editable=False,
    )
    times = models.PositiveIntegerField(_("how often it was said"), default=1, editable=False)
    first_at = models.DateTimeField(_("first said"), default=timezone.now, editable=False)
    last_at = models.DateTimeField(_("last said"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    found = models.CharField(_("what was found"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("looked into by"), editable=False
    )
    settled_at = models.DateTimeField(_("looked into"), null=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        ordering = ["first_at", "pk"]
        constraints = [
            models.UniqueConstraint("kind", "about", name="report_open_once", condition=models.Q(state="open")),
            models.CheckConstraint(
                name="report_kind_is_known",
                condition=one_of(
                    "kind", ["moved", "phone", "procedure", "accepting", "left", "insurer", "closed", "other"]
                ),
            ),
            models.CheckConstraint(
                name="report_is_about_somebody",
                condition=models.Q(specialist__isnull=False) | models.Q(clinic__isnull=False),
            ),
            models.CheckConstraint(
                name="report_settled_says_when_and_what",
                condition=models.Q(state="open", settled_by=None, settled_at=None, found="")
                | (one_of("state", ["mended", "not_so"]) & models.Q(settled_at__isnull=False) & ~models.Q(found="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.specialist or self.clinic})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class RemarkQuerySet(models.QuerySet["ReportRemark"]):
    def scope(self, user: User) -> Self:
        return self.filter(report__in=Report.objects.scope(user).values("pk"))


class ReportRemark(models.Model):
    """What somebody added in words of their own. Erased after `REPORT_TEXT_DAYS`, looked into or not."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="remarks", editable=False)
    text = models.CharField(_("in their words"), max_length=LONGEST_REMARK, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("in their words")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.at), "DATETIME_FORMAT")
