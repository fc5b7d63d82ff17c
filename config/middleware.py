"""What every answer carries, whichever part of the site gave it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_path, override

# Addresses that say where somebody lives and what hurts.
SEARCHES = ("/find", "/es/find", "/api")
REQUESTS = ("/referrals", "/es/referrals")


def language_of_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The address alone says in which language it is answered: /es/... in Spanish, all else (the API too) in English.

    No cookie and no wish of the browser changes that, as Django's own middleware would have it: a link that is passed
    on, or a page that a cache keeps, is the same for everybody, and needs no `Vary`. What goes wrong on the way is said
    in that language too, and none is left behind for the next request.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language  # where Django's own middleware puts it
        with override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


def keep_private(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No shared cache keeps a search, none at all keeps a request: also their errors and redirects."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # its length stays as it was told
        elif response.status_code == 304:
            del response["Content-Length"]  # of what was not sent
            patch_vary_headers(response, ["Accept-Encoding"])  # as the answer itself says
        if request.path.startswith(SEARCHES) and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        elif request.path.startswith(REQUESTS):
            response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex"
        return response

    return answer
