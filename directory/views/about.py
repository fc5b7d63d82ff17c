"""What the site says of itself, beyond its data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.versions import conditional


@require_safe
@conditional
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/about_accessibility.html", {"here": "about-accessibility"})
