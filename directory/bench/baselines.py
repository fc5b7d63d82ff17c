"""Other ways to answer the same question, in SQL: each as good as its authors could make it. Better ones are welcome.

They keep nothing fresh: their tables are written once, when the benchmark's database is built, and cost the benchmark
nothing afterwards. What they leave out of an answer is what a listing says, and `relax`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from directory import names
from directory.bench import geometry, table
from directory.bench.answers import Answer, Facets, Row
from directory.bench.brute import Columns, count_bits
from directory.bench.sql import run
from directory.bench.table import MASKS
from directory.search import SearchQuery
from directory.search.query import WIDENED_TO

# ruff: noqa: S608 (statements are joined from constants; values are always bound)

# The sphere of PostGIS has the mean radius of WGS 84, in meters; ours is that of GRS 80 to four decimals.
POSTGIS_RADIUS = (2 * 6378137.0 + 6356752.314245179) / 3
METERS_PER_MILE = POSTGIS_RADIUS / geometry.EARTH_RADIUS_MILES
FARTHER = 1e9  # than any distance, in whatever it is measured


class WithRows(ABC):
    """Answers from `bench_row`; how rows in a circle are found is the heirs' own affair."""

    name: str

    def __init__(self, columns: Columns) -> None:
        self.vocabularies = columns.procedures, columns.insurers_known, columns.languages_known
        self.done_for = columns.done_for

    @abstractmethod
    def make(self) -> None:
        """The index, and what else it needs besides `bench_row`."""

    @abstractmethod
    def source(self, query: SearchQuery, radius: float) -> tuple[str, list[object]]:
        """`FROM ... WHERE ...` of all rows `p` in the circle, with its values."""

    @abstractmethod
    def distance(self, query: SearchQuery) -> tuple[str, list[object]]:
        """What grows with the distance of a row `p`, equal for equal places, with its values."""

    @abstractmethod
    def miles(self, distance: float) -> float:
        """The miles of that."""

    def only_procedure(self, query: SearchQuery) -> int | None:
        """The bit of the procedure if only its rows matter: one is asked for, and the others need not be counted."""
        if len(query.procedures) != 1 or query.facets:
            return None
        return self.vocabularies[0].slugs.index(query.procedures[0])

    def answer(self, query: SearchQuery) -> Answer:
        if query.facets and query.near:
            return self._with_facets(query)
        if query.near is None:
            return self._anywhere(query)
        count, found = self._page(query, query.radius_miles, query.page_size, query.page)
        if count or query.page > 1:
            return Answer(count, self._rows(query, found))
        return self._widened(query)

    def _widened(self, query: SearchQuery, facets: Facets | None = None) -> Answer:
        radius, found = query.radius_miles, list[tuple[int, float]]()
        while len(found) < WIDENED_TO and radius < geometry.EVERYWHERE:
            radius = min(radius * geometry.GROWTH, geometry.EVERYWHERE)
            _, found = self._page(query, radius, WIDENED_TO, 1)
        return Answer(len(found), self._rows(query, found), facets, widened=bool(found))

    def _page(self, query: SearchQuery, radius: float, size: int, page: int) -> tuple[int, list[tuple[int, float]]]:
        """The number of specialists, and NPI and distance of those on a page."""
        source, values = self.source(query, radius)
        distance, of_distance = self.distance(query)
        tests, of_tests = self.tests(query)
        where = "".join(f" AND {test}" for test in tests)
        limits = [size, (page - 1) * size]
        if query.order == "distance" or radius > query.radius_miles:
            nearest = f"SELECT p.npi AS npi, min({distance}) AS far {source}{where} GROUP BY p.npi"
            sql = f"SELECT count(*) OVER (), npi, far FROM ({nearest}) AS nearest ORDER BY far, npi LIMIT ? OFFSET ?"
            values = [*of_distance, *values, *of_tests, *limits]
        else:  # sorted by what is said of the practice that is shown
            value, join, of_value = self._sorted_by(query)
            hit = f"SELECT p.*, {distance} AS far {source}{where}"
            turn = "row_number() OVER (PARTITION BY npi ORDER BY far, practice) AS turn"
            sql = (
                f"SELECT count(*) OVER (), p.npi, p.far FROM (SELECT *, {turn} FROM ({hit}) AS hit) AS p {join} "
                f"WHERE p.turn = 1 ORDER BY {value}, p.far, p.npi LIMIT ? OFFSET ?"
            )
            values = [*of_distance, *values, *of_tests, *of_value, *limits]
        found = run(sql, values)
        return (found[0][0] if found else 0), [(npi, far) for _, npi, far in found]

    def _sorted_by(self, query: SearchQuery) -> tuple[str, str, list[object]]:
        """What to order by, what to join for it, and the values of the join."""
        if query.order == "name":
            return "p.name_rank", "", []
        bit = self._mask(0, query.procedures)
        if query.order == "evidence":
            tiers = " + ".join(f"CASE WHEN p.{tier} & {bit} <> 0 THEN 1 ELSE 0 END" for tier in MASKS[2:5])
            return f"-({tiers})", "", []
        join = (
            "JOIN directory_offering o ON o.practice_id = p.practice "
            "AND o.procedure_id = (SELECT id FROM directory_procedure WHERE slug = ?)"
        )
        return "o.wait_weeks IS NULL, o.wait_weeks", join, [query.procedures[0]]

    def _rows(self, query: SearchQuery, found: Sequence[tuple[int, float]]) -> list[Row]:
        """With the practice of each specialist (of two as near the lower id) and the number of further ones."""
        if not found:
            return []
        distance, of_distance = self.distance(query)
        tests, of_tests = self.tests(query)
        where = "".join(f" AND {test}" for test in tests)
        marks = ", ".join("?" * len(found))
        sql = f"SELECT p.npi, p.practice, {distance} FROM bench_row p WHERE p.npi IN ({marks}){where}"
        practices: dict[int, list[tuple[float, int]]] = {npi: [] for npi, _ in found}
        for npi, practice, far in run(sql, [*of_distance, *(npi for npi, _ in found), *of_tests]):
            practices[npi].append((FARTHER if far is None else far, practice))
        return [Row(npi, min(practices[npi])[1], self.miles(far), len(practices[npi]) - 1) for npi, far in found]

    def _anywhere(self, query: SearchQuery) -> Answer:
        """Without a place: each specialist at the practice of the lowest id, by name unless asked otherwise."""
        tests, of_tests = self.tests(query)
        where = " AND ".join(tests) or "TRUE"
        value, join, of_value = self._sorted_by(query)
        first = (
            f"SELECT min(practice) AS practice, count(*) - 1 AS others FROM bench_row p WHERE {where} GROUP BY p.npi"
        )
        sql = (
            f"SELECT count(*) OVER (), p.npi, p.practice, f.others FROM ({first}) AS f "
            f"JOIN bench_row p ON p.practice = f.practice {join} "
            f"ORDER BY {value}, p.npi LIMIT ? OFFSET ?"
        )
        limits = [query.page_size, (query.page - 1) * query.page_size]
        found = run(sql, [*of_tests, *of_value, *limits])
        rows = [Row(npi, practice, None, others) for _, npi, practice, others in found]
        facets = None
        if query.facets:
            rows_of_all = self._fetched(query, " FROM bench_row p WHERE TRUE", [])
            facets = self._counted(query, rows_of_all)
        return Answer(found[0][0] if found else 0, rows, facets)

    # ---- facets ----------------------------------------------------------------------------------------------------

    def _with_facets(self, query: SearchQuery) -> Answer:
        """One scan of the circle for count, page and facets; what is distinct is found in numpy."""
        source, values = self.source(query, query.radius_miles)
        rows = self._fetched(query, source, values)
        facets = self._counted(query, rows)
        if query.order != "distance":
            count, found = self._page(query, query.radius_miles, query.page_size, query.page)
            if count or query.page > 1:
                return Answer(count, self._rows(query, found), facets)
            return self._widened(query, facets)
        count, found = self._page_of(query, rows)
        if not count:
            return self._widened(query, facets) if query.page == 1 else Answer(0, [], facets)
        return Answer(count, self._rows(query, found), facets)

    def _page_of(self, query: SearchQuery, rows: dict[str, NDArray[Any]]) -> tuple[int, list[tuple[int, float]]]:
        """The same as `_page`, by distance, from rows that are here already."""
        hit = np.flatnonzero(self._passes(query, rows))
        npi, far = rows["npi"][hit], rows["far"][hit]
        order = np.lexsort((far, npi))
        npi, far = npi[order], far[order]
        first = np.flatnonzero(np.append(True, npi[1:] != npi[:-1])[: len(npi)])
        npi, far = npi[first], far[first]
        start, end = (query.page - 1) * query.page_size, query.page * query.page_size
        # Only what can be on the page is sorted
        near = np.flatnonzero(far <= np.partition(far, end)[end]) if len(far) > end else np.arange(len(far))
        shown = near[np.lexsort((npi[near], far[near]))][start:end]
        return len(first), list(zip(npi[shown].tolist(), far[shown].tolist(), strict=True))

    def _fetched(self, query: SearchQuery, source: str, values: list[object]) -> dict[str, NDArray[Any]]:
        """Rows that pass all filters but those that have a facet, as columns."""
        tests, of_tests = self.tests(query, faceted=False)
        where = "".join(f" AND {test}" for test in tests)
        distance, of_distance = self.distance(query) if query.near else ("0.0", [])
        performs = self._performs(query)
        sql = f"SELECT p.npi, p.practice, {performs}, p.insurers, p.languages, {distance} {source}{where}"
        found = run(sql, [*of_distance, *values, *of_tests])
        kinds = dict.fromkeys(("npi", "practice", "performs", "insurers", "languages"), np.int64) | {"far": np.float64}
        values_of = zip(*found, strict=True) if found else [()] * len(kinds)
        return {
            name: np.fromiter(column, kind, len(found))
            for (name, kind), column in zip(kinds.items(), values_of, strict=True)
        }

    def _passes(self, query: SearchQuery, rows: dict[str, NDArray[Any]], *, but: str = "") -> NDArray[np.bool_]:
        passes = np.ones(len(rows["npi"]), bool)
        asked = {"performs": query.procedures, "insurers": query.insurers, "languages": query.languages}
        for index, (name, slugs) in enumerate(asked.items()):
            if slugs and name != but:
                passes &= (rows[name] & self._mask(index, slugs)) != 0
        return passes

    def _counted(self, query: SearchQuery, rows: dict[str, NDArray[Any]]) -> Facets:
        facets = {}
        columns = {"procedure": "performs", "insurer": "insurers", "language": "languages"}
        for (facet, name), vocabulary in zip(columns.items(), self.vocabularies, strict=True):
            hit = self._passes(query, rows, but=name)
            facets[facet] = count_bits(rows["npi"][hit], rows[name][hit].view(np.uint64), vocabulary.slugs)
        return facets

    # ---- filters ---------------------------------------------------------------------------------------------------

    def tests(self, query: SearchQuery, *, faceted: bool = True) -> tuple[list[str], list[object]]:
        """What must hold of a row `p`; `faceted`: also the filters of procedure, insurer and language."""
        tests, values = list[str](), list[object]()
        if query.procedures and faceted:
            tests.append(f"{self._performs(query)} & {self._mask(0, query.procedures)} <> 0")
        if query.conditions:
            procedures = list(chain.from_iterable(self.done_for[condition] for condition in query.conditions))
            tests.append(f"p.offered & {self._mask(0, procedures)} <> 0")
        if query.insurers and faceted:
            tests.append(f"p.insurers & {self._mask(1, query.insurers)} <> 0")
        if query.languages and faceted:
            tests.append(f"p.languages & {self._mask(2, query.languages)} <> 0")
        if query.genders:
            codes = ", ".join(str({"female": 1, "male": 2}[gender]) for gender in query.genders)
            tests.append(f"p.gender IN ({codes})")
        tests += [f"p.{name} = 1" for name in ("accepting", "telehealth") if getattr(query, name)]
        called = [names.wanted_words(name) for name in query.q]
        if called:
            contains = "instr(words, ?) > 0" if connection.vendor == "sqlite" else "strpos(words, ?) > 0"
            any_of = " OR ".join(f"({' AND '.join([contains] * len(words))})" for words in called)
            tests.append(f"EXISTS (SELECT 1 FROM bench_words w WHERE w.id = p.id AND ({any_of}))")
            values += [f" {word}" for words in called for word in words]
        return tests, values

    def _performs(self, query: SearchQuery) -> str:
        """The bits of the procedures that are offered as asked for."""
        kinds = [f"p.{query.evidence or 'offered'}", *(["p.online"] if query.requests_online else [])]
        return f"({' & '.join(kinds)})"

    def _mask(self, vocabulary: int, slugs: Sequence[str]) -> int:
        """As a signed number of 64 bits."""
        return int(self.vocabularies[vocabulary].mask(slugs).view(np.int64))


