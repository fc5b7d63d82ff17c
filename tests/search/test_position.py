"""Nobody can pay for position: nothing but distance, evidence, wait, name and NPI decides the order of results.

Whatever else is known of a specialist, a clinic, a site, a practice or an offering may be anything: the order stays.
"""

import datetime
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as project
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from directory import params, search
from directory.models import Clinic, Insurer, Language, Offering, OpeningHours, Practice, Site, Specialist
from directory.places import Understood
from directory.search import SearchQuery, find
from tests import factories

pytestmark = pytest.mark.django_db

# The order may depend on these, as docs/api.md says: the name, what is measured, and who and what it is about.
DECIDES = {
    Specialist: {"npi", "family_name", "given_name"},
    Clinic: set(),
    Site: {"latitude", "longitude"},
    Practice: {"id", "specialist", "site"},
    Offering: {"id", "practice", "procedure", "status", "confirmed_on", "wait_weeks"},
}
# What decides whether somebody is shown at all, or where; not in which order those are who are shown.
DECIDES_WHO = {
    Specialist: {"deactivated_on", "excluded_on", "suppressed_on", "street_hidden_on"},
    Clinic: {"id"},
    Site: {"id", "clinic", "closed_on", "hidden"},
    Practice: set(),
    Offering: set(),
}
ORDERS = ("distance", "evidence", "wait", "name")
AUSTIN = Understood("Austin", "Austin, TX", *factories.AUSTIN, precision="city", source="test")


def free_fields(model: type[models.Model]) -> list[str]:
    """Every column that must not count: a new one is among them until somebody says here why it should."""
    names = {field.name for field in model._meta.concrete_fields}
    return sorted(names - DECIDES[model] - DECIDES_WHO[model])


DAYS = st.none() | st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
WORDS = st.sampled_from(["", "A", "AAA Best Pain", "Zz", "Premium"])
MAYBE = st.none() | st.booleans()
VALUES: Mapping[type[models.Model], Mapping[str, st.SearchStrategy[Any]]] = {
    Specialist: {
        "middle_name": WORDS,
        "name_suffix": WORDS,
        "credentials": WORDS,
        "gender": st.sampled_from([None, "female", "male"]),
        "registry_updated_on": DAYS,
    },
    Clinic: {
        "name": WORDS.filter(bool),
        "slug": st.none(),  # unique: given by the test itself
        "npi": st.none(),
        "website": st.sampled_from(["", "https://example.org/"]),
        "people_checked_on": DAYS,
        "notification_email": st.just("requests@example.org"),
        "notification_language": st.sampled_from(["en", "es"]),
        "notification_email_bounced_at": st.none() | st.just(datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)),
        "notification_email_confirmed_at": st.none() | st.just(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)),
    },
    Site: {
        "name": WORDS,
        "line1": WORDS.filter(bool),
        "line2": WORDS,
        "city": st.sampled_from(["Austin", "Aachen"]),
        "state": st.sampled_from(["TX", "AK"]),
        "postal_code": st.sampled_from(["78701", "99501"]),
        "location_precision": st.sampled_from(["address", "zip", "city"]),
        "location_source": WORDS,
        "time_zone": st.just("America/Chicago"),
        "from_registry": st.booleans(),
        "step_free": MAYBE,
        "accessible_restroom": MAYBE,
        "lowering_table": MAYBE,
        "interpreter": MAYBE,
    },
    Practice: {
        "phone": st.sampled_from(["", "+15125550100"]),
        "accepting_new_patients": MAYBE,
        "telehealth": MAYBE,
        "confirmed_on": DAYS,
    },
    Offering: {
        "requirements": WORDS,
        "needs_injections": st.booleans(),
        "needs_prescriber_word": st.booleans(),
        "needs_doctor_referral": st.booleans(),
        "needs_plan": st.booleans(),
        "needs_mri_months": st.sampled_from([None, 1, 120]),
        "age_from": st.sampled_from([None, 0, 21]),
        "age_to": st.sampled_from([None, 65, 120]),
        "takes_incomplete": st.booleans(),
    },
}


