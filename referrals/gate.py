"""May a request be sent here? The one place that knows; asked when the form opens and again while storing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.validators import slug_re
from django.db.models import Q

from directory import streets
from directory.cards import takes_requests
from directory.models import Clinic, Offering, Practice, Procedure
from directory.search import zones

SITE = [f"practice__site__{name}" for name in streets.PLACE]


class GateClosed(Exception):
    """No request can be sent to this practice for this procedure."""


class NoSuchPractice(GateClosed):
    """Nothing is listed under this number."""


class NotOffered(GateClosed):
    """The practice does not offer what was asked for (or nothing known was). `offered` is what it does."""

    def __init__(self, practice: Practice, procedure: Procedure | None, offered: Sequence[Procedure]) -> None:
        self.practice, self.procedure, self.offered = practice, procedure, offered
        super().__init__("the practice does not offer this procedure")


class TakesNone(GateClosed):
    """It is offered, but requests do not go through here: the clinic has not joined, or takes none for this now."""

    def __init__(self, destination: "Destination") -> None:
        self.destination = destination
        super().__init__("no requests for this now" if destination.clinic.connected else "the clinic has not joined")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes."""

    practice: Practice
    procedure: Procedure
    offering: Offering

    @property
    def clinic(self) -> Clinic:
        return self.practice.site.clinic


@dataclass(frozen=True, slots=True)
class Nearby:
    """A practice that takes requests for the procedure. Miles in a straight line, unrounded."""

    practice: Practice
    offering: Offering
    distance_miles: float


def destination(practice_id: int, procedure_slug: str, *, lock: bool = False) -> Destination:
    """Where a request for this procedure at this practice goes. Raises NoSuchPractice, NotOffered, TakesNone.

    With `lock`, inside a transaction, what was found stays so until it ends.
    """
    practices = Practice.objects.listed().select_related("specialist", "site__clinic")
    offerings = Offering.objects.offered().select_related("procedure")
    if lock:
        practices = practices.select_for_update(of=("self", "site__clinic"))
        offerings = offerings.select_for_update(of=("self",))
    practice = practices.filter(pk=practice_id).first()
    if practice is None:
        raise NoSuchPractice("no practice with this number is listed")
    slug = procedure_slug if slug_re.fullmatch(procedure_slug) else ""  # PostgreSQL refuses to compare with a NUL
    offering = offerings.filter(practice=practice, procedure__slug=slug).first()
    if offering is None:
        offered = Procedure.objects.filter(offerings__in=Offering.objects.offered().filter(practice=practice))
        raise NotOffered(practice, Procedure.objects.filter(slug=slug).first(), list(offered.distinct()))
    found = Destination(practice, offering.procedure, offering)
    takes = takes_requests(
        connected=found.clinic.connected, status=offering.status, accepting=practice.accepting_new_patients
    )
    if takes != "online":
        raise TakesNone(found)
    return found


def nearest_online(practice: Practice, procedure: Procedure, *, most: int = 3) -> list[Nearby]:
    """The nearest specialists that take requests for this procedure here, from this practice; none without its point.

    As the search does, it measures from and to the ZIP code's point where a street is hidden.
    """
    place = {name: getattr(practice.site, name) for name in streets.PLACE}
    point = streets.shown_point(place, is_hidden=practice.specialist.street_hidden_on is not None)
    if point is None:
        return []
    candidates = (
        Offering.objects.filter(
            procedure=procedure,
            status=Offering.Status.OPEN,
            practice__in=Practice.objects.placed().exclude(site=practice.site).values("pk"),
            practice__site__clinic__in=Clinic.objects.connected().values("pk"),
        )
        .filter(Q(practice__accepting_new_patients=None) | Q(practice__accepting_new_patients=True))
        .values_list("pk", "practice__specialist", "practice__specialist__street_hidden_on", *SITE)
    )
    here = zones.unit_vector(*point)
    by_distance = sorted(
        (zones.miles_between(here, zones.unit_vector(*there)), npi, pk)
        for pk, npi, hidden_on, *site in candidates
        if (there := streets.shown_point(dict(zip(streets.PLACE, site, strict=True)), is_hidden=hidden_on is not None))
    )
    chosen: dict[int, tuple[float, int]] = {}
    for miles, npi, pk in by_distance:
        if len(chosen) == most:
            break
        chosen.setdefault(npi, (miles, pk))
    offerings = Offering.objects.select_related("practice__specialist", "practice__site__clinic").in_bulk(
        [pk for _, pk in chosen.values()]
    )
    return [Nearby(offerings[pk].practice, offerings[pk], miles) for miles, pk in chosen.values()]
