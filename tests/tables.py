"""An empty database straight from the models: migrations have tests of their own, and trials little time."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management import call_command


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
