"""What a search finds, in what order, and what it says where nothing is near."""

import datetime
from dataclasses import replace

import pytest

from directory.models import Specialist
from directory.places import Understood
from directory.search import PageNotFound, SearchQuery, find
from directory.search.zones import miles_between, unit_vector
from tests import factories

pytestmark = pytest.mark.django_db

AUSTIN = Understood(
    input="78701", label="Austin, TX 78701", latitude=30.2711, longitude=-97.7437, precision="zip", source="geonames"
)
HERE = SearchQuery(near=AUSTIN)
TODAY = datetime.date(2026, 1, 5)


def north(miles):
    """The coordinates of a site so many miles north of the middle of Austin."""
    return {"latitude": AUSTIN.latitude + miles / 69.0937, "longitude": AUSTIN.longitude}


def practice(miles=1.0, person=None, clinic=None, **fields):
    site = factories.site(clinic=clinic, **north(miles))
    return factories.practice(site=site, **({"specialist": person} if person else {}), **fields)


def test_the_nearest_comes_first_with_its_distance():
    far, near = practice(20), practice(3)
    result = find(HERE)
    assert [hit.practice_id for hit in result.hits] == [near.pk, far.pk]
    assert [hit.distance_miles for hit in result.hits] == pytest.approx([3, 20], abs=0.01)
    assert result.count == 2 and not result.widened and not result.relax


def test_equal_distances_are_ordered_by_npi():
    people = sorted((factories.specialist() for _ in range(4)), key=lambda person: -person.npi)
    for person in people:
        practice(5, person=person)
    assert [hit.npi for hit in find(HERE).hits] == sorted(person.npi for person in people)


def test_somebody_with_several_sites_is_shown_once_at_the_nearest():
    person = factories.specialist()
    practice(30, person=person)
    near = practice(2, person=person)
    practice(400, person=person)
    result = find(HERE)
    assert [(hit.practice_id, hit.other_practices) for hit in result.hits] == [(near.pk, 2)]
    assert result.count == 1


def test_of_two_sites_at_one_place_the_lower_number_is_shown():
    person = factories.specialist()
    first, _second = practice(5, person=person), practice(5, person=person)
    assert find(HERE).hits[0].practice_id == first.pk


def test_further_practices_count_only_where_they_match_and_also_where_no_point_is_known():
    person = factories.specialist()
    factories.offering(practice=practice(2, person=person))
    unplaced = factories.practice(specialist=person, site=factories.site(latitude=None))
    factories.offering(practice=unplaced)
    practice(3, person=person)  # does not offer it
    (hit,) = find(replace(HERE, procedures=("adhesiolysis",))).hits
    assert hit.other_practices == 1


def test_a_radius_that_ends_on_a_site_includes_it():
    site = practice(7.3).site
    distance = miles_between(unit_vector(AUSTIN.latitude, AUSTIN.longitude), unit_vector(site.latitude, site.longitude))
    assert not find(replace(HERE, radius_miles=distance)).widened
    assert find(replace(HERE, radius_miles=distance - 1e-6)).widened


def test_a_search_from_a_site_finds_it_at_distance_zero():
    site = factories.site(latitude=AUSTIN.latitude, longitude=AUSTIN.longitude)
    factories.practice(site=site)
    assert find(replace(HERE, radius_miles=1)).hits[0].distance_miles == 0.0


@pytest.mark.parametrize("word", ["deactivated_on", "excluded_on", "suppressed_on"])
def test_who_left_the_directory_is_not_found(word):
    practice(person=factories.specialist(**{word: TODAY}))
    assert find(HERE).count == 0
    assert find(SearchQuery()).count == 0


def test_closed_and_hidden_sites_are_not_found():
    factories.practice(site=factories.site(closed_on=TODAY))
    factories.practice(site=factories.site(hidden=True))
    assert find(HERE).count == 0
    assert find(SearchQuery()).count == 0


def test_who_has_no_certain_place_is_found_by_name_only():
    practice_without_place = factories.practice(site=factories.site(latitude=None))
    assert find(HERE).count == 0
    (hit,) = find(SearchQuery(q="rivera")).hits
    assert (hit.practice_id, hit.distance_miles) == (practice_without_place.pk, None)


@pytest.mark.parametrize(("status", "found"), [("open", 1), ("paused", 1), (None, 1), ("stopped", 0)])
def test_a_procedure_finds_every_offering_that_is_not_stopped(status, found):
    factories.offering(status=status)
    assert find(replace(HERE, procedures=("adhesiolysis",))).count == found


def test_a_specialist_without_the_offering_is_not_shown_as_performing_it():
    factories.practice()
    assert find(replace(HERE, procedures=("adhesiolysis",))).count == 0


def test_several_procedures_mean_any_of_them():
    factories.offering("adhesiolysis")
    factories.offering("epidural-steroid-injection")
    both = ("adhesiolysis", "epidural-steroid-injection")
    assert find(replace(HERE, procedures=both)).count == 2


def test_accepting_matches_only_a_known_yes():
    for accepting in (True, False, None):
        practice(accepting_new_patients=accepting)
    assert find(replace(HERE, accepting=True)).count == 1


