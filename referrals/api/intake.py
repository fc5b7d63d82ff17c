"""What is asked for a procedure, as data: enough to build a form of one's own from it. docs/api.md has the format."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rest_framework.request import Request
from rest_framework.response import Response

from directory import warning_signs
from directory.api.views import Reading, refuse_parameters
from directory.cards import takes_requests
from directory.models import Procedure
from directory.params import ParameterProblem, SearchRefused
from referrals import gate
from referrals.api import refusals
from referrals.intake import course, readiness, redflags
from referrals.intake.asking import Choice, Kind, Question, Theme, Words
from referrals.intake.questions import GATE, MILDER, SIGNS, current

type Json = dict[str, Any]

# Over the API the patient is asked by mail, so there is no going on without.
EMAIL_HINT = _("We mail a question to it. Nothing is sent to the clinic before the patient says yes there.")
# To show to whoever chose such a sign, as templates/referrals/early.html does; they may go on.
SEEN: dict[str, tuple[Words, ...]] = {
    "today": (
        _("Be seen by a doctor today"),
        _(
            "Fever with back pain, pain that gets worse soon after an injection or surgery, or a bad injury can mean "
            "an infection, a bleed or a break."
        ),
        _("Call your doctor now, or go to urgent care today."),
        _("If it gets worse, call 911."),
    ),
    "soon": (
        _("See your own doctor soon"),
        _(
            "Cancer in the past with new pain, weight loss without trying, or injecting drugs: someone should look for "
            "the cause within days, before any procedure."
        ),
        _("Call your doctor’s office and ask for a visit this week."),
    ),
}
WITH_OPTIONS = frozenset({Kind.ONE, Kind.SEVERAL, Kind.SCALE})
WITH_LENGTH = frozenset({Kind.TEXT, Kind.LINE})


class Intake(Reading):
    """`?practice=` adds what the office of that number asks for."""

    def get(self, request: Request, slug: str) -> Response:
        refuse_parameters(name for name in request.query_params if name != "practice")
        procedure = get_object_or_404(Procedure, slug=slug)
        asked = current(slug)
        return Response(
            {
                "procedure": slug,
                "version": asked.version,
                "warning_signs": {
                    **both("question", warning_signs.QUESTION),
                    "signs": [both("text", sign) for sign in warning_signs.SIGNS],
                    "stop_at": [answer.value for answer in redflags.Answer if redflags.stops(answer)],
                    **_all("advice", refusals.advice()),
                },
                "seen": {when: _all("text", lines) for when, lines in SEEN.items()},
                "themes": [theme(one) for one in (GATE, SIGNS, *asked.themes)],
                "practice": _practice(request.query_params.getlist("practice"), procedure),
            }
        )


def both(name: str, words: Words) -> Json:
    """{"title", "title_es"}: the same words in both languages."""
    found = {}
    for language, key in (("en", name), ("es", f"{name}_es")):
        with override(language):
            found[key] = str(words)
    return found


def theme(one: Theme) -> Json:
    return {
        "name": one.name,
        **both("title", one.title),
        "questions": [question(each) for each in one.questions],
    }


def question(one: Question) -> Json:
    is_email = one.kind is Kind.EMAIL
    found: Json = {
        "name": one.name,
        "kind": one.kind.value,
        **both("title", one.title),
        **both("hint", EMAIL_HINT if is_email else one.hint),
        **both("why", one.why),
        "required": bool(one.missing) or is_email,
        "when": {name: sorted(codes) for name, codes in one.when.items()},
    }
    if one.kind in WITH_OPTIONS:
        found["options"] = [_option(choice) for choice in one.choices]
    if one is MILDER:
        for option in found["options"]:
            option["seen"] = _seen(option["code"])
    if one.kind in WITH_LENGTH:
        found["max_length"] = one.longest
    return found


def _option(choice: Choice) -> Json:
    return {
        "code": choice.code,
        **both("label", choice.label),
        **both("hint", choice.hint),
        "alone": choice.alone,
    }


def _seen(sign: str) -> str | None:
    """Whether somebody with this sign is to be seen by a doctor today, or soon."""
    if sign in redflags.SEEN_TODAY:
        return "today"
    return "soon" if sign in redflags.SEEN_SOON else None


def _all(name: str, lines: Iterable[Words]) -> Json:
    """The same for several lines."""
    pairs = [both("line", line) for line in lines]
    return {name: [pair["line"] for pair in pairs], f"{name}_es": [pair["line_es"] for pair in pairs]}


def need(one: readiness.Need) -> Json:
    """One thing that the clinic asks for; `months`: how old an MRI may be."""
    title: Json = {}
    for language, key in (("en", "title"), ("es", "title_es")):
        with override(language):
            title[key] = one.title
    return {"need": one.code, **title, "months": one.months or None}


def _practice(numbers: list[str], procedure: Procedure) -> Json | None:
    """What this office asks for; None where none was given. Raises SearchRefused, Http404."""
    given = [number for number in numbers if number]
    if not given:
        return None
    if len(given) > 1 or not gate.is_practice_id(given[0]):
        message = _("Give the number of one practice, as it stands in “practice.id” of a search.")
        raise SearchRefused([ParameterProblem("practice", "", str(message))])
    try:
        found = gate.destination(int(given[0]), procedure.slug)
    except gate.TakesNone as refused:
        found = refused.destination
    except gate.GateClosed as closed:
        raise Http404 from closed
    offering, practice = found.offering, found.practice
    return {
        "id": practice.pk,
        "clinic": {"slug": found.clinic.slug, "name": found.clinic.name},
        "phone": practice.phone or None,
        "requests": takes_requests(
            connected=found.clinic.connected, status=offering.status, accepting=practice.accepting_new_patients
        ),
        "needs": [need(one) for one in readiness.asked(offering)],
        "takes_incomplete": offering.takes_incomplete,
        "age_from": course.youngest(offering),
        "age_to": offering.age_to,
    }
