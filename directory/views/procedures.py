"""Procedures and their guides, and what the site says of itself and of its API."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import select_template
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory.models import Procedure
from directory.params import SearchFilters
from directory.versions import conditional


@require_safe
@conditional
def procedures(request: HttpRequest) -> HttpResponse:
    page = {"procedures": Procedure.objects.prefetch_related("synonyms"), "here": "procedures"}
    return render(request, "directory/procedures.html", page)


@require_safe
@conditional
def procedure(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide to a procedure; where none is written yet, a page that says so."""
    found = get_object_or_404(Procedure, slug=slug)
    page = {
        "procedure": found,
        "synonyms": [str(synonym) for synonym in found.synonyms.filter(language="en")],
        "find_url": f"{reverse('find')}?{urlencode({'procedure': found.slug})}",
        "here": "procedures",
    }
    template = select_template([f"directory/guides/{found.slug}.html", "directory/procedure.html"])
    return HttpResponse(template.render(page, request))


@require_safe
@conditional
def about_data(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/about_data.html", {"here": "about-data"})


@require_safe
@conditional
def about_privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/about_privacy.html", {"here": "about-privacy"})


@require_safe
@conditional
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API in brief, and what its errors mean: the addresses in `type` lead here."""
    return render(request, "directory/api_docs.html", {"parameters": SearchFilters.base_filters.items()})
