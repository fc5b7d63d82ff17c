"""What search engines are told: where they may go, and which pages there are. docs/search-engines.md says why."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as contrib
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from directory import search
from directory.models import Change, Clinic, Practice, Procedure, SearchRow, Specialist
from directory.versions import conditional

# So many addresses are in one file: the protocol allows 50,000, but a file of these is made in well under a second.
ADDRESSES_IN_A_FILE = 5_000
# Pages that are the same for everybody, by the names of their addresses. Those of single rows follow below.
PUBLIC_PAGES = (
    "home",
    "find",
    "procedures",
    "about-choosing",
    "about-coverage",
    "about-data",
    "about-privacy",
    "about-accessibility",
    "about-removal",
    "api-docs",
)
GUIDES, CHECKED = "procedure", "adhesiolysis"


@require_safe
@conditional
def robots(request: HttpRequest) -> HttpResponse:
    """Where crawlers may go, in every language; nowhere in a demonstration. The notation is that of RFC 9309."""
    if Specialist.objects.fictional().exists():
        lines = ["# A demonstration: everybody here is made up. There is no sitemap.", "User-agent: *", "Disallow: /"]
    else:
        closed = [path for code, _name in settings.LANGUAGES for path in _closed(code)]
        lines = [
            "User-agent: *",
            *(f"Disallow: {path}" for path in closed),
            "Disallow: /api/",
            f"Allow: {reverse('api-docs')}",
            f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def _closed(language: str) -> list[str]:
    """Log-in, requests, what a visitor put together; and searches of more than two parameters, which never end."""
    with override(language):
        requests = reverse("referral-new").removesuffix("new/")
        return [reverse("admin:index"), requests, reverse("compare"), f"{reverse('find')}*&*&"]


class InEveryLanguage(Sequence[tuple[Any, str]]):
    """(item, language) for a query's items without reading more of them than are asked for."""

    def __init__(self, items: Any, languages: Iterable[str]) -> None:
        self.items, self.languages = items, list(languages)

    def __len__(self) -> int:
        many = len(self.items) if isinstance(self.items, list) else self.items.count()
        return many * len(self.languages)

    def __getitem__(self, wanted: Any) -> Any:
        each = len(self.languages)
        first, last = wanted.start // each, -(-wanted.stop // each)
        pairs = [(item, language) for item in self.items[first:last] for language in self.languages]
        return pairs[wanted.start - first * each : wanted.stop - first * each]


class Pages(Sitemap):
    """Addresses at SITE_URL, whatever name the site was asked by, each with its other languages."""

    limit = ADDRESSES_IN_A_FILE
    i18n = True
    x_default = True

    def __init__(self) -> None:
        self.alternates = len(settings.LANGUAGES) > 1

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def _items(self) -> InEveryLanguage:
        return InEveryLanguage(self.items(), (code for code, _name in settings.LANGUAGES))


class PublicPages(Pages):
    """Those without a row of their own, the guides, and the check."""

    def items(self) -> list[tuple[str, tuple[str, ...]]]:
        guides = [(GUIDES, (slug,)) for slug in Procedure.objects.order_by("pk").values_list("slug", flat=True)]
        return [*((name, ()) for name in PUBLIC_PAGES), ("procedure-check", (CHECKED,)), *guides]

    def location(self, item: tuple[str, tuple[str, ...]]) -> str:
        name, arguments = item
        return reverse(name, args=arguments)


class Listings(Pages):
    """Pages of rows that have a listed practice. `lastmod` is when the search rows of their practices were written."""

    def __init__(self) -> None:
        super().__init__()
        # Then all rows were written again, whatever had changed in them: of those nothing is said.
        self.rewritten = frozenset(Change.objects.filter(vocabulary=True).values_list("number", flat=True))

    def lastmod(self, item: Any) -> datetime.datetime | None:
        if item.written is None or item.written in self.rewritten:
            return None
        return search.time_of_version(item.written)


class Specialists(Listings):
    def items(self) -> models.QuerySet[Specialist]:
        listed = Practice.objects.listed().filter(specialist=models.OuterRef("pk"))
        rows = SearchRow.objects.filter(npi=models.OuterRef("pk")).order_by("-number")
        found = Specialist.objects.filter(models.Exists(listed)).order_by("pk")
        return found.only("given_name", "family_name", "name_suffix", "credentials").annotate(
            written=models.Subquery(rows.values("number")[:1])
        )


class Clinics(Listings):
    def items(self) -> models.QuerySet[Clinic]:
        listed = Practice.objects.listed().filter(site__clinic=models.OuterRef("pk"))
        practices = Practice.objects.filter(site__clinic=models.OuterRef(models.OuterRef("pk")))
        rows = SearchRow.objects.filter(practice__in=practices.values("pk")).order_by("-number")
        found = Clinic.objects.filter(models.Exists(listed)).order_by("pk")
        return found.only("slug").annotate(written=models.Subquery(rows.values("number")[:1]))


SECTIONS: dict[str, type[Pages]] = {"pages": PublicPages, "specialists": Specialists, "clinics": Clinics}


@require_safe
@conditional
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Which files of addresses there are. Django's own would name them by the host that was asked."""
    if Specialist.objects.fictional().exists():
        return _none_here()
    parts = [
        contrib.SitemapIndexItem(f"{settings.SITE_URL}{reverse('sitemap-part', args=[section])}{page}")
        for section, pages in SECTIONS.items()
        for page in ["", *(f"?p={number}" for number in range(2, pages().paginator.num_pages + 1))]
    ]
    response = TemplateResponse(request, "sitemap_index.xml", {"sitemaps": parts}, content_type="application/xml")
    response["X-Robots-Tag"] = "noindex"  # of the file itself
    return response.render()


@require_safe
@conditional
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One file of addresses."""
    if Specialist.objects.fictional().exists():
        return _none_here()
    if section not in SECTIONS:
        raise Http404("no such part of the sitemap")
    response: TemplateResponse = contrib.sitemap(request, {section: SECTIONS[section]()})
    return response.render()


def _none_here() -> HttpResponse:
    text = (
        "This is a demonstration: everybody here is made up, and no search engine is to list it. It has no sitemap.\n"
    )
    return HttpResponse(text, status=404, content_type="text/plain", headers={"X-Robots-Tag": "noindex"})