# ---- the two -----------------------------------------------------------------------------------------------------


class RTree(WithRows):
    """SQLite's R*Tree over the practices, joined to their rows; the exact test is the chord in three dimensions.

    Of the ways tried this was the fastest: the tree with auxiliary columns took 1.8 times as long, its rows tested and
    parted in Python 1.1 times, two statements for count and page 1.4 times.
    """

    name = "SQLite R*Tree"

    def make(self) -> None:
        self._plant("bench_tree", "TRUE")

    @staticmethod
    def _plant(tree: str, rows: str) -> None:
        run(f"CREATE VIRTUAL TABLE {tree} USING rtree (id, south, north, west, east)")
        with transaction.atomic():
            run(
                f"INSERT INTO {tree} SELECT id, latitude, latitude, longitude, longitude FROM bench_row "
                f"WHERE latitude IS NOT NULL AND {rows} ORDER BY id"
            )

    def tree(self, query: SearchQuery) -> str:
        """The tree to look in."""
        return "bench_tree"

    def source(self, query: SearchQuery, radius: float) -> tuple[str, list[object]]:
        assert query.near
        boxes = geometry.boxes(query.near.latitude, query.near.longitude, radius)
        distance, values = self.distance(query)
        within = [*values, geometry.squared_chord(radius + geometry.RIM_MILES)]
        if radius >= geometry.EVERYWHERE:
            return f"FROM bench_row p WHERE {distance} <= ?", within
        inside = "north >= ? AND south <= ? AND east >= ? AND west <= ?"
        tree = " UNION ALL ".join([f"SELECT id FROM {self.tree(query)} WHERE {inside}"] * len(boxes))
        edges = [edge for box in boxes for edge in (box.south, box.north, box.west, box.east)]
        # Crossed: SQLite must not begin with the rows
        return f"FROM ({tree}) r CROSS JOIN bench_row p ON p.id = r.id WHERE {distance} <= ?", [*edges, *within]

    def distance(self, query: SearchQuery) -> tuple[str, list[object]]:
        assert query.near
        x, y, z = geometry.unit_vector(query.near.latitude, query.near.longitude)
        squares = " + ".join(f"(p.{axis} - ?) * (p.{axis} - ?)" for axis in "xyz")
        return f"({squares})", [x, x, y, y, z, z]

    def miles(self, distance: float) -> float:
        return geometry.miles_of(distance)


