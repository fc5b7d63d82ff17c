"""Specialists: clinicians with an individual NPI."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import names, npi
from directory.models import checks
from directory.models.bilingual import Bilingual
from directory.models.people import User


class Taxonomy(Bilingual):
    """A NUCC specialty code. What a specialist is registered as; nobody has checked it."""

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    name_en = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    is_pain = models.BooleanField(_("makes a pain specialist"), default=False)

    class Meta:
        verbose_name = _("taxonomy code")
        verbose_name_plural = _("taxonomy codes")
        ordering = ["name_en"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Language(Bilingual):
    """A language in which patients can speak with a specialist."""

    code = models.CharField(_("code"), max_length=8, primary_key=True, help_text=_("ISO 639: en, es, vi"))
    name_en = models.CharField(_("name"), max_length=60)
    name_es = models.CharField(_("name in Spanish"), max_length=60)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["name_en"]


class SpecialistQuerySet(models.QuerySet["Specialist"]):
    def active(self) -> Self:
        """Those who may be shown: not deactivated in the registry, not excluded, not taken out at their wish."""
        return self.filter(deactivated_on=None, excluded_on=None, suppressed_on=None)

    def fictional(self) -> Self:
        """The people of the demonstration."""
        return self.filter(npi__gte=npi.FIRST_FICTIONAL)

    def real(self) -> Self:
        return self.filter(npi__lt=npi.FIRST_FICTIONAL)

    def scope(self, user: User) -> Self:
        """An operator sees everybody, a clinic's staff the specialists who practise at their clinic."""
        if user.is_superuser:
            return self
        return self.filter(
            pk__in=Specialist.objects.filter(practices__site__clinic__memberships__user=user).values("pk")
        )


class Specialist(models.Model):
    class Gender(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    npi = models.BigIntegerField("NPI", primary_key=True)
    given_name = models.CharField(_("given name"), max_length=60, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=60, blank=True)
    family_name = models.CharField(_("family name"), max_length=80)
    name_suffix = models.CharField(_("suffix"), max_length=20, blank=True, help_text=_("Jr., III"))
    credentials = models.CharField(_("credentials"), max_length=60, blank=True, help_text=_("MD, DO"))
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, null=True, blank=True)
    taxonomies = models.ManyToManyField(Taxonomy, through="SpecialistTaxonomy", related_name="specialists")
    languages = models.ManyToManyField(
        Language, blank=True, related_name="specialists", verbose_name=_("languages"), help_text=_("None: not said.")
    )
    registry_updated_on = models.DateField(_("last changed in the national registry"), null=True, blank=True)
    deactivated_on = models.DateField(_("deactivated in the national registry"), null=True, blank=True)
    excluded_on = models.DateField(_("excluded from federal programs"), null=True, blank=True)
    suppressed_on = models.DateField(_("taken out at their own wish"), null=True, blank=True)
    street_hidden_on = models.DateField(
        _("street hidden at their own wish"),
        null=True,
        blank=True,
        help_text=_("Patients see town, ZIP code and phone. Requests for removal set it, and take it back."),
    )

    objects = SpecialistQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        ordering = ["family_name", "given_name", "npi"]
        constraints = [
            models.CheckConstraint(
                name="specialist_npi_is_valid",
                condition=checks.valid_npi("npi"),
                violation_error_message=_("This NPI cannot be right: its check digit does not fit."),
            ),
            models.CheckConstraint(
                name="specialist_gender_is_known_word",
                condition=checks.one_of("gender", ["female", "male"]),
            ),
            models.CheckConstraint(name="specialist_has_a_name", condition=~models.Q(family_name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("specialist", args=[self.slug])

    @property
    def name(self) -> str:
        """The name as patients read it: Ana Rivera, MD."""
        parts = [self.given_name, self.family_name, self.name_suffix]
        full = " ".join(part for part in parts if part)
        return f"{full}, {self.credentials}" if self.credentials else full

    @property
    def slug(self) -> str:
        """The part of the page's address. It ends in the NPI, so it never changes hands; older spellings redirect."""
        return f"{names.slug(self.name)}-{self.npi}"

    @property
    def is_active(self) -> bool:
        return self.deactivated_on is None and self.excluded_on is None and self.suppressed_on is None


class SpecialistTaxonomy(models.Model):
    """One of the codes under which a specialist is registered, in the registry's order."""

    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="registered_as")
    taxonomy = models.ForeignKey(
        Taxonomy, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("taxonomy code")
    )
    is_primary = models.BooleanField(_("primary"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("registered as")
        verbose_name_plural = _("registered as")
        ordering = ["-is_primary", "position"]
        constraints = [
            models.UniqueConstraint("specialist", "taxonomy", name="specialist_has_a_taxonomy_once"),
            models.CheckConstraint(
                name="registry_position_from_1_to_15", condition=models.Q(position__gte=1, position__lte=15)
            ),
        ]

    def __str__(self) -> str:
        return str(self.taxonomy)
