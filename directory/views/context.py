"""What every page knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from directory.models import Specialist

# Their addresses are nobody's to link to: they open a request, or say where somebody lives.
UNLINKED = ("referral-follow", "referral-withdraw")


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and address, and whether its people are made up (asked of the database where a page uses it)."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": SimpleLazyObject(Specialist.objects.fictional().exists),
    }


def languages(request: HttpRequest) -> dict[str, Any]:
    """The same page in the other languages: `other_languages` for readers (code, name, address), the rest for machines.

    `canonical` is the page's own address without parameters, `twins` all its languages as (hreflang, address). A page
    that is no page (an error) has none, and its other languages are the home page's.
    """
    match = request.resolver_match
    found: dict[str, Any] = {
        "other_languages": [
            (code, name, _in_language(request.get_full_path(), code, is_page=match is not None))
            for code, name in settings.LANGUAGES
            if code != get_language()
        ]
    }
    if match is not None and match.view_name not in UNLINKED:
        addresses = [
            (code, settings.SITE_URL + translate_url(request.path, code)) for code, _name in settings.LANGUAGES
        ]
        found["canonical"] = settings.SITE_URL + request.path
        found["twins"] = [*addresses, ("x-default", addresses[0][1])]
    return found


def _in_language(address: str, code: str, *, is_page: bool) -> str:
    if is_page:
        return translate_url(address, code)
    with override(code):
        return reverse("home")
