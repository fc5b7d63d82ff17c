"""Two people change the same clinic at the same moment: what the search reads is right for both."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.urls import reverse

from directory import search
from directory.models import Practice
from directory.search import SearchQuery, find
from directory.search.check import check
from tests import factories
from tests.admin import world
from tests.admin.forms import filled_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def practice():
    return factories.practice(clinic=factories.clinic(name="Zilker Spine"))


@pytest.fixture
def operator():
    return world.logged_in(factories.operator())


def while_a_practice_is_added(site, act: Callable[[], None]) -> None:
    """Acts between the last statement and the commit of somebody who adds one there."""
    person = factories.specialist()
    written = threading.Event()

    def add() -> None:
        with transaction.atomic():
            made = Practice.objects.create(specialist=person, site=site)
            search.rebuild([made.pk])
            written.set()
            time.sleep(0.3)
        connection.close()

    adding = threading.Thread(target=add)
    adding.start()
    assert written.wait(10)
    act()
    adding.join()


def test_a_practice_added_while_its_clinic_is_renamed_is_found_under_the_new_name(practice, operator):
    clinic = practice.site.clinic
    address = reverse("admin:directory_clinic_change", args=[clinic.pk])
    form = filled_in(operator.get(address)) | {"name": "Barton Hills Pain"}
    while_a_practice_is_added(practice.site, lambda: operator.post(address, form))
    assert find(SearchQuery(q=("barton hills",))).count == 2
    assert check().is_right


def test_a_practice_added_while_its_site_is_deleted_leaves_nothing_behind(practice, operator):
    address = reverse("admin:directory_site_delete", args=[practice.site_id])
    while_a_practice_is_added(practice.site, lambda: operator.post(address, {"post": "yes"}))
    assert find(SearchQuery(q=("zilker",))).count == Practice.objects.count()
    assert check().is_right
