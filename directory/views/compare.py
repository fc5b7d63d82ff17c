"""Up to four specialists side by side. Who was chosen stands in the address, and in the visitor's browser only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory import cards, npi, params, search
from directory.cards import Card
from directory.models import Offering, Practice, Procedure, Specialist
from directory.params import ParameterProblem, SearchParams, SearchRefused
from directory.places import Understood
from directory.search import zones
from directory.versions import conditional
from directory.views import present, tracking
from directory.vocabulary import Vocabulary

MOST = 4
PARAMETERS = ("npi", "near", "procedure")
# So long may be what somebody types for an NPI, to be shown again.
LONGEST_NPI = 40


@require_safe
@conditional
def compare(request: HttpRequest) -> HttpResponse:
    """`?npi=` up to four times, `?near=` for distances, `?procedure=` to compare by; else adhesiolysis."""
    if without_tracking := tracking.dropped(request):
        return without_tracking
    vocabulary = search.known().vocabulary
    question = read(request.GET, vocabulary)
    page: dict[str, object] = {
        "here": "compare",
        "given": request.GET,
        "question": question,
        "procedures": vocabulary.procedures.values(),
        "kept": [("npi", str(one)) for one in question.npis],
        "most": MOST,
    }
    if question.problems:
        page["places"] = [(label, _address(question, near=label)) for label in question.places]
        page["without"] = _address(question) if question.npis else ""
        page["typed"] = [params.shown(text) for text in question.refused]
    else:
        page["columns"] = columns(question, vocabulary)
    response = render(request, "directory/compare.html", page, status=400 if question.problems else 200)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)  # the address may say where somebody lives
    return response


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be compared; `problems` says what was not understood. `npis` are known, four at most."""

    npis: Sequence[int]
    people: Mapping[int, Specialist]
    procedure: Procedure
    near: Understood | None
    near_text: str
    problems: Sequence[ParameterProblem] = ()
    refused: Sequence[str] = ()  # what was typed and is no NPI of anybody here

    @property
    def places(self) -> list[str]:
        """What may have been meant by a place that was not understood."""
        return [label for problem in self.problems if problem.parameter == "near" for label in problem.suggestions]

    @property
    def is_full(self) -> bool:
        return len(self.npis) >= MOST


def read(data: QueryDict, vocabulary: Vocabulary) -> Question:
    """The address as a question; nothing in it is passed over silently."""
    problems = [
        ParameterProblem(
            params.shown(name),
            "",
            _("There is no parameter “%(name)s”. There are: %(allowed)s.")
            % {"name": params.shown(name), "allowed": ", ".join(PARAMETERS)},
        )
        for name in data
        if name not in PARAMETERS
    ]
    numbers, refused, wrong = _numbers(data.getlist("npi"))
    people = Specialist.objects.in_bulk(numbers[: MOST + 1])
    for number in numbers[: MOST + 1]:
        if number not in people:
            refused.append(str(number))
            message = _("There is nobody with the NPI %(npi)s in this directory.") % {"npi": number}
            wrong.append(ParameterProblem("npi", str(number), message))
    if len(numbers) > MOST:
        message = _("Four at most can stand side by side. These are %(count)d: leave some out.")
        wrong.append(ParameterProblem("npi", "", message % {"count": len(numbers)}))
    near, procedure, wrong_rest = _rest(data, vocabulary)
    known = [number for number in numbers if number in people][:MOST]
    return Question(
        known,
        people,
        procedure,
        near,
        params.shown(" ".join(data.get("near", "").split())),
        [*problems, *wrong, *wrong_rest],
        refused,
    )


def _numbers(texts: Iterable[str]) -> tuple[list[int], list[str], list[ParameterProblem]]:
    """What can be NPIs, each once; what cannot; and why. Blank is as if absent."""
    numbers, refused, problems = [], [], []
    for text in texts:
        typed = text.strip()[:LONGEST_NPI]
        if not typed:
            continue
        try:
            numbers.append(npi.parse("".join(typed.split()).replace("-", "")))
        except ValueError as error:
            refused.append(typed)
            message = _("“%(given)s” cannot be an NPI: %(reason)s. It stands at the foot of each specialist’s page.")
            problems.append(ParameterProblem("npi", typed, message % {"given": params.shown(typed), "reason": error}))
    return list(dict.fromkeys(numbers)), refused, problems


