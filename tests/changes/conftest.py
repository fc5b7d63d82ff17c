import pytest
from django.test import Client

from tests.changes.partner import Partner
from tests.kept_true import search_is_kept_true  # noqa: F401 (for every test of this room)


@pytest.fixture
def partner(client: Client) -> Partner:
    """Who has read everything until now, once they have begun."""
    return Partner(client)
