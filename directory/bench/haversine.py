"""The usual way without a spatial index: a box in SQL, narrowed by the haversine, on the project's own tables."""

from directory.bench import geometry
from directory.bench.answers import Answer, Facets, Row
from directory.bench.sql import run
from directory.search import SearchQuery
from directory.search.query import WIDENED_TO

# ruff: noqa: S608 (statements are joined from constants; values are always bound)

LISTED = (
    "d.deactivated_on IS NULL AND d.excluded_on IS NULL AND d.suppressed_on IS NULL "
    "AND s.closed_on IS NULL AND NOT s.hidden"
)
MILES = (
    f"{2 * geometry.EARTH_RADIUS_MILES!r} * asin(sqrt((sin(radians(s.latitude - ?) / 2) * "
    "sin(radians(s.latitude - ?) / 2) + cos(radians(?)) * cos(radians(s.latitude)) * "
    "sin(radians(s.longitude - ?) / 2) * sin(radians(s.longitude - ?) / 2))))"
)
FACETS = {
    "procedure": (
        "JOIN directory_offering o ON o.practice_id = hit.practice AND (o.status IS NULL OR o.status <> 'stopped') "
        "JOIN directory_procedure v ON v.id = o.procedure_id",
        "v.slug",
    ),
    "insurer": (
        "JOIN directory_practice_insurers pi ON pi.practice_id = hit.practice "
        "JOIN directory_insurer v ON v.id = pi.insurer_id",
        "v.slug",
    ),
    "language": ("JOIN directory_specialist_languages v ON v.specialist_id = hit.npi", "v.language_id"),
}


class BoxAndHaversine:
    """Answers what has a place and is ordered by distance, with the filters that are plain columns and joins."""

    name = "box + haversine in SQL"

    @staticmethod
    def make() -> None:
        run("CREATE INDEX bench_practice ON directory_practice (site_id, specialist_id, id)")
        run("ANALYZE")

    def answer(self, query: SearchQuery) -> Answer:
        facets = self._facets(query) if query.facets else None
        count, rows = self._page(query, query.radius_miles, query.page_size, query.page)
        if count or query.page > 1:
            return Answer(count, rows, facets)
        radius = query.radius_miles
        while len(rows) < WIDENED_TO and radius < geometry.EVERYWHERE:
            radius = min(radius * geometry.GROWTH, geometry.EVERYWHERE)
            _, rows = self._page(query, radius, WIDENED_TO, 1)
        return Answer(len(rows), rows, facets, widened=bool(rows))

    def _page(self, query: SearchQuery, radius: float, size: int, page: int) -> tuple[int, list[Row]]:
        hit, values = self._hit(query, radius)
        turn = "row_number() OVER (PARTITION BY npi ORDER BY miles, practice) AS turn"
        sql = (
            f"SELECT count(*) OVER (), npi, practice, miles FROM (SELECT *, {turn} FROM ({hit}) AS hit) AS one "
            "WHERE turn = 1 ORDER BY miles, npi LIMIT ? OFFSET ?"
        )
        found = run(sql, [*values, size, (page - 1) * size])
        others = self._others(query, [npi for _, npi, _, _ in found])
        rows = [Row(npi, practice, miles, others[npi] - 1) for _, npi, practice, miles in found]
        return (found[0][0] if found else 0), rows

    def _others(self, query: SearchQuery, npis: list[int]) -> dict[int, int]:
        """The number of matching practices of each, wherever they are."""
        if not npis:
            return {}
        tests, values = self._tests(query)
        marks = ", ".join("?" * len(npis))
        sql = (
            f"SELECT p.specialist_id, count(*) FROM directory_practice p JOIN directory_site s ON s.id = p.site_id "
            f"JOIN directory_specialist d ON d.npi = p.specialist_id WHERE p.specialist_id IN ({marks}) "
            f"AND {LISTED}{tests} GROUP BY p.specialist_id"
        )
        return dict(run(sql, [*npis, *values]))

    def _hit(self, query: SearchQuery, radius: float, *, but: str = "") -> tuple[str, list[object]]:
        """Every matching practice in the circle."""
        assert query.near
        latitude, longitude = query.near.latitude, query.near.longitude
        boxes = geometry.boxes(latitude, longitude, radius)
        box = " OR ".join(["(s.latitude BETWEEN ? AND ? AND s.longitude BETWEEN ? AND ?)"] * len(boxes))
        edges = [edge for one in boxes for edge in one]
        tests, of_tests = self._tests(query, but=but)
        inner = (
            f"SELECT p.specialist_id AS npi, p.id AS practice, {MILES} AS miles "
            "FROM directory_site s JOIN directory_practice p ON p.site_id = s.id "
            f"JOIN directory_specialist d ON d.npi = p.specialist_id WHERE ({box}) AND {LISTED}{tests}"
        )
        sql = f"SELECT npi, practice, miles FROM ({inner}) AS boxed WHERE miles <= ?"
        centre: list[object] = [latitude, latitude, latitude, longitude, longitude]
        return sql, [*centre, *edges, *of_tests, radius + geometry.RIM_MILES]

    def _tests(self, query: SearchQuery, *, but: str = "") -> tuple[str, list[object]]:
        tests, values = [""], list[object]()
        if query.procedures and but != "procedure":
            tests.append(
                "EXISTS (SELECT 1 FROM directory_offering o JOIN directory_procedure v ON v.id = o.procedure_id "
                "WHERE o.practice_id = p.id AND (o.status IS NULL OR o.status <> 'stopped') "
                f"AND v.slug IN ({marks(query.procedures)}))"
            )
            values += query.procedures
        if query.insurers and but != "insurer":
            tests.append(
                "EXISTS (SELECT 1 FROM directory_practice_insurers pi JOIN directory_insurer v ON v.id = pi.insurer_id "
                f"WHERE pi.practice_id = p.id AND v.slug IN ({marks(query.insurers)}))"
            )
            values += query.insurers
        if query.languages and but != "language":
            tests.append(
                "EXISTS (SELECT 1 FROM directory_specialist_languages l WHERE l.specialist_id = p.specialist_id "
                f"AND l.language_id IN ({marks(query.languages)}))"
            )
            values += query.languages
        if query.genders:
            tests.append(f"d.gender IN ({marks(query.genders)})")
            values += query.genders
        tests += ["p.accepting_new_patients"] * query.accepting + ["p.telehealth"] * query.telehealth
        return " AND ".join(tests), values

    def _facets(self, query: SearchQuery) -> Facets:
        facets = {}
        for facet, (join, value) in FACETS.items():
            hit, values = self._hit(query, query.radius_miles, but=facet)
            sql = f"SELECT {value}, count(DISTINCT hit.npi) FROM ({hit}) AS hit {join} GROUP BY {value}"
            facets[facet] = dict[str, int](run(sql, values))
        return facets


def marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
