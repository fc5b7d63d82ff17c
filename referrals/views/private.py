"""What every page about a request has in common: nobody keeps it, nobody lists it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseBase

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def private[**P](view: View[P]) -> View[P]:
    """Its answers stay out of caches, and of search engines where the view does not say otherwise."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return answer


def secret_address[**P](view: View[P]) -> View[P]:
    """Its address opens a request: besides being private, no page that is visited from it learns the address."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = private(view)(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


def secret_form[**P](view: View[P]) -> View[P]:
    """The same for a page whose form goes on to another page of ours: there Django's check needs to see the origin.

    Under `no-referrer` browsers send `Origin: null`; under this policy they send the site's name and no path.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = private(view)(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return answer


def see_other(address: str) -> HttpResponse:
    """Done; the page to look at is there. Reloading it sends nothing again."""
    return HttpResponse(status=303, headers={"Location": address})
