"""The site and its worker as one program: `python -m scripts.serve demo|empty`, which ./run does.

Both are children. Whatever ends (Ctrl-C, TERM, a closed terminal, one of the two by itself), both end.
"""

import contextlib
import ctypes
import errno
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from urllib.parse import urlsplit

# ruff: noqa: S603 (the programs called are this Python's own)

START_SECONDS = 60
# The web server finishes what it is answering and the worker what it is sending; then it is enough.
STOP_SECONDS = 15


class CannotStart(Exception):
    """The text says what to do."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def free_address() -> tuple[str, int]:
    """HOST and PORT from the environment. Raises CannotStart where nobody could listen there."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port!r}.")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    except OSError:
        raise CannotStart(f"HOST must be an address of this machine, such as 127.0.0.1; {host!r} is none.") from None
    with socket.socket(found[0], socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(found[4])
        except OSError as error:
            raise CannotStart(_why_not(error, host, port)) from None
    return host, int(port)


def _why_not(error: OSError, host: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken: another ./run, or another program. Stop it, or choose another port: "
            f"PORT={int(port) % 65535 + 1} ./run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is for the administrator only. Choose one above 1023: PORT=8000 ./run"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST must be an address of this machine, such as 127.0.0.1; {host!r} is none."
    return f"Nobody can listen on port {port} of {host}: {error.strerror}."


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _die_with_parent() -> None:
    """On Linux, a child ends even when this program is killed and can no longer end it."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class Household:
    """The children, and the wish to end."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = 0

    def start(self, name: str, *command: str, stdout: int | None = None) -> None:
        """In a session of its own: Ctrl-C comes to us alone, and the children are ended in order."""
        self.children[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True, preexec_fn=_die_with_parent
        )

    def finish(self, *command: str) -> tuple[int, str]:
        """Runs a command to its end, which our own ending brings about: its status and what it wrote (a few lines)."""
        self.start("preparation", *command, stdout=subprocess.PIPE)
        child = self.children["preparation"]
        while child.poll() is None and not self.ending:
            time.sleep(0.02)
        if child.poll() is None:
            return 1, ""  # put_away() ends it
        assert child.stdout
        del self.children["preparation"]
        return child.returncode, child.stdout.read().decode()

    def end(self, signum: int, frame: FrameType | None) -> None:
        self.ending += 1

    def ended(self) -> tuple[str, int] | None:
        """The first child that ended by itself, with its exit status."""
        for name, child in self.children.items():
            if (status := child.poll()) is not None:
                return name, status
        return None

    def put_away(self) -> None:
        """Ends all of them; asked to end a second time, at once."""
        asked = self.ending
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.poll() is None for child in self.children.values()):
            if time.monotonic() > deadline or self.ending > max(asked, 1):
                break
            time.sleep(0.05)
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # its own children too
            child.wait()


def healthy(host: str, port: int) -> bool:
    """Whether the site answers /healthz. Raises CannotStart where it never will."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (asked, not listened on)
    connection = http.client.HTTPConnection(reach, port, timeout=5)
    own = urlsplit(os.environ["SITE_URL"])
    try:
        connection.request("GET", "/healthz", headers={"Host": own.netloc})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if status == 400:
        raise CannotStart(f"ALLOWED_HOSTS must hold the host of SITE_URL, {own.hostname}.")
    return status == 200


def run(household: Household, mode: str, started: float) -> int:
    host, port = free_address()
    status, logins = household.finish(sys.executable, "-m", "scripts.prepare", mode)
    if status or household.ending:
        return 0 if household.ending else status
    household.start("web server", sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
    deadline = time.monotonic() + START_SECONDS
    announced = False
    while not household.ending:
        if gone := household.ended():
            raise CannotStart(f"The {gone[0]} ended by itself (status {gone[1]}), so everything was stopped.")
        if not announced and healthy(host, port):
            household.start("worker", sys.executable, "manage.py", "worker")  # now that nobody waits for the site
            announce(mode, host, logins, time.time() - started)
            announced = True
        if not announced and time.monotonic() > deadline:
            raise CannotStart(f"The site did not answer /healthz within {START_SECONDS} seconds.")
        time.sleep(0.5 if announced else 0.1)
    say("Stopping ...")
    return 0


def announce(mode: str, host: str, logins: str, seconds: float) -> None:
    say(f"\nThe site is at {os.environ['SITE_URL']}   (up after {seconds:.1f} s)")
    if mode == "empty":
        say(
            "This directory has no demo. Make your own log-in:   ./run --empty manage createsuperuser\n"
            "Import the national NPI file:                       ./run --empty manage import_nppes FILE"
        )
    else:
        say("Everything and everybody in it is fictional.")
        if not is_loopback(host):
            say(
                "The demo's log-ins work on this machine only, so they are not shown while others can reach the site\n"
                "(HOST is not a loopback address)."
            )
        elif logins.strip():
            say(f"Log in at {os.environ['SITE_URL']}/admin/ as one of these (e-mail, password):\n{logins.rstrip()}")
    say("Ctrl-C stops it.\n")


def main() -> int:
    household = Household()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, household.end)
    try:
        return run(household, sys.argv[1], float(os.environ.get("RUN_STARTED", time.time())))
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        household.put_away()


if __name__ == "__main__":
    sys.exit(main())
