"""Listings in and around Austin, and questions from its middle."""

import datetime
from dataclasses import replace
from typing import Any

from django.utils import timezone

from directory.models import Offering, Practice, Specialist
from directory.models.clinics import Clinic
from directory.places import Understood
from directory.search import SearchQuery
from tests import factories
from tests.search.agreement import find

AUSTIN = Understood(
    input="78701", label="Austin, TX 78701", latitude=30.2711, longitude=-97.7437, precision="zip", source="geonames"
)
HERE = SearchQuery(near=AUSTIN)
ADHESIOLYSIS = replace(HERE, procedures=("adhesiolysis",))
INJECTION = "epidural-steroid-injection"
TODAY = datetime.date(2026, 1, 5)


def north(miles: float) -> dict[str, float]:
    """The coordinates of a site so many miles north of the middle of Austin."""
    return {"latitude": AUSTIN.latitude + miles / 69.0937, "longitude": AUSTIN.longitude}


def practice(
    miles: float = 1.0, person: Specialist | None = None, clinic: Clinic | None = None, **fields: Any
) -> Practice:
    site = factories.site(clinic=clinic, **north(miles))
    return factories.practice(site=site, **({"specialist": person} if person else {}), **fields)


def offering(
    miles: float = 1.0,
    person: Specialist | None = None,
    slug: str = "adhesiolysis",
    clinic: Clinic | None = None,
    accepting: bool | None = None,
    **fields: Any,
) -> Offering:
    made = practice(miles, person=person, clinic=clinic, accepting_new_patients=accepting)
    return factories.offering(slug, practice=made, **fields)


def days_ago(days: int) -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=days)


def years_ago(years: int) -> int:
    return timezone.localdate().year - years


def shown(query: SearchQuery) -> list[int]:
    """The practices of the first page."""
    return [hit.practice_id for hit in find(query).hits]
