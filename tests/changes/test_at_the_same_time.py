"""Many write at once, some of them slow to commit: whoever reads along misses nothing. On PostgreSQL they really do."""

import random
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client

from directory import search
from directory.models import ListingChange, Practice
from tests import factories
from tests.changes.partner import Partner

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST_SECONDS = 60


@pytest.fixture(autouse=True)
def as_often_as_they_like(monkeypatch):
    monkeypatch.setattr("directory.api.throttles.PerAddress.get_rate", lambda self: None)


def change(practice: int, phone: str, *, commits_after: float = 0.0, written: threading.Event | None = None) -> None:
    """Another phone number, in a transaction that takes its time to commit."""
    with transaction.atomic():
        Practice.objects.filter(pk=practice).update(phone=phone)
        search.rebuild([practice])
        if written:
            written.set()
        time.sleep(commits_after)


def in_a_thread(work, *args, **kwargs) -> threading.Thread:
    def run() -> None:
        try:
            work(*args, **kwargs)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_began_first_and_commits_last_is_not_missed():
    """The trap: a smaller number that becomes visible after a larger one was read."""
    slow, quick = factories.practice(), factories.practice()
    partner = Partner(Client())
    partner.begin()
    written = threading.Event()
    first = in_a_thread(change, slow.pk, "+15125550111", commits_after=1.0, written=written)
    assert written.wait(LONGEST_SECONDS)
    second = in_a_thread(change, quick.pk, "+15125550122")
    time.sleep(0.3)
    seen = partner.said()  # neither is committed: the second waits for the first
    second.join(LONGEST_SECONDS)
    seen += partner.said()
    first.join(LONGEST_SECONDS)
    seen += partner.said()
    told = [key for kind, key, _op in seen if kind == "specialist"]
    assert told == [str(slow.specialist_id), str(quick.specialist_id)]
    seqs = dict(ListingChange.objects.filter(kind="specialist").order_by("seq").values_list("key", "seq"))
    assert seqs[str(slow.specialist_id)] < seqs[str(quick.specialist_id)]


def test_a_reader_who_polls_while_many_write_has_everything_in_the_end():
    practices = [factories.practice() for _ in range(6)]
    partner = Partner(Client())
    partner.begin()
    dice = random.Random(1)
    plans = [[(f"+1512555{dice.randrange(100, 200):04d}", dice.uniform(0, 0.02)) for _ in range(6)] for _ in practices]

    def write(practice: Practice, plan) -> None:
        for phone, pause in plan:
            change(practice.pk, phone, commits_after=pause)

    writers = [in_a_thread(write, practice, plan) for practice, plan in zip(practices, plans, strict=True)]
    last, polls = 0, 0
    until = time.monotonic() + LONGEST_SECONDS
    while any(writer.is_alive() for writer in writers):
        assert time.monotonic() < until
        for one in partner.look():
            assert one["seq"] > last, "a smaller number came after a larger one"
            last = one["seq"]
        polls += 1
    partner.look()
    phones = {npi: record["practices"][0]["phone"] for npi, record in partner.copy["specialist"].items()}
    assert phones == {str(practice.specialist_id): plan[-1][0] for practice, plan in zip(practices, plans, strict=True)}
    assert polls > 1


def test_what_was_rolled_back_is_never_told_and_leaves_no_gap():
    practice = factories.practice()
    partner = Partner(Client())
    partner.begin()
    before = ListingChange.objects.latest("seq").seq

    class Fault(Exception):
        pass

    with pytest.raises(Fault), transaction.atomic():
        Practice.objects.filter(pk=practice.pk).update(phone="+15125550111")
        search.rebuild([practice.pk])
        raise Fault
    assert partner.look() == []
    change(practice.pk, "+15125550122")
    assert [one["seq"] for one in partner.look()] == [before + 1]
