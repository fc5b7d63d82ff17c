"""The site as it runs: its web server and its worker as processes of their own on the database of the tests."""

import collections
import http.client
import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin

from tests.referrals.test_deliveries import database_url

COMMANDS = {
    "web": ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
    "worker": ["manage.py", "worker"],
}
ROOT = Path(__file__).resolve().parents[2]


class Running:
    """`with Running(folder, mail=port) as site`: everything that it writes lies in the folder.

    `hooks`: the address and port of a receiver of web hooks on this machine.
    """

    def __init__(self, folder: Path, *, mail: int, hooks: str = "", settings: Mapping[str, str] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "VAR_DIR": str(folder),
            "ERASURE_LIST": str(folder / "erased.txt"),
            "ATTACHMENT_FOLDER": str(folder / "attachments"),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
            "WEBHOOK_TEST_RECEIVER": hooks,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "WEB_CONCURRENCY": "1",
            "REQUEST_TAKES_AT_LEAST": "1",  # a test does not type for twenty seconds
            **(settings or {}),
        }
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.killed: collections.Counter[str] = collections.Counter()

    def __enter__(self) -> "Running":
        python = sys.executable
        subprocess.run(
            [python, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )
        for name in COMMANDS:
            self.start(name)
        until(self._is_up, 120)  # other work may keep the machine busy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children.values():
            child.send_signal(signal.SIGTERM)
        for child in self.children.values():
            child.wait(timeout=30)

    def logs(self) -> bytes:
        return b"\n".join((self.folder / name).read_bytes() for name in ("web.log", "worker.log"))

    def start(self, name: str) -> None:
        """In a group of its own, so that it can be killed with its children."""
        with (self.folder / f"{name}.log").open("ab") as out:
            self.children[name] = subprocess.Popen(
                [sys.executable, *COMMANDS[name]],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """At once and without a word, as a power cut would."""
        child = self.children[name]
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        self.killed[name] += 1

    def _is_up(self) -> bool:
        assert all(child.poll() is None for child in self.children.values()), self.logs().decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def until(done: Any, seconds: float = 60) -> None:
    """Waits until it is true."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


class Answer:
    """What came back, in the words of Django's test client."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, body

    @property
    def text(self) -> str:
        return self.content.decode()

    def __getitem__(self, name: str) -> str:
        return self.headers[name]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Browser:
    """Somebody with cookies of their own; `get` and `post` as Django's test client has them, over the network."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect)

    def get(self, path: str) -> Answer:
        return self.ask(urllib.request.Request(urljoin(self.home, path)))

    def post(self, path: str, data: Mapping[str, Any]) -> Answer:
        body = urlencode({**data, "csrfmiddlewaretoken": self.cookie("csrftoken")}, doseq=True).encode()
        headers = {"Origin": self.home, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask(urllib.request.Request(urljoin(self.home, path), data=body, headers=headers))

    def post_file(self, path: str, name: str, content: bytes) -> Answer:
        """A form with one file, as a browser sends it."""
        mark = "a-mark-between-parts"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Origin": "null", "Content-Type": f"multipart/form-data; boundary={mark}"}
        return self.ask(urllib.request.Request(urljoin(self.home, path), data=body, headers=headers))

    def cookie(self, name: str) -> str:
        return next((str(cookie.value) for cookie in self.cookies if cookie.name == name), "")

    def ask(self, request: urllib.request.Request) -> Answer:
        """Whatever is wanted; by `get` and `post` too."""
        try:
            with self._opener.open(request, timeout=30) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())
