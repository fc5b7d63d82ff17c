from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from directory.demo import load
from directory.search.check import check
from tests import tables


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration, loaded once for a module and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load.load()
        tables.analyze()
        assert check().is_right  # once: the tests that share it change nothing
        yield
        transaction.set_rollback(True)
