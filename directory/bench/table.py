"""The table of the two baselines that have a spatial index: whatever is asked of a practice, in one narrow row.

Procedures, insurers and languages are bits, so that no filter and no facet needs a join; neighbours stand next to each
other on the disk. It is written once and never kept fresh.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from directory.bench.brute import Columns
from directory.bench.country import curve
from directory.bench.sql import run, write

# ruff: noqa: S608 (names are constants; values are always bound)

MASKS = ("offered", "online", "listed", "confirmed", "claims", "insurers", "languages")
NUMBERS = ("practice", "npi", *MASKS, "gender", "accepting", "telehealth", "name_rank")
FLOATS = ("x", "y", "z", "latitude", "longitude")


def make_rows(columns: Columns) -> None:
    """`bench_row`, and `bench_words` for the names."""
    numbers, floats = ", ".join(f"{name} bigint" for name in NUMBERS), ", ".join(f"{n} float" for n in FLOATS)
    run(f"CREATE TABLE bench_row (id integer PRIMARY KEY, {numbers}, {floats})")
    run("CREATE TABLE bench_words (id integer PRIMARY KEY, words text)")
    order = _spatial_order(columns)
    ids = np.arange(1, len(order) + 1)
    parts = [ids, *(_number(columns, name)[order] for name in NUMBERS), *(_known(f[order]) for f in _floats(columns))]
    names = ("id", *NUMBERS, *FLOATS)
    write(_insert("bench_row", names), parts)
    texts = np.array(columns.person_texts, object)[columns.person_text] + " "
    texts += np.array(columns.clinic_texts, object)[columns.clinic_text]
    write(_insert("bench_words", ("id", "words")), [ids, " " + texts[order]])
    make_indexes()


def make_indexes() -> None:
    run("CREATE INDEX bench_row_npi ON bench_row (npi)")
    run("CREATE INDEX bench_row_practice ON bench_row (practice)")


def _insert(table: str, names: Sequence[str]) -> str:
    if connection.vendor == "sqlite":
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    return f"COPY {table} ({', '.join(names)}) FROM STDIN"


def _spatial_order(columns: Columns) -> NDArray[np.int64]:
    """Those without a place last."""
    placed = ~np.isnan(columns.latitude)
    along = curve(np.where(placed, columns.latitude, 0.0), np.where(placed, columns.longitude, 0.0))
    return np.lexsort((columns.practice, along, ~placed))


def _number(columns: Columns, name: str) -> NDArray[np.int64]:
    source = {"online": "open"}.get(name, name)
    values: NDArray[Any] = getattr(columns, source)
    return values.view(np.int64) if values.dtype == np.uint64 else values.astype(np.int64)


def _floats(columns: Columns) -> list[NDArray[np.float64]]:
    phi, lam = np.radians(columns.latitude), np.radians(columns.longitude)
    vector = [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]
    return [*vector, columns.latitude, columns.longitude]


def _known(values: NDArray[np.float64]) -> NDArray[np.object_]:
    """NaN as null."""
    known = values.astype(object)
    known[np.isnan(values)] = None
    return known
