"""Asks a server over and over, from a process of its own: `python -m directory.bench.load` with its work as JSON.

Plain sockets in threads, with connections that stay open: on a machine where the server has the other cores, what asks
must cost little. Reads `{"port", "paths", "seconds", "connections"}` from standard input, writes figures to standard
output.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

VISITORS = 2_000
END_OF_HEAD = b"\r\n\r\n"


class Refused(Exception):
    """An answer that is not 200."""


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, request: bytes) -> None:
        """Sends it and reads the whole answer. Raises Refused; ConnectionError where the server hung up."""
        self.socket.sendall(request)
        received = b""
        while (end := received.find(END_OF_HEAD)) < 0:
            received += self._receive()
        head = received[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise Refused(head.split(b"\r\n", 1)[0].decode())
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        left = length - (len(received) - end - len(END_OF_HEAD))
        while left > 0:
            left -= len(self._receive())

    def _receive(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError
        return data

    def close(self) -> None:
        self.socket.close()


def requests(paths: Sequence[str], start: int) -> Iterator[bytes]:
    """The paths over and over, each request from another visitor's address."""
    for number in count(start):
        visitor = f"10.1.{number % VISITORS // 250}.{number % 250 + 1}"
        path = paths[number % len(paths)]
        yield f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {visitor}\r\n\r\n".encode()


def ask(port: int, asked: Iterator[bytes], until: float, taken: list[float], problems: list[str]) -> None:
    connection = Connection(port)
    try:
        for request in asked:
            began = time.perf_counter()
            if began >= until:
                return
            try:
                connection.get(request)
            except ConnectionError:  # the server ends a connection now and then; the request goes out again
                connection.close()
                connection = Connection(port)
                connection.get(request)
            taken.append(time.perf_counter() - began)
    except (Refused, OSError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def run(work: dict[str, Any]) -> dict[str, Any]:
    connections, paths = work["connections"], work["paths"]
    taken: list[float] = []
    problems: list[str] = []
    began = time.perf_counter()
    threads = [
        threading.Thread(
            target=ask,
            args=(work["port"], requests(paths, n * 997), began + work["seconds"], taken, problems),
        )
        for n in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"requests": len(taken), "seconds": time.perf_counter() - began, "taken": taken, "problems": problems}


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
