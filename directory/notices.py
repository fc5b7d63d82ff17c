"""What somebody is to be told by mail: written here, in the transaction of what happened; the worker sends it."""

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Max
from django.urls import reverse, translate_url
from django.utils import timezone

from directory.models import Clinic, ListingClaim, Notice, User

Kind, Reader = Notice.Kind, Notice.Reader

# Of these the same reader is told once in such a time, however often it happens: anybody can make them happen.
QUIET: Mapping[str, datetime.timedelta] = {
    Kind.REPORT: datetime.timedelta(days=1),
    Kind.CLAIM: datetime.timedelta(days=1),
    Kind.REMOVAL: datetime.timedelta(days=1),
    Kind.PASSWORD: datetime.timedelta(hours=1),
}


def put(kind: Notice.Kind, page: str, clinic: Clinic | None = None) -> list[Notice]:
    """Tells the operator, and the clinic where one is given, that something waits on a page of the admin.

    `kind`: of `Notice.Kind`; its words are in `referrals/deliveries/notices.py`, the mail holds nothing else.
    `page`: the path of the page to open, as `reverse("admin:...")` gives it; whoever gets the mail must be able to see
    it. `clinic`: who is concerned; it is told at its notification address, if its owner has confirmed one.

    Returns the notices written: none for an operator without `OPERATOR_EMAIL` or a clinic without a confirmed address
    (they see it on the start page of the admin), and none where the same is still waiting to be sent. Call it inside
    the transaction of the change; nothing is sent here.
    """
    page = translate_url(page, settings.LANGUAGE_CODE)
    written = []
    if settings.OPERATOR_EMAIL:
        written.append(_write(kind, Reader.OPERATOR, page=page))
    if clinic is not None and clinic.notification_email_confirmed_at is not None:
        written.append(_write(kind, Reader.CLINIC, page=page, clinic=clinic))
    return [notice for notice in written if notice is not None]


def no_longer(kind: Notice.Kind, page: str, clinic: Clinic | None = None) -> None:
    """There is nothing left to see on that page for the operator (for the clinic): what waits to be sent is dropped."""
    reader = Reader.OPERATOR if clinic is None else Reader.CLINIC
    page = translate_url(page, settings.LANGUAGE_CODE)
    Notice.objects.waiting().filter(kind=kind, reader=reader, page=page, clinic=clinic).delete()


def tell_claimant(kind: Notice.Kind, claim: ListingClaim) -> Notice | None:
    """Tells who claimed a listing what came of it, at the address of the claim."""
    return _write(kind, Reader.CLAIMANT, claim=claim)


def tell_clinic(kind: Notice.Kind, page: str, clinic: Clinic, *, by_and_by: bool = False) -> Notice | None:
    """Tells the clinic alone, at its notification address, if its owner has confirmed one; see `put`.

    With `by_and_by` it is written all the same, and waits until one is confirmed.
    """
    if clinic.notification_email_confirmed_at is None and not by_and_by:
        return None
    return _write(kind, Reader.CLINIC, page=translate_url(page, settings.LANGUAGE_CODE), clinic=clinic)


def tell_operator_of(kind: Notice.Kind, page: str, clinic: Clinic) -> Notice | None:
    """Tells the operator alone, in words that name the clinic; None without `OPERATOR_EMAIL`; see `put`."""
    if not settings.OPERATOR_EMAIL:
        return None
    return _write(kind, Reader.OPERATOR, page=translate_url(page, settings.LANGUAGE_CODE), clinic=clinic)


def tell_person(kind: Notice.Kind, user: User, claim: ListingClaim | None = None, language: str = "") -> Notice | None:
    """Sends somebody a link with which to set the password.

    `claim` is the one that was approved; its language counts. Without one, `language` is that of the page on which the
    link was asked for.
    """
    page = translate_url(reverse("admin:index"), settings.LANGUAGE_CODE)
    return _write(kind, Reader.PERSON, user=user, claim=claim, page=page, language=language)


def _write(
    kind: Notice.Kind,
    reader: Notice.Reader,
    *,
    page: str = "",
    clinic: Clinic | None = None,
    claim: ListingClaim | None = None,
    user: User | None = None,
    language: str = "",
) -> Notice | None:
    """One notice; None where the same one still waits, which is then in the language asked for last.

    Two at the same instant may both be written: a mail too many.
    """
    same = Notice.objects.filter(kind=kind, reader=reader, page=page, clinic=clinic, claim=claim, user=user)
    if same.waiting().update(language=language):
        return None
    due_at, last = timezone.now(), same.aggregate(last=Max("due_at"))["last"]
    if last is not None and kind in QUIET:
        due_at = max(due_at, last + QUIET[kind])
    return Notice.objects.create(
        kind=kind, reader=reader, page=page, clinic=clinic, claim=claim, user=user, language=language, due_at=due_at
    )
