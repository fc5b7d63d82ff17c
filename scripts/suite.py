"""All that ./run test does: lint, types, missing migrations, then every test on SQLite and on a real PostgreSQL.

With arguments, which are pytest's, only the tests run. The last line is `N passed, N failed, N skipped`.
"""

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

from scripts import chromium, postgres

# ruff: noqa: S603, S314 (the programs called are this Python's own; the XML is pytest's)

TYPED = ("config", "directory", "referrals", "scripts")
GATES = {
    "lint": (sys.executable, "-m", "ruff", "check", "--quiet", "--output-format", "concise", "."),
    "format": (sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."),
    "types": (sys.executable, "-m", "mypy", *TYPED),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
}
# The same examples each time, both cores; what the caller gives comes later and wins.
PYTEST = (sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "--hypothesis-profile=ci", "-q")
NO_TESTS_MATCHED = 5


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass
class Suite:
    """One run on one database."""

    database: str
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    broken: bool = False  # pytest itself ended badly, whatever it counted

    def __str__(self) -> str:
        return f"{self.database}: {in_words(self.counts)}, {self.seconds:.0f} s"


def in_words(counts: Counter[str]) -> str:
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


def environment(database_url: str | None = None) -> dict[str, str]:
    """Ours, with the tests' settings whatever the caller's shell has, and the database that is asked for."""
    ours = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    ours["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    return ours | ({"TEST_DATABASE_URL": database_url} if database_url else {})


def call(command: tuple[str, ...], env: dict[str, str]) -> int:
    """Runs it to its end. Interrupted, it lets the command put its own things away first."""
    with subprocess.Popen(command, env=env) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
            raise


def gates() -> list[str]:
    """The names of the gates that failed."""
    failed = []
    for name, command in GATES.items():
        say(f"== {name}")
        if call(command, environment()):
            failed.append(name)
    return failed


def run(database: str, env: dict[str, str], arguments: list[str]) -> Suite:
    say(f"\n== tests on {database}")
    suite = Suite(database)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="finder-report-") as folder:
        report = Path(folder) / "report.xml"
        status = call((*PYTEST, f"--junitxml={report}", *arguments), env)
        suite.seconds = time.monotonic() - started
        if report.exists():
            suite.counts = count(report)
    nothing_to_do = status == NO_TESTS_MATCHED and bool(arguments)
    suite.broken = status != 0 and not suite.counts["failed"] and not nothing_to_do
    return suite


def count(report: Path) -> Counter[str]:
    """What became of the tests in pytest's report; `browser` counts those that ran in Chromium."""
    counts: Counter[str] = Counter()
    for case in ET.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        ran = "skipped" if "skipped" in outcomes else "passed"
        outcome = "failed" if outcomes & {"failure", "error"} else ran
        counts[outcome] += 1
        if outcome != "skipped" and case.find("properties/property[@name='browser']") is not None:
            counts["browser"] += 1
    return counts


def browser_line(suites: list[Suite]) -> str:
    program = chromium.find()
    if not program:
        return f"Browser tests: DID NOT RUN, {chromium.NOT_FOUND}"
    answer = subprocess.run((program, "--version"), capture_output=True, text=True, check=False)
    ran = sum(suite.counts["browser"] for suite in suites)
    return f"Browser tests: {ran} ran in {answer.stdout.strip() or 'Chromium'} ({program})"


def summary(suites: list[Suite], failed: list[str], *, gated: bool, started: float) -> int:
    say("\n== what this ran on")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    say(f"Python {platform.python_version()}, Django {django.get_version()}, {platform.platform()}, {cores} cores")
    gates_passed = ("all right" if not failed else "see below") if gated else "NOT RUN (arguments were given)"
    say(f"Lint, format, types, migrations: {gates_passed}")
    for suite in suites:
        say(str(suite))
    say(browser_line(suites))
    say(f"All of it took {time.monotonic() - started:.0f} s")
    failed += [f"the tests on {suite.database} ended badly" for suite in suites if suite.broken]
    for what in failed:
        say(f"FAILED: {what}")
    total: Counter[str] = sum((suite.counts for suite in suites), Counter())
    total["failed"] += len(failed)
    say(in_words(total))
    return 1 if total["failed"] else 0


def main() -> int:
    arguments = sys.argv[1:]
    started = time.monotonic()
    postgres.end_in_order()
    suites: list[Suite] = []
    try:
        failed = [] if arguments else gates()
        suites.append(run(f"SQLite {sqlite3.sqlite_version}", environment(), arguments))
        try:
            with postgres.server() as server:
                name = f"PostgreSQL {server.version} ({server.origin})"
                suites.append(run(name, environment(server.url), arguments))
        except postgres.NoPostgres as error:
            say(f"\n{error}")
            failed.append("no PostgreSQL: nothing ran on it")
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130
    return summary(suites, failed, gated=not arguments, started=started)


if __name__ == "__main__":
    sys.exit(main())
