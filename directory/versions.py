"""Which version of the directory an answer shows: entity tags, so that nobody loads twice what has not changed."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language

from directory import search


def etag(request: Any, snapshot: search.Snapshot) -> str:
    """The tag of what this address shows of that version today: evidence ages with the date, without a write.

    `request` is Django's or the REST framework's. The program's own release is part of it: another one may show the
    same otherwise, and so may one with other settings. Columns that do not hold a large change yet are not those that
    do, though both are of its version. Empty where nothing can be promised.
    """
    if snapshot.is_frozen:
        return ""
    site = (settings.RELEASE, settings.SITE_URL, settings.SITE_NAME)
    program = (*site, settings.GEOCODER, settings.MAP_TILE_URL, settings.SPANISH_REVIEWED_BY)
    shown = (snapshot.number, *sorted(snapshot.passed_over), timezone.localdate(), get_language())
    asked = (request.get_full_path(), request.headers.get("HX-Request", ""))
    text = "\n".join(map(str, (*program, *shown, *asked)))
    return f'"{blake2b(text.encode(), digest_size=12).hexdigest()}"'


def extended(tag: str, by: object) -> str:
    """The tag of something that also shows what is worked out apart from the directory's version, and has its own."""
    return f'{tag[:-1]}-{by}"' if tag else ""


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """The answer to whoever has that very version already; None where it must be made."""
    known = {each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))}
    return HttpResponseNotModified(headers={"ETag": tag}) if tag in known else None


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that shows nothing but the directory: it is made only for those who do not have it yet."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = etag(request, search.latest())
        if same := unchanged(request, tag):
            patch_vary_headers(same, ["HX-Request"])
            return same
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and tag:
            response["ETag"] = tag
        patch_vary_headers(response, ["HX-Request"])  # a press on a filter may get a part of the page
        return response

    return answer
