"""May a request be sent here? The one place that knows; asked when the form opens and again while storing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from django.core.validators import slug_re
from django.utils import timezone

from directory import search, streets
from directory.cards import takes_requests
from directory.models import Clinic, Offering, Practice, Procedure
from directory.places import Understood
from directory.search import LARGEST_RADIUS_MILES, SearchQuery
from directory.search.query import LARGEST_PAGE_SIZE
from referrals.intake import readiness
from referrals.models import Referral

MOST_OFFERS = 3
LONGEST_CHAIN = 20  # requests that continue one another
LARGEST_ID = 2**63 - 1


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


class OtherClinic(GateClosed):
    """The office belongs to another clinic than the one that was agreed to by name."""


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


def is_practice_id(text: str) -> bool:
    """Whether it can be the number of a practice: digits, and not more than the database can compare with."""
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID


def destination(
    practice_id: int, procedure_slug: str, *, lock: bool = False, clinic_id: int | None = None
) -> Destination:
    """Where a request for this procedure at this practice goes. Raises NoSuchPractice, NotOffered, TakesNone.

    With `lock`, inside a transaction, what was found stays so until it ends. With `clinic_id`, the clinic that was
    agreed to, raises OtherClinic where the office is another one's by now.
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
    if clinic_id is not None and found.clinic.pk != clinic_id:
        raise OtherClinic("the office belongs to another clinic than the one agreed to")
    takes = takes_requests(
        connected=found.clinic.connected, status=offering.status, accepting=practice.accepting_new_patients
    )
    if takes != "online":
        raise TakesNone(found)
    return found


def nearest_online(practice: Practice, procedure: Procedure) -> list[Nearby]:
    """The nearest specialists that take requests for this procedure here, from this practice; none without its point.

    The search itself finds them, from and to the ZIP code's point where a street is hidden.
    """
    return _near(practice, procedure)[:MOST_OFFERS]


def _near(practice: Practice, procedure: Procedure, *, without: Collection[int] = ()) -> list[Nearby]:
    """All that one page of the search holds, nearest first. `without`: clinics (pk) that are not to be named."""
    place = {name: getattr(practice.site, name) for name in streets.PLACE}
    point = streets.shown_point(place, is_hidden=practice.specialist.street_hidden_on is not None)
    if point is None:
        return []
    query = SearchQuery(
        near=Understood("", practice.site.city, *point, "address", "listing"),
        radius_miles=LARGEST_RADIUS_MILES,
        procedures=(procedure.slug,),
        requests_online=True,
        page_size=LARGEST_PAGE_SIZE,
    )
    hits = search.find(query).hits
    offered = Offering.objects.filter(procedure=procedure, practice__in=[hit.practice_id for hit in hits])
    elsewhere = offered.exclude(practice__site=practice.site_id).exclude(practice__site__clinic__in=without)
    found = {one.practice_id: one for one in elsewhere.select_related("practice__specialist", "practice__site__clinic")}
    near = [hit for hit in hits if hit.practice_id in found]
    return [Nearby(found[hit.practice_id].practice, found[hit.practice_id], hit.distance_miles or 0.0) for hit in near]


def not_asked_yet(referral: Referral) -> list[Nearby]:
    """The nearest who take requests online, and these answers, without the clinics that this patient has asked.

    Raises VaultError.
    """
    asked, before = [referral.clinic_id], referral.continues
    while before is not None and len(asked) < LONGEST_CHAIN:
        asked.append(before.clinic_id)
        before = before.continues
    if referral.email_checked_at is not None and referral.email_hash:
        # Requests of the same person from the same mailbox; of others nothing is said, not even by leaving one out
        same = Referral.objects.running().filter(
            person_hash=referral.person_hash, email_hash=referral.email_hash, email_checked_at__isnull=False
        )
        asked += same.filter(procedure=referral.procedure).values_list("clinic_id", flat=True)
    near = _near(referral.practice, referral.procedure, without=asked)
    content, today = referral.unseal(), timezone.localdate()
    known = {**content.answers, "birth": content.date_of_birth.isoformat()}
    return list(islice((one for one in near if readiness.may_send(one.offering, known, today)), MOST_OFFERS))
