"""All engines of one database: ours, and those that are compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from directory import search
from directory.bench import table
from directory.bench.answers import Answer, Engine, Facets, Row
from directory.bench.baselines import PostGIS, RTree, WithRows
from directory.bench.brute import Columns
from directory.bench.haversine import BoxAndHaversine
from directory.bench.measure import OURS
from directory.bench.naive import NaiveQuerySet
from directory.bench.options import SIMPLE
from directory.search import PageNotFound, SearchQuery, SearchResult

BRUTE = "numpy, every row"


@dataclass(frozen=True)
class Engines:
    """By name; `simple` are those that cannot answer the mixed questions. `missing`: why one is not here."""

    every: Mapping[str, Engine]
    simple: Mapping[str, Engine]
    missing: Mapping[str, str]

    def of_set(self, name: str) -> Mapping[str, Engine]:
        return {**self.every, **self.simple} if name in SIMPLE else self.every


def ours(query: SearchQuery) -> SearchResult | None:
    """None: there is no such page."""
    try:
        return search.find(query)
    except PageNotFound:
        return None


def our_answer(query: SearchQuery) -> Answer:
    """Ours in the form of the others."""
    result = ours(query)
    if result is None:
        return Answer(0, [])
    rows = [Row(hit.npi, hit.practice_id, hit.distance_miles, hit.other_practices) for hit in result.hits]
    facets: Facets | None = None
    if result.facets is not None:
        facets = {str(name): {one.slug: one.count for one in counts} for name, counts in result.facets.items()}
    return Answer(result.count, rows, facets, result.widened)


def prepare(columns: Columns, *, only_spatial: bool = False) -> Engines:
    """Makes the tables and indexes that the others need, where they are not there yet."""
    spatial, missing = _spatial()
    tables = connection.introspection.table_names()
    if spatial and "bench_row" not in tables:
        table.make_rows(columns)
        spatial.make()
        BoxAndHaversine.make()
    every: dict[str, Engine] = {OURS: ours}  # type: ignore[dict-item]  # what it answers is not looked at
    if spatial:
        every[spatial.name] = spatial(columns).answer
    every[BRUTE] = columns.answer
    if only_spatial:
        return Engines(every, {}, missing)
    simple = {BoxAndHaversine.name: BoxAndHaversine().answer, NaiveQuerySet.name: NaiveQuerySet().answer}
    return Engines(every, simple, missing)


def _spatial() -> tuple[type[WithRows] | None, dict[str, str]]:
    if connection.vendor == "sqlite":
        return RTree, {}
    if PostGIS.is_there():
        return PostGIS, {}
    return None, {PostGIS.name: "PostGIS is not installed on this server (Debian: postgresql-15-postgis-3)"}
