"""Filters that one press turns on, answers that come alone, who may look at an MRI, completion of places."""

import re

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
AUSTIN = "/find/?near=78701&procedure=adhesiolysis"


@pytest.fixture
def three():
    """One of three takes Original Medicare, another accepts new patients."""
    for given in ({"insurers": ("original-medicare",)}, {"accepting_new_patients": True}, {}):
        factories.offering(practice=factories.practice(**given))


def chips(page: str) -> dict[str, int]:
    bar = page.split('class="chips chips--wide"')[1].split("</ul>")[0]
    return {name.strip(): int(count) for name, count in re.findall(r">([^<>]+) <span>(\d+)</span>", bar)}


def test_each_filter_says_how_many_it_leaves(three):
    assert chips(Client().get(AUSTIN).text) == {"All": 3, "Accepting new patients": 1, "Takes Original Medicare": 1}


def test_a_filter_that_is_on_leads_back_to_all(three):
    page = Client().get(f"{AUSTIN}&accepting=true").text
    assert chips(page)["All"] == 3 and chips(page)["Accepting new patients"] == 1
    assert "chip--x" not in page  # it has its button, and no second one
    assert f'<a class="chip chip--on" href="{AUSTIN.replace("&", "&amp;")}" aria-current="true">Accepting' in page


def test_a_press_on_a_filter_gets_the_answer_alone(three):
    whole, part = Client().get(AUSTIN), Client().get(AUSTIN, headers={"hx-request": "true"})
    assert "<html" in whole.text and "<html" not in part.text
    assert '<div id="answer"' in part.text and "<title>3 specialists" in part.text
    assert whole["ETag"] != part["ETag"]
    assert "HX-Request" in whole["Vary"] and "HX-Request" in part["Vary"]


def test_where_they_are_far_the_nearest_who_may_review_an_mri_are_shown_apart():
    factories.offering(practice=factories.practice())
    near = factories.practice(
        specialist=factories.specialist(family_name="Lindahl"),
        site=factories.site(latitude=45.78, longitude=-108.5, state="MT", city="Billings"),
    )
    page = Client().get("/find/?near=59101&procedure=adhesiolysis").text
    cards, review = page.split('id="review"')
    assert near.specialist.name in review and "We do not know of any who do adhesiolysis here" in review
    assert near.specialist.name not in cards


def test_a_point_is_called_by_the_town_that_is_near(three):
    page = Client().get("/find/?near=30.27,-97.74&procedure=adhesiolysis").text
    assert "a point near Austin, TX" in page


def test_places_are_completed_as_they_are_typed():
    found = Client().get("/api/v1/places/", {"q": "austi"}).json()["results"]
    assert {"label": "Austin, TX"} in found
    assert Client().get("/api/v1/places/").json() == {"results": []}
    for wrong in ("?q=a&q=b", "?prefix=a"):
        assert Client().get(f"/api/v1/places/{wrong}").status_code == 400


def test_the_number_in_the_evidence_stands_out():
    claims = factories.claims(factories.offering(practice=factories.practice()).practice.specialist)
    page = Client().get(AUSTIN).text
    assert f"<b>at least {claims.services}</b>" in page
