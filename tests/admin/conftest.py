"""The two clinics, and who is logged in."""

import pytest
from django.test import Client

from directory.models import User
from tests import factories
from tests.admin import world
from tests.kept_true import search_is_kept_true  # noqa: F401 (for every test of this room)


@pytest.fixture
def ours(db: None) -> world.Side:
    return world.ours()


@pytest.fixture
def theirs(db: None) -> world.Side:
    return world.theirs()


@pytest.fixture
def staff(ours: world.Side) -> Client:
    """A browser of our clinic's coordinator."""
    return world.logged_in(ours.staff)


@pytest.fixture
def operator(db: None) -> Client:
    return world.logged_in(factories.operator())


@pytest.fixture
def operator_user(db: None) -> User:
    return factories.operator()
