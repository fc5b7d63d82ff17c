"""How often one address, or one partner, may ask."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from directory.models import Partner


def address(request: HttpRequest) -> str:
    """Who asks: the other end of the connection; behind proxies that are trusted, whom the nearest of them names."""
    passed_on = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    seen = str(request.META.get("REMOTE_ADDR", ""))
    while _is_trusted(seen) and passed_on and (named := passed_on.pop()):
        seen = named
    return seen


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A socket that listens to IPv6 names IPv4 addresses ::ffff:192.0.2.1."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if ip.version == 6 else ip


def _is_trusted(text: str) -> bool:
    ip = _parsed(text) if settings.TRUSTED_PROXIES else None
    return ip is not None and any(ip in network for network in settings.TRUSTED_PROXIES)


def subscriber(text: str) -> str:
    """Of an IPv6 address the network that one subscriber has: they may use a new address for each question."""
    ip = _parsed(text)
    if ip is None:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


class PerAddress(SimpleRateThrottle):
    """Counted by each web process for itself, in its memory: nothing is written for a question, and nothing is kept."""

    cache = caches["throttle"]
    scope = "reading"

    def get_rate(self) -> Any:
        return settings.API_READING_RATE

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        if isinstance(request.user, Partner):
            return None  # counted by PerPartner
        return f"reading:{subscriber(address(request._request))}"


class PerPartner(SimpleRateThrottle):
    """All questions with the keys of one partner together, from whatever address."""

    cache = caches["throttle"]
    scope = "partner"

    def get_rate(self) -> Any:
        return settings.API_PARTNER_RATE

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        return f"partner:{request.user.pk}" if isinstance(request.user, Partner) else None
