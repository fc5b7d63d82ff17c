"""The functions that change a listing: one for each change, the same for import, admin and demonstration."""

from django.db import transaction
from django.utils import timezone

from directory import search
from directory.models import Clinic, Offering, PastSlug, Practice, Site
from directory.models.practices import PracticeQuerySet
from directory.places import Placed, place_address


def place(site: Site, placed: Placed | None = None) -> None:
    """Sets the site's point, how close it is, who gave it, and the time zone, from its address. Does not save.

    `placed` is what `place_address` said of this very address, where somebody has asked already.
    """
    placed = placed or place_address(site.line1, site.city, site.state, site.postal_code)
    site.latitude, site.longitude = placed.latitude, placed.longitude
    site.location_precision = placed.precision or None
    site.location_source = placed.source
    site.time_zone = placed.time_zone or ""


def confirm(practices: PracticeQuerySet) -> int:
    """The clinic's word of today that these listings are right; returns how many.

    What the clinic never spoke about (an offering known from claims only) stays unconfirmed.
    """
    today = timezone.localdate()
    with transaction.atomic():
        ids = list(practices.values_list("pk", flat=True))
        Offering.objects.filter(practice__in=ids, status__isnull=False).update(confirmed_on=today)
        number = Practice.objects.filter(pk__in=ids).update(confirmed_on=today)
        search.rebuild(ids)
        return number


def keep_past_slug(clinic: Clinic, slug: str) -> None:
    """The address that the clinic's page had until now redirects to it; one that it takes again is past no longer."""
    with transaction.atomic():
        PastSlug.objects.filter(slug=clinic.slug, clinic=clinic).delete()
        PastSlug.objects.update_or_create(slug=slug, defaults={"clinic": clinic})
