"""What the site says of itself, beyond its data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.guides import CHOOSING
from directory.versions import conditional


@require_safe
@conditional
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/about_accessibility.html", {"here": "about-accessibility"})


@require_safe
@conditional
def choosing(request: HttpRequest) -> HttpResponse:
    """How to choose a pain doctor: what to ask, where to check a license and a certification, what to bring."""
    headings = {section.anchor: section.title for section in CHOOSING.sections}
    page = {"guide": CHOOSING, "headings": headings, "here": "about-choosing"}
    return render(request, "directory/choosing.html", page)
