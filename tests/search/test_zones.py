"""Circles and distances, against geopy."""

import math

import pytest
from geopy.distance import great_circle
from hypothesis import example, given
from hypothesis import strategies as st

from directory.search.zones import BANDS, FARTHEST_MILES, band, miles_between, spans, unit_vector

latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, 0.0, 90.0])
longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, 0.0, 180.0])
points = st.tuples(latitudes, longitudes)
radii = st.floats(1, 500) | st.floats(500, FARTHEST_MILES)


def miles(a, b):
    return miles_between(unit_vector(*a), unit_vector(*b))


def geopy_miles(a, b):
    return great_circle(a, b, radius=6371.0088).km / 1.609344


@given(points, points)
@example((0.0, 0.0), (0.0, 180.0))
@example((90.0, 0.0), (-90.0, 33.0))
@example((30.2711, -97.7437), (-30.2711, 82.2563))
@example((30.2711, -97.7437), (30.2711, -97.7437))
@example((0.0, 180.0), (0.0, -180.0))
def test_distances_equal_those_of_geopy(a, b):
    assert miles(a, b) == pytest.approx(geopy_miles(a, b), rel=1e-9, abs=0.001 / 1.609344)


@given(points, st.floats(0, 1e-6), st.floats(0, 2 * math.pi))
def test_distances_of_nearly_opposite_points_equal_those_of_geopy(a, off, turn):
    longitude = a[1] - 180.0 if a[1] > 0 else a[1] + 180.0
    b = max(-90.0, min(90.0, -a[0] + off * math.cos(turn))), max(-180.0, min(180.0, longitude + off * math.sin(turn)))
    assert miles(a, b) == pytest.approx(geopy_miles(a, b), rel=1e-12)  # asin(chord / 2) is six centimeters off


@given(points, points)
def test_there_and_back_is_the_same_way(a, b):
    assert miles(a, b) == miles(b, a)


@given(latitudes, st.sampled_from([(-180.0, 180.0)]))
def test_two_spellings_of_one_place_are_no_distance_apart(latitude, pair):
    assert miles((latitude, pair[0]), (latitude, pair[1])) == 0.0
    assert miles((90.0, latitude), (90.0, 11.0)) == 0.0


def holds(fields, point):
    return any(f.band == band(point[0]) and f.west <= point[1] <= f.east for f in fields)


@given(points, points, radii)
def test_what_lies_within_the_circle_lies_within_its_spans(centre, point, radius):
    if miles(centre, point) <= radius:
        assert holds(spans(*centre, radius), point)


@given(points, st.floats(0, 360), st.floats(0, 1), radii)
@example((51.9, 179.9), 90.0, 1.0, 50.0)
@example((89.9, 10.0), 0.0, 1.0, 50.0)
def test_a_walk_no_longer_than_the_radius_stays_within_the_spans(centre, bearing, share, radius):
    end = great_circle(miles=radius * share, radius=6371.0088).destination(centre, bearing)
    point = end.latitude, end.longitude
    if miles(centre, point) <= radius:
        assert holds(spans(*centre, radius), point)


@given(points, radii)
def test_spans_are_on_the_globe_and_at_most_two_in_a_band(centre, radius):
    fields = spans(*centre, radius)
    for field in fields:
        assert 0 <= field.band < BANDS
        assert -180 <= field.west <= field.east <= 180
    bands = [field.band for field in fields]
    assert bands == sorted(bands) and max(bands.count(number) for number in bands) <= 2


def test_spans_are_tight():
    # 50 miles are 0.7236 degrees; at 60 degrees north twice that in longitude, and a hair more
    fields = spans(60.0, 10.0, 50.0)
    assert [field.band for field in fields] == list(range(band(60.0 - 0.7236), band(60.0 + 0.7236) + 1))
    widths = [field.east - field.west for field in fields]
    assert max(widths) == pytest.approx(2 * 1.4473, abs=2e-3)
    assert widths[0] < 0.8 * max(widths) > widths[-1]


def test_a_circle_over_a_pole_reaches_every_meridian():
    fields = spans(89.9, 10.0, 50.0)
    assert {(field.west, field.east) for field in fields} == {(-180.0, 180.0)}
    assert fields[-1].band == band(90.0) == BANDS - 1


def test_a_circle_over_the_antimeridian_has_two_spans_in_each_band():
    fields = spans(51.9, 179.9, 50.0)
    assert len(fields) == 2 * len({field.band for field in fields})
    assert holds(fields, (51.9, -179.9)) and holds(fields, (51.9, 179.5))
    assert not holds(fields, (51.9, 0.0))
