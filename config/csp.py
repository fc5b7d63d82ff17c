"""The content security policy of every page: nothing from elsewhere, nothing inline."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.utils.csp import CSP

POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}


def policy(tile_url: str) -> Mapping[str, Sequence[str]]:
    """The policy with the host of the map's pictures, if there is one: `{s}` in its name stands for any part."""
    if not tile_url:
        return POLICY
    address = urlsplit(tile_url.replace("{s}", "*"))
    return {**POLICY, "img-src": [CSP.SELF, f"{address.scheme}://{address.netloc}"]}
