"""The search: from a checked question to the page of specialists that answers it."""

from directory.search.engine import find
from directory.search.query import Hit, PageNotFound, Relaxed, SearchQuery, SearchResult

__all__ = ["Hit", "PageNotFound", "Relaxed", "SearchQuery", "SearchResult", "find"]
