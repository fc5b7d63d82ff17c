"""The documents of what was found: each as of the version that was searched, whatever was committed since."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.db import connection

from directory.search.query import Hit

type Listing = Mapping[str, Any]
"""A practice as directory.search.rows wrote it, and the version that did."""


def of_hits(hits: Iterable[Hit]) -> dict[int, Listing]:
    """By practice id; one that was deleted for good is missing. One query.

    `version` is the one that was searched, or a later one where that is gone already.
    """
    searched = {hit.practice_id: hit.version for hit in hits}
    found: dict[int, tuple[int, Any]] = {}
    for practice, number, content in _read(searched):
        if practice not in found or number == searched[practice]:
            found[practice] = number, content
    return _parsed(found)


def newest(practices: Iterable[int]) -> dict[int, Listing]:
    """The documents as of now, by practice id."""
    found: dict[int, tuple[int, Any]] = {}
    for practice, number, content in _read(practices):
        if practice not in found or number > found[practice][0]:
            found[practice] = number, content
    return _parsed(found)


def _parsed(found: Mapping[int, tuple[int, Any]]) -> dict[int, Listing]:
    return {practice: {**orjson.loads(content), "version": number} for practice, (number, content) in found.items()}


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
