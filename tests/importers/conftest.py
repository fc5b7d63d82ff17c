"""What the tests of imports share."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from directory.importers.report import Report
from directory.importers.run import import_nppes
from directory.management.commands.import_nppes import Command
from tests.importers import registry
from tests.kept_true import search_is_kept_true  # noqa: F401 (for every test of this room)


@pytest.fixture
def feed(db: None, tmp_path: Path) -> Callable[..., Report]:
    """Imports these rows as one file, as the command does, and returns the report."""

    def import_rows(*rows: dict[str, str], **shape: Any) -> Report:
        path = registry.write(tmp_path, rows, **shape)
        return import_nppes([path], Command()._progress)[0]

    return import_rows


@pytest.fixture
def command(db: None) -> Callable[..., tuple[str, str]]:
    """Runs manage.py import_nppes; what it wrote to stdout and stderr."""

    def run(*arguments: object) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("import_nppes", *(str(argument) for argument in arguments), stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return run


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the directory."""
    return {
        model._meta.label: sorted(
            model._default_manager.values_list(*(f.attname for f in model._meta.concrete_fields)), key=repr
        )
        for model in apps.get_app_config("directory").get_models(include_auto_created=True)
    }
