"""What every answer carries, whichever part of the site gave it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

# Addresses that say where somebody lives and what hurts.
SEARCHES = ("/find", "/es/find", "/api")
REQUESTS = ("/referrals", "/es/referrals")


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
