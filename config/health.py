"""Whether the site is alive, and whether it is ready; and the site's mark."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory import search
from referrals.deliveries import worker


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers. A late worker is reported, and no error: pages do not depend on it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = worker.is_late(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    try:
        search.latest()
    except search.RowsOfAnotherLayout:
        return JsonResponse({"database": "ok", "search": "of another release: manage.py migrate"}, status=503)
    return JsonResponse({"database": "ok", "worker": "late" if late else "ok"})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for a mark without being told, also beside what is no page."""
    return HttpResponseRedirect(static("img/mark.svg"))
