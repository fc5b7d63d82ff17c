"""The operator's decision, and what follows from it in one transaction."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import removals
from directory.models import Change, ListingChange, RemovalRequest, Specialist
from directory.removals import Decision, DecisionRefused
from directory.search import SearchQuery, find
from tests.removals.test_asking import ask, is_hidden, later

PHONED = "registry_phone"


def decide(asked, decision, world, check=PHONED):
    return removals.decide(asked, decision, identity_check=check, by=world.operator)


def is_listed(world):
    return find(SearchQuery(q=("rivera",))).count == 1


def told(world):
    return ListingChange.objects.filter(kind="specialist", key=str(world.doctor.pk)).count()


def test_taken_out_is_gone_from_search_page_packet_and_api_and_partners_are_told(austin, client):
    asked, page = ask(austin), austin.doctor.get_absolute_url()
    cursor = client.get("/api/v1/changes/").json()["next"]
    decided = decide(asked, Decision.SUPPRESSED, austin)
    assert (decided.decided_by, decided.identity_check) == (austin.operator, PHONED)
    assert not is_listed(austin)
    assert client.get(page).status_code == 410
    assert client.get(f"{page}packet/").status_code == 410
    assert austin.doctor.name not in client.get(f"/compare/?npi={austin.doctor.pk}").content.decode()
    answer = client.get(f"/api/v1/specialists/{austin.doctor.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert client.get(f"/clinics/{austin.clinic.slug}/").status_code == 410  # nobody else practises there
    results = client.get("/api/v1/changes/", {"since": cursor}).json()["results"]
    assert [(one["kind"], one["op"], one["record"]) for one in results] == [
        ("clinic", "delete", None),
        ("specialist", "delete", None),
    ]
    assert results[1]["id"] == str(austin.doctor.pk)


def test_the_page_says_in_plain_words_that_it_was_taken_out(austin, client):
    decide(ask(austin), Decision.SUPPRESSED, austin)
    text = client.get(austin.doctor.get_absolute_url()).content.decode()
    assert "This listing was taken out" in text
    assert austin.doctor.name not in text


def test_a_street_hidden_for_good_does_not_come_back_by_itself(austin):
    decide(ask(austin, wish="street"), Decision.STREET, austin)
    removals.end_unproven(later(400))
    assert is_hidden(austin)
    assert is_listed(austin)


def test_declined_the_street_is_shown_again(austin):
    decide(ask(austin), Decision.DECLINED, austin, check="")
    assert not is_hidden(austin)


def test_a_granted_request_outlives_a_strangers_that_is_declined(austin):
    decide(ask(austin, wish="street"), Decision.STREET, austin)
    other = ask(austin, wish="all")
    decide(other, Decision.DECLINED, austin, check="")
    assert is_hidden(austin)


@pytest.mark.parametrize("decision", [Decision.SUPPRESSED, Decision.STREET])
def test_nothing_is_granted_without_a_check_of_identity(austin, decision):
    asked = ask(austin)
    with pytest.raises(DecisionRefused, match="checked"):
        decide(asked, decision, austin, check="")
    assert is_listed(austin)
    with pytest.raises(IntegrityError), transaction.atomic():
        RemovalRequest.objects.filter(pk=asked.pk).update(decision=decision, decided_at=timezone.now())


@pytest.mark.parametrize("decision", [Decision.SUPPRESSED, Decision.STREET])
def test_the_operator_can_take_everything_back(austin, decision):
    asked = decide(ask(austin), decision, austin)
    decide(asked, Decision.TAKEN_BACK, austin)
    assert is_listed(austin)
    assert not is_hidden(austin)


def test_what_was_decided_meanwhile_is_not_decided_again(austin):
    asked = ask(austin)
    decide(asked, Decision.DECLINED, austin)
    with pytest.raises(DecisionRefused, match="already"):
        decide(asked, Decision.SUPPRESSED, austin)
    assert is_listed(austin)


def test_a_request_that_nobody_proved_in_time_can_still_be_granted(austin):
    asked = ask(austin)
    removals.end_unproven(later(31))
    decide(asked, Decision.SUPPRESSED, austin)
    assert not is_listed(austin)


def test_a_decision_that_changes_nothing_shown_writes_no_version(austin):
    asked = ask(austin, wish="street")
    versions, changes = Change.objects.count(), told(austin)
    decide(asked, Decision.STREET, austin)
    assert (Change.objects.count(), told(austin)) == (versions, changes)


def test_a_fault_while_deciding_leaves_everything_as_it_was(austin, monkeypatch):
    asked = ask(austin)

    def break_down(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("directory.search.rows._write", break_down)
    with pytest.raises(RuntimeError):
        decide(asked, Decision.SUPPRESSED, austin)
    asked.refresh_from_db()
    assert (asked.decision, Specialist.objects.get(pk=austin.doctor.pk).suppressed_on) == ("", None)