def test_whoever_adds_a_column_says_here_whether_it_may_decide_the_order():
    for model in DECIDES:
        assert free_fields(model) == sorted(VALUES[model]), model


def order(**asked: Any) -> list[int]:
    return [hit.npi for hit in find(SearchQuery(page_size=100, **asked)).hits]


def orders() -> dict[str, list[int]]:
    near: dict[str, Any] = {"near": AUSTIN, "radius_miles": 500.0, "procedures": ("adhesiolysis",)}
    return {sort: order(sort=sort, **near) for sort in ORDERS} | {"by name, anywhere": order()}


@pytest.fixture
def people(db):
    """Eight in several distances, waits and tiers of evidence; two of each at one place, called the same."""
    today = datetime.date.today()
    made = []
    for number in range(8):
        miles_away = number // 2 * 0.2
        site = factories.site(latitude=factories.AUSTIN[0] + miles_away, clinic=factories.clinic())
        person = factories.specialist(given_name="Ana", family_name=["Doe", "Alvarez", "Chen", "Baker"][number // 2])
        offering = factories.offering(
            practice=factories.practice(site=site, specialist=person),
            wait_weeks=[None, 2, 2, 5][number % 4],
            confirmed_on=today if number % 3 else None,
        )
        made.append(offering)
    factories.claims(made[5].practice.specialist)
    return made


@given(data=st.data())
@hypothesis.settings(
    max_examples=12, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_other_column_changes_the_order(people, data):
    before = orders()
    for offering in people:
        practice = offering.practice
        rows = (practice.specialist, practice.site.clinic, practice.site, practice, offering)
        for row in rows:
            for name in free_fields(type(row)):
                if name != "slug":
                    setattr(row, name, data.draw(VALUES[type(row)][name], name))
            if isinstance(row, Clinic):
                row.slug = f"{data.draw(st.sampled_from(['a', 'm', 'z']))}-{row.pk}"
            row.save()
        practice.insurers.set(data.draw(st.sampled_from([[], list(Insurer.objects.all()[:9])])))
        practice.specialist.languages.set(data.draw(st.sampled_from([[], list(Language.objects.all()[:3])])))
        if data.draw(st.booleans()):
            OpeningHours.objects.get_or_create(practice=practice, weekday=1, opens_at="08:00", closes_at="17:00")
    search.rebuild(offering.practice_id for offering in people)
    assert orders() == before


def test_more_offices_and_more_procedures_lift_nobody(people):
    before = orders()
    last = Specialist.objects.get(pk=before["distance"][-1])
    for _ in range(5):
        far = factories.practice(specialist=last, site=factories.site(latitude=40.0, longitude=-100.0))
        factories.offering("spinal-cord-stimulation", practice=far)
    after = orders()
    assert {sort: after[sort] for sort in ORDERS} == {sort: before[sort] for sort in ORDERS}


def test_the_orders_are_what_they_say_and_no_two_alike(people):
    """Or the tests above would show nothing."""
    shown = orders()
    assert len({tuple(shown[sort]) for sort in ORDERS}) == len(ORDERS)
    hits = find(SearchQuery(near=AUSTIN, radius_miles=500.0, page_size=100)).hits
    keys = [(hit.distance_miles, hit.npi) for hit in hits]
    assert all(one < other for one, other in pairwise(keys))


BOUGHT = ("boost", "featured", "sponsor", "premium", "promot", "paid", "rank", "weight", "priority", "score", "advert")


def test_there_is_no_field_parameter_or_setting_that_could_hold_a_payment():
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("directory").get_models()
        for field in model._meta.get_fields()
    }
    parameters = set(params.SearchFilters.base_filters) | {"page", "page_size", "sort"}
    settings = {name for name in dir(project) if name.isupper()}
    named = {name for name in fields | parameters | settings if any(word in name.lower() for word in BOUGHT)}
    assert not named


def test_the_site_says_so(client):
    for address in ("/about/data/", "/about/removal/"):
        assert "Nobody can pay for position." in client.get(address).content.decode()
