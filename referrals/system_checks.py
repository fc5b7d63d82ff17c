"""What Django's own checks say of how requests are told onward."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from directory.loopback import is_loopback


def receiver_of_trials_is_local(**_: Any) -> list[CheckMessage]:
    """The one address inside this machine that may be called is for trials, never for a site that others reach."""
    if not settings.WEBHOOK_TEST_RECEIVER or is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        return []
    return [
        Error(
            "WEBHOOK_TEST_RECEIVER is set, and SITE_URL is not on this machine: an address inside it could be called "
            "by whoever may add a web hook.",
            hint="Take WEBHOOK_TEST_RECEIVER out of the environment. It is for trials at http://127.0.0.1 only.",
            id="referrals.E001",
        )
    ]
