"""The map's geometry: distances stay true, pins never overlap, never leave the picture, and keep their order."""

from functools import partial
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.maps import layout, projection
from directory.maps.layout import APART, MARGIN
from directory.places import table

PICTURES = st.sampled_from([(560, 620), (420, 300), (300, 700)])
LATITUDES, LONGITUDES = st.floats(-80, 80), st.floats(-180, 180)
# A spot may lie outside the picture, and many may lie at the same place.
COORDINATES = st.one_of(st.floats(-200, 900), st.sampled_from([0.0, 100.0, 280.0, 281.0]))


@st.composite
def crowds(draw):
    width, height = draw(PICTURES)
    spots = draw(st.lists(st.tuples(COORDINATES, COORDINATES), max_size=layout.room(width, height)))
    return width, height, spots


@given(crowds())
def test_pins_never_overlap_and_never_leave_the_picture(crowd):
    width, height, spots = crowd
    pins = layout.spread(spots, width, height, [layout.around((width / 2, height / 2), 40)])
    assert len(pins) == len(spots)
    for number, (x, y) in enumerate(pins):
        assert MARGIN <= x <= width - MARGIN
        assert MARGIN <= y <= height - MARGIN
        assert all(hypot(x - px, y - py) >= APART - 1e-9 for px, py in pins[:number])


@pytest.mark.parametrize(("width", "height"), [(560, 620), (420, 300)])
def test_as_many_as_the_picture_has_room_for_find_a_place_around_one_spot(width, height):
    many = layout.room(width, height)
    assert len(set(layout.spread([(width / 2, height / 2)] * many, width, height))) == many
    with pytest.raises(ValueError, match="has room for"):
        layout.spread([(0, 0)] * (many + 1), width, height)


@given(crowds())
def test_who_comes_later_in_the_list_moves_nobody_before_him(crowd):
    width, height, spots = crowd
    pins = layout.spread(spots, width, height)
    assert pins == layout.spread(spots, width, height)
    for many in range(len(spots)):
        assert layout.spread(spots[:many], width, height) == pins[:many]


@given(crowds())
def test_a_pin_stands_at_its_spot_where_that_is_free(crowd):
    width, height, spots = crowd
    pins = layout.spread(spots, width, height)
    for number, ((x, y), pin) in enumerate(zip(spots, pins, strict=True)):
        is_inside = MARGIN <= x <= width - MARGIN and MARGIN <= y <= height - MARGIN
        if is_inside and all(hypot(x - px, y - py) >= APART for px, py in pins[:number]):
            assert pin == (x, y)


def test_a_pin_keeps_off_the_place_in_the_middle():
    ((x, y),) = layout.spread([(280, 310)], 560, 620, [layout.around((280, 310), 40)])
    assert max(abs(x - 280), abs(y - 310)) >= 40
    assert hypot(x - 280, y - 310) < 2 * APART


@given(st.lists(st.tuples(st.text(min_size=1, max_size=25), COORDINATES, COORDINATES), max_size=20))
def test_words_lie_on_nothing_and_inside_the_picture(towns):
    taken = [layout.around((280, 310), 60)]
    for name, x, y in towns:
        for place_of in (
            partial(layout.label_beside, (x, y)),
            partial(layout.label_on_ring, (280, 310), abs(x)),
            partial(layout.label_aslant, (x, y), gap=20),
        ):
            if place := place_of(name, 26, taken, 560, 620):
                assert place.box.is_in(560, 620)
                assert not any(place.box.meets(box) for box in taken)
                taken.append(place.box)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_the_distance_from_the_middle_is_true(latitude, longitude, to_latitude, to_longitude):
    frame = projection.Frame(560, 620, latitude, longitude, scale=2.0)
    x, y = frame.place(to_latitude, to_longitude)
    miles = table.miles((latitude, longitude), (to_latitude, to_longitude))
    assert hypot(x - 280, y - 310) == pytest.approx(2.0 * miles, abs=0.02)


@given(LATITUDES, LONGITUDES, st.floats(-500, 500), st.floats(-500, 500))
def test_the_way_back_leads_to_the_same_place(latitude, longitude, right, down):
    frame = projection.Frame(560, 620, latitude, longitude, scale=1.0, shift=(3.0, -4.0))
    x, y = frame.place(*frame.point(right, down))
    assert (x, y) == (pytest.approx(right, abs=0.01), pytest.approx(down, abs=0.01))


@given(st.lists(st.tuples(st.floats(18, 70), LONGITUDES), min_size=1, max_size=20))
def test_a_picture_that_is_fitted_shows_every_place_and_is_no_closer_than_it_may(points):
    frame = projection.fitted(points, 560, 620, margin=60, least_miles=9)
    spread_over = max(table.miles(points[0], point) for point in points)
    if spread_over < 5000:  # of places around half the globe there is no such picture
        for x, y in frame.places(points):
            assert 59 <= x <= 501
            assert 59 <= y <= 561
    assert frame.scale <= 280 / 9 + 1e-9


def test_places_on_both_sides_of_the_date_line_are_neighbours():
    frame = projection.fitted([(52.0, 179.5), (52.0, -179.5)], 560, 620, margin=60, least_miles=9)
    (left, _), (right, _) = frame.places([(52.0, 179.5), (52.0, -179.5)])
    assert (left, right) == (pytest.approx(60, abs=1), pytest.approx(500, abs=1))


def test_no_place_is_no_picture():
    with pytest.raises(ValueError, match="no place"):
        projection.fitted([], 560, 620, margin=60, least_miles=9)
