"""Statements of the baselines, by the driver itself: Django's wrapper would cost the small ones a tenth."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from numpy.typing import NDArray

FETCHED = 50_000


def run(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, with `?` for each value on both databases."""
    if connection.connection is None:
        connection.ensure_connection()
    rows: list[tuple[Any, ...]]
    if connection.vendor == "sqlite":
        rows = connection.connection.execute(sql, values).fetchall()
        return rows
    cursor = connection.connection.execute(sql.replace("?", "%s"), values)
    rows = cursor.fetchall() if cursor.description else []
    return rows


def write(sql: str, columns: Sequence[NDArray[Any]]) -> None:
    """Many rows, by column, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(columns[0]), FETCHED):
            part = [column[start : start + FETCHED].tolist() for column in columns]
            if connection.vendor == "sqlite":
                cursor.executemany(sql.replace("?", "%s"), list(zip(*part, strict=True)))
                continue
            with cursor.copy(sql) as copy:
                for row in zip(*part, strict=True):
                    copy.write_row(row)
