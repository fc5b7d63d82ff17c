"""Errors of the API as application/problem+json (RFC 9457): the one place that makes them."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import APIException, MethodNotAllowed, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from directory.params import ParameterProblem, SearchRefused
from directory.search import PageNotFound

CONTENT_TYPE = "application/problem+json"
# Each kind of problem that a program may want to tell apart has an address in the API's documentation.
KINDS = "/api/docs/#"
BUSY_SECONDS = 5


class Gone(APIException):
    """What was here and was taken out. It does not say why: that is the specialist's own affair."""

    status_code = HTTPStatus.GONE


class CursorNotOurs(APIException):
    """What was given as the place in the feed was never given by this program."""

    status_code = HTTPStatus.BAD_REQUEST


class CursorExpired(APIException):
    """What was told since that place is not kept any more, or the place is of a history that was taken back."""

    status_code = HTTPStatus.GONE


class Refused(Exception):
    """A refusal that says all of it by itself: what `problem` takes, and headers that go with it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str,
        title: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.status, self.detail, self.kind, self.title = status, detail, kind, title
        self.headers, self.more = headers or {}, more
        super().__init__(f"{status} {kind}")  # no word of what was sent


def problem(status: int, detail: str, *, kind: str = "", title: str = "", **more: Any) -> Response:
    """A problem document. Without a kind it says no more than its status does (type about:blank)."""
    body = {
        "type": f"{settings.SITE_URL}{KINDS}{kind}" if kind else "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    return Response(body | more, status=status, content_type=CONTENT_TYPE)


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """Any exception of an API view as a problem document: Django REST framework's EXCEPTION_HANDLER."""
    set_rollback()
    if isinstance(error, Refused):
        response = problem(error.status, error.detail, kind=error.kind, title=error.title, **error.more)
        for name, value in error.headers.items():
            response[name] = value
        return response
    if isinstance(error, SearchRefused):
        return _search_refused(error)
    if isinstance(error, PageNotFound):
        detail = _("There is no page %(page)d: the last one is page %(pages)d.") % vars(error)
        return problem(404, detail, kind="page-not-found", title=_("No such page"))
    if isinstance(error, Gone):
        detail = _("This listing was removed.")
        return problem(410, detail, kind="removed", title=_("This listing was removed"))
    if isinstance(error, CursorNotOurs):
        detail = _("since: give the “next” of an answer as it was, once. Without “since” you get one to begin with.")
        return problem(400, detail, kind="cursor-unknown", title=_("This is no cursor of ours"))
    if isinstance(error, CursorExpired):
        detail = _(
            "What changed since then is not known any more. Begin anew: ask without “since”, keep the “next”, read all "
            "specialists, then ask for the changes since."
        )
        return problem(410, detail, kind="cursor-expired", title=_("This cursor has expired"))
    if isinstance(error, Http404):
        return problem(404, _("There is nothing at this address. Check it for typing errors."))
    if isinstance(error, PermissionDenied):
        return problem(403, _("This is not for you."))
    if isinstance(error, Throttled):
        return _too_often(error)
    if isinstance(error, MethodNotAllowed):
        return problem(405, _("This address is for reading only: use GET."))
    if isinstance(error, APIException):
        return problem(error.status_code, _("The request was not understood."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("The request is too large."))
    if isinstance(error, (SuspiciousOperation, BadRequest)):
        return problem(400, _("The request is too long or malformed. Leave parameters out."), kind="malformed")
    if isinstance(error, OperationalError):
        return _busy(error, context)
    return _unexpected(error, context)


def _too_often(error: Throttled) -> Response:
    seconds = max(1, math.ceil(getattr(error, "wait", None) or 0))
    detail = ngettext(
        "Too many questions from your address. Ask again in %(seconds)d second.",
        "Too many questions from your address. Ask again in %(seconds)d seconds.",
        seconds,
    )
    response = problem(429, detail % {"seconds": seconds}, kind="too-often", title=_("Too many questions"))
    response["Retry-After"] = str(seconds)
    return response


def _search_refused(error: SearchRefused) -> Response:
    errors = [_parameter(one) for one in error.problems]
    detail = " ".join(f"{one.parameter}: {one.message}" for one in error.problems)
    title = _("The search was not understood")
    return problem(400, detail, kind="search-refused", title=title, errors=errors, suggestions=list(error.suggestions))


def _parameter(one: ParameterProblem) -> dict[str, Any]:
    entry: dict[str, Any] = {"parameter": one.parameter, "message": one.message}
    return entry | ({"allowed": list(one.allowed)} if one.allowed else {})


def _busy(error: Exception, context: Mapping[str, Any]) -> Response:
    """The database is locked for too long, or away: the same can be sent again. Logged as a fault all the same."""
    response = _unexpected(error, context)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    detail = _(
        "The database is busy. Send the same again a little later; a request stays one by its “Idempotency-Key”."
    )
    response.data |= {"status": 503, "title": HTTPStatus.SERVICE_UNAVAILABLE.phrase, "detail": detail}
    response["Retry-After"] = str(BUSY_SECONDS)
    return response


def _unexpected(error: Exception, context: Mapping[str, Any]) -> Response:
    """A fault of ours: logged and told to those who listen, as Django does it; the asker learns no inner workings."""
    request: Request = context["request"]
    response = problem(500, _("Something went wrong on our side. Nothing was changed. Please try again later."))
    log_response("Internal Server Error: %s", request.path, response=response, request=request, exception=error)
    got_request_exception.send(sender=None, request=request._request)
    return response
