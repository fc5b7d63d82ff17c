"""The outbox: what must be told, with its attempts. Written with the change, sent by the worker."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Clinic, Notice, User
from directory.models.checks import one_of
from referrals.models.asking import ContactCheck
from referrals.models.history import Step
from referrals.models.hooks import WebHook
from referrals.models.referrals import Referral

# What happens between two moves, and so more than once while a request stands where it is.
BETWEEN_MOVES = ["clinic_message", "clinic_contact", "clinic_file", "patient_message", "patient_link"]
OF_REQUESTS = [
    "clinic_new",
    "clinic_answered",
    "clinic_withdrawn",
    "clinic_reminder",
    "clinic_last_reminder",
    "patient_news",
    "patient_reminder",
    "patient_last_reminder",
    "patient_offer",
    "patient_were_you_seen",
    *BETWEEN_MOVES,
]
# To the patient, of a request as it is, at no step of it.
OF_NO_STEP = ["patient_confirm", "patient_lost_link"]
# To an address alone.
OF_AN_ADDRESS = ["patient_code", "patient_moved"]
# To a clinic's own system: a move, a message. A trial call is of no request.
TO_HOOKS = ["hook_state", "hook_from_patient", "hook_from_clinic"]
OFTEN_PER_STEP = [*BETWEEN_MOVES, *TO_HOOKS]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def scope(self, user: User) -> Self:
        """An operator sees all; a clinic's staff those of its requests, once sent, and of its web hooks."""
        if user.is_superuser:
            return self
        own = Referral.objects.scope(user).filter(submitted_at__isnull=False)
        hooks = WebHook.objects.scope(user)
        return self.filter(models.Q(referral__in=own.values("pk")) | models.Q(hook__in=hooks.values("pk")))

    def to_patient(self) -> Self:
        return self.filter(kind__startswith="patient_")

    def to_hooks(self) -> Self:
        return self.filter(hook__isnull=False)

    def mails(self) -> Self:
        return self.filter(hook=None)

    def with_reader(self) -> Self:
        """With the rows that say to whom each goes, and what it tells."""
        return self.select_related(
            "referral__clinic",
            "referral__practice__site",
            "notice__clinic",
            "notice__claim",
            "notice__user",
            "contact_check",
            "hook__clinic",
            "step",
        )

    def unsent(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, dead_at=None)

    def due(self, now: datetime.datetime) -> Self:
        """To be sent now: the time has come, and nobody holds them (any more). The longest due first."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        return self.unsent().filter(free, due_at__lte=now).order_by("due_at", "pk")

    def codes_first(self) -> Self:
        """Before all others those that somebody sits and waits for."""
        return self.order_by(models.Case(models.When(kind="patient_code", then=0), default=1), "due_at", "pk")

    def codes(self) -> Self:
        return self.filter(kind="patient_code")

    def dead(self) -> Self:
        """Given up after all attempts: somebody has to look."""
        return self.filter(dead_at__isnull=False)


class Delivery(models.Model):
    """One thing to be told. Its id goes along with each attempt, so that a receiver can drop repeats."""

    class Kind(models.TextChoices):
        CLINIC_NEW = "clinic_new", _("to the clinic: a new request")
        CLINIC_ANSWERED = "clinic_answered", _("to the clinic: the patient has answered")
        CLINIC_WITHDRAWN = "clinic_withdrawn", _("to the clinic: a request was withdrawn")
        NOTICE = "notice", _("a notice of the directory")
        CLINIC_REMINDER = "clinic_reminder", _("to the clinic: a request waits")
        CLINIC_LAST_REMINDER = "clinic_last_reminder", _("to the clinic: a request still waits")
        PATIENT_NEWS = "patient_news", _("to the patient: something has changed")
        PATIENT_REMINDER = "patient_reminder", _("to the patient: the clinic waits for an answer")
        PATIENT_LAST_REMINDER = "patient_last_reminder", _("to the patient: the clinic still waits")
        PATIENT_OFFER = "patient_offer", _("to the patient: others may be asked")
        PATIENT_LOST_LINK = "patient_lost_link", _("to the patient: a new link was asked for")
        PATIENT_CODE = "patient_code", _("to the patient: the code to type")
        PATIENT_MOVED = "patient_moved", _("to the patient’s old address: another one is used now")
        PATIENT_CONFIRM = "patient_confirm", _("to the patient: may this be sent?")
        PATIENT_WERE_YOU_SEEN = "patient_were_you_seen", _("to the patient: were you seen?")
        CLINIC_CONTACT = "clinic_contact", _("to the clinic: the patient has changed phone or e-mail")
        CLINIC_MESSAGE = "clinic_message", _("to the clinic: the patient has written")
        CLINIC_FILE = "clinic_file", _("to the clinic: the patient has added a file")
        PATIENT_MESSAGE = "patient_message", _("to the patient: the clinic has written")
        PATIENT_LINK = "patient_link", _("to the patient: a new link")
        HOOK_STATE = "hook_state", _("to a web hook: the state of a request")
        HOOK_FROM_PATIENT = "hook_from_patient", _("to a web hook: the patient has written")
        HOOK_FROM_CLINIC = "hook_from_clinic", _("to a web hook: the clinic has written")
        HOOK_TEST = "hook_test", _("to a web hook: a test")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("what"), max_length=24, choices=Kind, editable=False)
    referral = models.ForeignKey(
        Referral,
        on_delete=models.CASCADE,
        null=True,
        related_name="deliveries",
        verbose_name=_("request"),
        editable=False,
    )
    step = models.ForeignKey(Step, on_delete=models.CASCADE, null=True, related_name="deliveries", editable=False)
    # What the directory wants told, and is of no request.
    notice = models.OneToOneField(
        Notice,
        on_delete=models.CASCADE,
        null=True,
        related_name="delivery",
        verbose_name=_("notice"),
        editable=False,
    )
    # An address to which a code is mailed, before there is a request or while it is changed; or the one left then.
    contact_check = models.ForeignKey(
        ContactCheck, on_delete=models.CASCADE, null=True, related_name="deliveries", editable=False
    )
    # A clinic's own system; everything else goes by mail.
    hook = models.ForeignKey(
        WebHook,
        on_delete=models.CASCADE,
        null=True,
        related_name="deliveries",
        verbose_name=_("web hook"),
        editable=False,
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease_owner = models.CharField(_("held by"), max_length=40, blank=True, editable=False)
    leased_until = models.DateTimeField(_("held until"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    dead_at = models.DateTimeField(_("given up"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=40, blank=True, editable=False)  # a code, no message

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "step", "kind", name="delivery_once_per_step", condition=~one_of("kind", OFTEN_PER_STEP)
            ),
            models.UniqueConstraint(
                "step", "hook", name="delivery_once_per_step_and_hook", condition=models.Q(kind="hook_state")
            ),
            models.CheckConstraint(
                name="delivery_kind_is_known",
                condition=one_of("kind", [*OF_REQUESTS, *TO_HOOKS])
                & models.Q(referral__isnull=False, step__isnull=False, notice=None, contact_check=None)
                | one_of("kind", OF_NO_STEP)
                & models.Q(referral__isnull=False, step=None, notice=None, contact_check=None)
                | one_of("kind", OF_AN_ADDRESS)
                & models.Q(referral=None, step=None, notice=None, contact_check__isnull=False)
                | models.Q(kind="notice", referral=None, step=None, notice__isnull=False, contact_check=None)
                | models.Q(kind="hook_test", referral=None, step=None, notice=None, contact_check=None),
            ),
            models.CheckConstraint(
                name="delivery_to_a_hook_has_one",
                condition=one_of("kind", [*TO_HOOKS, "hook_test"]) & models.Q(hook__isnull=False)
                | ~one_of("kind", [*TO_HOOKS, "hook_test"]) & models.Q(hook=None),
            ),
            models.CheckConstraint(
                name="delivery_is_sent_or_dead", condition=models.Q(sent_at=None) | models.Q(dead_at=None)
            ),
            models.CheckConstraint(
                name="delivery_lease_is_whole",
                condition=models.Q(lease_owner="", leased_until=None)
                | (~models.Q(lease_owner="") & models.Q(leased_until__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                "due_at", name="delivery_unsent", condition=models.Q(sent_at__isnull=True, dead_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def clinic(self) -> Clinic | None:
        """Whose notification address it goes to; None where it goes to somebody else."""
        if self.hook is not None:
            return None
        if self.notice is not None:
            return self.notice.clinic if self.notice.reader == Notice.Reader.CLINIC else None
        return self.referral.clinic if self.referral is not None and not self.is_for_patient else None

    @property
    def is_for_patient(self) -> bool:
        return self.kind.startswith("patient_")


class Heartbeat(models.Model):
    """When a worker was last alive."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
