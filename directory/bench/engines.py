"""All engines of one database: ours, and those that are compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from directory import search
from directory.bench import table
from directory.bench.answers import Answer, Engine, Facets, Row
from directory.bench.baselines import PostGIS, PostGISEach, RTree, RTreeEach, WithRows
from directory.bench.brute import Columns
from directory.bench.haversine import BoxAndHaversine
from directory.bench.measure import OURS
from directory.bench.naive import NaiveQuerySet
from directory.bench.options import ONE_PROCEDURE, SIMPLE
from directory.bench.sql import run
from directory.search import PageNotFound, SearchQuery, SearchResult

BRUTE = "numpy, every row"


@dataclass(frozen=True)
class Engines:
    """By name; `simple` are those that cannot answer the mixed questions, `each` have an index for each procedure.

    `missing`: why one is not here.
    """

    every: Mapping[str, Engine]
    each: Mapping[str, Engine]
    simple: Mapping[str, Engine]
    missing: Mapping[str, str]

    def of_set(self, name: str) -> Mapping[str, Engine]:
        """Those that are measured with these questions."""
        each = self.each if name in ONE_PROCEDURE else {}
        return {**self.every, **each, **(self.simple if name in SIMPLE else {})}

    def sets_of(self, name: str) -> tuple[str, ...]:
        """The sets that this engine can answer."""
        return SIMPLE if name in self.simple else (*SIMPLE, "mixed")

    @property
    def others(self) -> Mapping[str, Engine]:
        """All but ours and brute force."""
        found = {**self.every, **self.each, **self.simple}
        return {name: engine for name, engine in found.items() if name not in (OURS, BRUTE)}


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
    if connection.vendor == "postgresql":
        # What these take to start is more than most questions need
        run("SET jit = off")
        run("SET max_parallel_workers_per_gather = 0")
    kinds, missing = _spatial()
    spatial = [kind(columns) for kind in kinds]
    if "bench_row" not in connection.introspection.table_names():
        table.make_rows(columns)
        for engine in spatial:
            engine.make()
        BoxAndHaversine.make()
    every: dict[str, Engine] = {OURS: ours}  # type: ignore[dict-item]  # what it answers is not looked at
    every |= {engine.name: engine.answer for engine in spatial[:1]}
    every[BRUTE] = columns.answer
    each: dict[str, Engine] = {engine.name: engine.answer for engine in spatial[1:]}
    simple: dict[str, Engine] = {
        BoxAndHaversine.name: BoxAndHaversine().answer,
        NaiveQuerySet.name: NaiveQuerySet().answer,
    }
    return Engines(every, each, {} if only_spatial else simple, missing)


def _spatial() -> tuple[list[type[WithRows]], dict[str, str]]:
    if connection.vendor == "sqlite":
        return [RTree, RTreeEach], {}
    if PostGIS.is_there():
        return [PostGIS, PostGISEach], {}
    return [], {PostGIS.name: "PostGIS is not installed on this server (Debian: postgresql-15-postgis-3)"}
