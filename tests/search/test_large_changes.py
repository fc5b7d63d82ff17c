"""A large change is not laid over the columns: they are read in the background; the state before is served whole."""

import threading
import time

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from directory import search
from directory.models import Practice, Specialist
from directory.search import SearchQuery, check, rows, snapshot
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTING = SearchQuery(accepting=True, page_size=100)
LONGEST_SECONDS = 20


@pytest.fixture
def practices(monkeypatch):
    """Six practices, none known to accept; more than three at once count as many."""
    made = [factories.practice() for _ in range(6)]
    monkeypatch.setattr(snapshot, "MANY", 3)
    search.latest()
    yield made
    for thread in threading.enumerate():
        if thread.name == "search reload":
            thread.join(LONGEST_SECONDS)


def accept(practices):
    """One change of all of them."""
    ids = [practice.pk for practice in practices]
    Practice.objects.filter(pk__in=ids).update(accepting_new_patients=True)
    search.rebuild(ids)


def count(query=ACCEPTING):
    return search.find(query).count


def in_the_end(number, query=ACCEPTING):
    """Asks until that is the answer; gives what was answered before."""
    before = set()
    until = time.monotonic() + LONGEST_SECONDS
    while (found := count(query)) != number:
        before.add(found)
        assert time.monotonic() < until, f"still {found}, not {number}"
        time.sleep(0.01)
    return before


def test_the_state_before_is_served_whole_until_the_new_one_is(practices):
    accept(practices)
    assert in_the_end(6) <= {0}
    assert check.check().is_right


def test_of_two_large_changes_in_a_row_both_are_seen_without_a_further_one(practices):
    accept(practices[:4])
    count()
    accept(practices)
    assert in_the_end(6) <= {0, 4}


def test_a_small_change_after_a_large_one_is_seen_at_once(practices):
    accept(practices[:4])
    count()
    practice = factories.practice(accepting_new_patients=True)
    assert practice.specialist_id in {hit.npi for hit in search.find(ACCEPTING).hits}
    in_the_end(5)


def test_who_was_taken_out_just_before_a_large_change_is_not_found_again(practices):
    gone = practices[0]
    Specialist.objects.filter(pk=gone.specialist_id).update(suppressed_on=timezone.localdate())
    search.rebuild([gone.pk])
    accept(practices)
    assert gone.specialist_id not in {hit.npi for hit in search.find(SearchQuery(page_size=100)).hits}


def test_who_slept_through_a_large_change_reads_it_before_answering(practices, monkeypatch):
    monkeypatch.setattr(snapshot, "PASSED_OVER_SECONDS", -1.0)
    accept(practices)
    assert count() == 6


def test_very_many_small_changes_are_read_before_answering(practices):
    for practice in practices:
        accept([practice])
    assert count() == 6


def test_a_reading_that_failed_is_tried_again(practices, monkeypatch, caplog):
    read = snapshot._read
    failures = iter([DatabaseError("the disk was slow")])

    def fail_once():
        for failure in failures:
            raise failure
        return read()

    monkeypatch.setattr(snapshot, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(snapshot, "_read", fail_once)
    accept(practices)
    assert in_the_end(6) <= {0}
    assert "tried again" in caplog.text


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such counts")
@pytest.mark.parametrize("write", ["all", "many"])
def test_plans_are_made_by_what_is_there_and_not_by_what_was_there_before_the_transaction(monkeypatch, write):
    def counted():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'directory_practice'")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_practice")
    assert counted() == 0
    made = [factories.offering().practice_id for _number in range(3)]
    if write == "all":
        rows.rebuild_all()
    else:
        monkeypatch.setattr(rows, "BATCH", 2)
        rows.rebuild(made)
    assert counted() == 3
