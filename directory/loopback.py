"""Whether a request comes from this very machine. Demonstration log-ins work from nowhere else."""

import ipaddress

from django.http import HttpRequest
from django.http.request import split_domain_port

# One of these, and somebody else's request was passed on to us.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def is_loopback(host: str) -> bool:
    """127.0.0.1, ::1, [::1] or localhost."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def from_this_machine(request: HttpRequest) -> bool:
    """Both ends of the connection are loopback, and no proxy stands between."""
    if any(header in request.headers for header in PROXY_HEADERS):
        return False
    host, _port = split_domain_port(request.get_host())
    return is_loopback(host) and is_loopback(request.META.get("REMOTE_ADDR", ""))
