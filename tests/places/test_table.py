"""The embedded table: what is in it, and that the script makes it from its sources."""

import gzip
import sqlite3
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from directory.places import table
from directory.places.folding import fold
from directory.states import MILITARY, STATES, TERRITORIES
from scripts.build_places import build
from tests.shared_data import needs_shared, shared_file

POSTAL = [
    "US\t78701\tAustin\tTexas\tTX\tTravis\t453\t\t\t30.2713\t-97.7426\t4",
    "US\t78702\tAustin\tTexas\tTX\tTravis\t453\t\t\t30.2638\t-97.7166\t4",
    "US\t79901\tEl Paso\tTexas\tTX\tEl Paso\t141\t\t\t31.7622\t-106.4835\t4",
    "US\t78617\tDel Valle\tTexas\tTX\tTravis\t453\t\t\t30.1452\t-97.5884\t1",
    "US\t99506\tJber\tAlaska\tAK\tAnchorage Municipality\t020\t\t\t59.8666\t-158.5996\t1",
    "US\t09096\tAPO AE\t\t\t\t\t\t\t50.05\t8.25\t",
]
CENSUS = ["zip,lat,lon", "78701,30.2709,-97.7425", "99506,61.271958,-149.807145", "00907,18.4523,-66.0876"]
TOWNS = [
    "geonameid,name,admin1,country,lat,lon,population,ascii_alternates",
    "1,Austin,TX,US,30.26715,-97.74306,974447,ATX",
    "2,El Paso,TX,US,31.75872,-106.48693,678815,",
    "3,San Juan,127,PR,18.46633,-66.10572,418140,",
    "4,Del Valle,TX,US,33.0,-100.0,300,",
    "5,Old Town (historical),TX,US,30.0,-97.0,0,",
]


@pytest.fixture
def sources(tmp_path) -> Path:
    for name, lines in [
        ("geonames_us_postal.tsv.gz", POSTAL),
        ("zcta_centroids.csv.gz", CENSUS),
        ("geonames_us_places500.csv.gz", TOWNS),
    ]:
        (tmp_path / name).write_bytes(gzip.compress("\n".join(lines).encode()))
    return tmp_path


@pytest.fixture
def built(sources, monkeypatch) -> Path:
    """The look-ups read a table built from a few lines."""
    path = sources / "places.sqlite3"
    build(sources, path)
    monkeypatch.setattr(table, "PATH", path)
    monkeypatch.setattr(table, "_thread", threading.local())
    return path


def content(path: Path) -> str:
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
        return "\n".join(db.iterdump())


def test_the_same_sources_give_the_same_file(sources):
    build(sources, sources / "a.sqlite3")
    build(sources, sources / "b.sqlite3")
    assert (sources / "a.sqlite3").read_bytes() == (sources / "b.sqlite3").read_bytes()


def test_military_rows_stay_out_but_are_known_for_what_they_are(built):
    assert table.zip_place("09096") is None
    assert table.is_military("09096")
    assert not table.is_military("78701")


def test_a_territory_has_census_points_named_after_the_nearest_town(built):
    place = table.zip_place("00907")
    assert (place.label, place.source, place.time_zone) == ("San Juan, PR 00907", "census", "America/Puerto_Rico")


def test_a_guess_of_geonames_far_from_the_census_point_gives_way_to_it(built):
    assert table.zip_place("99506").point == (61.272, -149.8071)
    assert table.zip_place("99506").source == "census"
    assert table.zip_place("78701").source == "geonames"


def test_a_small_town_far_from_the_post_office_of_its_name_gives_way_to_it(built):
    assert table.towns("Del Valle", "TX")[0].point == (30.1452, -97.5884)


def test_what_is_gone_from_the_map_is_no_town(built):
    assert table.towns("Old Town", "TX") == []


def test_each_place_has_the_time_of_its_county(built):
    assert table.zip_place("78701").time_zone == "America/Chicago"
    assert table.zip_place("79901").time_zone == "America/Denver"
    assert table.towns("El Paso")[0].time_zone == "America/Denver"
    assert (table.only_zone("TX"), table.only_zone("PR")) == ("", "America/Puerto_Rico")


@needs_shared
def test_the_table_in_the_repository_is_what_the_script_makes_of_the_sources(tmp_path):
    build(shared_file("data/gazetteer"), tmp_path / "places.sqlite3")
    assert content(tmp_path / "places.sqlite3") == content(table.PATH)


def test_the_file_says_where_it_comes_from_under_which_licence_and_is_small():
    assert "CC BY 4.0" in table.sources()["source geonames"]
    assert "public domain" in table.sources()["source census"]
    assert table.PATH.stat().st_size < 3_000_000