def _rest(data: QueryDict, vocabulary: Vocabulary) -> tuple[Understood | None, Procedure, list[ParameterProblem]]:
    """Place and procedure, read as the search reads them."""
    procedure = next(iter(vocabulary.procedures.values()))
    asked = QueryDict(mutable=True)
    for name in ("near", "procedure"):
        asked.setlist(name, data.getlist(name))
    try:
        query = SearchParams(asked).query()
    except SearchRefused as refusal:
        return None, procedure, list(refusal.problems)
    if len(query.procedures) > 1:
        message = _("One procedure can be compared at a time.")
        return query.near, procedure, [ParameterProblem("procedure", "", message)]
    if query.procedures:
        procedure = vocabulary.procedures[vocabulary.procedure_ids[query.procedures[0]]]
    return query.near, procedure, []


def _address(question: Question, *, near: str | None = None, without: int | None = None) -> str:
    """The same comparison with another place, or without one of them."""
    pairs = [("npi", str(one)) for one in question.npis if one != without]
    place = question.near_text if near is None and question.near else near
    if place:
        pairs.append(("near", place))
    pairs.append(("procedure", question.procedure.slug))
    return f"{reverse('compare')}?{urlencode(pairs)}"


type Column = Mapping[str, Any]
"""One specialist with all that the table shows: `state` is shown, nowhere (no office) or removed."""


def columns(question: Question, vocabulary: Vocabulary) -> list[Column]:
    """In the order in which they were chosen. Three queries, however many there are."""
    shown = [one for one in question.npis if question.people[one].is_active]
    practices = Practice.objects.listed().filter(specialist__in=shown).values_list("pk", flat=True)
    offices: dict[int, list[Card]] = {}
    for card in cards.of_practices(practices, vocabulary):
        offices.setdefault(int(card.listing["npi"]), []).append(card)
    chosen = {one: _chosen(found, question) for one, found in offices.items()}
    asked_for = _requirements([card.listing["practice"]["id"] for card, _miles in chosen.values()], question.procedure)
    return [
        {
            "npi": one,
            "take_out": _address(question, without=one),
            **(
                _column(*chosen[one], len(offices[one]) - 1, question, asked_for, vocabulary)
                if one in chosen
                else _empty(question.people[one])
            ),
        }
        for one in question.npis
    ]


def _empty(person: Specialist) -> Column:
    """Somebody of whom there is nothing to compare. Who was taken out is not named any more."""
    if not person.is_active:
        return {"state": "removed", "name": f"NPI {person.pk}"}
    return {"state": "nowhere", "name": person.name, "url": person.get_absolute_url()}


def _chosen(found: Sequence[Card], question: Question) -> tuple[Card, float | None]:
    """The nearest office that offers the procedure, else the nearest, with its miles: as the search would show it."""
    slug = question.procedure.slug
    offering = [card for card in found if any(line["slug"] == slug for line in card.lines)] or found
    measured = [(card, _miles(card, question.near)) for card in offering]
    return min(measured, key=lambda one: (one[1] is None, one[1] or 0.0, one[0].listing["practice"]["id"]))


def _miles(card: Card, near: Understood | None) -> float | None:
    practice = card.listing["practice"]
    if near is None or practice["latitude"] is None:
        return None
    here = zones.unit_vector(near.latitude, near.longitude)
    return zones.miles_between(here, zones.unit_vector(practice["latitude"], practice["longitude"]))


def _requirements(practices: Sequence[int], procedure: Procedure) -> dict[int, str]:
    offerings = Offering.objects.offered().filter(practice__in=practices, procedure=procedure)
    return dict(offerings.exclude(requirements="").values_list("practice", "requirements"))


def _column(
    card: Card,
    distance_miles: float | None,
    other_offices: int,
    question: Question,
    asked_for: Mapping[int, str],
    vocabulary: Vocabulary,
) -> Column:
    listing, practice = card.listing, card.listing["practice"]
    line = next((line for line in card.lines if line["slug"] == question.procedure.slug), None)
    where = urlencode({"practice": practice["id"], "procedure": question.procedure.slug})
    clinic = practice["clinic"]["name"]
    return {
        "state": "shown",
        "name": listing["name"],
        "url": f"{card.path}?{urlencode({'procedure': question.procedure.slug})}",
        "at": clinic if clinic != listing["name"] else "",
        "town": f"{practice['address']['city']}, {practice['address']['state']}",
        "other_offices": other_offices,
        "distance_miles": distance_miles,
        "about": practice["location_precision"] in ("zip", "city"),
        "line": present.procedure_line(line, question.procedure) if line else None,
        "accepting": practice["accepting_new_patients"],
        "insurers": present.insurers(listing, vocabulary),
        "languages": present.language_names(listing, vocabulary),
        "requirements": asked_for.get(practice["id"], ""),
        "connected": practice["connected"],
        "phone": practice["phone"],
        "request_url": f"{reverse('referral-new')}?{where}",
        "packet_url": f"{reverse('packet', args=[listing['slug']])}?{where}",
    }
