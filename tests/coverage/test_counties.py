"""How far the nearest specialist is from every county: as the search says, worked out anew, shown with its limits."""

import datetime
import threading

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from directory import coverage, search
from directory.models import Coverage, Procedure
from directory.places import table
from referrals.deliveries import worker
from tests import factories

pytestmark = pytest.mark.django_db
TRAVIS, ANCHORAGE = "48453", "02020"


@pytest.fixture
def practice():
    practice = factories.practice()
    factories.offering(practice=practice)
    return practice


def adhesiolysis() -> Procedure:
    return Procedure.objects.get(slug="adhesiolysis")


def worked_out(**given) -> Coverage:
    assert coverage.refresh(adhesiolysis(), given.get("now", timezone.now()))
    return Coverage.objects.get(procedure=adhesiolysis())


def test_each_county_has_the_way_to_the_nearest_specialist(practice):
    kept = worked_out()
    assert len(kept.miles) == len(coverage.atlas().counties) > 3100
    here = (practice.site.latitude, practice.site.longitude)
    for fips in (TRAVIS, ANCHORAGE):
        county = coverage.atlas().counties[fips]
        assert kept.miles[fips] == pytest.approx(table.miles(here, (county.latitude, county.longitude)), abs=0.01)
    assert kept.miles[TRAVIS] < 30 < 2000 < kept.miles[ANCHORAGE]


def test_who_is_taken_out_leaves_the_map_too(practice):
    assert worked_out().miles[TRAVIS] is not None
    practice.specialist.suppressed_on = timezone.localdate()
    practice.specialist.save()
    search.rebuild([practice.pk])
    assert worked_out().miles[TRAVIS] is None
    assert "No specialist" in Client().get("/about/coverage/").text or Coverage.objects.get().specialists[""] == 0


def test_the_worker_follows_a_change_after_ten_minutes_and_every_day(practice):
    now = timezone.now()
    Procedure.objects.exclude(slug="adhesiolysis").delete()  # one map is enough
    assert coverage.refresh_if_old(now) == adhesiolysis()
    assert coverage.refresh_if_old(now) is None
    search.rebuild([practice.pk])
    assert coverage.refresh_if_old(now) is None
    assert coverage.refresh_if_old(now + datetime.timedelta(minutes=11)) is not None


def test_a_page_before_the_first_map_says_so(practice):
    answer = Client().get("/about/coverage/")
    assert answer.status_code == 200 and "being worked out" in answer.text
    assert Client().get("/").status_code == 200


def test_the_page_shows_map_table_and_what_it_cannot_say(practice):
    worked_out()
    page = Client().get("/about/coverage/").text
    assert "<svg" in page and "Texas" in page and "What this map cannot say" in page
    assert "straight line" in page
    assert len(page.encode()) < 400_000


@pytest.mark.parametrize("query", ["procedure=nonsense", "state=ZZ", "colour=red", "state=TX&state=NM"])
def test_what_is_not_understood_is_refused_with_help(practice, query):
    answer = Client().get(f"/about/coverage/?{query}")
    assert answer.status_code == 400 and "<h1" in answer.text


def test_a_new_map_is_a_new_answer(practice):
    worked_out()
    tag = Client().get("/about/coverage/")["ETag"]
    assert Client().get("/about/coverage/", headers={"if-none-match": tag}).status_code == 304
    home = Client().get("/")["ETag"]
    worked_out(now=timezone.now() + datetime.timedelta(minutes=1))
    assert Client().get("/about/coverage/", headers={"if-none-match": tag}).status_code == 200
    assert Client().get("/", headers={"if-none-match": home}).status_code == 200


def test_the_command_does_it_by_hand_and_names_what_is_unknown(practice, capsys):
    call_command("refresh_coverage", "adhesiolysis")
    assert Coverage.objects.count() == 1 and "adhesiolysis" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nonsense"):
        call_command("refresh_coverage", "nonsense")


@pytest.mark.django_db(transaction=True)  # the worker lets go of its connection
def test_a_worker_with_nothing_due_works_out_a_map(practice, monkeypatch):
    Procedure.objects.exclude(slug="adhesiolysis").delete()
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())  # idle: nothing is due any more
    worker.run(stop)
    assert Coverage.objects.get().procedure == adhesiolysis()
