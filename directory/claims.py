"""Claims of listings: sent by a visitor, checked and decided by an operator, expired and forgotten by the clock."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.validators import slug_re
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from directory import listings, notices
from directory.models import Clinic, ListingClaim, Membership, Notice, Practice, Site, Specialist, User
from directory.models.practices import PracticeQuerySet

# A mail about a decision is tried for about three days (see the worker); its address is kept at least so long.
MAIL_TAKES = datetime.timedelta(days=7)


class ClaimDecided(Exception):
    """The claim is not waiting any more: somebody was faster, or it ran out."""


class PersonSwitchedOff(Exception):
    """The address belongs to a log-in that an operator has switched off. It stays so until one switches it on."""


class NothingToGrant(ValueError):
    """No clinic was named, or one on which the claim says nothing."""


class OthersConcerned(Exception):
    """Others claim the same clinic, or keep it already: the operator has to speak with all of them first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be claimed: a doctor or a clinic, with the offices that patients see."""

    specialist: Specialist | None
    clinic: Clinic | None
    sites: Sequence[Site]

    @property
    def name(self) -> str:
        return str(self.specialist or self.clinic)


def listing_by_npi(number: int) -> Listing | None:
    """The doctor or the clinic of this NPI, if patients can see them. Who was taken out is as if never in."""
    specialist = Specialist.objects.active().filter(pk=number).first()
    if specialist is not None:
        return _listing(Practice.objects.filter(specialist=specialist), specialist=specialist)
    clinic = Clinic.objects.filter(npi=number).first()
    return _listing(Practice.objects.filter(site__clinic=clinic), clinic=clinic) if clinic else None


def listing_by_slug(slug: str) -> Listing | None:
    """The clinic whose page has this address, if patients can see it."""
    if not slug_re.fullmatch(slug):
        return None  # nobody's; PostgreSQL refuses to compare with a NUL
    clinic = Clinic.objects.filter(slug=slug).first()
    return _listing(Practice.objects.filter(site__clinic=clinic), clinic=clinic) if clinic else None


def _listing(
    practices: PracticeQuerySet, specialist: Specialist | None = None, clinic: Clinic | None = None
) -> Listing | None:
    sites = Site.objects.filter(pk__in=practices.listed().values("site")).select_related("clinic").order_by("pk")
    return Listing(specialist, clinic, list(sites)) if sites else None


def file(
    listing: Listing, sites: Iterable[Site], *, name: str, role: str, email: str, phone: str, language: str
) -> ListingClaim:
    """Keeps a claim and tells the operator, and each clinic concerned at its confirmed address. Grants nothing.

    The same address for the same listing is the same claim while it waits: what was sent last counts, and offices that
    were not named before are claimed as well.
    """
    what = {"specialist": listing.specialist, "clinic": listing.clinic, "email": email.strip().lower()}
    who = {"name": name, "role": role, "phone": phone, "language": language}
    with transaction.atomic():
        claim = _sent_again(what, who) or _sent_first(what, who)
        known = clinics_of(claim)
        claim.sites.add(*sites)
        for clinic in clinics_of(claim):
            if clinic not in known:
                notices.put(Notice.Kind.CLAIM, list_page(), clinic)
    return claim


def _sent_again(what: Mapping[str, Any], who: Mapping[str, Any]) -> ListingClaim | None:
    """The claim that waits already, with what is said of the person now."""
    same = ListingClaim.objects.waiting().filter(**what)
    return same.first() if same.update(**who) else None


def _sent_first(what: Mapping[str, Any], who: Mapping[str, Any]) -> ListingClaim:
    try:
        with transaction.atomic():
            return ListingClaim.objects.create(**what, **who)
    except IntegrityError:
        # A double click: the other one was stored between our look and our write.
        claim = _sent_again(what, who)
        if claim is None:
            raise
        return claim


def list_page() -> str:
    """Where claims stand in the admin."""
    return reverse("admin:directory_listingclaim_changelist")


def clinics_of(claim: ListingClaim) -> list[Clinic]:
    """Whose offices were claimed."""
    return list(Clinic.objects.filter(sites__claims=claim).distinct().order_by("name", "pk"))


def keepers(claim: ListingClaim) -> QuerySet[Membership]:
    """Who is in the clinics of the claim already."""
    return Membership.objects.filter(clinic__in=clinics_of(claim)).select_related("user", "clinic").order_by("pk")


def concerns_others(claim: ListingClaim) -> bool:
    """Whether somebody besides the claimant has to be spoken with: who claims the same, or keeps a clinic of it."""
    others = keepers(claim).filter(user__is_active=True).exclude(user__email=claim.email)
    return ListingClaim.objects.rivals(claim).exists() or others.exists()


def approve(
    claim: ListingClaim, *, by: User, checked_by: str, clinics: Collection[Clinic], spoke_with_all: bool = False
) -> User:
    """The operator has checked the person: lets them into these clinics, and mails a link to set the password.

    It is also the check of the clinics' people without which no request goes there (`people_checked_on`). Each clinic
    is told at its confirmed address, before the person gets the link. Raises ClaimDecided, PersonSwitchedOff,
    NothingToGrant, OthersConcerned.
    """
    if not clinics or not set(clinics) <= set(clinics_of(claim)):
        raise NothingToGrant
    with transaction.atomic():
        if not spoke_with_all and concerns_others(claim):
            raise OthersConcerned
        user = _person(claim)
        _decide(claim, ListingClaim.State.APPROVED, decided_by=by, checked_by=checked_by, person=user)
        claim.granted.set(clinics)
        page = reverse("admin:directory_listingclaim_change", args=[claim.pk])
        for clinic in clinics:
            _membership, is_new = Membership.objects.get_or_create(user=user, clinic=clinic)
            if is_new:
                notices.tell_clinic(Notice.Kind.LET_IN, page, clinic)
        notices.tell_person(Notice.Kind.CLAIM_APPROVED, user, claim)
        listings.people_checked(clinics)
    return user


def decline(claim: ListingClaim, *, by: User, reason: str) -> None:
    """The operator grants nothing, for one of `ListingClaim.Reason`. Raises ClaimDecided."""
    with transaction.atomic():
        _decide(claim, ListingClaim.State.DECLINED, decided_by=by, reason=reason)
        notices.tell_claimant(Notice.Kind.CLAIM_DECLINED, claim)


def expire(now: datetime.datetime) -> int:
    """Ends the claims that nobody has decided within `CLAIM_LASTS_DAYS`, and tells who sent them -> how many."""
    old = now - datetime.timedelta(days=settings.CLAIM_LASTS_DAYS)
    expired = 0
    for claim in ListingClaim.objects.waiting().filter(created_at__lte=old):
        try:
            with transaction.atomic():
                _decide(claim, ListingClaim.State.EXPIRED)
                notices.tell_claimant(Notice.Kind.CLAIM_EXPIRED, claim)
        except ClaimDecided:
            continue
        expired += 1
    return expired


def forget(now: datetime.datetime) -> int:
    """Erases name, address and phone of claims decided `CLAIM_DATA_DAYS` ago -> how many. What was decided stays."""
    unsent = Notice.objects.filter(claim=OuterRef("pk")).filter(Q(taken_at=None) | Q(taken_at__gt=now - MAIL_TAKES))
    old = ListingClaim.objects.filter(
        ~Exists(unsent), decided_at__lte=now - datetime.timedelta(days=settings.CLAIM_DATA_DAYS), forgotten_at=None
    )
    return old.exclude(state=ListingClaim.State.WAITING).update(name="", email="", phone="", forgotten_at=now)


def _decide(claim: ListingClaim, state: ListingClaim.State, **how: object) -> None:
    decided = {"state": state, "decided_at": timezone.now(), **how}
    if not ListingClaim.objects.waiting().filter(pk=claim.pk).update(**decided):
        raise ClaimDecided
    for field, value in decided.items():
        setattr(claim, field, value)
    _untell(claim)


def _untell(claim: ListingClaim) -> None:
    """A mail that is still to go out, about claims that were all decided by now, is of no use."""
    left = ListingClaim.objects.waiting()
    if not left.exists():
        notices.no_longer(Notice.Kind.CLAIM, list_page())
    for clinic in clinics_of(claim):
        if not left.filter(sites__clinic=clinic).exists():
            notices.no_longer(Notice.Kind.CLAIM, list_page(), clinic)


def _person(claim: ListingClaim) -> User:
    """Whose log-in this address is, or a new one; whoever reads the mails of the address can set its password."""
    user = User.objects.filter(email=claim.email).first()
    if user is None:
        return User.objects.create_user(claim.email, name=claim.name, is_staff=True)
    if not user.is_active:
        raise PersonSwitchedOff
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user
