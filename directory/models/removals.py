"""Clinicians who ask to be taken out, or to have their street hidden."""

import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import checks
from directory.models.people import User
from directory.models.specialists import Specialist


class RemovalRequestQuerySet(models.QuerySet["RemovalRequest"]):
    def scope(self, user: User) -> Self:
        """The operator's affair alone: they say how to reach a clinician, and that one wishes to leave."""
        return self if user.is_superuser else self.none()

    def waiting(self) -> Self:
        """Those about which nobody has decided, nor time."""
        return self.filter(decision="")

    def hiding(self, now: datetime.datetime) -> Self:
        """Those for which a street is hidden now: undecided ones for a while, granted ones for good."""
        return self.filter(models.Q(decision="", hides_until__gt=now) | models.Q(decision__in=["street", "suppressed"]))

    def turned_down(self, since: datetime.datetime) -> Self:
        """Those of which a person found, since then, that they did not come from the specialist."""
        return self.filter(decision="declined", decided_at__gte=since)

    def of_asker(self, email: str, phone: str) -> Self:
        """Those with the same e-mail address or the same phone; whoever leaves one empty shares it with nobody."""
        same = models.Q(pk__in=[])
        if email:
            same |= models.Q(email__iexact=email)
        if phone:
            same |= models.Q(phone=phone)
        return self.filter(same)


class RemovalRequest(models.Model):
    """One press of the button on /about/removal/, and what became of it. How to reach the asker is erased after."""

    class Wish(models.TextChoices):
        STREET = "street", _("Only the street")
        ALL = "all", _("My whole listing")

    class Check(models.TextChoices):
        REGISTRY_PHONE = "registry_phone", _("called the number in the national registry")
        REGISTRY_LETTER = "registry_letter", _("wrote to the address in the national registry, and got the code back")
        CLINIC_MAIL = "clinic_mail", _("answer from an address of the clinic's own domain")
        CLINIC_PEOPLE = "clinic_people", _("the clinic's people, known to us, said so")
        LICENSE = "license", _("saw the license or an identity card")

    class Decision(models.TextChoices):
        SUPPRESSED = "suppressed", _("taken out of the directory")
        STREET = "street", _("street hidden for good")
        DECLINED = "declined", _("declined, street shown again")
        EXPIRED = "expired", _("nobody could show who asked; street shown again")
        TAKEN_BACK = "taken_back", _("taken back: listed again, street shown")

    specialist = models.ForeignKey(
        Specialist, on_delete=models.PROTECT, related_name="removal_requests", verbose_name=_("specialist")
    )
    wish = models.CharField(_("what should go"), max_length=8, choices=Wish)
    name = models.CharField(_("name of who asks"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    reason = models.TextField(_("what they told us"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    hides_until = models.DateTimeField(
        _("hides the street until"),
        null=True,
        blank=True,
        help_text=_("Unless somebody decides before. Empty: it hides nothing until somebody decides."),
    )
    identity_check = models.CharField(_("how identity was checked"), max_length=16, choices=Check, blank=True)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    contact_erased_at = models.DateTimeField(_("how to reach them was erased"), null=True, blank=True)

    objects = RemovalRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for removal")
        verbose_name_plural = _("requests for removal")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="removal_wish_is_known", condition=checks.one_of("wish", ["street", "all"])),
            models.CheckConstraint(
                name="removal_decided_on_a_day",
                condition=models.Q(decision="", decided_at=None)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="removal_granted_after_a_check_of_identity",
                condition=~models.Q(decision__in=["suppressed", "street"]) | ~models.Q(identity_check=""),
                violation_error_message=_("Say first how you checked that it is this specialist who asks."),
            ),
            models.CheckConstraint(
                name="removal_can_be_answered",
                condition=~models.Q(email="", phone="") | models.Q(contact_erased_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_wish_display()}: {self.specialist}"
