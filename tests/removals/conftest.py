"""A doctor at two offices, the clinic's people, an operator."""

from dataclasses import dataclass

import pytest

from directory.models import Clinic, Practice, Specialist, User
from directory.removals import Asker
from tests import factories
from tests.kept_true import search_is_kept_true  # noqa: F401 (for every test of this room)

STREET = "4711 Nowherebutheremark Lane"
ASKER = Asker("Ana Rivera", "ana@example.org", "", "It is my home.")
NETWORK = "192.0.2.7"


@dataclass
class World:
    doctor: Specialist
    practice: Practice
    clinic: Clinic
    staff: User
    operator: User


@pytest.fixture
def austin(db: None) -> World:
    clinic = factories.clinic(name="Hill Country Pain", slug="hill-country-pain")
    site = factories.site(clinic=clinic, line1=STREET, line2="Suite 9Xmark", name="North", postal_code="78756")
    practice = factories.practice(site=site, specialist=factories.specialist(gender="female"))
    factories.offering(practice=practice)
    return World(practice.specialist, practice, clinic, factories.member(clinic), factories.operator())
