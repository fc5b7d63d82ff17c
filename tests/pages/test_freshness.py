"""What is shown is what was last committed, by whatever process."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from directory import search
from directory.models import Practice
from tests import factories

SEARCH = "/api/v1/specialists/?near=78701"


class TakenBack(Exception):
    """Ends a transaction that must not be committed."""


def phone_and_count():
    """As the API shows them; the page must agree."""
    body = Client().get(SEARCH).json()
    page = Client().get("/find/?near=78701").content.decode()
    for result in body["results"]:
        assert result["practice"]["phone"] in page
    return body["results"][0]["practice"]["phone"], body["count"]


@pytest.fixture
def practice():
    return factories.practice(phone="+15125550100")


def call_it(practice, phone):
    Practice.objects.filter(pk=practice.pk).update(phone=phone)
    search.rebuild([practice.pk])


@pytest.mark.django_db
def test_a_change_that_is_taken_back_is_not_shown_although_it_was_searched_before(practice):
    assert phone_and_count() == ("+15125550100", 1)
    with pytest.raises(TakenBack), transaction.atomic():
        call_it(practice, "+15125550199")
        factories.practice(site=factories.site(latitude=30.5))
        assert phone_and_count() == ("+15125550199", 2)
        raise TakenBack
    assert phone_and_count() == ("+15125550100", 1)


@pytest.mark.django_db
def test_what_comes_after_a_change_that_was_taken_back_is_shown(practice):
    with pytest.raises(TakenBack), transaction.atomic():
        call_it(practice, "+15125550199")
        assert phone_and_count() == ("+15125550199", 1)
        raise TakenBack
    call_it(practice, "+15125550142")
    assert phone_and_count() == ("+15125550142", 1)


@pytest.mark.django_db
def test_a_tag_of_what_was_taken_back_is_the_tag_of_nothing(practice):
    with pytest.raises(TakenBack), transaction.atomic():
        call_it(practice, "+15125550199")
        tag = Client().get(SEARCH)["ETag"]
        raise TakenBack
    assert Client().get(SEARCH, headers={"if-none-match": tag}).status_code == 200
    call_it(practice, "+15125550142")
    assert Client().get(SEARCH, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_is_still_writing_is_not_shown_until_it_is_committed(practice):
    assert phone_and_count() == ("+15125550100", 1)
    written, seen = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                call_it(practice, "+15125550199")
                written.set()
                seen.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    assert phone_and_count() == ("+15125550100", 1)
    seen.set()
    writer.join()
    assert phone_and_count() == ("+15125550199", 1)


@pytest.mark.django_db
def test_evidence_ages_by_the_day_without_a_write(time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00")
    practice = factories.offering(confirmed_on=timezone.localdate()).practice
    asked = f"{SEARCH}&procedure=adhesiolysis&evidence=confirmed"
    assert Client().get(asked).json()["results"][0]["practice"]["id"] == practice.pk
    time_machine.move_to("2027-02-22 12:00-05:00")  # 90 days
    assert Client().get(asked).json()["count"] == 1
    time_machine.move_to("2027-02-23 12:00-05:00")
    assert Client().get(asked).json()["count"] == 0
    line = Client().get(f"{SEARCH}&procedure=adhesiolysis").json()["results"][0]["procedures"][0]
    assert (line["evidence"], line["status"]) == ("listed", "open")
