"""What is said where a partner's request is not taken. Each has an explanation at its address in /api/docs/."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from directory import limits, warning_signs
from directory.api.problems import Refused
from directory.api.shape import miles
from referrals import gate
from referrals.api.reading import Mistake
from referrals.intake import packet
from referrals.intake.asking import Words
from referrals.intake.course import Course
from referrals.intake.readiness import Readiness


def advice() -> list[Words]:
    """What somebody with a warning sign that is new or worse is told, line by line."""
    return [
        gettext_lazy("Call 911 or go to an emergency department. Do not wait for this form."),
        gettext_lazy("Nerves may be pressed hard, and it has to be looked at today."),
        gettext_lazy("Do not drive yourself. Say what is new. For example:"),
        warning_signs.SAY,
    ]


def emergency() -> Refused:
    """A warning sign is new or worse. To be shown to the patient at once; nothing was kept."""
    with override("en"):
        in_english = str(warning_signs.SAY)
    lines = [str(line) for line in advice()]
    last = _(
        "Nothing you answered was stored or sent. When you have been seen and are safe, this service is still here."
    )
    return Refused(
        422,
        " ".join(lines[:2]),
        kind="emergency",
        title=_("Get help now"),
        call="911",
        advice=[*lines, last],
        say_in_english=in_english,
    )


def no_key() -> Refused:
    detail = _(
        "Send a header “Idempotency-Key” with a text of your own for this request, up to 200 letters and digits (a "
        "UUID, say). If no answer reaches you, send the same again with the same key: it stays one request."
    )
    return Refused(400, detail, kind="idempotency-key-needed", title=_("An Idempotency-Key is needed"))


def other_body() -> Refused:
    detail = _("This Idempotency-Key was used for a request with other contents. Take a new key for a new request.")
    return Refused(422, detail, kind="idempotency-key-reused", title=_("The key was used for something else"))


def under_way(seconds: int) -> Refused:
    detail = _("The first call with this Idempotency-Key is not done yet. Send the same again a little later.")
    headers = {"Retry-After": str(seconds)}
    return Refused(409, detail, kind="in-progress", title=_("Still under way"), headers=headers)


def erased() -> Refused:
    detail = _("A request was stored under this Idempotency-Key, and has been erased since. It is not stored again.")
    return Refused(410, detail, kind="request-erased", title=_("The request was erased"))


def too_many_today() -> Refused:
    """Of the partner, in this person's name, to this clinic, or to this mailbox: which one is not said."""
    detail = _(
        "These are too many requests for one day. Nothing was kept or sent. Try again tomorrow, or call the clinic."
    )
    return Refused(
        429,
        detail,
        kind="too-many-today",
        title=_("Too many requests today"),
        headers={"Retry-After": str(limits.seconds_left())},
    )


def not_ready(found: Readiness) -> Refused:
    detail = _("This clinic takes a request only when all that it asks for is there. Nothing was kept or sent.")
    missing = [{"need": need.code, "title": need.title, "to_do": need.to_do} for need in found.missing]
    return Refused(422, detail, kind="not-ready", title=_("Something is still missing"), missing=missing)


def no_email(printed: str) -> Refused:
    detail = _(
        "The patient has no e-mail address here, so nobody can ask whether the request is theirs. Nothing was kept or "
        "sent. Give the patient the page in “packet” to print, and the clinic’s phone number."
    )
    errors = [{"pointer": "/answers/email", "detail": _("Enter the patient’s own e-mail address")}]
    title = _("The patient’s e-mail address is needed")
    return Refused(422, detail, kind="no-email", title=title, errors=errors, packet=printed)


def mailbox_blocked(printed: str) -> Refused:
    detail = _(
        "We do not mail to this address now. Nothing was kept or sent. Ask the patient for another address, or give "
        "them the page in “packet” to print."
    )
    errors = [{"pointer": "/answers/email", "detail": _("Enter another e-mail address of the patient")}]
    title = _("We do not mail to this address now")
    return Refused(422, detail, kind="mailbox-blocked", title=title, errors=errors, packet=printed)


def not_connected(to: gate.Destination, printed: str | None, errors: list[Mistake]) -> Refused:
    """The clinic takes no requests here. `printed`: the answers as one page, where they are whole."""
    if to.clinic.connected:
        title = _("This clinic takes no requests for this now. Nothing was sent.")
    else:
        title = _("This clinic has not joined. Nothing was sent.")
    detail = _(
        "Give the patient the clinic’s phone number and the page in “packet” to print; no copy of it is kept. "
        "“nearest” are the nearest that take requests for this."
    )
    return Refused(
        409,
        detail,
        kind="practice-not-connected",
        title=title,
        phone=to.practice.phone or None,
        packet=printed,
        errors=errors,
        nearest=[_near(one) for one in gate.nearest_online(to.practice, to.procedure)],
    )


def patients_word() -> Refused:
    detail = _(
        "The patient has agreed to this request, or it has ended. From then on the patient alone takes it back, on "
        "their own page. Nothing was changed."
    )
    return Refused(409, detail, kind="patients-word", title=_("It is the patient’s to withdraw"))


def as_page(request: HttpRequest, found: Course, to: gate.Destination, answers: dict[str, Any], language: str) -> str:
    """The answers as one HTML page to print, in the patient's language."""
    with override(language):
        page = {"to": to, "home": settings.SITE_URL, **packet.page(found, to, answers)}
        return render_to_string("referrals/packet.html", page, request=request)


def _near(one: gate.Nearby) -> dict[str, Any]:
    person, clinic = one.practice.specialist, one.practice.site.clinic
    return {
        "npi": str(person.pk),
        "name": person.name,
        "practice": one.practice.pk,
        "clinic": {"slug": clinic.slug, "name": clinic.name},
        "city": one.practice.site.city,
        "state": one.practice.site.state,
        "phone": one.practice.phone or None,
        "distance_miles": miles(one.distance_miles),
        "wait_weeks": one.offering.wait_weeks,
        "url": settings.SITE_URL + reverse("specialist", args=[person.slug]),
    }
