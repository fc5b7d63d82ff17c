"""The engines that the search is compared with answer the identical question."""

import pytest
from django.db import connection

from directory.bench import exactness, questions
from directory.bench.inprocess import API

pytestmark = pytest.mark.django_db


def test_ours_equals_brute_force(columns):
    checked = exactness.ours_checked(columns, questions.sets(120), 180)
    assert checked == {"queries": 180, "different": 0, "examples": []}


def test_every_other_engine_equals_brute_force(columns, others):
    sets = questions.sets(24)
    found = {}
    for name, engine in others.others.items():
        asked = [query for kind in others.sets_of(name) for query in sets[kind]]
        found[name] = exactness.different(engine, columns.answer, asked)
    assert set(map(len, found.values())) == {0}, found


def test_there_is_a_spatial_index_or_it_is_said_why_not(others):
    spatial = "SQLite R*Tree" if connection.vendor == "sqlite" else "PostGIS"
    assert (spatial in others.every) != bool(others.missing)


def test_the_naive_endpoint_says_the_same_as_the_api(others, client, settings):
    settings.ROOT_URLCONF = "directory.bench.urls"
    for near, radius in (("New York, NY", 100), ("90.0, 0.0", 50), ("Cut Bank, MT", 1)):
        asked = {"near": near, "radius": radius}
        naive, api = (client.get(address, asked).json() for address in ("/bench/naive/", API))
        assert naive["results"] == api["results"] and naive["count"] == api["count"] > 0
        assert set(naive) <= set(api)
