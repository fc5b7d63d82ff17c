"""What people type for a place, and what comes of it."""

import time

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from directory.places import PlaceNotUnderstood, Understood, suggest, table, understand
from directory.places.errors import MESSAGES, Reason

AUSTIN_ZIP = "Austin, TX 78701"


@pytest.mark.parametrize(
    "text",
    ["78701", " 78701 ", "78701-1234", "787011234", "78701 1234", "78701-", "ZIP 78701", "７８７０１", AUSTIN_ZIP],
)
def test_a_zip_code_is_understood_however_it_is_written(text):
    found = understand(text)
    assert (found.label, found.precision, found.source) == (AUSTIN_ZIP, "zip", "geonames")
    assert (found.latitude, found.longitude) == (30.2713, -97.7426)
    assert not found.approximate


def test_a_zip_code_with_a_dash_left_over_is_read_as_the_zip_code():
    assert understand("99501-").label == "Anchorage, AK 99501"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Austin, TX", "Austin, TX"),
        ("austin tx", "Austin, TX"),
        ("Austin, Texas", "Austin, TX"),
        ("Austin, TX, USA", "Austin, TX"),
        ("City of Austin, TX", "Austin, TX"),
        ("Portland, Ore.", "Portland, OR"),
        ("Nueva York", "New York, NY"),
        ("Nueva Orleans, Luisiana", "New Orleans, LA"),
        ("austin tejas", "Austin, TX"),
        ("Santa Fe, Nuevo México", "Santa Fe, NM"),
        ("Washington DC", "Washington, DC"),
        ("D.C.", "Washington, DC"),
        ("San Juan, PR", "San Juan, PR"),
        ("Mayaguez, Puerto Rico", "Mayagüez, PR"),
        ("st louis mo", "St. Louis, MO"),
        ("Saint Louis, MO", "St. Louis, MO"),
        ("Ft. Worth TX", "Fort Worth, TX"),
        ("Mt Vernon, WA", "Mount Vernon, WA"),
        ("COEUR D ALENE ID", "Coeur d'Alene, ID"),
        ("W Palm Beach FL", "West Palm Beach, FL"),
        ("29 Palms, CA", "Twentynine Palms, CA"),
        ("NYC", "New York, NY"),
        ("New York City", "New York, NY"),
        ("New York", "New York, NY"),
        ("New York New York", "New York, NY"),
        ("Washington", "Washington, DC"),
        ("Kansas City, Kansas", "Kansas City, KS"),
        ("Fort Washington", "Fort Washington, MD"),
        ("Jber, AK", "Jber, AK"),  # only a post office
    ],
)
def test_a_town_is_understood_however_it_is_written(text, label):
    found = understand(text)
    assert (found.label, found.precision, found.approximate) == (label, "city", False)


def test_a_town_name_alone_means_the_most_populous_and_names_the_others():
    found = understand("Springfield")
    assert found.label == "Springfield, MO"
    assert found.alternatives[:3] == ("Springfield, MA", "Springfield, IL", "Springfield, OR")
    assert understand("Springfield, IL").alternatives == ()


def test_a_town_with_people_comes_before_a_post_office_of_the_same_name():
    populations = [place.population for place in table.towns("Austin")]
    assert populations == sorted(populations, reverse=True)
    assert populations[-1] == 0


@pytest.mark.parametrize(
    "text", ["30.27,-97.74", "30.27, -97.74", "(30.27; -97.74)", "30.27 -97.74", "30.27° N, 97.74° W", "30.27,−97.74"]
)
def test_coordinates_are_taken_as_they_are(text):
    found = understand(text)
    assert (found.latitude, found.longitude) == (30.27, -97.74)
    assert (found.label, found.precision, found.source) == ("30.27, -97.74", "point", "input")


@pytest.mark.parametrize("text", ["90,0", "-90,180", "0,-180", "0,0", "-0.0,-0.0"])
def test_the_edges_of_the_map_are_on_the_map(text):
    assert understand(text).precision == "point"


