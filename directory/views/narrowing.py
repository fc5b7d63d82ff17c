"""How a list of results can be narrowed or widened: filters with what each would give, and the way back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from directory import search
from directory.models import Specialist
from directory.search import SearchQuery, SearchResult, Snapshot
from directory.views import present

# What means nothing without a procedure goes with it.
OF_PROCEDURE = ("requests", "evidence", "sort")


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """A filter that one press turns on or off."""

    label: str
    parameter: str
    count: int
    address: str
    is_on: bool


# Parameter, its value, how the question looks with it, what it is called. The first two speak of a procedure.
QUICK: tuple[tuple[str, str, dict[str, Any], Promise], ...] = (
    ("requests", "online", {"requests_online": True}, gettext_lazy("Takes requests online")),
    ("evidence", "claims", {"evidence": "claims"}, gettext_lazy("In Medicare’s public record")),
    ("accepting", "true", {"accepting": True}, gettext_lazy("Accepting new patients")),
    ("insurer", "original-medicare", {"insurers": ("original-medicare",)}, gettext_lazy("Takes Original Medicare")),
    ("language", "es", {"languages": ("es",)}, gettext_lazy("Speaks Spanish")),
)


def quick(request: HttpRequest, result: SearchResult, snapshot: Snapshot) -> list[QuickFilter]:
    """All of them, then each filter that is on or would leave somebody, with how many specialists it leaves.

    Counted by the search itself. Empty where nothing lies within the radius: there is nothing to narrow.
    """
    query = result.query
    if result.widened or not result.count:
        return []
    found: list[QuickFilter] = []
    given: list[str] = []
    for parameter, value, fields, label in QUICK:
        if parameter in OF_PROCEDURE and not query.procedures:
            continue
        if any(getattr(query, name) not in ((), None, False, wanted) for name, wanted in fields.items()):
            continue  # other values were chosen in the form
        is_on = all(getattr(query, name) == wanted for name, wanted in fields.items())
        if is_on:
            given.append(parameter)
        count = result.count if is_on else _count(replace(query, **fields), snapshot)
        if count:
            address = without(request, parameter) if is_on else with_(request, **{parameter: value})
            found.append(QuickFilter(str(label), parameter, count, address, is_on))
    loosest = {name: default for _p, _v, fields, _l in QUICK for name, default in _defaults(fields, given, _p)}
    everybody = _count(replace(query, **loosest), snapshot) if given else result.count
    return [QuickFilter("", "", everybody, without(request, *given), not given), *found]


def _defaults(fields: dict[str, Any], given: list[str], parameter: str) -> Iterator[tuple[str, Any]]:
    if parameter in given:
        yield from ((name, getattr(SearchQuery(), name)) for name in fields)


def _count(query: SearchQuery, snapshot: Snapshot) -> int:
    """How many specialists there are within the radius."""
    counted = search.find(replace(query, page=1, page_size=1, facets=False), snapshot)
    return 0 if counted.widened else counted.count


def chips(request: HttpRequest, query: SearchQuery, snapshot: Snapshot, shown: list[QuickFilter]) -> list[Any]:
    """What narrows the list and has no button of its own above it: what it asks for, and the address without it."""
    buttons = {one.parameter for one in shown if one.is_on}
    words = present.filters_in_words(query, snapshot.vocabulary)
    return [(label, without(request, name)) for name, label in words if name not in buttons]


def more(request: HttpRequest, result: SearchResult, snapshot: Snapshot) -> dict[str, Any]:
    """The form with all other filters, as choices."""
    query, vocabulary = result.query, snapshot.vocabulary
    return {
        "insurers": present.choices(result, "insurer", query.insurers, vocabulary),
        "languages": present.choices(result, "language", query.languages, vocabulary),
        "genders": [
            (str(value), str(label), str(value) in query.genders) for value, label in Specialist.Gender.choices
        ],
        "evidences": [
            (tier, str(label), tier == query.evidence)
            for tier, label in (present.EVIDENCE_LABELS.items() if query.procedures else ())
        ],
        "orders": present.orders(query),
    }


def without(request: HttpRequest, *parameters: str) -> str:
    """The address of the same search without these parameters, from its first page."""
    kept = request.GET.copy()
    gone = {"page", *parameters, *(OF_PROCEDURE if "procedure" in parameters else ())}
    for name in gone:
        kept.pop(name, None)
    return f"{reverse('find')}?{kept.urlencode()}"


def with_(request: HttpRequest, **changed: str) -> str:
    """The address of the same search with these values, from its first page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    for name, value in changed.items():
        kept[name] = value
    return f"{reverse('find')}?{kept.urlencode()}"
