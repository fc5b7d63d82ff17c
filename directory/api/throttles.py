"""How often one address may ask."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle


def address(request: HttpRequest) -> str:
    """Who asks: the other end of the connection; behind proxies that are trusted, whom the nearest of them names."""
    passed_on = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    seen = str(request.META.get("REMOTE_ADDR", ""))
    while _is_trusted(seen) and passed_on and (named := passed_on.pop()):
        seen = named
    return seen


def _is_trusted(text: str) -> bool:
    if not settings.TRUSTED_PROXIES:
        return False
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(ip in network for network in settings.TRUSTED_PROXIES)


def subscriber(text: str) -> str:
    """Of an IPv6 address the network that one subscriber has: they may use a new address for each question."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    return text if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


class PerAddress(SimpleRateThrottle):
    """Counted by each web process for itself, in its memory: nothing is written for a question, and nothing is kept."""

    cache = caches["throttle"]
    scope = "reading"

    def get_rate(self) -> Any:
        return settings.API_READING_RATE

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"reading {subscriber(address(request._request))}"
