"""What every page about a request has in common: nobody keeps it, nobody lists it, and an overload loses nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.log import log_response

from directory import limits

BUSY_SECONDS = 5  # until a database that is busy is asked again
UNAVAILABLE_SECONDS = 60  # until something else may be there again

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def private[**P](view: View[P]) -> View[P]:
    """Its answers stay out of caches, and of search engines where the view does not say otherwise.

    Whoever is to come back later learns when; where the database is busy, with what was typed still on the page.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except OperationalError as error:
            response = _busy(request, error)
        response["Cache-Control"] = "no-store"
        response.headers.setdefault("X-Robots-Tag", "noindex")
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(limits.seconds_left()))
        elif response.status_code == 503:
            response.headers.setdefault("Retry-After", str(UNAVAILABLE_SECONDS))
        return response

    return answer


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database is locked for too long, or away: the same can be sent again, by the same form, and stays one.

    Logged as a fault all the same. Nothing is looked up for the page.
    """
    is_form = request.content_type == "application/x-www-form-urlencoded"
    typed = dict(request.POST.lists()) if request.method == "POST" and is_form else {}
    page = {
        "is_post": request.method == "POST",
        "is_form": is_form,
        "typed": [(name, one) for name, values in typed.items() if name != "csrfmiddlewaretoken" for one in values],
        "address": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    headers = {"Retry-After": str(BUSY_SECONDS)}
    response = HttpResponse(render_to_string("referrals/busy.html", page), status=503, headers=headers)
    log_response("Service Unavailable: %s", request.path, response=response, request=request, exception=error)
    got_request_exception.send(sender=None, request=request)
    return response


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
