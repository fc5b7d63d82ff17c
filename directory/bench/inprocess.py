"""From request to answer in this process: the API and the results page against views that return constants.

The constants are what the real ones answered: the same data in a Response of the REST framework, or the same template
with the same context. They stand behind the same middleware and, for the API, the same throttle and renderer.

A third view of the API searches, but shows constant results: below its figure no other way of keeping listings gets.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.base import Template
from django.test.signals import template_rendered
from django.test.utils import instrumented_test_render  # type: ignore[attr-defined]  # the stubs have no such name
from django.urls import resolve
from rest_framework.request import Request
from rest_framework.response import Response

from directory.bench import measure
from directory.bench.measure import OURS

API, PAGE = "/api/v1/specialists/", "/find/"
CONSTANT_API, CONSTANT_PAGE = "/bench/constant/api/", "/bench/constant/page/"
CONSTANT_RESULTS = "/bench/constant/results/"
URLS = "directory.bench.urls"
RADIUS = 25
# A town with more than a page of specialists within the radius.
DENSE = "Austin, TX"
# So many visitors, each with an address of their own.
VISITORS = 2_000


class NotAnswered(Exception):
    """An address did not answer with 200."""


@dataclass
class Constants:
    """What the constant views return."""

    data: Any = None
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)


constants = Constants()


@cache
def _constant_results() -> Callable[[HttpRequest], HttpResponse]:
    """The real view, which searches for as many results as it then shows constant ones."""
    real: Any = resolve(API).func
    results = [orjson.Fragment(orjson.dumps(result)) for result in constants.data["results"]]
    shown = staticmethod(lambda hits, _vocabulary: results[: len(hits)])
    constant: Any = type("ConstantResults", (real.view_class,), {"results": shown})
    view: Callable[[HttpRequest], HttpResponse] = constant.as_view()
    return view


@cache
def _constant_api() -> Callable[[HttpRequest], HttpResponse]:
    """The real view's own class, so that negotiation, throttle and headers are the same, with a constant for `get`."""
    real: Any = resolve(API).func
    constant: Any = type("Constant", (real.view_class,), {"get": _body})
    view: Callable[[HttpRequest], HttpResponse] = constant.as_view()
    return view


def _body(view: object, request: Request) -> Response:
    return Response(constants.data)


def constant_api(request: HttpRequest) -> HttpResponse:
    return _constant_api()(request)


def constant_results(request: HttpRequest) -> HttpResponse:
    return _constant_results()(request)


def constant_page(request: HttpRequest) -> HttpResponse:
    return render(request, constants.template, dict(constants.context))


class Visitors:
    """Ask the site in this process, through everything that a request passes. Each comes from another address."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.addresses = itertools.cycle(f"10.0.{n // 250}.{n % 250 + 1}" for n in range(VISITORS))
        self.host = urlsplit(settings.SITE_URL).hostname or "127.0.0.1"

    def get(self, path: str, near: str) -> bytes:
        """The body. Raises NotAnswered."""
        status: list[Any] = []
        # The stubs ask for the whole protocol of a start_response; its two arguments are enough here
        response = self.handler(self._environ(path, near), lambda *given: status.extend(given))  # type: ignore[arg-type]
        body = b"".join(response)
        response.close()
        if status[0] != "200 OK":
            raise NotAnswered(f"{path} answered {status[0]}")
        return body

    def _environ(self, path: str, near: str) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": urlencode({"near": near, "radius": RADIUS}),
            "SERVER_NAME": self.host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_FOR": next(self.addresses),
            "HTTP_ACCEPT": "*/*",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "wsgi.url_scheme": urlsplit(settings.SITE_URL).scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


@contextmanager
def rendered() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Collects the name of each template that is rendered, with the context that its view gave."""
    found: list[tuple[str, dict[str, Any]]] = []

    def note(template: Any, context: Any, **others: Any) -> None:
        # Below these lie the built-in names and what the context processors add, which they will add again
        given = context.dicts[getattr(context, "_processors_index", 0) + 1 :]
        found.append((template.name, {name: value for layer in given for name, value in layer.items()}))

    template: Any = Template
    plain = template._render
    template._render = instrumented_test_render  # what Django's own test client does
    template_rendered.connect(note)
    try:
        yield found
    finally:
        template_rendered.disconnect(note)
        template._render = plain


def capture(visitors: Visitors) -> None:
    """Keeps what the real views answer in a dense place, for the constant ones."""
    constants.data = orjson.loads(visitors.get(API, DENSE))
    with rendered() as found:
        visitors.get(PAGE, DENSE)
    constants.template, constants.context = found[0]


def against_constants(texts: Sequence[str], *, most_seconds: float) -> dict[str, Any]:
    """Figures of the real and the constant view, for API and page; `ratio_of_p50`: the real one to the constant one."""
    urls, settings.ROOT_URLCONF = settings.ROOT_URLCONF, URLS
    try:
        visitors = Visitors()
        capture(visitors)
        figures = {}
        addresses = {
            "api": {OURS: API, "constant": CONSTANT_API, "constant results": CONSTANT_RESULTS},
            "page": {OURS: PAGE, "constant": CONSTANT_PAGE},
        }
        for name, address in addresses.items():
            views = {view: partial(visitors.get, path) for view, path in address.items()}
            times = measure.in_turns(views, texts, most_seconds=most_seconds)
            figures[name] = {view: taken.figures() for view, taken in times.items()}
            ratio = times[OURS].percentile(50) / times["constant"].percentile(50)
            # A figure among tables of figures
            figures[name]["ratio_of_p50"] = measure.rounded(ratio)  # type: ignore[assignment]
        return figures
    finally:
        settings.ROOT_URLCONF = urls
