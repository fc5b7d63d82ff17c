"""Clinics and the sites where they see patients."""

import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import states
from directory.models import checks
from directory.models.people import User


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def scope(self, user: User) -> Self:
        """An operator sees every clinic, a clinic's staff their own."""
        if user.is_superuser:
            return self
        return self.filter(pk__in=Clinic.objects.filter(memberships__user=user).values("pk"))

    def connected(self) -> Self:
        """Those that take requests here: people checked by the operator, address confirmed by its owner."""
        return self.filter(people_checked_on__isnull=False, notification_email_confirmed_at__isnull=False)

    def bounced(self) -> Self:
        """Their address is dead: they take no requests here until there is another one, confirmed."""
        return self.filter(notification_email_bounced_at__isnull=False, notification_email_confirmed_at=None)


def is_connected(people_checked_on: datetime.date | None, address_confirmed_at: datetime.datetime | None) -> bool:
    """Whether requests may be sent to a clinic here: what `ClinicQuerySet.connected` asks of the database."""
    return people_checked_on is not None and address_confirmed_at is not None


class Clinic(models.Model):
    class NotificationLanguage(models.TextChoices):
        ENGLISH = "en", _("English")
        SPANISH = "es", _("Spanish")

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("address of its page"), max_length=120, unique=True)
    npi = models.BigIntegerField("NPI", null=True, blank=True, unique=True, help_text=_("of the organization"))
    website = models.URLField(_("website"), blank=True)
    people_checked_on = models.DateField(
        _("people checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which the operator checked who the clinic's people are."),
    )
    notification_email = models.EmailField(
        _("notification address"), blank=True, help_text=_("New requests are announced here, without patient data.")
    )
    notification_email_confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    # When the receiving server said that there is no such address. Of the address that is there now.
    notification_email_bounced_at = models.DateTimeField(_("address is dead since"), null=True, editable=False)
    notification_language = models.CharField(
        _("language of these mails"),
        max_length=2,
        choices=NotificationLanguage,
        default=NotificationLanguage.ENGLISH,
        db_default=NotificationLanguage.ENGLISH,
    )

    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="clinic_npi_is_valid",
                condition=models.Q(npi=None) | checks.valid_npi("npi"),
                violation_error_message=_("This NPI cannot be right: its check digit does not fit."),
            ),
            models.CheckConstraint(
                name="clinic_language_is_ours", condition=checks.one_of("notification_language", ["en", "es"])
            ),
            models.CheckConstraint(
                name="clinic_confirmed_address_is_not_blank",
                condition=models.Q(notification_email_confirmed_at=None) | ~models.Q(notification_email=""),
                violation_error_message=_("Only an address that is there can be confirmed."),
            ),
            models.CheckConstraint(
                name="clinic_slug_is_no_page_of_the_site",
                condition=~models.Q(slug="claim"),
                violation_error_message=_("This address belongs to a page of the site. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clinic", args=[self.slug])

    @property
    def connected(self) -> bool:
        """Whether requests may be sent to it here."""
        return is_connected(self.people_checked_on, self.notification_email_confirmed_at)


class PastSlug(models.Model):
    """An address that a clinic's page once had: it redirects, and it never goes to another clinic."""

    slug = models.SlugField(max_length=120, primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.SET_NULL, null=True, related_name="past_slugs")

    def __str__(self) -> str:
        return self.slug


class SiteQuerySet(models.QuerySet["Site"]):
    def listed(self) -> Self:
        return self.filter(closed_on=None, hidden=False)

    def scope(self, user: User) -> Self:
        return self.filter(clinic__in=Clinic.objects.scope(user).values("pk"))


class Site(models.Model):
    """One address where patients are seen; never the address for letters, which is not kept at all."""

    class Precision(models.TextChoices):
        ADDRESS = "address", _("street address")
        ZIP = "zip", _("ZIP code")
        CITY = "city", _("town")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="sites", verbose_name=_("clinic"))
    name = models.CharField(_("name of the site"), max_length=80, blank=True, help_text=_("North, Main Street"))
    line1 = models.CharField(_("street"), max_length=120)
    line2 = models.CharField(_("suite, floor"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=60)
    state = models.CharField(_("state"), max_length=2, choices=states.NAMES)
    postal_code = models.CharField(_("ZIP code"), max_length=5)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    location_precision = models.CharField(
        _("how well the place is known"), max_length=8, choices=Precision, null=True, blank=True
    )
    location_source = models.CharField(_("source of the place"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    from_registry = models.BooleanField(
        _("kept by the national registry"), default=False, help_text=_("An import may change its address.")
    )
    step_free = models.BooleanField(
        _("step-free way in"),
        null=True,
        blank=True,
        help_text=_("From the street to the room, by elevator if need be."),
    )
    accessible_restroom = models.BooleanField(_("accessible restroom"), null=True, blank=True)
    lowering_table = models.BooleanField(_("exam table that can be lowered"), null=True, blank=True)
    interpreter = models.BooleanField(
        _("interpreter"), null=True, blank=True, help_text=_("For the visit, where the patient asks for one before.")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Not shown to anybody."))

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["clinic", "state", "city", "line1", "pk"]
        constraints = [
            models.CheckConstraint(name="site_state_is_known", condition=checks.one_of("state", states.CODES)),
            models.CheckConstraint(
                name="site_postal_code_is_five_digits",
                condition=checks.five_digits("postal_code"),
                violation_error_message=_("A ZIP code has five digits, like 78701."),
            ),
            models.CheckConstraint(
                name="site_latitude_in_range", condition=models.Q(latitude__gte=-90.0, latitude__lte=90.0)
            ),
            models.CheckConstraint(
                name="site_longitude_in_range", condition=models.Q(longitude__gte=-180.0, longitude__lte=180.0)
            ),
            models.CheckConstraint(
                name="site_point_is_whole",
                condition=models.Q(latitude=None, longitude=None, location_precision=None)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    location_precision__isnull=False,
                    location_precision__in=["address", "zip", "city"],
                ),
            ),
        ]
        indexes = [models.Index("latitude", "longitude", name="site_point")]

    def __str__(self) -> str:
        return f"{self.line1}, {self.city}, {self.state} {self.postal_code}"
