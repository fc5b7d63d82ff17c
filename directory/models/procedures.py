"""Procedures, what they are done for, who offers them, and how that is known."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models import checks
from directory.models.bilingual import Bilingual
from directory.models.clinics import Clinic
from directory.models.people import User


class Procedure(Bilingual):
    slug = models.SlugField(_("address of its page"), max_length=60, unique=True)
    name_en = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=100)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["position", "name_en"]

    def get_absolute_url(self) -> str:
        return reverse("procedure", args=[self.slug])


class ProcedureSynonym(models.Model):
    """Another name of a procedure: Racz procedure, lysis of adhesions."""

    class NameLanguage(models.TextChoices):
        ENGLISH = "en", _("English")
        SPANISH = "es", _("Spanish")

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField(_("also called"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=NameLanguage, default=NameLanguage.ENGLISH)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("procedure", "name", name="procedure_synonym_once")]

    def __str__(self) -> str:
        return self.name


class Condition(Bilingual):
    """What people have, in their words. It leads to the procedures done for it; whether they help is not said."""

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name_en = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    words_en = models.TextField(
        _("people's own words"), blank=True, help_text=_("One phrase per line: scar tissue after back surgery.")
    )
    words_es = models.TextField(_("people's own words in Spanish"), blank=True, help_text=_("One phrase per line."))
    position = models.PositiveSmallIntegerField(_("position in lists"), default=100)
    procedures = models.ManyToManyField(
        Procedure,
        related_name="conditions",
        verbose_name=_("procedures"),
        help_text=_("What is done for it. This never says that it helps."),
    )

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["position", "name_en"]


class OfferingQuerySet(models.QuerySet["Offering"]):
    def offered(self) -> Self:
        """All that a search by procedure finds: what is not stopped. Open, paused and not-said are shown as such."""
        return self.filter(models.Q(status=None) | ~models.Q(status="stopped"))

    def scope(self, user: User) -> Self:
        return self.filter(practice__site__clinic__in=Clinic.objects.scope(user).values("pk"))


class Offering(models.Model):
    """One procedure at one practice."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")

    practice = models.ForeignKey("directory.Practice", on_delete=models.CASCADE, related_name="offerings")
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="offerings", verbose_name=_("procedure")
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=Status,
        null=True,
        blank=True,
        help_text=_("Empty: not said, known from public claims only."),
    )
    wait_weeks = models.PositiveSmallIntegerField(_("wait in weeks"), null=True, blank=True)
    requirements = models.TextField(_("what the clinic asks for first"), blank=True, max_length=1000)
    # The same for the form of a request, which compares it with the patient's answers. Empty: not asked for.
    needs_mri_months = models.PositiveSmallIntegerField(
        _("needs an MRI not older than (months)"), null=True, blank=True, help_text=_("Empty: no MRI is asked for.")
    )
    needs_injections = models.BooleanField(_("needs steroid injections before"), default=False, db_default=False)
    needs_prescriber_word = models.BooleanField(
        _("needs the prescriber's word on blood thinners"), default=False, db_default=False
    )
    needs_doctor_referral = models.BooleanField(
        _("needs a referral of the patient's own doctor"), default=False, db_default=False
    )
    needs_plan = models.BooleanField(_("needs an insurer that the practice takes"), default=False, db_default=False)
    age_from = models.PositiveSmallIntegerField(
        _("sees people from this age"), null=True, blank=True, help_text=_("Years. Empty: 18.")
    )
    age_to = models.PositiveSmallIntegerField(_("up to this age"), null=True, blank=True, help_text=_("Years."))
    takes_incomplete = models.BooleanField(
        _("may be asked although something is missing"), default=True, db_default=True
    )
    confirmed_on = models.DateField(_("confirmed by the clinic on"), null=True, blank=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ["procedure", "pk"]
        constraints = [
            models.UniqueConstraint("practice", "procedure", name="offering_once_at_a_practice"),
            models.CheckConstraint(
                name="offering_status_is_known_word", condition=checks.one_of("status", ["open", "paused", "stopped"])
            ),
            models.CheckConstraint(name="offering_wait_up_to_two_years", condition=models.Q(wait_weeks__lte=104)),
            models.CheckConstraint(
                name="offering_mri_within_ten_years",
                condition=models.Q(needs_mri_months__gte=1, needs_mri_months__lte=120)
                | models.Q(needs_mri_months=None),
            ),
            models.CheckConstraint(
                name="offering_ages_are_of_people",
                condition=models.Q(age_from=None) | models.Q(age_from__lte=120),
            ),
            models.CheckConstraint(
                name="offering_ages_in_order",
                condition=models.Q(age_to=None)
                | models.Q(age_from=None, age_to__gte=18, age_to__lte=120)
                | models.Q(age_to__gte=models.F("age_from"), age_to__lte=120),
            ),
        ]

    def __str__(self) -> str:
        return str(self.procedure)


class ClaimsRecord(models.Model):
    """How many services of a procedure Original Medicare paid a specialist for in one year.

    Source: CMS Medicare Physician and Other Practitioners, by provider and service; rows of ten or fewer
    beneficiaries are not published. It proves the specialist's past, never a site.
    """

    specialist = models.ForeignKey("directory.Specialist", on_delete=models.CASCADE, related_name="claims")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="claims")
    year = models.PositiveSmallIntegerField(_("year"))
    services = models.PositiveIntegerField(_("services"))

    class Meta:
        verbose_name = _("claims record")
        verbose_name_plural = _("claims records")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint("specialist", "procedure", "year", name="claims_once_a_year"),
            models.CheckConstraint(name="claims_year_in_range", condition=models.Q(year__gte=2012, year__lte=2100)),
            models.CheckConstraint(name="claims_services_at_least_11", condition=models.Q(services__gte=11)),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.year}"
