"""What every page knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from directory.loopback import from_this_machine
from directory.models import Specialist

# Their addresses are nobody's to link to: they open a request, or say where somebody lives.
UNLINKED = (
    "referral-answer",
    "referral-confirm",
    "referral-download",
    "referral-end-links",
    "referral-erase",
    "referral-follow",
    "referral-message",
    "referral-move-on",
    "referral-not-mine",
    "referral-not-seen",
    "referral-open",
    "referral-resume",
    "referral-seen",
    "referral-withdraw",
)
# They are for one visitor at a time. Every other page that is found has an address of its own for search engines:
# a page has either that or `noindex`. `directory.views.find` says which searches have one.
UNLISTED = (
    "clinic-claim",
    "clinic-report",
    "compare",
    "demo-mails",
    "packet",
    "referral-lost",
    "referral-new",
    "removal-done",
    "removal-waiting",
    "specialist-report",
)
COUNTRY = "US"
# No question of ours is longer; a longer one is not repeated in the way to the other language.
LONGEST_QUERY = 2_000


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and address; whether its people are made up, and whether the visitor sits at its machine.

    The latter two are looked up where a page uses them.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "spanish_reviewed_by": settings.SPANISH_REVIEWED_BY,
        "is_demo": SimpleLazyObject(Specialist.objects.fictional().exists),
        "on_this_machine": SimpleLazyObject(lambda: from_this_machine(request)),
    }


def languages(request: HttpRequest) -> dict[str, Any]:
    """The same page in the other languages: `other_languages` for readers (code, name, address), the rest for machines.

    `canonical` is the page's own address without parameters, `twins` all its languages as (hreflang, address). A page
    that is no page (an error) has none, and its other languages are the home page's. `locale` is what Open Graph calls
    the language.
    """
    match = request.resolver_match
    address = request.get_full_path() if len(request.META["QUERY_STRING"]) <= LONGEST_QUERY else request.path
    found: dict[str, Any] = {
        "other_languages": [
            (code, name, _in_language(address, code, is_page=match is not None))
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
        found["noindex"] = match.view_name in UNLISTED
        locales = {code: f"{code}_{COUNTRY}" for code, _name in settings.LANGUAGES}
        found["locale"] = locales.pop(get_language() or settings.LANGUAGE_CODE)
        found["other_locales"] = locales.values()
    return found


def _in_language(address: str, code: str, *, is_page: bool) -> str:
    if is_page:
        return translate_url(address, code)
    with override(code):
        return reverse("home")
