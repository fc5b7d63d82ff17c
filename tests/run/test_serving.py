"""The running site, with its worker: it comes up, it ends as a whole, and its log tells nothing of what was asked."""

import contextlib
import http.client
import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings

from scripts import serve
from tests.run.house import ROOT


def environment(folder):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "VAR_DIR": str(folder),
        "ALLOWED_HOSTS": "127.0.0.1",
    }


class Site:
    """A site of its own on a free port, started as ./run --empty starts it once everything is installed."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own_address = {"HOST": "127.0.0.1", "PORT": str(self.port), "SITE_URL": f"http://127.0.0.1:{self.port}"}
        self.mark = environment(folder)["DATABASE_URL"]
        self.log = folder / "log"
        self.program = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve", "empty"],
            cwd=ROOT,
            env=environment(folder) | own_address,
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def wait_until_up(self):
        until(lambda: "Ctrl-C stops it" in self.told() or self.program.poll() is not None)
        assert self.program.poll() is None, self.told()

    def told(self):
        return self.log.read_text()

    def processes(self):
        """Ids of everything that was started with this site's database."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if self.mark.encode() in file.read():
                        found.append(int(pid))
            except OSError:
                continue
        return found

    def command_of(self, pid):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode()

    def answer(self, raw):
        """What the site says to these bytes, and the status."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it answered before it had heard all
                connection.sendall(raw)
            response = http.client.HTTPResponse(connection)
            response.begin()
            return response.status


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """What a first start made: tables and static files."""
    folder = tmp_path_factory.mktemp("prepared")
    subprocess.run([sys.executable, "-m", "scripts.prepare", "empty"], cwd=ROOT, env=environment(folder), check=True)
    return folder


@pytest.fixture
def start(prepared, tmp_path):
    started = []

    def start():
        started.append(Site(shutil.copytree(prepared, tmp_path / "var")))
        return started[-1]

    yield start
    for site in started:
        site.program.terminate()
        site.program.wait(timeout=30)


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at processes in /proc")


@needs_proc
def test_it_comes_up_and_ends_as_a_whole(start):
    site = start()
    site.wait_until_up()
    assert f"http://127.0.0.1:{site.port}" in site.told()
    assert "./run --empty manage createsuperuser" in site.told()
    assert len(site.processes()) >= 4  # this program, the web server and its two processes, the worker
    site.program.send_signal(signal.SIGINT)
    assert site.program.wait(timeout=serve.STOP_SECONDS - 3) == 0  # in order, before patience ends
    assert site.processes() == []


@needs_proc
@pytest.mark.parametrize("victim", ["gunicorn", "worker"])
def test_if_one_part_dies_the_other_is_ended_and_it_says_so(start, victim):
    site = start()
    site.wait_until_up()
    parts = {pid: site.command_of(pid) for pid in site.processes() if pid != site.program.pid}
    os.kill(min(pid for pid, command in parts.items() if victim in command), signal.SIGKILL)
    assert site.program.wait(timeout=20) == 1
    assert "ended by itself" in site.told()
    until(lambda: not site.processes(), 5)
    assert site.processes() == []


@needs_proc
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_killed_outright_it_leaves_nothing_running(start):
    site = start()
    site.wait_until_up()
    site.program.kill()
    until(lambda: not site.processes(), 15)
    assert site.processes() == []


def test_the_log_tells_nothing_of_what_was_asked_and_overlong_lines_are_refused(start):
    site = start()
    site.wait_until_up()
    host = b"Host: 127.0.0.1\r\n"
    long = b"GET /find/?near=Canaryville" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + host + b"\r\n"
    assert site.answer(long) in (400, 414)
    assert site.answer(b"GET /find/?near=Canaryville TX HTTP/1.1\r\n" + host + b"\r\n") == 400
    assert site.answer(b"Canaryville 78701\r\n\r\n") == 400
    assert site.answer(b"GET / HTTP/1.1\r\nCanaryville 78701: x\r\n" + host + b"\r\n") == 400
    assert site.answer(b"GET /healthz?near=Canaryville HTTP/1.1\r\n" + host + b"\r\n") == 200
    assert site.answer(b"GET /healthz?near=78701 HTTP/1.1\r\nHost: canaryville.example.org\r\n\r\n") in (200, 400)
    site.program.terminate()
    site.program.wait(timeout=20)
    assert "A request was refused before it reached the site" in site.told()
    assert "anaryville" not in site.told()
    assert "78701" not in site.told()


def test_a_site_whose_own_address_is_not_allowed_says_so_at_once(monkeypatch):
    class Refuses(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(400)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("SITE_URL", "http://pain.example.org")
    with http.server.HTTPServer(("127.0.0.1", 0), Refuses) as server:
        threading.Thread(target=server.handle_request).start()
        with pytest.raises(serve.CannotStart, match=r"ALLOWED_HOSTS must hold .*pain\.example\.org"):
            serve.healthy("127.0.0.1", server.server_port)


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False)]
)
def test_demo_log_ins_are_shown_only_where_they_work(capsys, monkeypatch, host, shown):
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    serve.announce("demo", host, "operator@example.org  the-password  (operator)", 1.0)
    told = capsys.readouterr().out
    assert ("the-password" in told) is shown
    assert ("work on this machine only" in told) is not shown


def test_debug_is_off():
    assert settings.DEBUG is False
