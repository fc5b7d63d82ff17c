"""The site under its production server, on a port of its own, with the database of this process."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# ruff: noqa: S603 (the program called is this Python)

WORKERS = 2
START_SECONDS = 120.0


class DidNotStart(Exception):
    """The server did not answer in time, or ended."""


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    seconds: float  # from its start to the first answer

    def workers(self) -> list[int]:
        """Process ids."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(first: str, *, database_url: str = "") -> Iterator[Server]:
    """`first`: the address, with its parameters, whose answer counts as the first. Raises DidNotStart."""
    port = free_port()
    env = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": str(WORKERS)}
    if database_url:
        env["DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "directory.bench.wsgi:application"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdin=subprocess.DEVNULL)
    try:
        _wait(process, port, first)
        yield Server(port, process, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, address: str) -> None:
    until = time.perf_counter() + START_SECONDS
    while time.perf_counter() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            connection.request("GET", address)
            status = connection.getresponse().status
            connection.close()
        except OSError:
            time.sleep(0.01)
            continue
        if status != 200:
            raise DidNotStart(f"the first answer was {status}")
        return
    raise DidNotStart("it ended" if process.poll() is not None else f"no answer in {START_SECONDS:.0f} s")
