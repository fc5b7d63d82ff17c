"""The addresses of the API for reading: open to anybody, also to pages of other sites."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from directory import cards, npi, places, search
from directory.api import problems, results, shape
from directory.api.keys import BearerKey
from directory.models import Practice, Procedure, Specialist
from directory.params import ParameterProblem, SearchParams, SearchRefused, shown
from directory.versions import etag, unchanged


class JsonAlways(BaseContentNegotiation):
    """JSON whatever was asked for: there is nothing else, and a browser's Accept header is no mistake."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type or ""


class Reading(APIView):
    """An address for reading; its errors have the same headers, so that a page of another site can read them."""

    http_method_names = ["get", "head", "options"]
    authentication_classes = [BearerKey]
    content_negotiation_class = JsonAlways

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The browser's question before a page of another site may ask with headers of its own."""
        headers = {
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Authorization, If-None-Match",
        }
        return Response(status=204, headers=headers | {"Access-Control-Max-Age": "86400"})

    def perform_authentication(self, request: Request) -> None:
        """A key that does not work is told so; who tries many is counted like anybody, by their address."""
        try:
            super().perform_authentication(request)
        except problems.Refused:
            request.user = request.auth = None  # type: ignore[assignment]  # as UNAUTHENTICATED_USER
            self.check_throttles(request)
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Access-Control-Allow-Origin"] = "*"
        final["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        # The address says where somebody lives and what they look for: no cache between us and them may keep the
        # answer, and their own asks again, because what is confirmed or accepting changes by the day.
        final["Cache-Control"] = "private, no-cache"
        return final


class Directory(Reading):
    """An address that shows what the directory holds: who has that version already is told so, in a few bytes."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Read before anything else: what is answered is of this version or a later one
        snapshot = search.latest()
        tag = self.tag(request, snapshot)
        if same := unchanged(request._request, tag):
            return same
        response = self.read(request, snapshot, *args, **kwargs)
        if tag:
            response["ETag"] = tag
        return response

    def tag(self, request: Request, snapshot: search.Snapshot) -> str:
        """Of what this address shows now. Asked before it is read: what is shown may be newer, never older."""
        return etag(request, snapshot)

    def read(self, request: Request, snapshot: search.Snapshot) -> Response:
        """What this address shows. Each has its own; there is nothing to show without one."""
        raise NotImplementedError


class SpecialistSearch(Directory):
    results = staticmethod(results.as_json)

    def read(self, request: Request, snapshot: search.Snapshot) -> Response:
        params = SearchParams(request.query_params)
        result = search.find(params.query(), snapshot)
        page, near = result.query.page, result.query.near
        answer: dict[str, Any] = {
            "count": result.count,
            "next": _page_address(request, params, page + 1) if page < result.pages else None,
            "previous": _page_address(request, params, page - 1) if page > 1 else None,
            "location": shape.location(near),
            "radius_miles": result.query.radius_miles if near else None,
            "widened": result.widened,
        }
        if result.widened or not result.count:
            answer["relax"] = [shape.relaxed(one) for one in result.relax]
        if result.facets is not None:
            answer["facets"] = {name: shape.facet(counts) for name, counts in result.facets.items()}
        answer["results"] = self.results(result.hits, snapshot.vocabulary)
        return Response(answer)


class SpecialistDetail(Directory):
    def read(self, request: Request, snapshot: search.Snapshot, number: str = "") -> Response:
        refuse_parameters(request.query_params)
        try:
            person = get_object_or_404(Specialist, pk=npi.parse(number))
        except ValueError as error:
            raise Http404 from error
        if not person.is_active:
            raise problems.Gone
        practices = Practice.objects.listed().filter(specialist=person).values_list("pk", flat=True)
        shown_cards = cards.of_practices(practices, snapshot.vocabulary)
        about = cards.of_person(person)
        return Response(shape.specialist(about, person.get_absolute_url(), shown_cards, snapshot.vocabulary))


class ProcedureList(Directory):
    def read(self, request: Request, snapshot: search.Snapshot) -> Response:
        refuse_parameters(request.query_params)
        return _whole([shape.procedure(one) for one in Procedure.objects.prefetch_related("synonyms")])


class ProcedureDetail(Directory):
    def read(self, request: Request, snapshot: search.Snapshot, slug: str = "") -> Response:
        refuse_parameters(request.query_params)
        return Response(shape.procedure(get_object_or_404(Procedure.objects.prefetch_related("synonyms"), slug=slug)))


class InsurerList(Directory):
    def read(self, request: Request, snapshot: search.Snapshot) -> Response:
        refuse_parameters(request.query_params)
        return _whole([shape.insurer(one) for one in snapshot.vocabulary.insurers.values()])


class PlaceCompletion(Reading):
    """Places as they are typed: what stands in a field is completed before it is asked for. Nobody logs it."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_parameters(name for name in request.query_params if name != "q")
        typed = request.query_params.getlist("q")
        if len(typed) > 1:
            raise SearchRefused([ParameterProblem("q", "", _("Give this parameter once."))])
        labels = places.suggest(typed[0]) if typed else ()
        return Response({"results": [{"label": label} for label in labels]})


class Unknown(Reading):
    """Every other address under /api/."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Django adds a forgotten last slash only where nothing matches, and this matches everything.
        path = request.path_info
        if request.method in ("GET", "HEAD") and not path.endswith("/") and _is_known(f"{path}/"):
            redirect = HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
            redirect["Access-Control-Allow-Origin"] = "*"
            return redirect
        return super().dispatch(request, *args, **kwargs)


def _is_known(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "view_class", None) is not Unknown
    except Resolver404:
        return False


def _page_address(request: Request, params: SearchParams, page: int) -> str:
    return shape.absolute(f"{request.path}?{params.query_string(page=page)}")


def _whole(results: list[shape.Json]) -> Response:
    """A list that is short enough to be one page always."""
    return Response({"count": len(results), "next": None, "previous": None, "results": results})


def refuse_parameters(given: Iterable[str]) -> None:
    """A parameter that would be passed over in silence is a mistake that nobody notices."""
    if names := list(given):
        message = _("This address does not take it. Leave it out.")
        raise SearchRefused(ParameterProblem(shown(name), "", message) for name in names)