class RTreeEach(RTree):
    """A tree of its own for each procedure: a question for one procedure looks at no other rows."""

    name = "SQLite R*Tree for each procedure"

    def make(self) -> None:
        for bit in range(len(self.vocabularies[0].slugs)):
            self._plant(f"bench_tree_{bit}", f"offered & {1 << bit} <> 0")

    def tree(self, query: SearchQuery) -> str:
        bit = self.only_procedure(query)
        return "bench_tree" if bit is None else f"bench_tree_{bit}"


class PostGIS(WithRows):
    """ST_DWithin over a GiST index, on the sphere.

    Without parallel workers and JIT (see `engines`), which take 30 ms to start: without them it is several times faster
    within 25 miles, within 100 about the same.
    """

    name = "PostGIS"

    @staticmethod
    def is_there() -> bool:
        """Whether this server has it; it is switched on in this database then."""
        if not run("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"):
            return False
        run("CREATE EXTENSION IF NOT EXISTS postgis")
        return True

    def make(self) -> None:
        run(
            "CREATE TABLE bench_placed AS SELECT *, ST_MakePoint(longitude, latitude)::geography AS place "
            "FROM bench_row ORDER BY id"
        )
        run("DROP TABLE bench_row")
        run("ALTER TABLE bench_placed RENAME TO bench_row")
        run("ALTER TABLE bench_row ADD PRIMARY KEY (id)")
        table.make_indexes()
        run("CREATE INDEX bench_row_place ON bench_row USING gist (place)")
        run("ANALYZE bench_row")

    def source(self, query: SearchQuery, radius: float) -> tuple[str, list[object]]:
        assert query.near
        meters = (radius + geometry.RIM_MILES) * METERS_PER_MILE
        return (
            "FROM bench_row p WHERE ST_DWithin(p.place, ST_MakePoint(?, ?)::geography, ?, false)",
            [query.near.longitude, query.near.latitude, meters],
        )

    def distance(self, query: SearchQuery) -> tuple[str, list[object]]:
        assert query.near
        point: list[object] = [query.near.longitude, query.near.latitude]
        return "ST_Distance(p.place, ST_MakePoint(?, ?)::geography, false)", point

    def miles(self, distance: float) -> float:
        return distance / METERS_PER_MILE


class PostGISEach(PostGIS):
    """A partial index of its own for each procedure."""

    name = "PostGIS, an index for each procedure"

    def make(self) -> None:
        for bit in range(len(self.vocabularies[0].slugs)):
            run(f"CREATE INDEX bench_row_place_{bit} ON bench_row USING gist (place) WHERE {self._offers(bit)}")
        run("ANALYZE bench_row")

    @staticmethod
    def _offers(bit: int) -> str:
        """Written otherwise than in the tests, so that the plain engine does not find these indexes."""
        return f"(offered >> {bit}) & 1 = 1"

    def source(self, query: SearchQuery, radius: float) -> tuple[str, list[object]]:
        source, values = super().source(query, radius)
        bit = self.only_procedure(query)
        return (source if bit is None else f"{source} AND {self._offers(bit)}"), values
