from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from directory import search
from directory.bench import country, engines
from directory.bench.brute import Columns
from directory.bench.dataset import Dataset, Reference
from directory.models import Insurer, Procedure

PRACTICES = 600


@pytest.fixture(scope="module")
def directory_of_the_bench(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A few hundred practices as the benchmark draws them, written once for a module and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        reference = Reference(
            procedures=list(Procedure.objects.order_by("position", "slug").values_list("pk", flat=True)),
            insurers=dict(Insurer.objects.values_list("slug", "pk")),
            country_wide=list(Insurer.objects.filter(state="").order_by("pk").values_list("pk", flat=True)),
        )
        dataset = Dataset(PRACTICES, country=country.country(), reference=reference, today=timezone.localdate())
        with connection.cursor() as cursor:
            for rows in dataset.tables():
                marks = ", ".join(["%s"] * len(rows.columns))
                insert = f"INSERT INTO {rows.table} ({', '.join(rows.columns)}) VALUES ({marks})"
                for columns in rows.chunks():
                    cursor.executemany(insert, [_booleans(rows.columns, row) for row in zip(*columns, strict=True)])
        connection.check_constraints()
        search.rebuild_all()
        yield
        transaction.set_rollback(True)


BOOLEANS = {"from_registry", "hidden", "is_primary", "accepting_new_patients", "telehealth"}


def _booleans(names: Any, row: Any) -> list[Any]:
    """COPY reads 0 and 1 as booleans, an INSERT does not."""
    return [bool(value) if name in BOOLEANS and value is not None else value
            for name, value in zip(names, row, strict=True)]  # fmt: skip


@pytest.fixture(scope="module")
def columns(directory_of_the_bench: None, django_db_blocker: Any) -> Columns:
    with django_db_blocker.unblock():
        return Columns(timezone.localdate())


@pytest.fixture(scope="module")
def others(columns: Columns, django_db_blocker: Any) -> engines.Engines:
    with django_db_blocker.unblock():
        return engines.prepare(columns)
