"""What every test stands on: a database that keeps what migrations wrote, and a browser that keeps watch."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import serializers
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium as installed
from tests.visitors import Visitors

TESTS_OF_RUN = Path(__file__).parent / "run"

# "ci" is the same on every machine and every time; without it hypothesis looks at other examples each time.
hypothesis.settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=100)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "explore")


def pytest_configure(config: pytest.Config) -> None:
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # where there is none, whitenoise warns


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = Path(django_settings.VAR_DIR)
    if folder.name.startswith("finder-tests-"):  # made by tests/settings.py, nobody's data
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests run only where there is a Chromium; they and the tests of ./run itself run once, on SQLite."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if connection.vendor != "sqlite":
        of_run = [item for item in items if TESTS_OF_RUN in item.path.parents and not uses_database(item)]
        config.hook.pytest_deselected(items=[*browser, *of_run])
        items[:] = [item for item in items if item not in browser and item not in of_run]
    for item in browser:
        item.user_properties.append(("browser", "yes"))  # counted by ./run test
        if not installed.find():
            item.add_marker(pytest.mark.skip(reason=installed.NOT_FOUND))


def uses_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keeps what migrations wrote, and leaves nobody connected to a database that is to be dropped.

    A test that commits (`transaction=True`, `live_server`) ends with empty tables. The next test may need the
    procedures and insurers of the migrations, on whatever core and in whatever order it runs.
    """
    directory = apps.get_app_config("directory")
    with django_db_blocker.unblock():
        rows = [row for model in directory.get_models() for row in model._base_manager.order_by("pk")]
        written = serializers.serialize("json", rows)

    def write_again(**_: Any) -> None:
        if directory.get_model("Procedure").objects.exists():
            return  # nothing was emptied: somebody called `migrate`
        with transaction.atomic():
            for row in serializers.deserialize("json", written):
                row.save(force_insert=True)

    post_migrate.connect(write_again, sender=directory)  # sent also when all tables were emptied
    yield
    post_migrate.disconnect(write_again, sender=directory)
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            _send_everybody_away()


def _send_everybody_away() -> None:
    """Ends every connection to this database: the pool's, and what threads of the tests left behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # the PostgreSQL backend has it


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    """Every test comes from the same address, and may ask as often as it likes."""
    caches["throttle"].clear()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The installed Chromium. For pages of this site take `page` or `visitors`, which also keep watch."""
    path = installed.find()
    if not path:
        pytest.skip(installed.NOT_FOUND)
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code of ours. For the same
    # reason it lives for one module only: an event loop left behind would trouble the tests of other rooms.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=installed.arguments())
        yield browser
        browser.close()


@pytest.fixture
def visitors(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Visitors]:
    """Visitors of the running site; the test fails if a page did what no page may."""
    settings.SITE_URL = live_server.url  # links in mails lead here
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    visitors = Visitors(chromium, live_server.url)
    yield visitors
    for context in list(chromium.contexts):
        context.close()
    assert not visitors.wrong, "\n".join(visitors.wrong)


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """One visitor with a usual desktop browser."""
    return visitors()
