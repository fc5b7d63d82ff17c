"""One run: a database for each size, the measurements in a process of their own, all figures together."""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from directory.bench import bars
from directory.bench.databases import database
from directory.bench.options import Options

# ruff: noqa: S603 (the program called is this Python)


class Failed(Exception):
    """The measurements of one size ended without figures; they said why."""


def run(sizes: Sequence[Options], *, keep: bool = False) -> dict[str, Any]:
    """All figures, and which bars they meet. What happens meanwhile goes to standard output. Raises Failed."""
    figures: dict[str, Any] = {"day": datetime.date.today().isoformat(), "sizes": {}}
    for options in sizes:
        figures["sets_of"] = options.queries
        figures["sizes"][str(options.practices)] = one_size(options, keep=keep)
    return figures | {"bars": [asdict(bar) for bar in bars.judged(figures["sizes"])]}


def one_size(options: Options, *, keep: bool) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finder-bench-")))
        url = stack.enter_context(database(options.practices, keep=keep))
        env = environment(url, folder)
        if "memory" in options.parts:
            empty = stack.enter_context(database(0, keep=False))
            options = replace(options, empty_url=empty)
            _child(["migrate", "--verbosity", "0"], env | {"DATABASE_URL": empty})
        work, found = folder / "work.json", folder / "figures.json"
        work.write_text(json.dumps({"options": asdict(options), "to": str(found)}))
        _child(["bench", "--inside", str(work)], env)
        figures: dict[str, Any] = json.loads(found.read_text())
        return figures


def environment(url: str, folder: Path) -> dict[str, str]:
    """That of a production site on this machine, with visitors from many addresses, none of whom is turned away."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "SITE_URL": "http://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_PROXIES": "127.0.0.1",
        "API_READING_RATE": "1000000/minute",
        "DEBUG": "false",
        "GEOCODER": "embedded",
    }


def _child(arguments: list[str], env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "django", *arguments]
    if subprocess.run(command, env=env, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, check=False).returncode:
        raise Failed(f"{arguments[0]} on a database of the benchmark's own")
