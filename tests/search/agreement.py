"""One question asked twice: of the search, and of every row by brute force."""

import math
from collections.abc import Sequence

import pytest

from directory import search
from directory.search import PageNotFound, SearchQuery, SearchResult
from tests.search.oracle import Answer, Oracle

ONE_METER = 0.001 / 1.609344  # in miles


def find(query: SearchQuery) -> SearchResult:
    """What the search finds, which is also what is found by brute force. Raises PageNotFound."""
    agree(query, Oracle().search(query))
    return search.find(query)


def agree(query: SearchQuery, expected: Answer) -> None:
    """Fails where the search answers anything else."""
    matches = expected.matches
    pages = 1 if expected.widened else max(1, -(-len(matches) // query.page_size))
    if query.page > pages:
        with pytest.raises(PageNotFound) as refused:
            search.find(query)
        assert (refused.value.page, refused.value.pages) == (query.page, pages)
        return
    result = search.find(query)
    start = (query.page - 1) * query.page_size
    page = matches if expected.widened else matches[start : start + query.page_size]
    assert [hit.npi for hit in result.hits] == [match.npi for match in page], query
    assert [hit.practice_id for hit in result.hits] == [match.practice for match in page], query
    assert [hit.other_practices for hit in result.hits] == [match.others for match in page], query
    assert same([hit.distance_miles for hit in result.hits], [match.distance for match in page]), query
    assert (result.count, result.widened, result.pages) == (len(matches), expected.widened, pages), query
    relax = expected.relax
    assert [(one.drop, one.count) for one in result.relax] == [(drop, count) for drop, count, _ in relax], query
    assert same([one.nearest_miles for one in result.relax], [distance for *_, distance in relax]), query
    assert counts_of(result) == expected.facets, query


def same(ours: Sequence[float | None], theirs: Sequence[float | None]) -> bool:
    """Within 1e-9 or 1 meter, whichever is larger."""
    return all(
        mine is other if mine is None or other is None else math.isclose(mine, other, rel_tol=1e-9, abs_tol=ONE_METER)
        for mine, other in zip(ours, theirs, strict=True)
    )


def counts_of(result: SearchResult) -> dict[str, list[tuple[str, int]]] | None:
    if result.facets is None:
        return None
    return {name: [(one.slug, one.count) for one in counts] for name, counts in result.facets.items()}
