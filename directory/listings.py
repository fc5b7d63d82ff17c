"""The functions that change a listing: one for each change, the same for import, admin and demonstration."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from directory import search
from directory.models import Clinic, Coverage, Offering, PastSlug, Practice, Site, Specialist
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


def show_street(specialist: Specialist, *, shown: bool) -> None:
    """Hides the street of all practices of the specialist, or shows it again; maps of the country are drawn anew."""
    with transaction.atomic():
        if _set_day(specialist, "street_hidden_on", is_set=not shown):
            _draw_anew(specialist)
            _rebuild(specialist)


def suppress(specialist: Specialist, *, suppressed: bool) -> None:
    """Takes the specialist out of the directory, through all later imports; or lists them again."""
    with transaction.atomic():
        if _set_day(specialist, "suppressed_on", is_set=suppressed):
            _rebuild(specialist)


def _set_day(specialist: Specialist, field: str, *, is_set: bool) -> bool:
    """Sets the field to today unless it holds a day, or empties it. Where nothing changes nothing is written: False."""
    known = Specialist.objects.filter(pk=specialist.pk, **{f"{field}__isnull": is_set})
    return bool(known.update(**{field: timezone.localdate() if is_set else None}))


def _draw_anew(specialist: Specialist) -> None:
    """The worker does it as soon as it has nothing to send; other changes wait their ten minutes."""
    offered = Offering.objects.filter(practice__specialist=specialist).values("procedure")
    shown = Coverage.objects.filter(procedure__in=offered).order_by("pk")
    locked = list(shown.select_for_update().values_list("pk", flat=True))  # in one order, so that two wait in line
    Coverage.objects.filter(pk__in=locked).update(number=Coverage.TO_DRAW)


def _rebuild(specialist: Specialist) -> None:
    search.hold()
    search.rebuild(search.concerned(specialist).values_list("pk", flat=True))


def keep_past_slug(clinic: Clinic, slug: str) -> None:
    """The address that the clinic's page had until now redirects to it; one that it takes again is past no longer."""
    with transaction.atomic():
        PastSlug.objects.filter(slug=clinic.slug, clinic=clinic).delete()
        PastSlug.objects.update_or_create(slug=slug, defaults={"clinic": clinic})


def people_checked(clinics: Collection[Clinic]) -> None:
    """The operator has checked today who the people of these clinics are."""
    with transaction.atomic():
        Clinic.objects.filter(pk__in=[clinic.pk for clinic in clinics]).update(people_checked_on=timezone.localdate())
        search.hold()
        search.rebuild(Practice.objects.filter(site__clinic__in=clinics).values_list("pk", flat=True))
