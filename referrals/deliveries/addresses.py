"""Which web addresses may be called that others typed in: of hosts on the internet, and nothing inside any network.

An address is looked up first, every answer is checked, and the call goes to an address that was checked: a name that
answers otherwise a moment later changes nothing. Asked when an address is saved, and again at every call.
"""

import ipaddress
import queue
import re
import socket
import threading
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from directory.loopback import is_loopback

HTTPS_PORT = 443
LOOK_UP_SECONDS = 5.0
LONGEST = 500  # characters

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# At least two labels, the last of which begins with a letter: no number in any spelling (127.1, 0x7f.1, 2130706433).
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")

# What Python calls global and is not the internet, or leads on to addresses that we cannot see.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # for protocols
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # a cloud's own service for its machines, at an address that looks public
        "2001::/23",  # Teredo and others for protocols
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # for documents
    )
]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given to hosts on the internet


class Why(StrEnum):
    """What is wrong with an address; the words for it are the doors'."""

    UNREADABLE = "unreadable"  # characters that no address has, or too many of them
    NOT_HTTPS = "not_https"
    USER_INFO = "user_info"  # a name or password before the host
    PORT = "port"
    HOST = "host"  # a number, one label only, a dot at the end, letters beyond ASCII
    FRAGMENT = "fragment"
    UNKNOWN = "unknown"  # the name has no address
    INTERNAL = "internal"  # an address of the name is not on the internet


class AddressRefused(ValueError):
    """It must not be called. `why` says what is wrong, never what was typed."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


@dataclass(frozen=True, slots=True)
class Target:
    """A web address, taken apart."""

    host: str
    port: int
    path: str  # with the query
    is_test: bool = False  # WEBHOOK_TEST_RECEIVER: plain http on this machine

    @property
    def authority(self) -> str:
        """Host, and the port where it is not the usual one: the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.is_test else host


def check(url: str) -> Target:
    """For a form: takes it apart and looks it up, for seconds, so in no transaction. Raises AddressRefused."""
    target = parse(url)
    look_up(target)
    return target


def parse(url: str) -> Target:
    """Takes it apart without asking anybody. Raises AddressRefused."""
    if not _PRINTABLE.fullmatch(url) or len(url) > LONGEST or "\\" in url:
        raise AddressRefused(Why.UNREADABLE)
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:  # brackets that do not fit
        raise AddressRefused(Why.HOST) from error
    try:
        port = parts.port
    except ValueError as error:  # no number, or none that a port has
        raise AddressRefused(Why.PORT) from error
    if "@" in parts.netloc:
        raise AddressRefused(Why.USER_INFO)
    if "#" in url:
        raise AddressRefused(Why.FRAGMENT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _is_test_receiver(parts):
        return Target(host, port or 0, path, is_test=True)
    if parts.scheme != "https":
        raise AddressRefused(Why.NOT_HTTPS)
    if port not in (None, HTTPS_PORT) or parts.netloc.endswith(":"):
        raise AddressRefused(Why.PORT)
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise AddressRefused(Why.HOST)
    return Target(host, HTTPS_PORT, path)


def look_up(target: Target) -> list[str]:
    """The addresses to connect to, in the resolver's order, each of them checked. Raises AddressRefused."""
    if target.is_test:
        return [target.host]
    found = _ask_resolver(target)
    if not found:
        raise AddressRefused(Why.UNKNOWN)
    if not all(map(is_public, found)):
        raise AddressRefused(Why.INTERNAL)  # one is enough: nobody knows which one answers
    return found


def is_public(text: str) -> bool:
    """Whether an address as the resolver writes it is one of a host on the internet."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # fe80::1%eth0 reads; anything else is no address
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:  # networks without IPv4 reach it so
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address.scope_id or address not in _UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NOT_PUBLIC)
    )


def _is_test_receiver(parts: SplitResult) -> bool:
    """Only where the site itself is on this machine alone, whatever the setting says."""
    site = urlsplit(settings.SITE_URL).hostname or ""
    return bool(
        settings.WEBHOOK_TEST_RECEIVER
        and parts.scheme == "http"
        and parts.netloc == settings.WEBHOOK_TEST_RECEIVER
        and is_loopback(site)
    )


def _ask_resolver(target: Target) -> list[str]:
    """All addresses of the name; none where it has none, or the resolver does not answer in time."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers.put([])
        else:
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    # It has no time-out of its own
    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        return answers.get(timeout=LOOK_UP_SECONDS)
    except queue.Empty:
        return []
