"""Where a procedure is offered: how far it is from every county."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from directory import coverage, names, search, states
from directory.models import Procedure
from directory.versions import etag, extended, unchanged
from directory.views import tracking

PARAMETERS = ("procedure", "state")


@require_safe
def map_of_counties(request: HttpRequest) -> HttpResponse:
    """The map of one procedure and its table by state; with `state` the counties of that one instead.

    Made beforehand: where it is not there yet the page says so. Unknown parameters, procedures and states are 400.
    """
    if without_tracking := tracking.dropped(request):
        return without_tracking
    tag = _tag(request)
    if same := unchanged(request, tag):
        return same
    procedures = {one.slug: one for one in Procedure.objects.all()}
    asked = _asked(request, procedures)
    if asked is None:
        help_page = {"procedures": procedures.values(), "here": "coverage"}
        return render(request, "directory/coverage_refused.html", help_page, status=400)
    picture = coverage.picture(asked.procedure.slug)
    page: dict[str, object] = {
        "procedure": asked.procedure,
        "procedures": procedures.values(),
        "picture": picture,
        "rows": sorted(
            ((states.name(code), row) for code, row in (picture.states.items() if picture else ())),
            key=lambda row: names.fold(row[0]),
        ),
        "state": picture.states[asked.state] if picture and asked.state else None,
        "state_name": states.name(asked.state) if asked.state else "",
        "here": "coverage",
    }
    response = render(request, "directory/coverage.html", page)
    if tag:
        response["ETag"] = tag
        patch_cache_control(response, no_cache=True)
    return response


@dataclass(frozen=True, slots=True)
class _Asked:
    procedure: Procedure
    state: str  # its two letters; empty for the whole country


def _asked(request: HttpRequest, procedures: dict[str, Procedure]) -> _Asked | None:
    """What the address asks for; None where it is not understood."""
    if not set(request.GET) <= set(PARAMETERS) or any(len(given) > 1 for _, given in request.GET.lists()):
        return None
    procedure = procedures.get(request.GET.get("procedure") or coverage.DEFAULT)
    state = request.GET.get("state", "")
    if procedure is None or (state and state not in coverage.atlas().states()):
        return None
    return _Asked(procedure, state)


def _tag(request: HttpRequest) -> str:
    """Of the directory's version and of the map's, which follows it later. Empty where nothing can be promised."""
    made = coverage.stamp(request.GET.get("procedure") or coverage.DEFAULT)
    return extended(etag(request, search.latest()), made)
