"""Many rows into the tables of an empty database, fast: indexes and foreign keys are put aside and made again after."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from directory.bench.dataset import Rows

# ruff: noqa: S608 (names of tables and columns are the project's own; values are bound or copied)


def load(tables: Iterable[Rows]) -> int:
    """Writes all rows into the default database and lets it look at them. Returns their number."""
    return _into_sqlite(tables) if connection.vendor == "sqlite" else _into_postgres(tables)


# ---- SQLite ----------------------------------------------------------------------------------------------------------


def _into_sqlite(tables: Iterable[Rows]) -> int:
    """By a connection of its own that promises nothing about a power cut: the file is made anew then."""
    path = str(connection.settings_dict["NAME"])
    connection.close()
    db = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("PRAGMA cache_size=-400000")
        db.execute("PRAGMA temp_store=MEMORY")
        indexes = _sqlite_indexes(db)
        for name, _ in indexes:
            db.execute(f'DROP INDEX "{name}"')
        written = 0
        db.execute("BEGIN")
        for rows in tables:
            marks = ", ".join("?" * len(rows.columns))
            insert = f"INSERT INTO {rows.table} ({', '.join(rows.columns)}) VALUES ({marks})"
            for columns in rows.chunks():
                db.executemany(insert, zip(*columns, strict=True))
            written += rows.number
        for _, sql in indexes:
            db.execute(sql)
        db.execute("COMMIT")
        db.execute("ANALYZE")
        db.execute("PRAGMA locking_mode=NORMAL")
        db.execute("PRAGMA journal_mode=WAL")
    finally:
        db.close()
    return written


def _sqlite_indexes(db: sqlite3.Connection) -> list[tuple[str, str]]:
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name GLOB 'directory_*'"
    found: list[tuple[str, str]] = db.execute(sql).fetchall()
    return found


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------

# Foreign keys first: they stand on the others. Primary keys stay.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('f', 'u')
    AND starts_with(conrelid::regclass::text, 'directory_')
    ORDER BY contype = 'u', conname
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE NOT indisprimary AND starts_with(indrelid::regclass::text, 'directory_')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def _into_postgres(tables: Iterable[Rows]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(CONSTRAINTS)
        constraints = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        written = 0
        for rows in tables:
            with cursor.copy(f"COPY {rows.table} ({', '.join(rows.columns)}) FROM STDIN") as copy:
                for columns in rows.chunks():
                    copy.write(_copy_text(columns))
            written += rows.number
        for _, sql in indexes:
            cursor.execute(sql)
        for table, name, definition in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for sql in connection.ops.sequence_reset_sql(no_style(), list(apps.get_app_config("directory").get_models())):
            cursor.execute(sql)  # ids were given; the next one must be free
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET ALL")
    return written


def _copy_text(columns: Sequence[list[object]]) -> str:
    """Rows in the text format of COPY. None of the dataset's words holds a tab, a line end or a backslash."""
    texts: list[Iterator[str]] = [_texts(column) for column in columns]
    return "\n".join(map("\t".join, zip(*texts, strict=True))) + "\n"


def _texts(column: list[object]) -> Iterator[str]:
    return ("\\N" if value is None else str(value) for value in column)
