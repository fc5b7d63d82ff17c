"""What the pages have in common on which a visitor sends something."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from directory import limits, streets
from directory.api.throttles import address, subscriber
from directory.models import Site
from directory.models.practices import PracticeQuerySet

DAY_SECONDS = 24 * 60 * 60

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def kept_nowhere[**P](view: View[P]) -> View[P]:
    """What was typed stays out of caches, and its page out of search engines."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def count(form: str, request: HttpRequest) -> None:
    """Counts one form of this name from whoever asks. Raises TooManyToday."""
    limits.count(form, subscriber(address(request)))


def too_many(request: HttpRequest, template: str, page: dict[str, Any]) -> HttpResponse:
    """The form once more with what was typed: as many were taken from there as in a day."""
    response = render(request, template, {**page, "too_many": True}, status=429)
    response["Retry-After"] = str(DAY_SECONDS)
    return response


def see_other(address: str) -> HttpResponse:
    """Done; the page to look at is there. Reloading it sends nothing again."""
    return HttpResponse(status=303, headers={"Location": address})


def office_words(sites: Collection[Site], practices: PracticeQuerySet) -> dict[int, str]:
    """By site: North, 1200 Example Pkwy, Austin; a site that is called as its town does not name it twice. One query.

    The street only where one of these practices shows it: those of the doctor, or of the clinic, whose page it is.
    """
    shown = practices.filter(site__in=sites, specialist__street_hidden_on=None)
    open_sites = set(shown.values_list("site", flat=True))
    return {site.pk: _with_street(site) if site.pk in open_sites else _without_street(site) for site in sites}


def _with_street(site: Site) -> str:
    return ", ".join(dict.fromkeys(part for part in (site.name, site.line1, site.city) if part))


def _without_street(site: Site) -> str:
    """The ZIP code tells two of the same town apart."""
    name = streets.shown_name(site.name, site.line1, site.line2)
    return ", ".join(filter(None, [name, f"{site.city} {site.postal_code}"]))
