"""Geocoders: the embedded one behind geopy's interface, and a real geopy one that stands in for addresses."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder

from directory.places import EmbeddedGeocoder, PlaceNotUnderstood, configured, place_address, understand
from directory.places.errors import Reason

CAPITOL = (30.2747, -97.7404)
CAPITOL_ADDRESS = "1100 Congress Ave, Austin, TX 78701"
BOSTON = (42.36, -71.06)


def test_the_embedded_table_is_a_geopy_geocoder():
    geocoder = EmbeddedGeocoder()
    assert isinstance(geocoder, Geocoder)
    found = geocoder.geocode("Austin, TX")
    assert (found.address, found.latitude, found.longitude) == ("Austin, TX", 30.2672, -97.7431)
    assert (found.raw["precision"], found.raw["source"], found.raw["approximate"]) == ("city", "geonames", False)


def test_the_embedded_geocoder_gives_all_towns_of_a_name_when_asked_for_more_than_one():
    found = EmbeddedGeocoder().geocode("Springfield", exactly_one=False)
    assert [place.address for place in found[:3]] == ["Springfield, MO", "Springfield, MA", "Springfield, IL"]


def test_the_embedded_geocoder_has_no_answer_for_what_is_no_place():
    assert EmbeddedGeocoder().geocode("Xyzzyville") is None


def test_the_embedded_geocoder_names_the_zip_code_nearest_to_a_point():
    geocoder = EmbeddedGeocoder()
    assert geocoder.reverse("30.2713, -97.7426").address == "Austin, TX 78701"
    assert geocoder.reverse((30.2713, -97.7426)).raw["miles"] == pytest.approx(0, abs=1e-6)
    near = geocoder.reverse(CAPITOL, exactly_one=False)
    assert len(near) == 5
    assert near[0].raw["miles"] <= near[4].raw["miles"]


@pytest.mark.parametrize("point", [(0, 0), (90, 0), (-90, 180), (48.85, 2.35)])
def test_far_from_the_united_states_there_is_no_nearest_zip_code(point):
    assert EmbeddedGeocoder().reverse(point) is None


def test_the_setting_is_embedded_unless_something_else_is_set():
    assert isinstance(configured(), EmbeddedGeocoder)


def test_a_geopy_geocoder_is_made_from_the_setting_with_its_options_and_only_once(settings):
    settings.GEOCODER = "geopy.geocoders.Nominatim?domain=nominatim.example.org&user_agent=finder&timeout=2.5"
    geocoder = configured()
    assert isinstance(geocoder, Nominatim)
    assert (geocoder.domain, geocoder.timeout) == ("nominatim.example.org", 2.5)
    assert configured() is geocoder


@pytest.mark.parametrize(
    "value",
    [
        "",
        "embeded",
        "geopy.geocoders.Nominatin?user_agent=x",
        "geopy.distance.great_circle",
        "geopy.geocoders.Nominatim",  # without a user_agent of one's own geopy refuses
        "geopy.geocoders.Nominatim?user_agent=x&colour=red",
        "geopy.geocoders.Nominatim?user_agent=x&timeout=soon",
        "geopy.geocoders.Nominatim?user_agent=x&scheme=gopher",
        "os.system?command=true",
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(settings, value):
    settings.GEOCODER = value
    with pytest.raises(ImproperlyConfigured, match="GEOCODER must be 'embedded' or a geopy geocoder"):
        configured()


def test_a_wrong_setting_does_not_give_its_key_away(settings):
    settings.GEOCODER = "geopy.geocoders.OpenCage?api_key=do-not-show&colour=red"
    with pytest.raises(ImproperlyConfigured) as error:
        configured()
    assert "do-not-show" not in str(error.value)


def test_a_street_address_is_placed_by_the_outside_geocoder(outside):
    outside.answer = CAPITOL
    found = understand(CAPITOL_ADDRESS)
    assert (found.latitude, found.longitude) == CAPITOL
    assert (found.precision, found.source, found.approximate) == ("address", "nominatim", False)
    assert outside.asked == [CAPITOL_ADDRESS]
    assert understand(found.label).label == found.label


@pytest.mark.parametrize(
    "text", ["78701", "Austin, TX", "Austin", "29 Palms, CA", "30.27,-97.74", "PO Box 5, Austin, TX"]
)
def test_nothing_but_street_addresses_goes_out(outside, text):
    outside.answer = CAPITOL
    assert understand(text).precision in ("zip", "city", "point")
    assert outside.asked == []


@pytest.mark.parametrize(
    "answer",
    [None, BOSTON, (0, 0), (95, 200), "", "{}", "[1]", '[{"lat": "x", "lon": "y"}]', '[{"place": 1}]', "<html>"],
)
def test_an_address_falls_back_to_its_zip_code_when_the_outside_answer_is_none_wrong_or_broken(outside, answer):
    outside.answer = answer
    found = understand(CAPITOL_ADDRESS)
    assert (found.label, found.precision, found.approximate) == ("Austin, TX 78701", "zip", True)


def test_an_address_falls_back_when_the_outside_geocoder_is_gone(settings):
    settings.GEOCODER = "geopy.geocoders.Nominatim?domain=127.0.0.1:9&scheme=http&user_agent=tests&timeout=1"
    assert understand(CAPITOL_ADDRESS).label == "Austin, TX 78701"
    assert place_address("1100 Congress Ave", "Austin", "TX", "78701").precision == "zip"


def test_the_outside_geocoder_may_know_a_town_that_the_table_does_not(outside):
    outside.answer = CAPITOL
    found = understand("12 Elm St, Xyzzyville, TX")
    assert (found.latitude, found.longitude, found.precision) == (*CAPITOL, "address")
    outside.answer = BOSTON
    with pytest.raises(PlaceNotUnderstood):
        understand("12 Elm St, Xyzzyville, TX")


def test_an_address_without_a_state_is_believed_near_a_town_of_that_name_only(outside):
    outside.answer = CAPITOL
    assert understand("1100 Congress Ave, Austin").precision == "address"
    outside.answer = BOSTON
    assert understand("1100 Congress Ave, Austin").precision == "city"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1600 Pennsylvania Ave", Reason.NO_TOWN),
        ("12 Elm St, Boston, MA 78701", Reason.CONTRADICTION),
        ("12 Elm St, APO, AE 09096", Reason.MILITARY_ZIP),
    ],
)
def test_an_address_that_cannot_be_checked_is_not_asked_for(outside, text, reason):
    outside.answer = CAPITOL
    with pytest.raises(PlaceNotUnderstood) as refused:
        understand(text)
    assert refused.value.reason == reason
    assert outside.asked == []


def test_a_geocoder_can_be_handed_in_instead_of_the_setting(outside, settings):
    geocoder = configured()
    settings.GEOCODER = "embedded"
    outside.answer = CAPITOL
    assert understand(CAPITOL_ADDRESS).precision == "zip"
    assert understand(CAPITOL_ADDRESS, geocoder).precision == "address"
