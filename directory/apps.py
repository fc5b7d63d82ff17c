from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = gettext_lazy("Directory")

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready
        from directory import system_checks  # noqa: PLC0415

        post_migrate.connect(write_search_rows, sender=self)
        register(system_checks.operator_can_be_told, Tags.database)
        register(system_checks.map_tiles, Tags.security)


def write_search_rows(using: str, **_: Any) -> None:
    """After an update of the program: what the search reads, where it is not there yet or is of another layout."""
    # Models cannot be imported before the apps are ready
    from directory.search import rows  # noqa: PLC0415

    if using == "default":
        rows.rebuild_if_outdated()
