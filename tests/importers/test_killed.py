"""An import that is killed leaves all of its work or none of it. It runs as an operator runs it: as a process."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from directory.search import packing
from tests.importers import registry
from tests.importers.registry import gone, row, write

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="runs once, on SQLite files of its own")

KILLS = 6
PEOPLE = 600
# Of a clock: the times at which a run ended and a change was told, the versions of what the search reads.
NUMBER = packing.FIXED.fields["number"][1]
WITHOUT_CLOCK = {
    "finished_at": "''",
    "at": "''",
    "number": "''",
    "fixed": f"hex(substr(fixed, 1, {NUMBER})) || hex(substr(fixed, {NUMBER + 9}))",
}


class Directory:
    """A database of its own in a file, and the command on it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "directory.sqlite3"
        self.environment = os.environ | {"DATABASE_URL": f"sqlite:///{self.path}", "VAR_DIR": str(folder)}
        self.environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        self.manage("migrate", "-v0").wait()

    def manage(self, *arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def dump(self) -> list[str]:
        """All rows as SQL, without what a clock said."""
        database = sqlite3.connect(self.path)
        try:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            tables = database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'directory_%' AND type = 'table'")
            names = sorted(name for (name,) in tables)
            dumped = []
            for name in names:
                columns = [column[1] for column in database.execute(f"PRAGMA table_info({name})")]
                columns = [WITHOUT_CLOCK.get(column, column) for column in columns]
                rows = database.execute(f"SELECT {', '.join(columns)} FROM {name}")
                dumped += sorted(f"{name} {values!r}" for values in rows)
            return dumped
        finally:
            database.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


def test_killed_at_any_moment_it_leaves_all_or_nothing(folder: Path):
    full = write(folder, [row(n) for n in range(PEOPLE)], name="npidata_pfile_full.csv")
    weekly = write(folder, changes_of_a_week(), name="npidata_pfile_weekly.csv")
    directory = Directory(folder)
    assert directory.manage("import_nppes", full).wait() == 0
    before = directory.dump()
    pristine = directory.path.read_bytes()

    began = time.monotonic()
    assert directory.manage("import_nppes", weekly).wait() == 0
    takes = time.monotonic() - began
    after = directory.dump()
    assert after != before

    outcomes = []
    for kill in range(KILLS):
        for leftover in folder.glob("directory.sqlite3-*"):
            leftover.unlink()
        directory.path.write_bytes(pristine)
        process = directory.manage("import_nppes", weekly)
        # From the start-up of Python to the end; most kills fall into the second half, where it reads and writes.
        time.sleep(takes * (0.2 + 0.8 * (kill + random.random()) / KILLS))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = directory.dump()
        assert found in (before, after)
        outcomes.append(found == after)
    assert not all(outcomes), "no kill came in time"

    assert directory.manage("import_nppes", weekly).wait() == 0
    assert directory.dump() == after
    assert directory.manage("check_search", "--check").wait() == 0


def changes_of_a_week() -> list[dict[str, str]]:
    """New people, changed people and people who left, in one file."""
    changed = [row(n, updated="07/01/2024", line1=f"{n} OTHER ST", phone="") for n in range(200)]
    left = [gone(n) for n in range(200, 300)]
    return [*changed, *left, *(row(n) for n in range(PEOPLE, PEOPLE + 300))]


def test_the_exit_status_is_1_without_a_traceback_where_a_file_is_refused(folder: Path):
    wrong = folder / "wrong.csv"
    wrong.write_text("name,price\npen,1\n")
    directory = Directory(folder)
    command = [sys.executable, "manage.py", "import_nppes", str(wrong)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=directory.environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("CommandError: ")
    assert registry.MAIN_TABLE[:13] in done.stderr
