"""Procedures and their guides, and what the site says of itself and of its API."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from directory import structured, warning_signs
from directory.guides import GUIDES
from directory.models import Procedure, ProcedureSynonym
from directory.params import SearchFilters
from directory.versions import conditional
from directory.views import maps


@require_safe
@conditional
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures, each with a plain sentence where it has a guide, and with what else it is called."""
    every = Procedure.objects.prefetch_related("synonyms")
    listed = [
        {"procedure": one, "guide": GUIDES.get(one.slug), "synonyms": _also_called(one.synonyms.all())} for one in every
    ]
    return render(request, "directory/procedures.html", {"procedures": listed, "here": "procedures"})


@require_safe
@conditional
def procedure(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide to a procedure; where none is written yet, a page that says so."""
    found = get_object_or_404(Procedure, slug=slug)
    synonyms = _also_called(found.synonyms.all())
    guide = GUIDES.get(found.slug)
    page = {
        "procedure": found,
        "guide": guide,
        "headings": {section.anchor: section.title for section in guide.sections} if guide else {},
        "synonyms": synonyms,
        "find_url": f"{reverse('find')}?{urlencode({'procedure': found.slug})}",
        "warning_signs": warning_signs.SIGNS,
        "jsonld": structured.written(structured.procedure(found, synonyms)),
        "here": "procedures",
    }
    template = f"directory/guides/{guide.slug}.html" if guide else "directory/procedure.html"
    return render(request, template, page)


def _also_called(synonyms: Iterable[ProcedureSynonym]) -> list[str]:
    """Other names in the reader's language."""
    return [synonym.name for synonym in synonyms if synonym.language == get_language()]


@require_safe
@conditional
def about_data(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/about_data.html", {"here": "about-data"})


@require_safe
@conditional
def about_privacy(request: HttpRequest) -> HttpResponse:
    page = {
        "here": "about-privacy",
        "erase_days": settings.ERASE_AFTER_DAYS,
        "unconfirmed_days": settings.UNCONFIRMED_EXPIRES_AFTER_DAYS,
        "blocked_days": settings.NOT_MINE_BLOCKS_DAYS,
        "report_days": settings.REPORT_TEXT_DAYS,
        "claim_lasts": settings.CLAIM_LASTS_DAYS,
        "claim_days": settings.CLAIM_DATA_DAYS,
        "tile_host": maps.tile_host(),
        "is_scanned": bool(settings.ATTACHMENT_SCANNER),
    }
    return render(request, "directory/about_privacy.html", page)


@require_safe
@conditional
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API in brief, and what its errors mean: the addresses in `type` lead here."""
    page = {"parameters": SearchFilters.base_filters.items(), "kept_days": settings.CHANGES_KEPT_DAYS}
    return render(request, "directory/api_docs.html", page)
