"""A database of the benchmark's own, beside the operator's and never in it."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from psycopg import sql

NAME = re.compile(r"^(\w+://[^/]*)/([^?]*)")


@contextmanager
def database(practices: int, *, keep: bool) -> Iterator[str]:
    """The address of a database for so many practices; `keep`: one that stays, and may be there already.

    SQLite: a file in a temporary folder, or in VAR_DIR/bench. PostgreSQL: a new database on the same server.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        with _on_server(given, practices, keep=keep) as url:
            yield url
        return
    if keep:
        folder = Path(settings.VAR_DIR) / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        yield _file(folder, practices)
        return
    with tempfile.TemporaryDirectory(prefix="finder-bench-") as name:
        yield _file(Path(name), practices)


def _file(folder: Path, practices: int) -> str:
    return f"sqlite:///{quote(str(folder / f'practices-{practices}.sqlite3'))}"


@contextmanager
def _on_server(given: str, practices: int, *, keep: bool) -> Iterator[str]:
    found = NAME.match(given)
    assert found, "DATABASE_URL names no database"
    name = f"{found[2] or 'finder'}_bench_{practices}" + ("" if keep else f"_{os.getpid()}")
    # Every server has it; the database that is named need not be there
    maintenance = NAME.sub(lambda match: f"{match[1]}/postgres", given)
    with psycopg.connect(maintenance, autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield NAME.sub(lambda match: f"{match[1]}/{name}", given)
    finally:
        if not keep:
            with psycopg.connect(maintenance, autocommit=True) as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
