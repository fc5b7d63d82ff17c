"""The site as ./run starts it, on a database of its own that holds tests/looks/world.py."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tests.settings  # noqa: F401 (the environment: secrets that are worth nothing, a folder that goes at the end)
from tests.looks.pages import World

START_SECONDS = 30


@dataclass(frozen=True)
class Site:
    home: str
    world: World
    log: Path  # what the server told; nothing where all is well


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Starts it, fills it, and ends it. Raises CalledProcessError or TimeoutError where it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    own = {"DJANGO_SETTINGS_MODULE": "config.settings", "SITE_URL": home, "HOST": "127.0.0.1", "PORT": str(port)}
    environment = os.environ | own

    def finish(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    finish("manage.py", "collectstatic", "--noinput", "--verbosity=0")
    world = World(**json.loads(finish("-m", "tests.looks")))
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
    log = Path(os.environ["VAR_DIR"]) / "server.log"
    with log.open("w") as told, subprocess.Popen(command, env=environment, stderr=told) as server:
        try:
            _wait(server, port)
            yield Site(home, world, log)
        finally:
            server.terminate()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError(f"the site did not answer /healthz within {START_SECONDS} seconds")
