"""Who says "I am this doctor" or "this is my clinic", and what came of it."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.checks import blank_or_e164, one_of
from directory.models.clinics import Clinic, Site
from directory.models.people import User
from directory.models.specialists import Specialist


class ListingClaimQuerySet(models.QuerySet["ListingClaim"]):
    def scope(self, user: User) -> Self:
        """An operator sees every claim; a clinic's staff those on one of their own offices."""
        if user.is_superuser:
            return self
        return self.filter(pk__in=ListingClaim.objects.filter(sites__clinic__memberships__user=user).values("pk"))

    def waiting(self) -> Self:
        return self.filter(state=ListingClaim.State.WAITING)

    def rivals(self, claim: "ListingClaim") -> Self:
        """The others that wait for one of the same clinics."""
        clinics = Clinic.objects.filter(sites__claims=claim).values("pk")
        same = ListingClaim.objects.filter(sites__clinic__in=clinics).values("pk")
        return self.waiting().filter(pk__in=same).exclude(pk=claim.pk)


class ListingClaim(models.Model):
    """Somebody asks to keep a listing. Nothing is granted before an operator has checked who it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to check")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("ran out")

    class Role(models.TextChoices):
        SPECIALIST = "specialist", _("I see patients there")
        MANAGER = "manager", _("I manage the practice")
        DESK = "desk", _("I work at the front desk")
        OTHER = "other", _("I do something else there")

    class CheckedBy(models.TextChoices):
        # An approval gives the log-in to the address of the claim, so each of them is a check of that address too.
        CALLED = (
            "called",
            _(
                "Called the number in the national registry: the person was known there, "
                "and confirmed that this e-mail address is theirs"
            ),
        )
        DOMAIN = (
            "domain",
            _(
                "Got an answer from an address on the clinic’s own web domain: the person is known there, "
                "and confirmed that this e-mail address is theirs"
            ),
        )
        LETTER = (
            "letter",
            _(
                "Sent a letter to the address in the registry: the person gave back the code in it, "
                "and confirmed that this e-mail address is theirs"
            ),
        )
        KNOWN = (
            "known",
            _(
                "Somebody who works there already, and was checked, vouched for the person, "
                "and confirmed that this e-mail address is theirs"
            ),
        )

    class Reason(models.TextChoices):
        NOT_REACHED = "not_reached", _("Nobody could be reached to check it")
        NOT_KNOWN = "not_known", _("The clinic does not know this person")
        NO_RIGHT = "no_right", _("Works there, but may not speak for the listing")
        NOT_SENT = "not_sent", _("The person says that they did not send it")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    # What the person came with: the NPI of a doctor, or a clinic.
    specialist = models.ForeignKey(
        Specialist,
        on_delete=models.CASCADE,
        null=True,
        related_name="claims_of",
        verbose_name=_("specialist"),
        editable=False,
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, null=True, related_name="claims_of", verbose_name=_("clinic"), editable=False
    )
    sites = models.ManyToManyField(Site, related_name="claims", verbose_name=_("offices"), editable=False)
    name = models.CharField(_("name"), max_length=150, blank=True, editable=False)
    role = models.CharField(_("role there"), max_length=12, choices=Role, editable=False)
    email = models.EmailField(_("e-mail at work"), blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=16, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=8, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by"), editable=False
    )
    checked_by = models.CharField(
        _("how the person was checked"), max_length=8, choices=CheckedBy, blank=True, editable=False
    )
    reason = models.CharField(_("why declined"), max_length=12, choices=Reason, blank=True, editable=False)
    granted = models.ManyToManyField(Clinic, related_name="+", verbose_name=_("let into"), editable=False)
    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("log-in"), editable=False
    )
    forgotten_at = models.DateTimeField(_("contact data erased"), null=True, editable=False)

    objects = ListingClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of a listing")
        verbose_name_plural = _("claims of listings")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_is_of_a_specialist_or_a_clinic",
                condition=models.Q(specialist=None, clinic__isnull=False)
                | models.Q(specialist__isnull=False, clinic=None),
            ),
            models.CheckConstraint(name="claim_phone_is_e164", condition=blank_or_e164("phone")),
            models.CheckConstraint(
                name="claim_waiting_can_be_answered",
                condition=~models.Q(state="waiting") | (~models.Q(email="") & models.Q(forgotten_at=None)),
            ),
            models.CheckConstraint(
                name="claim_decided_says_when_and_how",
                condition=models.Q(state="waiting", decided_at=None, decided_by=None, checked_by="", reason="")
                | models.Q(state="expired", decided_at__isnull=False, decided_by=None, checked_by="", reason="")
                | (
                    models.Q(state="approved", decided_at__isnull=False, reason="")
                    & one_of("checked_by", ["called", "domain", "letter", "known"])
                )
                | (
                    models.Q(state="declined", decided_at__isnull=False, checked_by="")
                    & one_of("reason", ["not_reached", "not_known", "no_right", "not_sent"])
                ),
            ),
            models.UniqueConstraint(
                "email", "specialist", name="claim_of_a_specialist_waits_once", condition=models.Q(state="waiting")
            ),
            models.UniqueConstraint(
                "email", "clinic", name="claim_of_a_clinic_waits_once", condition=models.Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return str(self.specialist or self.clinic)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