def test_all_filters_must_hold_at_one_and_the_same_practice():
    person = factories.specialist()
    factories.offering(practice=practice(2, person=person, accepting_new_patients=False))
    practice(3, person=person, accepting_new_patients=True)
    assert find(replace(HERE, procedures=("adhesiolysis",), accepting=True)).count == 0


@pytest.mark.parametrize(
    "wanted", ["nun", "NÚÑEZ", "zoe nunez", "nunez, zoë, MD", "rio grande", "spine nun", "o'neil", "oneil"]
)
def test_names_are_found_by_the_beginnings_of_their_words(wanted):
    person = factories.specialist(given_name="Zoë", family_name="Núñez-O'Neil")
    practice(person=person, clinic=factories.clinic(name="Río Grande Spine"))
    practice()
    assert [hit.npi for hit in find(replace(HERE, q=wanted)).hits] == [person.npi]


@pytest.mark.parametrize("wanted", ["unez", "zoe rivera", "nunezz"])
def test_the_middle_of_a_word_and_a_word_too_many_find_nobody(wanted):
    practice(person=factories.specialist(given_name="Zoë", family_name="Núñez"))
    assert find(replace(HERE, q=wanted)).count == 0


def test_without_a_place_people_come_by_family_name_given_name_and_npi():
    names = [("Zoë", "Álvarez"), ("Ana", "alvarez"), ("Bo", "Zimmer"), ("Li", "Ng"), ("Li", "Ng")]
    for given, family in reversed(names):
        factories.practice(specialist=factories.specialist(given_name=given, family_name=family))
    hits = find(SearchQuery()).hits
    found = [Specialist.objects.get(pk=hit.npi) for hit in hits]
    assert [(one.given_name, one.family_name) for one in found] == [names[1], names[0], *names[3:], names[2]]
    assert found[2].npi < found[3].npi


def test_pages_together_are_the_whole_and_repeat_nobody():
    for _ in range(11):
        practice(5)
    whole = [hit.npi for hit in find(replace(HERE, page_size=100)).hits]
    pages = [find(replace(HERE, page=page, page_size=3)) for page in (1, 2, 3, 4)]
    assert [hit.npi for page in pages for hit in page.hits] == whole
    assert {page.count for page in pages} == {11} and pages[0].pages == 4
    with pytest.raises(PageNotFound):
        find(replace(HERE, page=5, page_size=3))


def test_nothing_near_gives_the_nearest_five_however_far():
    far = [practice(miles) for miles in (300, 310, 320, 330, 340, 350)]
    result = find(replace(HERE, page_size=2))
    assert [hit.practice_id for hit in result.hits] == [one.pk for one in far[:5]]
    assert (result.count, result.widened, result.pages) == (5, True, 1)
    with pytest.raises(PageNotFound):
        find(replace(HERE, page_size=2, page=2))


def test_the_nearest_may_be_on_the_other_side_of_the_globe():
    site = factories.site(latitude=-30.2711, longitude=82.2563)
    factories.practice(site=site)
    result = find(HERE)
    assert result.widened and result.hits[0].distance_miles == pytest.approx(12436.8, abs=1)


def test_nothing_near_says_what_leaving_out_one_filter_would_give_within_the_radius():
    factories.offering(practice=practice(300, accepting_new_patients=True))
    factories.offering(practice=practice(8, accepting_new_patients=False))
    practice(4, accepting_new_patients=True)
    practice(5, accepting_new_patients=True)
    result = find(replace(HERE, procedures=("adhesiolysis",), accepting=True))
    assert result.widened and result.count == 1
    relaxed = [(one.drop, one.count, one.nearest_miles) for one in result.relax]
    assert relaxed == [("procedure", 2, pytest.approx(4, abs=0.01)), ("accepting", 1, pytest.approx(8, abs=0.01))]


def test_nothing_in_the_whole_directory_says_what_leaving_out_one_filter_would_give_anywhere():
    practice(300)
    result = find(replace(HERE, procedures=("adhesiolysis",), q="rivera"))
    assert (result.count, result.widened, result.hits) == (0, False, [])
    relaxed = [(one.drop, one.count, one.nearest_miles) for one in result.relax]
    assert relaxed == [("procedure", 1, pytest.approx(300, abs=0.5)), ("q", 0, None)]


def test_nobody_of_that_name_anywhere_says_so_without_a_place_too():
    factories.practice()
    result = find(SearchQuery(q="xyzzy"))
    assert (result.count, result.widened) == (0, False)
    assert [(one.drop, one.count, one.nearest_miles) for one in result.relax] == [("q", 1, None)]


@pytest.mark.parametrize("query", [HERE, SearchQuery(), replace(HERE, procedures=("adhesiolysis",), q="rivera")])
def test_the_number_of_queries_does_not_grow_with_what_is_found(query, django_assert_num_queries):
    for _ in range(30):
        factories.offering()
    with django_assert_num_queries(1 if query.near is None else 2):
        assert find(query).count == 30


def test_an_empty_circle_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    practice(300)
    with django_assert_max_num_queries(14):
        find(replace(HERE, radius_miles=1, procedures=("adhesiolysis",), accepting=True, q="xyzzy"))
