"""The search equals a brute-force search, specialist by specialist, over thousands of random questions."""

import math
import random

import pytest
from django.db import connection

from directory.search import PageNotFound, SearchQuery, find
from tests.search import world
from tests.search.oracle import Answer, Oracle

ONE_METER = 0.001 / 1.609344  # in miles


def compare(query: SearchQuery, expected: Answer) -> None:
    matches = expected.matches
    pages = 1 if expected.widened else max(1, -(-len(matches) // query.page_size))
    if query.page > pages:
        with pytest.raises(PageNotFound) as refused:
            find(query)
        assert refused.value.pages == pages
        return
    result = find(query)
    start = 0 if expected.widened else (query.page - 1) * query.page_size
    page = matches if expected.widened else matches[start : start + query.page_size]
    assert [hit.npi for hit in result.hits] == [match.npi for match in page]
    assert [hit.practice_id for hit in result.hits] == [match.practice for match in page]
    assert [hit.other_practices for hit in result.hits] == [match.others for match in page]
    assert (result.count, result.widened) == (len(matches), expected.widened)
    assert same([hit.distance_miles for hit in result.hits], [match.distance for match in page])
    assert [(one.drop, one.count) for one in result.relax] == [(drop, count) for drop, count, _ in expected.relax]
    assert same([one.nearest_miles for one in result.relax], [distance for *_, distance in expected.relax])


def same(ours: list[float | None], theirs: list[float | None]) -> bool:
    """Within 1e-9 or 1 meter, whichever is larger."""
    return all(
        mine is other if mine is None or other is None else math.isclose(mine, other, rel_tol=1e-9, abs_tol=ONE_METER)
        for mine, other in zip(ours, theirs, strict=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_answer_equals_the_brute_force_answer(seed):
    world.build(seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as any database in use has done by itself
    oracle = Oracle()
    dice = random.Random(seed)
    points = sorted({row.point for row in oracle.rows if row.point})
    for centre in world.centres(dice, points, 130):
        rims = [miles for miles in (oracle.miles(centre, point) for point in points) if 1 <= miles <= 500]
        for _ in range(5):
            query = world.question(dice, centre, rims)
            compare(query, oracle.search(query))
    for _ in range(60):
        query = world.question(dice, None, [])
        compare(query, oracle.search(query))


@pytest.mark.django_db
def test_the_directory_of_the_trials_holds_what_is_awkward():
    world.build(1)
    oracle = Oracle()
    points = [row.point for row in oracle.rows]
    assert None in points
    assert {(90.0, 77.0), (90.0, 0.0)} & set(points) and {(0.0, 180.0), (0.0, -180.0)} & set(points)
    assert len(set(points)) < len(points)
    people = [row.npi for row in oracle.rows]
    assert max(people.count(npi) for npi in set(people)) >= 4
