"""What other sites hang on to a link to count its visitors: no part of any question here."""

from django.http import HttpRequest, HttpResponseRedirect

NAMES = ("fbclid", "gclid")
START = "utm_"


def dropped(request: HttpRequest) -> HttpResponseRedirect | None:
    """The way to the same page without it; None where there is nothing to drop."""
    tracked = [name for name in request.GET if name in NAMES or name.startswith(START)]
    if not tracked:
        return None
    kept = request.GET.copy()
    for name in tracked:
        del kept[name]
    return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
