from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Directory"

    def ready(self) -> None:
        post_migrate.connect(write_search_rows, sender=self)


def write_search_rows(using: str, **_: Any) -> None:
    """After an update of the program: what the search reads, where it is not there yet or is of another layout."""
    # Models cannot be imported before the apps are ready
    from directory.search import rows  # noqa: PLC0415

    if using == "default":
        rows.rebuild_if_outdated()
