"""The database and the browser that the other tests stand on."""

import pytest
from django.db import connection

from directory.models import Procedure


@pytest.mark.django_db
def test_the_database_is_the_one_of_the_tests() -> None:
    assert "test" in str(connection.settings_dict["NAME"])


@pytest.mark.django_db(transaction=True)
def test_sqlite_writes_ahead_so_that_readers_never_wait() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2, 3])
def test_what_migrations_wrote_is_there_after_a_test_that_emptied_the_tables(time: int) -> None:
    assert Procedure.objects.filter(slug="adhesiolysis").exists()
