"""What looks for viruses (ATTACHMENT_SCANNER): clamd, over its own protocol, or a function of the operator's.

The protocol is INSTREAM of clamd(8): each piece with its length before it, a length of zero at the end, one line back.
"""

import socket
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
LONGEST_REPLY = 4096  # bytes
CLAMD = "clamd:"

# Gets the file in pieces, says whether something was found in it.
type Scanner = Callable[[Iterable[bytes]], bool]


class ScannerAway(Exception):
    """Nobody answers there: the next file would not be scanned either."""


class NotScanned(Exception):
    """It answers, and has not looked at this file to its end."""


def connected() -> Scanner | None:
    """The one of the setting; None where there is none. Raises ImportError for a function that is not there."""
    place = settings.ATTACHMENT_SCANNER
    if not place:
        return None
    if place.startswith(CLAMD):
        return lambda pieces: clamd(place.removeprefix(CLAMD), pieces)
    function: Scanner = import_string(place)
    return function


def clamd(place: str, pieces: Iterable[bytes]) -> bool:
    """Whether clamd at `unix:/path` or `host:port` finds something. Raises ScannerAway, NotScanned."""
    with _connect(place) as connection:
        connection.settimeout(READ_SECONDS)
        try:
            connection.sendall(b"zINSTREAM\0")
            for piece in pieces:
                connection.sendall(len(piece).to_bytes(4) + piece)
            connection.sendall(bytes(4))
        except ConnectionError:
            pass  # it hangs up as soon as a file is too long for it: why, it has said before
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
        reply = _reply(connection)
    if reply.endswith(b" FOUND"):
        return True
    if reply.endswith(b": OK"):
        return False
    raise NotScanned("clamd has not looked at it to its end")


def _connect(place: str) -> socket.socket:
    try:
        if place.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.settimeout(CONNECT_SECONDS)
                connection.connect(place.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error


def _reply(connection: socket.socket) -> bytes:
    """The line that comes back, without its end.

    Raises ScannerAway where none comes, NotScanned where that takes too long.
    """
    reply = b""
    try:
        while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
            some = connection.recv(LONGEST_REPLY)
            if not some:
                break
            reply += some
    except TimeoutError as error:  # it took the file, and is long about it: another one may be quick
        raise NotScanned("clamd did not answer in time") from error
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    if not reply.endswith(b"\0"):
        raise ScannerAway("no whole answer")
    return reply.rstrip(b"\0\n")