@pytest.mark.parametrize(
    ("text", "label", "precision"),
    [
        ("1100 Congress Ave, Austin, TX 78701", AUSTIN_ZIP, "zip"),
        ("1100 Congress Ave, Austin, TX", "Austin, TX", "city"),
        ("1100 Congress Ave Austin TX", "Austin, TX", "city"),
        ("1100 Congress Ave, Suite 5, Austin, Texas", "Austin, TX", "city"),
        ("1100 Congress Ave, Austin", "Austin, TX", "city"),
        ("350 5th Ave, New York", "New York, NY", "city"),
        ("12 Elm St, Austin, TX 99998", "Austin, TX", "city"),
    ],
)
def test_a_street_address_falls_back_to_its_zip_code_or_town_and_says_so(text, label, precision):
    found = understand(text)
    assert (found.label, found.precision, found.approximate) == (label, precision, True)


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("", Reason.EMPTY, None),
        (" \t ", Reason.EMPTY, None),
        ("00000", Reason.UNKNOWN_ZIP, "Holtsville, NY 00501"),
        ("78700", Reason.UNKNOWN_ZIP, AUSTIN_ZIP),
        ("09096", Reason.MILITARY_ZIP, None),
        ("96201-1234", Reason.MILITARY_ZIP, None),
        ("CMR 4, APO AE 09096", Reason.MILITARY_ZIP, None),
        ("APO, AE", Reason.MILITARY_STATE, None),
        ("FPO Miami", Reason.MILITARY_STATE, None),
        ("2115", Reason.NOT_A_ZIP, "Boston, MA 02115"),
        ("7870", Reason.NOT_A_ZIP, AUSTIN_ZIP),
        ("78701.0", Reason.NOT_A_ZIP, AUSTIN_ZIP),
        ("787012345678", Reason.NOT_A_ZIP, AUSTIN_ZIP),
        ("91,181", Reason.OUT_OF_RANGE, None),
        ("-91,0", Reason.OUT_OF_RANGE, None),
        ("nan,nan", Reason.OUT_OF_RANGE, None),
        ("0,inf", Reason.OUT_OF_RANGE, None),
        ("1e999,0", Reason.OUT_OF_RANGE, None),
        ("Xyzzyville", Reason.NO_SUCH_PLACE, None),
        ("' OR 1=1", Reason.NO_SUCH_PLACE, None),
        ("🙂", Reason.NO_SUCH_PLACE, None),
        ("Autsin", Reason.NO_SUCH_PLACE, "Austin, TX"),
        ("Rneo", Reason.NO_SUCH_PLACE, "Reno, NV"),
        ("Pittsburg PA", Reason.NO_SUCH_PLACE, "Pittsburgh, PA"),
        ("Austin, OH", Reason.NO_SUCH_PLACE, "Austin, TX"),
        ("Austin, Texass", Reason.NO_SUCH_PLACE, "Austin, TX"),
        ("Texas", Reason.WHOLE_STATE, "Houston, TX"),
        ("MT", Reason.WHOLE_STATE, "Billings, MT"),
        ("LA", Reason.WHOLE_STATE, "Los Angeles, CA"),
        ("Boston, MA 78701", Reason.CONTRADICTION, "Boston, MA"),
        ("1600 Pennsylvania Ave", Reason.NO_TOWN, None),
        ("Paris, France", Reason.FOREIGN, None),
        ("Toronto, ON", Reason.FOREIGN, None),
        ("London SW1A 1AA", Reason.FOREIGN, None),
        ("Austin\0", Reason.CONTROL_CHARACTERS, None),
        ("Austin\x1b[0m", Reason.CONTROL_CHARACTERS, None),
        ("\ud800", Reason.CONTROL_CHARACTERS, None),
        ("Austin " * 40, Reason.TOO_LONG, None),
    ],
)
def test_what_is_no_place_is_refused_with_its_reason_and_what_would_be_right(text, reason, suggestion):
    with pytest.raises(PlaceNotUnderstood) as refused:
        understand(text)
    assert refused.value.reason == reason
    assert suggestion is None or suggestion in refused.value.suggestions


