"""Which version of the directory an answer shows: entity tags, so that nobody loads twice what has not changed."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from directory import search


def etag(request: Any, snapshot: search.Snapshot) -> str:
    """The tag of what this address shows of that version today: evidence ages with the date, without a write.

    `request` is Django's or the REST framework's. The program's own release is part of it: another one may show the
    same otherwise.
    """
    parts = (settings.RELEASE, settings.SITE_URL, snapshot.number, timezone.localdate(), get_language())
    text = " ".join([*map(str, parts), request.get_full_path()])
    return f'"{blake2b(text.encode(), digest_size=12).hexdigest()}"'


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that shows nothing but the directory: it is made only for those who do not have it yet."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = etag(request, search.latest())
        if unchanged := get_conditional_response(request, etag=tag):
            return unchanged
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["ETag"] = tag
        return response

    return answer
