"""An empty database straight from the models: migrations have tests of their own, and trials little time."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection


class _None(dict[str, str | None]):
    """No app has migrations."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None

    def get(self, app: str, default: object = None) -> None:  # type: ignore[override]
        return None


def make() -> None:
    """Makes them in the database of the settings, with the reference data that a migration would add."""
    settings.MIGRATION_MODULES = _None()
    call_command("migrate", run_syncdb=True, verbosity=0)
    import_module("directory.migrations.0002_reference_data").add_missing(apps, None)


def analyze() -> None:
    """Counts them, as any database in use has done by itself: plans for empty tables take minutes.

    Table by table: with no name PostgreSQL takes those that all databases share, for which other tests would wait.
    """
    with connection.cursor() as cursor:
        for model in apps.get_app_config("directory").get_models(include_auto_created=True):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
