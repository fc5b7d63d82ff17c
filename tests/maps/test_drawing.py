"""What lies under the pins: the right files, the right lines, and words that leave the pins alone."""

import json
import re

import pytest

from directory import maps
from directory.maps import base
from directory.maps.layout import around
from directory.states import MILITARY, NAMES
from scripts import build_base_map

AUSTIN, DENVER, ATTU = (30.2711, -97.7437), (39.7392, -104.9903), (52.9, 173.0)
RINGS = [(10.0, "10 mi"), (25.0, "25 mi"), (50.0, "50 mi")]


def near(point, spots=(), reach=50.0):
    return maps.near(point, spots, RINGS, reach, 560, 620)


def numbers(path: str) -> int:
    return len(re.findall(r"-?\d+", path))


def test_every_state_and_territory_that_has_people_has_a_file():
    states = {path.stem for path in base.FOLDER.glob("*.json")} - {"us"}
    without_counties = {"FM", "MH", "PW"}  # of the Pacific, in free association
    assert states == set(NAMES) - set(MILITARY) - without_counties
    country = json.loads((base.FOLDER / "us.json").read_text())
    assert set(country["states"]) == states
    assert "Census" in country["source"] and "GeoNames" in country["source"]
    assert (base.FOLDER / "LICENSE-us-atlas.txt").read_text().startswith("Copyright")


def test_a_picture_has_the_lines_of_its_counties_and_the_names_of_its_towns():
    drawing = near(AUSTIN)
    assert 100 < numbers(drawing.counties) < 1500  # some ten counties, and not the whole of Texas
    assert drawing.borders == ""  # no other state, no coast within 60 miles
    assert {"Austin", "San Marcos", "Killeen"} <= {town.name for town in drawing.towns}
    assert "Houston" not in {town.name for town in drawing.towns}


def test_the_borders_of_neighbouring_states_are_drawn():
    texarkana = near((33.4418, -94.0377))
    assert numbers(texarkana.borders) > 20
    towns = {town.name for town in texarkana.towns}
    assert {"Mount Pleasant", "Magnolia"} & towns or len(towns) > 5


@pytest.mark.parametrize("point", [ATTU, (51.88, -176.65)], ids=["Attu", "Adak"])
def test_the_aleutians_have_a_coast_on_both_sides_of_the_date_line(point):
    assert numbers(near(point).borders) > 10


@pytest.mark.parametrize("point", [(13.4443, 144.7937), (18.4655, -66.1057), (61.2181, -149.9003)])
def test_far_territories_have_a_map_too(point):
    assert near(point).borders


def test_a_large_part_of_the_country_is_drawn_plainly():
    wide, country = near(DENVER, reach=300.0), near(DENVER, reach=1200.0)
    assert country.counties == ""
    assert 200 < numbers(country.borders) < 6000
    assert numbers(wide.counties) + numbers(wide.borders) < 6000


def test_rings_are_so_many_miles_wide_and_those_that_would_crowd_are_left_out():
    drawing = near(AUSTIN)
    assert [ring.miles for ring in drawing.rings] == [50.0, 25.0, 10.0]
    assert [ring.radius for ring in drawing.rings] == [233, 117, 47]
    assert [ring.miles for ring in near(AUSTIN, reach=240.0).rings] == [50.0]


def test_names_lie_neither_on_pins_nor_on_the_middle():
    spots = [(30.27 + n * 0.03, -97.74 + n * 0.05) for n in range(12)]
    drawing = near(AUSTIN, spots)
    pins = [around((pin.x, pin.y), 25) for pin in drawing.pins]
    assert drawing.here == (280, 310)
    for town in drawing.towns:
        if town.dot:
            assert not any(around(town.dot, 2).meets(pin) for pin in pins)


def test_offices_are_shown_with_some_town_around_them_and_without_rings():
    drawing = maps.together([(31.0, -104.0)], 420, 300)  # far west Texas
    assert len(drawing.towns) >= 1
    assert drawing.rings == []
    assert drawing.here is None
    assert [(pin.x, pin.y, pin.is_moved) for pin in drawing.pins] == [(210, 150, False)]


def test_more_places_than_there_is_room_for_are_left_out_at_the_end():
    spots = [(30.27, -97.74 + n * 0.01) for n in range(100)]
    drawing = near(AUSTIN, spots)
    assert len(drawing.pins) == 23
    assert drawing.pins == near(AUSTIN, spots[:23]).pins


def test_a_town_shows_only_where_no_larger_one_is_too_near():
    towns = [
        ("Large", "TX", 30.0, -97.0, 900_000),
        ("Beside", "TX", 30.01, -97.01, 600_000),
        ("Far", "TX", 35, -90, 90),
    ]
    first, second, third = build_base_map.zooms(towns)
    assert first == 4
    assert second is None or second > 9
    assert third is None  # too few people


def test_a_line_is_kept_in_steps_and_without_corners_that_do_not_matter():
    points = [(-97.0, 30.0), (-96.5, 30.0001), (-96.0, 30.0), (-96.0, 31.0)]
    assert build_base_map.line(points, "TX", 0.001) == [-97000, 30000, 1000, 0, 0, 1000]
    assert build_base_map.line([(-97.0, 30.0), (-97.0001, 30.0)], "TX", 0.001) is None
    assert build_base_map.line([(179.0, 52.0), (178.0, 52.0)], "AK", 0.001) == [-181000, 52000, -1000, 0]
