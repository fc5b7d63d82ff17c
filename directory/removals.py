"""Requests for removal: the street hidden at once, the rest after a person has checked who asks.

A stranger may ask in a clinician's name. So what happens at once is little (town, ZIP code and phone stay), it ends by
itself, it is told to the clinic's people, the operator can take it back, and asked again after a person found that it
was not the specialist's wish it does not happen at once any more. So often a day can it be done from one network.
A stranger may also ask so that the clinician's own request hides nothing. So no request shortens that of another asker,
and one that ran out, because nobody has looked at it, counts against nobody.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import limits, listings, notices
from directory.models import Clinic, Notice, RemovalRequest, Specialist, User

Check, Decision, Wish = RemovalRequest.Check, RemovalRequest.Decision, RemovalRequest.Wish

# So long after a request was declined another one hides nothing until a person has looked at it.
REMEMBERED = datetime.timedelta(days=180)

# What can be decided, by what was decided before.
OPEN = (Decision.SUPPRESSED, Decision.STREET, Decision.DECLINED)
MOVES: Mapping[str, tuple[str, ...]] = {
    "": OPEN,
    Decision.EXPIRED: OPEN,
    Decision.SUPPRESSED: (Decision.TAKEN_BACK,),
    Decision.STREET: (Decision.TAKEN_BACK, Decision.SUPPRESSED),
}
GRANTED = frozenset({Decision.SUPPRESSED, Decision.STREET})


class DecisionRefused(Exception):
    """This cannot be decided now: somebody was faster, or identity was not checked."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in their own words. An e-mail address or a phone number is there."""

    name: str
    email: str = ""
    phone: str = ""
    reason: str = ""


def ask(specialist: Specialist, wish: str, asker: Asker, *, network: str) -> RemovalRequest:
    """Stores the request, hides the street at once, and tells the operator and the clinics. Raises limits.TooManyToday.

    `network` is the asker's address; `directory.limits` says what is kept of it. The same request sent twice is one.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = Specialist.objects.select_for_update().get(pk=specialist.pk)  # one request at a time
        known = RemovalRequest.objects.filter(specialist=specialist)
        same = {"wish": wish, "name": asker.name, "email": asker.email, "phone": asker.phone}
        if before := known.waiting().filter(**same).first():
            return before
        limits.count("removal", network, most=settings.REMOVALS_PER_DAY)
        request = RemovalRequest.objects.create(
            specialist=specialist,
            wish=wish,
            name=asker.name,
            email=asker.email,
            phone=asker.phone,
            reason=asker.reason,
            asked_at=now,
            hides_until=_hides_until(specialist, asker, now),
        )
        _settle(specialist, now)
        notices.put(Notice.Kind.REMOVAL, start_page())
        if locked.street_hidden_on is None and request.hides_until:
            for clinic in _clinics_of(specialist):
                notices.put(Notice.Kind.REMOVAL, start_page(), clinic)
    return request


def start_page() -> str:
    """The start page of the admin shows the operator what waits, and the clinics' people that a street is hidden."""
    return reverse("admin:index")


def _clinics_of(specialist: Specialist) -> Iterable[Clinic]:
    return Clinic.objects.filter(sites__practices__specialist=specialist).distinct()


def _hides_until(specialist: Specialist, asker: Asker, now: datetime.datetime) -> datetime.datetime | None:
    """Not longer than a request of the same asker that still hides it; not at all after one that was nobody's wish.

    What a stranger has asked before shortens nobody else's time: else whoever knows an NPI could use it up.
    """
    known = RemovalRequest.objects.filter(specialist=specialist)
    if known.turned_down(since=now - REMEMBERED).exists():
        return None
    own = known.waiting().of_asker(asker.email, asker.phone).filter(hides_until__gt=now).order_by("hides_until").first()
    return own.hides_until if own else now + datetime.timedelta(days=settings.REMOVAL_HIDES_DAYS)


def decide(request: RemovalRequest, decision: str, *, identity_check: str, by: User) -> RemovalRequest:
    """The operator's word, with what follows from it in the same transaction. Raises DecisionRefused.

    `identity_check` says how the operator made sure that the specialist asks; nothing is granted without it.
    """
    now = timezone.now()
    with transaction.atomic():
        current = RemovalRequest.objects.select_for_update().get(pk=request.pk)
        if decision not in MOVES.get(current.decision, ()):
            raise DecisionRefused(_("this was decided already, look at the request again"))
        # What was granted was granted after that check, also when it is taken back.
        checked = (
            current.identity_check if decision == Decision.TAKEN_BACK else identity_check or current.identity_check
        )
        if decision in GRANTED and not checked:
            raise DecisionRefused(_("say first how you checked that it is this specialist who asks"))
        is_of_listing = Decision.SUPPRESSED in (current.decision, decision)
        current.decision, current.identity_check = decision, checked
        current.decided_at, current.decided_by = now, by
        current.save(update_fields=["decision", "identity_check", "decided_at", "decided_by"])
        if is_of_listing:
            granted = RemovalRequest.objects.filter(specialist=current.specialist, decision=Decision.SUPPRESSED)
            listings.suppress(current.specialist, suppressed=granted.exists())
        _settle(current.specialist, now)
        _untell(current.specialist)
    return current


def _untell(specialist: Specialist) -> None:
    """A mail that is still to go out, about requests that were all decided by now, is of no use."""
    left = RemovalRequest.objects.waiting()
    if not left.exists():
        notices.no_longer(Notice.Kind.REMOVAL, start_page())
    for clinic in _clinics_of(specialist):
        if not left.filter(specialist__practices__site__clinic=clinic).exists():
            notices.no_longer(Notice.Kind.REMOVAL, start_page(), clinic)


def note_check(request: RemovalRequest, identity_check: str) -> None:
    """How identity was checked, before anything is granted: what was granted keeps its own. Raises DecisionRefused."""
    notable = RemovalRequest.objects.filter(pk=request.pk, decision__in=["", Decision.EXPIRED])
    if not notable.update(identity_check=identity_check):
        raise DecisionRefused(_("this was decided already, look at the request again"))


def end_unproven(now: datetime.datetime) -> int:
    """Shows the streets again of which nobody could show in time who wished them hidden; gives how many requests ended.

    One that hid the street for a shorter time, because the same asker had asked before, waits on for its own days.
    """
    asked_by = now - datetime.timedelta(days=settings.REMOVAL_HIDES_DAYS)
    late = RemovalRequest.objects.waiting().filter(hides_until__lte=now).order_by("pk")
    ended = 0
    for pk, specialist in late.values_list("pk", "specialist"):
        with transaction.atomic():
            over = RemovalRequest.objects.waiting().filter(pk=pk, asked_at__lte=asked_by)
            ended += over.update(decision=Decision.EXPIRED, decided_at=now)
            of = Specialist.objects.get(pk=specialist)
            _settle(of, now)
            _untell(of)
    return ended


def forget_askers(now: datetime.datetime) -> int:
    """Erases how to reach whom, some time after the decision."""
    decided = RemovalRequest.objects.exclude(decision="").filter(
        contact_erased_at=None, decided_at__lte=now - datetime.timedelta(days=settings.REMOVAL_CONTACT_DAYS)
    )
    return decided.update(name="", email="", phone="", reason="", contact_erased_at=now)


def _settle(specialist: Specialist, now: datetime.datetime) -> None:
    """The street is hidden as long as one request hides it."""
    hiding = RemovalRequest.objects.filter(specialist=specialist).hiding(now).exists()
    listings.show_street(specialist, shown=not hiding)
