"""Home and results."""

from collections.abc import Set
from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from directory import cards, coverage, search
from directory.models import Offering
from directory.params import SearchParams, SearchRefused
from directory.search import PageNotFound, SearchQuery, SearchResult, Snapshot
from directory.versions import conditional, etag, extended, unchanged
from directory.views import maps, narrowing, present, tracking

RADII = (10, 25, 50, 100, 250, 500)
# From here on a patient is also shown who is near and may review an MRI first.
FAR_MILES = 100.0
REVIEWERS = 3
# What the form above the results asks for; the page of an answer is no part of the next question.
CONTROLS = frozenset({"near", "procedure", "radius", "page"})
NARROWING = frozenset({"insurer", "language", "gender", "telehealth", "evidence", "sort", "page"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    tag = extended(etag(request, search.latest()), coverage.stamp())
    if same := unchanged(request, tag):
        return same
    page = {
        "here": "home",
        "country": coverage.country(),
        "procedures": search.known().vocabulary.procedures.values(),
        # Of a directory fresh from the registry nobody has said yet who performs what.
        "any_offered": Offering.objects.offered().exists(),
    }
    response = render(request, "directory/home.html", page)
    if tag:
        response["ETag"] = tag
    return response


@require_safe
@conditional
def find(request: HttpRequest) -> HttpResponse:
    """The same search as the API's, as a page. What is not understood is a page that helps, with status 400."""
    if without_tracking := tracking.dropped(request):
        return without_tracking
    if moot := _moot(request):
        return HttpResponseRedirect(moot)
    params = SearchParams(request.GET)
    snapshot = search.known()  # read for the tag of this very answer
    try:
        result = search.find(replace(params.query(), facets=True), snapshot)
    except SearchRefused as refused:
        page = {
            **_form(params, wrong={problem.parameter for problem in refused.problems}),
            "refused": refused,
            "place": _unknown_place(refused),
            "others": _other_places(request, refused),
        }
        return render(request, "directory/refused.html", page, status=400)
    except PageNotFound as error:
        raise Http404("this search has no such page") from error
    # A press on a filter or on another page asks for the answer alone
    template = "directory/find.html#answer" if request.headers.get("HX-Request") else "directory/find.html"
    page = {**_form(params), **_shown(request, params, result, snapshot), **_for_search_engines(request, result)}
    response = render(request, template, page)
    # The address says where somebody lives and what hurts: no shared cache keeps the page.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _moot(request: HttpRequest) -> str:
    """Where to go instead: "any procedure" was chosen in a form that still carries what speaks of a procedure."""
    chosen_none = "procedure" in request.GET and not any(request.GET.getlist("procedure"))
    carried = {request.GET.get(name, "") for name in narrowing.OF_PROCEDURE} - {"", "distance", "name"}
    return narrowing.without(request, "procedure") if chosen_none and carried else ""


def _for_search_engines(request: HttpRequest, result: SearchResult) -> dict[str, object]:
    """Its one address, for a search that others make too: everybody by name, or around a town or ZIP code, for one
    procedure at most. Filters, orders, further pages, points and street addresses have none; docs/search-engines.md.
    """
    query, near = result.query, result.query.near
    given = {name for name, values in request.GET.lists() if any(values)}
    is_common = given <= ({"near", "procedure"} if near else set()) and len(query.procedures) <= 1
    is_private = near is not None and (near.approximate or near.precision not in ("zip", "city"))
    if not is_common or is_private or not result.count:
        return {"noindex": True}
    words = {"near": near.label, "procedure": next(iter(query.procedures), "")} if near else {}
    asked = urlencode({name: value for name, value in words.items() if value})
    return {"indexed_query": f"?{asked}" if asked else ""}


def _form(params: SearchParams, *, wrong: Set[str] = frozenset()) -> dict[str, object]:
    """The form, filled again. A wrong place stays, to be mended; no other wrong choice is sent twice."""
    filled = params.cleaned_form_values.items()
    given = {name: value for name, value in filled if name == "near" or name not in wrong}
    procedures = search.known().vocabulary.procedures.values()
    # What the form has no control for goes along unseen, so that asking again does not widen the question.
    kept = {
        name: value if isinstance(value, list) else [value] for name, value in given.items() if name not in CONTROLS
    }
    return {
        "given": given,
        "kept": [(name, value) for name, values in kept.items() for value in values if value],
        "kept_narrowing": [
            (name, value)
            for name, values in given.items()
            if name not in NARROWING
            for value in (values if isinstance(values, list) else [values])
            if value
        ],
        "procedures": procedures,
        "radii": _radii(str(given.get("radius", ""))),
    }


def _radii(given: str) -> list[str]:
    """The choices of the form, with the one in use where it is none of them."""
    usual = [str(radius) for radius in RADII]
    return usual if given in usual or not given else sorted([given, *usual], key=float)


def _shown(request: HttpRequest, params: SearchParams, result: SearchResult, snapshot: Snapshot) -> dict[str, object]:
    query, vocabulary = result.query, snapshot.vocabulary
    asked = [one for one in vocabulary.procedures.values() if one.slug in query.procedures]
    nearest_miles = result.hits[0].distance_miles if result.hits else None
    quick = narrowing.quick(request, result, snapshot)
    first = (query.page - 1) * query.page_size + 1
    rows = present.rows(cards.of_hits(result.hits, vocabulary), asked, vocabulary, first=first)
    alternatives = query.near.alternatives if query.near else ()
    return {
        "result": result,
        "query": query,
        "asked": asked,
        "bands": _bands(rows, result),
        "rows": rows,
        "map": maps.of_results(rows, query, widened=result.widened),
        "nearest_miles": nearest_miles,
        "is_far": result.widened and (nearest_miles or 0) > FAR_MILES,
        "radius_words": present.radius_in_words(query.radius_miles),
        "compare_url": reverse("compare"),
        "some_about": any(row["about"] for row in rows),
        "previous": f"?{params.query_string(page=query.page - 1)}" if query.page > 1 else "",
        "next": f"?{params.query_string(page=query.page + 1)}" if query.page < result.pages else "",
        "relaxed": [
            (present.DROP_LABELS[relaxed.drop], relaxed, narrowing.without(request, relaxed.drop))
            for relaxed in sorted(result.relax, key=lambda one: -one.count)
            if relaxed.count
        ],
        "alternatives": [(label, narrowing.with_(request, near=label)) for label in alternatives],
        "wider": _wider(request, result),
        "quick": quick,
        "chips": narrowing.chips(request, query, snapshot, quick),
        "review": _review(result, snapshot),
        "here_words": present.point_in_words(query.near),
        **narrowing.more(request, result, snapshot),
    }


def _bands(rows: list[present.Row], result: SearchResult) -> list[tuple[str, list[present.Row]]]:
    """The rings of distance; in another order than that of distance there are none."""
    if result.query.order == "distance" or result.widened:
        return list(present.bands(rows))
    return [("", rows)] if rows else []


def _review(result: SearchResult, snapshot: Snapshot) -> list[present.Row]:
    """Where those who do it are far away: the nearest pain specialists who are not known to, and may look at an MRI."""
    nearest = result.hits[0].distance_miles if result.widened else None
    if nearest is None or nearest <= FAR_MILES or not result.query.procedures:
        return []
    anybody = SearchQuery(near=result.query.near, radius_miles=FAR_MILES, page_size=REVIEWERS + len(result.hits))
    performing = {hit.npi for hit in result.hits}
    hits = [hit for hit in search.find(anybody, snapshot).hits if hit.npi not in performing][:REVIEWERS]
    return present.rows(cards.of_hits(hits, snapshot.vocabulary), (), snapshot.vocabulary, first=1)


def _wider(request: HttpRequest, result: SearchResult) -> tuple[int, str] | None:
    """The next larger radius, as miles and link, where the last page of a list is shown."""
    query = result.query
    larger = [miles for miles in RADII if miles > query.radius_miles]
    if query.near is None or query.page < result.pages or not larger or result.widened or not result.count:
        return None
    return larger[0], narrowing.with_(request, radius=str(larger[0]))


def _unknown_place(refused: SearchRefused) -> str:
    """The place that was not understood, if that is what is wrong, as it may be repeated."""
    return next((problem.given for problem in refused.problems if problem.parameter == "near"), "")


def _other_places(request: HttpRequest, refused: SearchRefused) -> list[tuple[str, str]]:
    """Places that may have been meant, each as a link to the same search there."""
    places = [name for problem in refused.problems if problem.parameter == "near" for name in problem.suggestions]
    if len(refused.problems) > 1:
        return [(label, f"{reverse('find')}?{urlencode({'near': label})}") for label in places]
    return [(label, narrowing.with_(request, near=label)) for label in places]
