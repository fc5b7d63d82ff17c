"""What Django's own checks say of this site: `manage.py check`, `migrate`, and each start of ./run."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from directory.models import Specialist


def operator_can_be_told(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Whether anybody learns by mail of reports, claims and removals. In a demonstration nobody has to."""
    if settings.OPERATOR_EMAIL or "default" not in (databases or ()):
        return []
    if Specialist._meta.db_table not in connection.introspection.table_names():
        return []  # nothing was migrated yet
    if not Specialist.objects.real().exists():
        return []  # a demonstration, or nobody in it yet
    return [
        Warning(
            "OPERATOR_EMAIL is not set: reports of mistakes, claims of listings and requests for removal wait in the "
            "admin, and nobody is told of them by mail.",
            hint="Set OPERATOR_EMAIL to the address of whoever looks after this directory (docs/settings.md).",
            id="directory.W001",
        )
    ]


def map_tiles(**_: Any) -> list[CheckMessage]:
    """The pictures of the map: browsers must be allowed to load them, and whose they are must be said."""
    found: list[CheckMessage] = []
    if settings.HTTPS and settings.MAP_TILE_URL.startswith("http:"):
        hint = "Use the https address of the same host, or leave MAP_TILE_URL empty: the map then needs no other host."
        found.append(
            Error("MAP_TILE_URL is http, and no browser shows that on an https site.", hint, id="directory.E001")
        )
    if settings.MAP_TILE_URL and not settings.MAP_ATTRIBUTION:
        hint = "Set MAP_ATTRIBUTION to what the host asks for, like © OpenStreetMap contributors."
        found.append(Warning("MAP_TILE_URL is set and MAP_ATTRIBUTION is not.", hint, id="directory.W002"))
    return found
