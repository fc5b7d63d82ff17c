"""Whatever a test did by a door of the directory: what the search reads is what the tables say."""

from collections.abc import Iterator

import pytest

from directory.search.check import check


@pytest.fixture(autouse=True)
def search_is_kept_true(request: pytest.FixtureRequest) -> Iterator[None]:
    """For a conftest.py to import. A test that changes rows itself, by no door, calls `search.rebuild` as a door would.

    It takes `db` itself, so that it looks before the test's transaction is rolled back.
    """
    uses_database = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & {*request.fixturenames}
    if uses_database:
        request.getfixturevalue("db")
    yield
    if uses_database:
        found = check()
        assert found.is_right, f"practices that somebody changed without search.rebuild: {found.wrong}"