def test_every_state_and_settled_territory_has_zip_codes_and_no_military_code_has():
    with sqlite3.connect(f"{table.PATH.as_uri()}?mode=ro", uri=True) as db:
        states = {state for (state,) in db.execute("SELECT DISTINCT state FROM town JOIN zip ON zip.town = town.id")}
    assert states == {*STATES, *TERRITORIES} - {"FM", "PW"}
    assert not states & set(MILITARY)


def test_no_place_lies_at_zero_or_outside_the_land_of_the_united_states():
    with sqlite3.connect(f"{table.PATH.as_uri()}?mode=ro", uri=True) as db:
        points = db.execute("SELECT lat, lon FROM zip UNION ALL SELECT lat, lon FROM town").fetchall()
    outside = [
        (lat, lon)
        for lat, lon in ((lat / table.POINT_SCALE, lon / table.POINT_SCALE) for lat, lon in points)
        if not ((-15 <= lat <= 72) and (-180 <= lon <= -64 or 134 <= lon <= 180))
    ]
    assert len(points) > 75_000
    assert outside == []


@pytest.mark.parametrize(
    ("zip_code", "zone"),
    [
        ("10001", "America/New_York"), ("78701", "America/Chicago"), ("79901", "America/Denver"),
        ("85001", "America/Phoenix"), ("86515", "America/Denver"), ("90001", "America/Los_Angeles"),
        ("83702", "America/Boise"), ("83814", "America/Los_Angeles"), ("97914", "America/Boise"),
        ("99501", "America/Anchorage"), ("99546", "America/Adak"), ("96813", "Pacific/Honolulu"),
        ("32501", "America/Chicago"), ("32301", "America/New_York"), ("46204", "America/New_York"),
        ("46402", "America/Chicago"), ("40202", "America/New_York"), ("42101", "America/Chicago"),
        ("37902", "America/New_York"), ("37203", "America/Chicago"), ("49801", "America/Chicago"),
        ("48201", "America/Detroit"), ("67735", "America/Denver"), ("69361", "America/Denver"),
        ("57701", "America/Denver"), ("58601", "America/Denver"), ("89883", "America/Denver"),
        ("00907", "America/Puerto_Rico"), ("00802", "America/St_Thomas"), ("96910", "Pacific/Guam"),
        ("96950", "Pacific/Saipan"), ("96799", "Pacific/Pago_Pago"),
    ],
)  # fmt: skip
def test_split_states_and_territories_keep_their_time(zip_code, zone):
    assert table.zip_place(zip_code).time_zone == zone


def test_every_time_zone_is_known_to_python():
    with sqlite3.connect(f"{table.PATH.as_uri()}?mode=ro", uri=True) as db:
        names = [name for (name,) in db.execute("SELECT name FROM zone")]
    assert len(names) > 15
    assert [ZoneInfo(name).key for name in names] == names


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("St. Paul", "SAINT PAUL"), ("Ft Worth", "Fort Worth"), ("Mt. Vernon", "Mount Vernon"), ("De Kalb", "DeKalb"),
        ("Coeur d’Alene", "COEUR D'ALENE"), ("Cañon City", "Canon City"), ("Winston-Salem", "Winston Salem"),
        ("Ｎ. Miami", "North Miami"), ("Hawaiʻi Kai", "Hawaii Kai"), ("Colo Spgs", "Colo Springs"),
    ],
)  # fmt: skip
def test_names_written_in_different_ways_have_one_key(a, b):
    assert fold(a) == fold(b)


def test_the_zip_codes_near_a_point_are_all_those_within_the_distance_in_order():
    point = (40.0, -75.2)
    near = table.zips_near(point, 15)
    everywhere = [place for first in range(100) for place in table.zips_starting(f"{first:02}", 2000)]
    expected = {place.zip_code for place in everywhere if table.miles(point, place.point) <= 15}
    assert {place.zip_code for _, place in near} == expected
    assert [distance for distance, _ in near] == sorted(distance for distance, _ in near)


@pytest.mark.parametrize("point", [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (52.9, -180.0), (0.0, 0.0)])
def test_at_the_poles_and_the_date_line_nothing_breaks(point):
    assert table.zips_near(point, 100) == []


def test_look_ups_take_microseconds_in_any_thread_and_end_with_it():
    found = []

    def look_up() -> None:
        started = time.perf_counter()
        found.extend(table.zip_place("78701") for _ in range(200))
        took.append((time.perf_counter() - started) / 200)

    took: list[float] = []
    threads = [threading.Thread(target=look_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {place.label for place in found} == {"Austin, TX 78701"}
    assert len(found) == 800
    assert max(took) < 0.002