def test_every_reason_has_a_message_that_says_how_to_mend_it_and_repeats_nothing():
    assert set(MESSAGES) == set(Reason)
    with pytest.raises(PlaceNotUnderstood) as refused:
        understand("Xyzzyville")
    assert "78701" in refused.value.message
    assert "Xyzzyville" not in str(refused.value)


def test_a_megabyte_is_refused_at_once_and_not_kept():
    started = time.perf_counter()
    with pytest.raises(PlaceNotUnderstood) as refused:
        understand("A" * 1_000_000)
    assert time.perf_counter() - started < 0.05
    assert len(refused.value.text) <= 200


def test_the_longest_and_strangest_texts_take_little_time():
    for text in ["a" * 200, "st " * 66, "é" * 200, "ﷺ" * 200, "1 " * 100, "a," * 100, "1 a " * 50, "((((" * 50]:
        started = time.perf_counter()
        with pytest.raises(PlaceNotUnderstood):
            understand(text)
        assert time.perf_counter() - started < 0.5, text[:10]


def understood_again(label: str) -> bool:
    return understand(label).label == label


WORDS = (
    "Austin Springfield St. Saint New York TX Texas , 78701 09096 1100 Congress Ave APO AE Paris France 30.27 "
    "-97.74 ' OR = nan zip USA West Virginia Washington DC Suite # é ñ"
)
SCRAPS = st.lists(
    st.one_of(
        st.sampled_from(WORDS.split()),
        st.integers(0, 100_000).map(str),
        st.text(max_size=5),
    ),
    max_size=7,
).map(" ".join)


@hypothesis_settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=220), SCRAPS, st.from_regex(r"[0-9]{3,9}[-. ]?[0-9]{0,4}", fullmatch=True)))
@example("Austin, TX")
@example("1100 Congress Ave, Austin")
def test_any_text_is_answered_with_a_point_or_refused_and_every_label_is_understood(text):
    try:
        found = understand(text)
    except PlaceNotUnderstood as refusal:
        assert refusal.message
        assert all(understood_again(label) for label in refusal.suggestions)
    else:
        assert -90 <= found.latitude <= 90
        assert -180 <= found.longitude <= 180
        assert found.precision in ("point", "zip", "city")
        assert all(understood_again(label) for label in (found.label, *found.alternatives))


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_the_label_of_a_point_is_understood_as_the_same_point_within_a_foot(latitude, longitude):
    found = understand(f"{latitude!r},{longitude!r}")
    assert (found.latitude, found.longitude) == (latitude, longitude)
    again = understand(found.label)
    assert (again.latitude, again.longitude) == pytest.approx((latitude, longitude), abs=1e-6)


def test_every_town_and_a_tenth_of_all_zip_codes_are_understood_by_their_labels():
    towns = [place for first in "abcdefghijklmnopqrstuvwxyz0123456789" for place in table.towns_starting(first, 50_000)]
    assert len(towns) > 35_000
    zips = [place for first in range(100) for place in table.zips_starting(f"{first:02}", 2_000)]
    assert len(zips) > 41_000
    lost = [place.label for place in towns + zips[::10] if not exactly(understand(place.label), place)]
    assert lost == []


def exactly(found: Understood, place: table.Place) -> bool:
    same = (found.label, found.latitude, found.longitude) == (place.label, place.latitude, place.longitude)
    return same and not found.approximate and not found.alternatives


def test_completion_offers_zip_codes_for_digits_and_large_towns_for_letters():
    assert suggest("7870")[:2] == (AUSTIN_ZIP, "Austin, TX 78702")
    assert suggest("austin", limit=2) == ("Austin, TX", "Austintown, OH")
    assert suggest("St. Pau")[0] == "Saint Paul, MN"
    assert suggest("austi, mn")[0] == "Austin, MN"
    assert suggest("") == suggest("'") == suggest("\0") == suggest("999999") == ()
