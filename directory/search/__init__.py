"""The search: from a checked question to the page of specialists that answers it."""

from directory.search.engine import find
from directory.search.query import (
    LARGEST_RADIUS_MILES,
    FacetCount,
    Hit,
    PageNotFound,
    Relaxed,
    SearchQuery,
    SearchResult,
)
from directory.search.rows import (
    PARTS_OF_LISTINGS,
    VOCABULARY,
    concerned,
    hold,
    rebuild,
    rebuild_all,
    tell,
    time_of_version,
)
from directory.search.snapshot import RowsOfAnotherLayout, Snapshot, known, latest

__all__ = [
    "LARGEST_RADIUS_MILES",
    "PARTS_OF_LISTINGS",
    "VOCABULARY",
    "FacetCount",
    "Hit",
    "PageNotFound",
    "Relaxed",
    "RowsOfAnotherLayout",
    "SearchQuery",
    "SearchResult",
    "Snapshot",
    "concerned",
    "find",
    "hold",
    "known",
    "latest",
    "rebuild",
    "rebuild_all",
    "tell",
    "time_of_version",
]
