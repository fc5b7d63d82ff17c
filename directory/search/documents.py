"""The documents of what was found: each as of the version that was searched, whatever was committed since."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from directory.search.query import Hit
from directory.search.snapshot import Snapshot

type Listing = Mapping[str, Any]
"""A practice as directory.search.rows wrote it."""


def of_hits(snapshot: Snapshot, hits: Sequence[Hit]) -> dict[int, Listing]:
    """By practice id; one that was deleted for good is missing. One query."""
    npis = {hit.practice_id: hit.npi for hit in hits}
    newest: dict[int, tuple[int, Any]] = {}
    for practice, number, content in _read(npis):
        passed_over = number in snapshot.passed_over and npis[practice] not in snapshot.rows_changed
        # A version that was not searched is better than none
        rank = -number if passed_over or number > snapshot.number else number
        if practice not in newest or rank > newest[practice][0]:
            newest[practice] = rank, content
    return {practice: orjson.loads(content) for practice, (_rank, content) in newest.items()}


def newest(practices: Iterable[int]) -> dict[int, Listing]:
    """The documents as of now, by practice id."""
    found: dict[int, tuple[int, Any]] = {}
    for practice, number, content in _read(practices):
        if practice not in found or number > found[practice][0]:
            found[practice] = number, content
    return {practice: orjson.loads(content) for practice, (_number, content) in found.items()}


# By hand: compiled anew for each question it would cost as much as the search
_DOCUMENTS = "SELECT practice, number, content FROM directory_listingdocument WHERE practice IN"


def _read(practices: Iterable[int]) -> list[tuple[int, int, Any]]:
    wanted = list(practices)
    rows: list[tuple[int, int, Any]] = []
    with connection.cursor() as cursor:
        for first in range(0, len(wanted), 500):
            some = wanted[first : first + 500]
            places = ", ".join(["%s"] * len(some))
            cursor.execute(f"{_DOCUMENTS} ({places})", some)
            rows += cursor.fetchall()
    return rows
