"""Practices: one specialist at one site."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory import states
from directory.models import checks
from directory.models.bilingual import Bilingual
from directory.models.clinics import Clinic, Site
from directory.models.people import User
from directory.models.specialists import Specialist


class Insurer(Bilingual):
    """Who pays. Accepted at a practice it means "takes the plan", never "pays for the procedure"."""

    class Kind(models.TextChoices):
        ORIGINAL_MEDICARE = "original-medicare", _("Original Medicare")
        MEDICARE_ADVANTAGE = "medicare-advantage", _("Medicare Advantage")
        MEDICAID = "medicaid", _("Medicaid")
        VA = "va", _("Veterans Affairs")
        WORKERS_COMPENSATION = "workers-compensation", _("workers' compensation")
        COMMERCIAL = "commercial", _("commercial")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name_en = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    state = models.CharField(_("state"), max_length=2, choices=states.NAMES, blank=True, help_text=_("of Medicaid"))

    class Meta:
        verbose_name = _("insurer")
        verbose_name_plural = _("insurers")
        ordering = ["kind", "name_en"]
        constraints = [
            models.CheckConstraint(
                name="insurer_kind_is_known",
                condition=checks.one_of(
                    "kind",
                    [
                        "original-medicare",
                        "medicare-advantage",
                        "medicaid",
                        "va",
                        "workers-compensation",
                        "commercial",
                    ],
                ),
            ),
            models.CheckConstraint(
                name="insurer_state_is_known", condition=models.Q(state="") | checks.one_of("state", states.CODES)
            ),
            models.CheckConstraint(
                name="medicaid_is_of_a_state",
                condition=~models.Q(kind="medicaid") | ~models.Q(state=""),
                violation_error_message=_("Medicaid differs by state: choose the state."),
            ),
        ]


class PracticeQuerySet(models.QuerySet["Practice"]):
    def listed(self) -> Self:
        """What a patient may see: specialist active, not excluded, not suppressed; site open and not hidden."""
        # Joined, not by the words of the two: with two subqueries SQLite tries every specialist at every site.
        return self.filter(
            specialist__deactivated_on=None,
            specialist__excluded_on=None,
            specialist__suppressed_on=None,
            site__closed_on=None,
            site__hidden=False,
        )

    def placed(self) -> Self:
        """The listed ones with a trusted point: only those take part in a search with `near`."""
        return self.listed().filter(site__latitude__isnull=False)

    def scope(self, user: User) -> Self:
        return self.filter(site__clinic__in=Clinic.objects.scope(user).values("pk"))


class Practice(models.Model):
    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, related_name="practices", verbose_name=_("specialist")
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="practices", verbose_name=_("site"))
    phone = models.CharField(_("phone"), max_length=16, blank=True, help_text="+15125550100")
    accepting_new_patients = models.BooleanField(_("accepting new patients"), null=True, blank=True)
    telehealth = models.BooleanField(_("video visits"), null=True, blank=True)
    insurers = models.ManyToManyField(
        Insurer, blank=True, related_name="practices", verbose_name=_("insurers"), help_text=_("None: not said.")
    )
    confirmed_on = models.DateField(_("listing confirmed by the clinic on"), null=True, blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "specialist",
                "site",
                name="practice_once_per_specialist_and_site",
                violation_error_message=_("This specialist is already listed at this site."),
            ),
            models.CheckConstraint(
                name="practice_phone_is_e164",
                condition=checks.blank_or_e164("phone"),
                violation_error_message=_("Write the phone number like +15125550100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist}, {self.site}"


class OpeningHours(models.Model):
    """When a practice sees patients on one day of the week, in the site's time."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.UniqueConstraint("practice", "weekday", "opens_at", name="hours_begin_once"),
            models.CheckConstraint(
                name="hours_weekday_from_1_to_7", condition=models.Q(weekday__gte=1, weekday__lte=7)
            ),
            models.CheckConstraint(
                name="hours_end_after_they_begin",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                violation_error_message=_("The end must be later than the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"
