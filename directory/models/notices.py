"""What somebody should be told by mail. The directory writes the rows; the worker of the requests sends them."""

import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.checks import one_of
from directory.models.claims import ListingClaim
from directory.models.clinics import Clinic
from directory.models.people import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> Self:
        """Not yet taken up by the worker."""
        return self.filter(taken_at=None)

    def due(self, now: datetime.datetime) -> Self:
        """What can be sent now: a clinic's waits while no address of it is confirmed."""
        nowhere = models.Q(reader=Notice.Reader.CLINIC, clinic__notification_email_confirmed_at=None)
        return self.waiting().filter(due_at__lte=now).exclude(nowhere).order_by("due_at", "pk")


class Notice(models.Model):
    """To whom, and of what kind. Words and address are found when it is sent; nothing that anybody wrote is in it."""

    class Kind(models.TextChoices):
        REPORT = "report", _("a mistake was reported")
        CLAIM = "claim", _("a listing was claimed")
        CLAIM_APPROVED = "claim_approved", _("a claim was approved")
        LET_IN = "let_in", _("somebody was let into the clinic")
        CLAIM_DECLINED = "claim_declined", _("a claim was declined")
        CLAIM_EXPIRED = "claim_expired", _("a claim ran out")
        PASSWORD = "password", _("a link to set the password")
        REMOVAL = "removal", _("somebody asks to be taken out")
        REQUEST_READ = "request_read", _("an operator has read a request")
        BOUNCED = "bounced", _("a clinic’s address is dead")
        HOOK_OFF = "hook_off", _("a web hook was switched off")

    class Reader(models.TextChoices):
        OPERATOR = "operator", _("the operator")
        CLINIC = "clinic", _("the clinic")
        CLAIMANT = "claimant", _("who claimed")
        PERSON = "person", _("a person with a log-in")

    kind = models.CharField(_("what"), max_length=16, choices=Kind, editable=False)
    reader = models.CharField(_("to whom"), max_length=8, choices=Reader, editable=False)
    # In which the reader asked for it. Empty where that is known of the clinic or the claim, or is the site's own.
    language = models.CharField(_("language"), max_length=8, blank=True, editable=False)
    page = models.CharField(_("page of the admin"), max_length=200, blank=True, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("clinic"), editable=False
    )
    claim = models.ForeignKey(ListingClaim, on_delete=models.CASCADE, null=True, related_name="notices", editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", editable=False)
    due_at = models.DateTimeField(_("not before"), default=timezone.now, editable=False)
    taken_at = models.DateTimeField(_("given to the worker"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_kind_is_known",
                condition=one_of(
                    "kind",
                    [
                        "report",
                        "claim",
                        "claim_approved",
                        "let_in",
                        "claim_declined",
                        "claim_expired",
                        "password",
                        "removal",
                        "request_read",
                        "bounced",
                        "hook_off",
                    ],
                ),
            ),
            models.CheckConstraint(
                name="notice_reader_is_there",
                condition=models.Q(reader="operator", clinic=None, claim=None, user=None)
                # Of whom it is, where its words name the clinic
                | models.Q(kind="bounced", reader="operator", clinic__isnull=False, claim=None, user=None)
                | models.Q(reader="clinic", clinic__isnull=False, claim=None, user=None)
                | models.Q(reader="claimant", clinic=None, claim__isnull=False, user=None)
                | models.Q(reader="person", clinic=None, user__isnull=False),
            ),
        ]
        indexes = [models.Index("due_at", name="notice_waiting", condition=models.Q(taken_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_reader_display()})"
