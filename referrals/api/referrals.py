"""Requests that a partner sends for a patient. Each waits for the patient's own word, asked for by mail."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from directory import limits
from directory.api.keys import partner_of
from directory.models import Partner
from referrals import blocks, clock, gate, idempotency, moves, states
from referrals.api import reading, refusals
from referrals.api.door import PartnersOnly
from referrals.api.reading import Sent, mistake, refused
from referrals.intake import course, readiness, sending
from referrals.intake.course import Course
from referrals.intake.questions import current
from referrals.intake.sending import Sender
from referrals.models import Referral, Step
from referrals.states import Role

type Json = dict[str, Any]

LONGEST_KEY = 200  # characters


class Referrals(PartnersOnly):
    http_method_names = ["post"]

    def post(self, request: Request) -> Response:
        partner = partner_of(request)
        body = reading.parse(request._request.body)
        # Before everything else, and before anything is written: nobody is told about a missing phone number instead.
        if reading.stops(body):
            raise refusals.emergency()
        claim = _claim(partner, request.headers.get("Idempotency-Key", ""), body)
        if claim.answer:
            return _made(json.loads(claim.answer), replayed=True)
        try:
            said = _take(request._request, partner, body, claim)
        except BaseException:
            claim.release()
            raise
        return _made(said)


class OneReferral(PartnersOnly):
    http_method_names = ["get", "head"]

    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(as_json(_own(partner_of(request), pk)))


class Withdraw(PartnersOnly):
    http_method_names = ["post"]

    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """As long as the patient has not agreed. It is erased at once, so that a second call finds nothing."""
        referral = _own(partner_of(request), pk)
        try:
            moves.take_back(referral)
        except (moves.MoveRefused, moves.ReferralMoved) as error:
            raise refusals.patients_word() from error
        return Response(as_json(referral))


def as_json(referral: Referral) -> Json:
    """How it stands: state, dates and codes, nothing of what was answered."""
    steps = list(referral.steps.order_by("version"))
    return {
        "id": str(referral.pk),
        "reference": referral.reference,
        "state": referral.state,
        "reason": steps[-1].reason or None if steps else None,
        "has_ended": referral.has_ended,
        "practice": referral.practice_id,
        "procedure": referral.procedure.slug,
        "submitted_at": _moment(referral.submitted_at),
        "changed_at": _moment(referral.changed_at),
        "ends_at": _moment(clock.coming(referral).ends),
        "history": [_step(step) for step in steps],
        "url": settings.SITE_URL + reverse("api-referral", args=[referral.pk]),
    }


def _step(step: Step) -> Json:
    move = states.allowed(step.before, step.move, Role(step.role), step.reason)
    return {
        "at": _moment(step.at),
        "state": step.to,
        "by": step.role,
        "reason": step.reason or None,
        "business_status": move.bser.value,
    }


def _moment(at: Any) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _made(said: Json, *, replayed: bool = False) -> Response:
    headers = {"Location": said["url"]} | ({"Idempotency-Replayed": "true"} if replayed else {})
    return Response(said, status=201, headers=headers)


def _own(partner: Partner, pk: uuid.UUID) -> Referral:
    """Of another partner's nobody learns that it exists. Raises Http404, also where it has been erased."""
    rows = Referral.objects.of_partner(partner).kept().select_related("procedure", "practice__site")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _claim(partner: Partner, key: str, body: Json) -> idempotency.Claim:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise refusals.no_key()
    try:
        return idempotency.claim(partner, key, body)
    except idempotency.OtherBody as error:
        raise refusals.other_body() from error
    except idempotency.UnderWay as running:
        raise refusals.under_way(running.seconds) from running
    except idempotency.Erased as error:
        raise refusals.erased() from error


def _take(request: HttpRequest, partner: Partner, body: Json, claim: idempotency.Claim) -> Json:
    """Checks it all and stores it -> what is said of it. Raises Refused; then nothing is stored."""
    sent = reading.read(body)
    to, online = _destination(sent)
    found = course.begin(sent.practice, sent.procedure)
    found.youngest = course.youngest(to.offering)
    answers, wrong = _answers(found, sent)
    if not online:
        printed = None if wrong else refusals.as_page(request, found, to, answers, sent.language)
        raise refusals.not_connected(to, printed, wrong)
    if wrong:
        raise refused(wrong)
    if not answers["email"]:
        raise refusals.no_email(refusals.as_page(request, found, to, answers, sent.language))
    today = timezone.localdate()
    if not readiness.may_send(to.offering, answers, today):
        raise refusals.not_ready(readiness.of(to.offering, answers, today))
    try:
        referral = sending.send(
            found,
            to,
            answers,
            sender=Sender(partner=partner),
            language=sent.language,
            finish=lambda stored: claim.done(stored, json.dumps(as_json(stored))),
        )
    except limits.TooManyToday as error:
        raise refusals.too_many_today() from error
    except blocks.MailboxBlocked as error:
        raise refusals.mailbox_blocked(refusals.as_page(request, found, to, answers, sent.language)) from error
    except gate.TakesNone as closed:  # meanwhile
        printed = refusals.as_page(request, found, to, answers, sent.language)
        raise refusals.not_connected(closed.destination, printed, []) from closed
    except gate.GateClosed as closed:
        raise refused([mistake("/practice", _no_such())]) from closed
    except idempotency.UnderWay as running:
        raise refusals.under_way(running.seconds) from running
    return as_json(referral)


def _destination(sent: Sent) -> tuple[gate.Destination, bool]:
    try:
        return gate.destination(sent.practice, sent.procedure), True
    except gate.TakesNone as closed:
        return closed.destination, False
    except gate.NotOffered as closed:
        offered = [procedure.slug for procedure in closed.offered]
        raise refused([mistake("/procedure", _("It is not offered there."), allowed=offered)]) from closed
    except gate.NoSuchPractice as closed:
        raise refused([mistake("/practice", _no_such())]) from closed


def _no_such() -> str:
    return _("No practice with this number is listed. Search again and take “practice.id”.")


def _answers(found: Course, sent: Sent) -> tuple[Json, list[reading.Mistake]]:
    """The answers as they are kept, or all that is wrong with them: the same forms look at them as on the pages."""
    version = current(sent.procedure).version
    if sent.version != version:
        newer = _("The questions have changed. Ask procedures/{slug}/intake/ for them again.")
        return {}, [mistake("/version", newer, allowed=[version])]
    wrong = reading.into(found, sent.answers)
    known = {one["pointer"] for one in wrong}
    wrong += [one for one in reading.mistakes(found.wrong()) if one["pointer"] not in known]
    if wrong:
        return {}, wrong
    answers = found.walk().answers
    return answers, reading.not_asked(found, sent.answers, answers)
