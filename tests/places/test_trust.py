"""Which points are believed, and what an address of a site falls back to."""

import csv
from random import Random

import pytest

from directory.places import Placed, place_address, table, trusted
from tests.shared_data import needs_shared, shared_file

AUSTIN = (30.2672, -97.7431)
NOWHERE = Placed()


def test_an_address_has_the_point_of_its_zip_code():
    placed = place_address("1100 Congress Ave", "Austin", "TX", "78701-1234")
    assert placed == Placed(30.2713, -97.7426, "zip", "geonames", "America/Chicago")


def test_without_a_known_zip_code_an_address_has_the_point_of_its_town():
    assert place_address("1 Calle Sol", "Carolina", "PR", "00986").precision == "city"
    assert place_address("1 Main St", "austin", "Texas", "") == Placed(*AUSTIN, "city", "geonames", "America/Chicago")


def test_a_zip_code_of_another_state_is_not_believed():
    assert place_address("1 Main St", "Austin", "TX", "02108") == Placed(*AUSTIN, "city", "geonames", "America/Chicago")
    assert place_address("1 Main St", "Xyzzyville", "OH", "02108") == Placed(time_zone="America/New_York")


def test_without_a_state_the_zip_code_tells_it():
    assert place_address("", "", "", "78701").precision == "zip"


@pytest.mark.parametrize(
    "address",
    [
        ("CMR 402", "APO", "AE", "09180"),
        ("PSC 1", "APO", "AP", "96201"),
        ("Unit 5", "FPO", "", "34090"),
        ("Unit 5", "Austin", "TX", "09180"),
        ("1 King St", "Toronto", "ON", "M5H1A1"),
        ("", "", "", ""),
        ("\0", "\0", "\0", "\0"),
        ("1 Main St", "Springfield", "", ""),
    ],
)
def test_military_foreign_and_unknown_addresses_have_no_point(address):
    assert place_address(*address) == NOWHERE


def test_a_site_in_a_state_with_one_clock_has_a_time_zone_without_a_point():
    assert place_address("1 Main St", "Xyzzyville", "CA", "").time_zone == "America/Los_Angeles"
    assert place_address("1 Main St", "Xyzzyville", "TX", "").time_zone is None  # two clocks


def test_a_site_has_the_outside_geocoders_point_if_it_is_trusted(outside):
    outside.answer = (30.2747, -97.7404)
    placed = place_address(" 1100 Congress Ave ", "Austin", "TX", "78701")
    assert placed == Placed(30.2747, -97.7404, "address", "nominatim", "America/Chicago")
    assert outside.asked == ["1100 Congress Ave, Austin, TX 78701"]


def test_a_wrong_outside_point_is_no_pin(outside):
    outside.answer = (42.36, -71.06)
    assert place_address("1100 Congress Ave", "Austin", "TX", "78701").precision == "zip"
    assert place_address("1100 Congress Ave", "Xyzzyville", "TX", "").precision == ""


def test_a_site_known_only_to_the_outside_geocoder_has_the_time_of_the_nearest_zip_code(outside):
    outside.answer = (31.76, -106.49)
    assert place_address("1 Main St", "Xyzzyville", "TX", "").time_zone == "America/Denver"  # El Paso


@pytest.mark.parametrize("line1", ["PO BOX 12", "", "Medical Plaza"])
def test_what_is_no_street_address_is_not_asked_for(outside, line1):
    assert place_address(line1, "Austin", "TX", "78701").precision == "zip"
    assert outside.asked == []


@pytest.mark.parametrize(
    ("point", "state", "postal_code", "good"),
    [
        (AUSTIN, "TX", "78701", True),
        (AUSTIN, "TX", "", True),
        (AUSTIN, "", "78701", True),
        (AUSTIN, "Texas", "78701-1234", True),
        (AUSTIN, "OK", "", False),
        (AUSTIN, "TX", "75201", False),  # the ZIP code is in Dallas
        (AUSTIN, "TX", "02108", True),  # a ZIP code of another state is left out
        (AUSTIN, "", "", False),
        (AUSTIN, "ON", "", False),
        (AUSTIN, "AE", "09180", False),
        (AUSTIN, "", "09180", False),
        ((0.0, 0.0), "TX", "", False),
        ((48.85, 2.35), "TX", "", False),
        ((float("nan"), 0.0), "TX", "", False),
        ((91.0, 0.0), "TX", "", False),
        ((90.0, 0.0), "AK", "", False),
        ((38.99, -77.06), "MD", "", True),
        ((38.99, -77.06), "VA", "", False),  # Chevy Chase is in Maryland, across the river
    ],
)
def test_a_point_is_trusted_in_its_state_and_within_25_miles_of_its_zip_code(point, state, postal_code, good):
    assert trusted(*point, state=state, postal_code=postal_code) is good


def known_points() -> list[dict[str, str]]:
    names = ("hifld_hospitals_2020", "hifld_urgent_care", "ambulatory_surgery_centers")
    rows = []
    for name in names:
        with shared_file(f"data/geo/{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["suspect"] == "0"]
    return rows


def point_of(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lat"]), float(row["lon"])


@needs_shared
def test_measured_zip_codes_are_resolved_and_near_the_truth():
    rows = known_points()
    places = [(row, table.zip_place(row["zip5"])) for row in rows]
    errors = sorted(table.miles(point_of(row), place.point) for row, place in places if place)
    assert len(rows) > 10_000
    assert len(errors) / len(rows) >= 0.995
    assert errors[len(errors) // 2] <= 1.6
    assert errors[int(len(errors) * 0.95)] <= 7
    assert errors[-1] < 60


@needs_shared
def test_measured_true_points_are_trusted_and_points_of_another_state_are_not():
    rows = Random(7).sample(known_points(), 1500)
    refused = [row for row in rows if not trusted(*point_of(row), state=row["state"], postal_code=row["zip5"])]
    refused = [row for row in refused if row["zip5"] != "20815"]  # it is in Maryland; the file says Virginia
    assert len(refused) <= 2
    swapped = [(a, b) for a, b in zip(rows, reversed(rows), strict=True) if a["state"] != b["state"]]
    believed = [a for a, b in swapped if trusted(*point_of(b), state=a["state"], postal_code=a["zip5"])]
    assert len(swapped) > 1300
    assert len(believed) <= 1  # two sides of one border
