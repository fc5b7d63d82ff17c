"""What a search finds, in what order, and what it says where nothing is near.

Each answer is also compared with the one by brute force: that both say what is written here keeps both right.
"""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import search
from directory.models import Offering, Practice, Specialist
from directory.search import PageNotFound, SearchQuery
from directory.search.zones import miles_between, unit_vector
from tests import factories
from tests.search.agreement import find
from tests.search.near_austin import ADHESIOLYSIS, AUSTIN, HERE, TODAY, days_ago, offering, practice, shown

pytestmark = pytest.mark.django_db


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
    (hit,) = find(SearchQuery(q=("rivera",))).hits
    assert (hit.practice_id, hit.distance_miles) == (practice_without_place.pk, None)


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
    result = find(replace(HERE, procedures=("adhesiolysis",), q=("rivera",)))
    assert (result.count, result.widened, result.hits) == (0, False, [])
    relaxed = [(one.drop, one.count, one.nearest_miles) for one in result.relax]
    assert relaxed == [("procedure", 1, pytest.approx(300, abs=0.5)), ("q", 0, None)]


def test_nobody_of_that_name_anywhere_says_so_without_a_place_too():
    factories.practice()
    result = find(SearchQuery(q=("xyzzy",)))
    assert (result.count, result.widened) == (0, False)
    assert [(one.drop, one.count, one.nearest_miles) for one in result.relax] == [("q", 1, None)]


def test_by_evidence_counts_the_practice_that_is_shown():
    person = factories.specialist()
    nearest_is_listed = offering(1, person=person)
    offering(2, person=person, confirmed_on=days_ago(1))
    nothing, confirmed = offering(3, status=None), offering(4, confirmed_on=days_ago(1))
    claimed = offering(9)
    factories.claims(claimed.practice.specialist)
    found = [made.practice_id for made in (claimed, confirmed, nearest_is_listed, nothing)]
    assert shown(replace(ADHESIOLYSIS, sort="evidence")) == found


def test_by_wait_the_unknown_comes_last_and_equals_by_distance():
    waits = [(1, None), (2, 104), (5, 3), (4, 3), (6, 0)]
    made = {miles: offering(miles, wait_weeks=weeks).practice_id for miles, weeks in waits}
    assert shown(replace(ADHESIOLYSIS, sort="wait")) == [made[6], made[4], made[5], made[2], made[1]]
    unplaced = replace(ADHESIOLYSIS, near=None, sort="wait")
    assert shown(unplaced) == [made[6], made[5], made[4], made[2], made[1]]  # equals by NPI


def test_by_name_near_a_place_namesakes_come_by_distance():
    far, near = practice(9), practice(2)
    first = practice(30, person=factories.specialist(family_name="Álvarez"))
    assert shown(replace(HERE, sort="name")) == [first.pk, near.pk, far.pk]


def test_the_nearest_five_come_by_distance_whatever_was_asked_for():
    waits = [(300, 9), (310, None), (320, 1), (330, 0)]
    made = [offering(miles, wait_weeks=weeks).practice_id for miles, weeks in waits]
    assert shown(replace(ADHESIOLYSIS, sort="wait")) == made


def test_leaving_out_the_procedure_leaves_out_what_is_said_of_it():
    practice(4)
    offering(300)
    asked = replace(ADHESIOLYSIS, requests_online=True, evidence="claims", sort="evidence", telehealth=True)
    assert [(one.drop, one.count) for one in find(asked).relax] == [
        ("procedure", 0),
        ("telehealth", 0),
        ("requests", 0),
        ("evidence", 0),
    ]
    result = find(replace(asked, telehealth=False))
    assert [(one.drop, one.count) for one in result.relax] == [("procedure", 2), ("requests", 0), ("evidence", 0)]
    assert result.relax[0].nearest_miles == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize(
    "place", [(30.2711, -97.7437), (-50.4453, 76.1368), (-47.511, 42.0942), (0.0, 0.0), (90.0, 0.0)]
)
def test_what_lies_exactly_opposite_is_still_in_the_directory(place):
    latitude, longitude = place
    opposite = {"latitude": -latitude, "longitude": longitude - 180.0 if longitude > 0 else longitude + 180.0}
    factories.practice(site=factories.site(**opposite))
    there = replace(HERE, near=replace(AUSTIN, latitude=latitude, longitude=longitude))
    assert find(there).count == 1
    assert [(one.drop, one.count) for one in find(replace(there, telehealth=True)).relax] == [("telehealth", 1)]


def test_what_was_edited_or_deleted_is_found_as_it_is_now():
    person = factories.specialist()
    near, far = practice(2, person=person), practice(9, person=person)
    assert shown(HERE) == [near.pk]
    near.site.latitude += 1.0
    near.site.save()
    search.rebuild([near.pk])
    assert [(hit.practice_id, hit.other_practices) for hit in find(HERE).hits] == [(far.pk, 1)]
    deleted = far.pk
    far.delete()
    search.rebuild([deleted])
    assert find(HERE).widened
    Practice.objects.update(telehealth=True)
    Offering.objects.all().delete()
    search.rebuild_all()
    assert find(SearchQuery(telehealth=True)).count == 1


def queries_of(query):
    search.find(query)  # the first question after a change reads the change
    with CaptureQueriesContext(connection) as queries:
        search.find(query)
    return len(queries)


@pytest.mark.parametrize(
    "query",
    [
        HERE,
        SearchQuery(),
        replace(ADHESIOLYSIS, q=("rivera",), facets=True),
        replace(ADHESIOLYSIS, sort="evidence"),
        replace(HERE, radius_miles=1, telehealth=True, q=("xyzzy",), facets=True),
    ],
)
def test_the_number_of_queries_does_not_grow_with_what_is_found(query):
    offering(2)
    few = queries_of(query)
    for number in range(30):
        offering(2 + number)
    assert queries_of(query) == few <= 2
