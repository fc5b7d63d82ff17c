"""The doctor's office and the patient both ask: it is one request, whichever came first, and both see how it ends."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from referrals import clock, holds, moves
from referrals.deliveries import worker
from referrals.models import Delivery, Referral
from referrals.vault import tokens
from tests import factories
from tests.referrals.patient import CANARIES, CONTENT, WHO, agree, propose, send


def the_request():
    """The one that is kept, of all that there are."""
    return Referral.objects.kept().get()


def refer_to(page, title):
    return title in page.split("<main")[1]


def proposed(austin, **changes):
    key = tokens.keyed_hash("test", tokens.new())
    return moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash=key, **changes)


def test_where_the_patient_asked_first_their_word_makes_one_request_of_both(austin, client):
    assert send(client, austin.practice.pk).status_code == 303
    own = the_request()
    worker.run_once()  # what the first one has to tell is told
    asked, office = propose(Client(), austin)
    assert "It waits for the patient’s word" in Client().get(office).text  # that there is one is not told before
    mail.outbox.clear()
    patient = Client()
    page = agree(patient, asked)
    assert page.status_code == 200
    assert "You have asked already" in page.text
    assert "It stays one request: yours." in page.text
    assert the_request() == own
    (other,) = Referral.objects.exclude(pk=own.pk)
    assert (other.state, other.submitted_at) == ("withdrawn", None)
    assert not any(bytes(value) for value in (other.answers, other.name, other.data_key))
    worker.run_once()
    (told,) = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    (link,) = re.findall(r"http://testserver(/referrals/[\w-]{43}/)", str(told.body))
    assert own.reference in Client().get(link).text
    assert not any(message.to == [austin.clinic.notification_email] for message in mail.outbox)
    (button,) = re.findall(r'href="(/referrals/[\w-]{43}/)"', page.text)
    assert own.reference in patient.get(button).text
    assert patient.post(asked, WHO)["Location"] == button  # pressed twice
    moves.start(own, actor=austin.staff)
    moves.accept(own, actor=austin.staff)
    seen = Client().get(office).text
    assert refer_to(seen, "The clinic said yes")
    assert own.reference in seen


def test_where_the_office_asked_first_the_patients_own_request_is_the_one(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    asked, office = propose(Client(), austin)
    time_machine.shift(datetime.timedelta(minutes=5))
    answer = send(client, austin.practice.pk)
    assert answer.status_code == 303
    own = the_request()
    assert (own.state, Referral.objects.count()) == ("submitted", 2)
    assert refer_to(Client().get(office).text, "The patient agreed, and it was sent")
    opened = Client().get(asked)
    assert own.reference in Client().get(opened["Location"]).text  # the link in the mail opens it too
    time_machine.shift(datetime.timedelta(days=8))
    clock.tick(timezone.now())
    seen = Client().get(office).text
    assert not refer_to(seen, "did not agree in time")
    assert refer_to(seen, "The patient agreed, and it was sent")
    page = client.get(answer["Location"]).text
    assert "The doctor’s office that asked for you has one too" in page
    client.post(f"{answer['Location']}end-links/")
    assert Client().get(office).status_code == 404


def test_what_two_offices_have_sent_is_one_request_by_the_patients_one_word(austin, client):
    _first, first_office = propose(Client(), austin)
    asked = proposed(austin)
    asked_elsewhere = moves.propose(
        factories.offering(clinic=factories.connected_clinic()).practice_id,
        "adhesiolysis",
        CONTENT,
        form_key_hash="another clinic",
    )
    moves.confirm(asked, signs=moves.SignsToday("no"), consent_version="3")
    assert set(Referral.objects.kept().values_list("pk", "state")) == {
        (asked.pk, "submitted"),
        (asked_elsewhere.pk, "unconfirmed"),
    }
    assert refer_to(client.get(first_office).text, "The patient agreed, and it was sent")


@pytest.mark.parametrize("change", ["not checked", "another address", "another person"])
def test_nothing_is_joined_where_it_is_not_shown_to_be_the_same_person(austin, client, change):
    waiting = proposed(austin)
    contact = {
        "not checked": {"email": ""},
        "another address": {"email": "other@example.org"},
        "another person": {"birth_day": "10"},
    }[change]
    if change == "not checked":
        austin.referral()
    else:
        assert send(client, austin.practice.pk, contact=contact).status_code == 303
    waiting.refresh_from_db()
    assert (waiting.state, waiting.erased_at) == ("unconfirmed", None)


def test_under_a_legal_hold_the_other_is_kept_until_it_is_released_and_asks_nobody_any_more(austin, client):
    waiting = proposed(austin)
    holds.place(waiting, user=austin.operator, reason="Case 1")
    assert send(client, austin.practice.pk).status_code == 303
    waiting.refresh_from_db()
    assert (waiting.state, waiting.erased_at) == ("withdrawn", None)
    assert waiting.erase_asked_at is not None
    assert not Delivery.objects.unsent().filter(referral=waiting).exists()


def test_where_nobody_agreed_the_office_reads_what_is_true_in_either_case(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    _asked, office = propose(client, austin)
    time_machine.shift(datetime.timedelta(days=7, minutes=1))
    clock.tick(timezone.now())
    seen = client.get(office).text
    assert "Nothing of it was sent to the clinic. Ask the patient, who may have asked there without you." in seen
