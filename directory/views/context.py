"""What every page knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from directory.models import Specialist


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and address, and whether its people are made up (asked of the database where a page uses it)."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": SimpleLazyObject(Specialist.objects.fictional().exists),
    }
