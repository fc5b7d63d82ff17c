"""/procedures/{slug}/check/: is it for me? One question a page; nothing is stored, and no address holds an answer."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import warning_signs
from directory.models import Procedure
from referrals.check import carry, course
from referrals.check.outcomes import EARLY, End
from referrals.check.questions import CHECKS, Answers, Check, in_words
from referrals.intake.questions import MILDER, WARNING
from referrals.views.private import private


# Answers come by POST only to keep them out of addresses. The POST changes nothing here and asks for nothing secret: a
# forged one would show its victim a page, no more. Without Django's check this page needs no cookie either.
@csrf_exempt
@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The first question, or what comes after the button that was pressed."""
    questions = CHECKS.get(slug)
    if questions is None:
        raise Http404("this procedure has no check")
    procedure = get_object_or_404(Procedure, slug=slug)
    page: dict[str, object] = {"procedure": procedure, "here": "check", "noindex": request.method == "POST"}
    if request.method != "POST":
        first = _question(request, page, questions, course.begin())
        first["X-Robots-Tag"] = "all"  # the same for everybody
        return first
    sent = dict(request.POST.lists())
    if course.stops(sent):
        return render(request, "referrals/check/stop.html", page)
    try:
        found = course.turn(questions, sent)
    except course.AnswersLost:
        return _question(request, page | {"lost": True}, questions, course.begin(), status=400)
    if isinstance(found, course.Ask):
        return _question(request, page, questions, found)
    return _end(request, page, questions, found)


def _question(
    request: HttpRequest, page: dict[str, object], check: Check, ask: course.Ask, *, status: int = 200
) -> HttpResponse:
    number = check.number(ask.question)
    asked = check.asked(ask.answers)
    field = ask.form[ask.question.name]
    page |= {
        "question": ask.question,
        "field": field,
        "options": zip(field, ask.question.choices, strict=True) if ask.question.choices else (),
        "number": number,
        "of": len(check.questions),
        "ticks": ["on" if n < number else "now" if n == number else "" for n in range(1, len(check.questions) + 1)],
        "before": asked[asked.index(ask.question) - 1] if ask.question is not WARNING else None,
        "hidden": _hidden(ask.answers),
        "signs": warning_signs.SIGNS,
    }
    return render(request, "referrals/check/question.html", page, status=status)


def _end(request: HttpRequest, page: dict[str, object], check: Check, reached: course.Reached) -> HttpResponse:
    end, words = reached.verdict.end, in_words(check, reached.answers)
    page |= {"verdict": reached.verdict, "hidden": _hidden(reached.answers), "last": check.questions[-1].name}
    if reached.to_print:
        return render(request, "referrals/check/print.html", page | {"said": words.values()})
    page["said"] = [words[name] for name in reached.verdict.looked_at if name in words]
    page["change"] = MILDER.name if end in EARLY else page["last"]
    if _may_ask_now(reached):
        page["carried"] = json.dumps(carry.fields(reached.answers))
    return render(request, f"referrals/check/{end}.html", page)


def _may_ask_now(reached: course.Reached) -> bool:
    """Whether a request for an appointment makes sense after this end."""
    verdict = reached.verdict
    return verdict.end is End.ASK or (verdict.end is End.FIRST and not any(rule.waits for rule in verdict.rules))


def _hidden(answers: Answers) -> list[tuple[str, str]]:
    """The answers as hidden fields of the next form."""
    return [(name, value) for name, values in answers.items() for value in values]
