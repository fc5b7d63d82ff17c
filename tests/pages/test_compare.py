"""Up to four specialists side by side, and the page to print."""

import datetime

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    practices = [factories.practice(specialist=factories.specialist(family_name=name)) for name in ("Marsh", "Lowe")]
    for practice in practices:
        factories.offering(practice=practice)
    return [practice.specialist for practice in practices]


def compare(*npis, **more):
    return Client().get("/compare/", {"npi": [str(npi) for npi in npis], **more})


def test_those_who_were_chosen_stand_side_by_side_with_their_distance(two):
    page = compare(*(one.npi for one in two), near="78701").text
    assert all(one.name in page for one in two)
    assert "miles" in page and "Listed, not yet confirmed" in page


def test_who_was_taken_out_is_shown_as_that(two):
    two[0].suppressed_on = datetime.date(2026, 1, 1)
    two[0].save()
    answer = compare(*(one.npi for one in two))
    assert answer.status_code == 200 and "Taken out of this directory" in answer.text


@pytest.mark.parametrize("npis", [["12345"], ["1234567893"], ["nobody"]])
def test_an_npi_of_nobody_here_is_refused_with_help(two, npis):
    answer = compare(*npis)
    assert answer.status_code == 400 and "NPI" in answer.text


def test_a_fifth_is_refused(two):
    more = [factories.practice().specialist for _ in range(3)]
    answer = compare(*(one.npi for one in (*two, *more)))
    assert answer.status_code == 400 and "Four at most" in answer.text


def test_a_clinic_that_has_not_joined_gets_a_page_to_print(two):
    answer = Client().get(f"/specialists/{two[0].slug}/packet/?procedure=adhesiolysis")
    page = answer.text
    assert answer.status_code == 200 and answer["X-Robots-Tag"] == "noindex"
    assert page.index("Warning signs first") < page.index("Blood thinner")
    assert "62264" in page and "We keep no copy" in page and "Keep taking it" in page


@pytest.mark.parametrize("query", ["procedure=nonsense", "practice=999999"])
def test_a_packet_for_nothing_is_no_page(two, query):
    assert Client().get(f"/specialists/{two[0].slug}/packet/?{query}").status_code == 404
