"""The filters of a search, one by one and together, and what is counted for their values.

Each answer is also compared with the one by brute force: that both say what is written here keeps both right.
"""

from dataclasses import replace

import pytest

from directory import search
from directory.models import Condition
from tests import factories
from tests.search.agreement import counts_of, find
from tests.search.near_austin import (
    ADHESIOLYSIS,
    HERE,
    INJECTION,
    TODAY,
    days_ago,
    offering,
    practice,
    shown,
    years_ago,
)

pytestmark = pytest.mark.django_db


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
    assert [hit.npi for hit in find(replace(HERE, q=(wanted,))).hits] == [person.npi]


@pytest.mark.parametrize("wanted", ["unez", "zoe rivera", "nunezz"])
def test_the_middle_of_a_word_and_a_word_too_many_find_nobody(wanted):
    practice(person=factories.specialist(given_name="Zoë", family_name="Núñez"))
    assert find(replace(HERE, q=(wanted,))).count == 0


@pytest.mark.parametrize(("name", "yes"), [("accepting_new_patients", "accepting"), ("telehealth", "telehealth")])
def test_what_is_not_known_is_not_a_yes(name, yes):
    known, *_others = (practice(**{name: value}) for value in (True, False, None))
    assert shown(replace(HERE, **{yes: True})) == [known.pk]


def test_insurers_languages_and_gender_match_only_where_they_are_known():
    practice()
    both = practice(2, insurers=("aetna", "va"), person=factories.specialist(languages=("es", "vi"), gender="female"))
    one = practice(3, insurers=("va",), person=factories.specialist(languages=("es",), gender="male"))
    assert shown(replace(HERE, insurers=("va",))) == shown(replace(HERE, languages=("es",))) == [both.pk, one.pk]
    assert (
        shown(replace(HERE, insurers=("aetna", "humana"))) == shown(replace(HERE, languages=("vi", "ht"))) == [both.pk]
    )
    assert shown(replace(HERE, genders=("male",))) == [one.pk]
    assert shown(replace(HERE, genders=("male", "female"))) == [both.pk, one.pk]


def test_a_condition_finds_who_offers_one_of_the_procedures_it_leads_to():
    back = Condition.objects.create(slug="a-bad-back")
    back.procedures.set([factories.procedure(slug) for slug in ("adhesiolysis", INJECTION)])
    search.rebuild_all()
    first, second = offering(1), offering(2, slug=INJECTION, status="paused")
    offering(3, status="stopped")
    offering(4, slug="kyphoplasty")
    assert shown(replace(HERE, conditions=("a-bad-back",))) == [first.practice_id, second.practice_id]


@pytest.mark.parametrize(
    ("status", "confirmed", "claims", "tier"),
    [
        ("open", None, None, "listed"),
        ("paused", None, 5, "listed"),
        ("open", 91, None, "listed"),
        ("open", 90, None, "confirmed"),
        (None, 90, 5, "confirmed"),
        (None, None, 4, "claims"),
        ("open", 400, 4, "claims"),
        (None, 91, 5, None),
        (None, None, None, None),
    ],
)
def test_evidence_is_at_least_the_tier_asked_for_and_ends_on_its_day(status, confirmed, claims, tier):
    confirmed_on = None if confirmed is None else days_ago(confirmed)
    made = offering(status=status, confirmed_on=confirmed_on)
    if claims:
        factories.claims(made.practice.specialist, year=years_ago(claims))
    tiers = ("listed", "confirmed", "claims")
    found = [one for one in tiers if find(replace(ADHESIOLYSIS, evidence=one)).count]
    assert found == list(tiers[: tiers.index(tier) + 1] if tier else ())


def test_claims_reach_all_practices_of_the_specialist_where_the_procedure_is_offered_and_not_stopped():
    person = factories.specialist()
    factories.claims(person, year=years_ago(6))
    factories.claims(person, year=years_ago(2))
    practice(1, person=person)
    offering(2, person=person, status="stopped")
    near, _far = offering(3, person=person, status=None), offering(4, person=person)
    (hit,) = find(replace(ADHESIOLYSIS, evidence="claims")).hits
    assert (hit.practice_id, hit.other_practices) == (near.practice_id, 1)


@pytest.mark.parametrize(
    ("joined", "status", "accepting", "online"),
    [
        (True, "open", True, 1),
        (True, "open", None, 1),
        (True, "open", False, 0),
        (True, "paused", True, 0),
        (True, None, True, 0),
        (False, "open", True, 0),
    ],
)
def test_requests_are_taken_online_by_connected_clinics_for_what_is_open(joined, status, accepting, online):
    clinic = factories.connected_clinic() if joined else factories.clinic(people_checked_on=TODAY)
    offering(clinic=clinic, status=status, accepting=accepting)
    assert find(replace(ADHESIOLYSIS, requests_online=True)).count == online


def test_one_and_the_same_offering_must_take_requests_and_have_the_evidence():
    here = offering(clinic=factories.connected_clinic()).practice
    factories.offering(INJECTION, practice=here, status="paused", confirmed_on=days_ago(1))
    both = replace(HERE, procedures=("adhesiolysis", INJECTION))
    assert find(replace(both, requests_online=True)).count == find(replace(both, evidence="confirmed")).count == 1
    assert find(replace(both, requests_online=True, evidence="confirmed")).count == 0
    assert find(replace(ADHESIOLYSIS, evidence="confirmed")).count == 0


def test_each_facet_is_counted_without_its_own_filter():
    person = factories.specialist(languages=("en", "es"))
    made = practice(1, person=person, insurers=("va", "aetna"))
    factories.offering(practice=made)
    factories.offering(practice=practice(2, person=person, insurers=("va",)))
    factories.offering(INJECTION, practice=practice(3, insurers=("va",)))
    practice(400, insurers=("va",))
    counts = counts_of(find(replace(ADHESIOLYSIS, insurers=("aetna",), facets=True)))
    assert counts == {
        "procedure": [("adhesiolysis", 1)],
        "insurer": [("aetna", 1), ("va", 1)],
        "language": [("en", 1), ("es", 1)],
    }
    counts = counts_of(find(replace(ADHESIOLYSIS, insurers=("va",), facets=True)))
    assert counts["procedure"] == [("adhesiolysis", 1), (INJECTION, 1)]


def test_procedures_are_counted_where_their_own_offering_has_what_is_asked_of_it():
    made = practice(clinic=factories.connected_clinic())
    factories.offering(practice=made)
    factories.offering(INJECTION, practice=made, status="paused")
    counts = counts_of(find(replace(ADHESIOLYSIS, requests_online=True, facets=True)))
    assert counts["procedure"] == [("adhesiolysis", 1)]
    assert counts_of(find(ADHESIOLYSIS)) is None


def test_an_empty_circle_still_counts_what_else_there_is_in_it():
    practice(insurers=("va",))
    result = find(replace(HERE, insurers=("aetna",), facets=True))
    assert counts_of(result) == {"procedure": [], "insurer": [("va", 1)], "language": []}
    practice(300, insurers=("aetna",))
    result = find(replace(HERE, insurers=("aetna",), facets=True))
    assert result.widened and counts_of(result)["insurer"] == [("va", 1)]


@pytest.mark.parametrize("wanted", ["Dr. Rivera", "dra. Ana Rivera, MD", "Doctor rivera"])
def test_a_title_before_a_name_is_no_part_of_it(wanted):
    person = factories.specialist(given_name="Ana", family_name="Rivera", credentials="MD")
    practice(person=person)
    assert [hit.npi for hit in find(replace(HERE, q=(wanted,))).hits] == [person.npi]
