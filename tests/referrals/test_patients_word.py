"""/referrals/{token}/confirm/: the patient's own word on what a doctor's office has asked, and what the clinic gets."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import limits, search
from directory.models import Offering
from referrals import erasing, holds, moves
from referrals.deliveries import email, outbox, worker
from referrals.deliveries.errors import SendFailed
from referrals.intake import reading
from referrals.models import Delivery, Referral, ReferralLink
from tests.referrals.patient import AGREES, CANARIES, CONTENT, OFFICE, WHO, Form, agree, propose, send

LONG = {"warning": "long_standing", "warning_text": CANARIES["warning_text"]}
KNOWN = {"warning": "long_standing", "warning_text": "dugong sign since 2019, Dr. Bilby"}


def read_by_the_clinic():
    referral = Referral.objects.get()
    return reading.for_clinic(referral, referral.unseal())


def test_a_long_standing_sign_is_an_answer_that_goes_along_and_stands_first(austin, client):
    link, _office = propose(client, austin)
    assert "Not new, not worse. The clinic will see this first." in client.get(link).text
    client.post(link, WHO | {"warning": "long_standing"})
    answer = client.post(link, AGREES | KNOWN)
    assert answer.status_code == 303
    referral = Referral.objects.get()
    assert (referral.state, bool(referral.erased_at)) == ("submitted", False)
    first = read_by_the_clinic()[0]
    assert first.warning
    assert KNOWN["warning_text"] in first.lines[0].value
    assert referral.unseal().answers["stops"] == CANARIES["stops"]  # the rest is as it was
    assert KNOWN["warning_text"].encode() not in bytes(referral.answers)


def test_a_long_standing_sign_needs_its_words_and_those_of_the_office_can_be_put_right(austin, client):
    link, _office = propose(client, austin, **LONG)
    client.post(link, WHO)
    page = client.get(link).text
    assert f">\n{CANARIES['warning_text']}</textarea>" in page
    refused = client.post(link, AGREES | {"warning": "long_standing", "warning_text": ""})
    assert "Say which sign it is, since when, and which doctor knows" in refused.text
    assert Referral.objects.get().state == "unconfirmed"


def test_to_say_that_nothing_is_new_takes_away_nothing_that_the_office_has_written(austin, client):
    link, _office = propose(client, austin, **LONG)
    client.post(link, WHO)
    client.post(link, AGREES | {"warning_text": ""})
    first = read_by_the_clinic()[0]
    assert first.warning and CANARIES["warning_text"] in first.lines[0].value


@pytest.mark.parametrize("step", ["before the date of birth", "after it"])
def test_yes_or_not_sure_still_stops_and_erases(austin, client, step):
    link, _office = propose(client, austin)
    if step == "after it":
        client.post(link, WHO)
    page = client.post(link, AGREES | WHO | {"warning": "not_sure", "warning_text": "dugong"})
    assert "Get help now" in page.text
    assert not Referral.objects.kept().exists()


def test_before_agreeing_the_patient_sees_what_is_ready_as_the_clinic_will(austin, client):
    Offering.objects.update(needs_injections=True, needs_doctor_referral=True)
    link, _office = propose(client, austin)
    assert "of 2 ready" not in client.get(link).text  # nothing of it before the date of birth
    client.post(link, WHO)
    page = client.get(link).text
    assert "1 of 2 ready" in page
    assert page.index("Still missing of what this clinic asks for") < page.index("Send it to Hill Country Pain?")
    letter = client.post(link, {"go": "letter"})
    assert "Please refer me" in letter.text and f'href="{link}"' in letter.text
    client.post(link, AGREES)
    (ready,) = [section for section in read_by_the_clinic() if section.name == "ready"]
    assert ready.title == "1 of 2 ready"


def test_where_a_clinic_asks_for_nothing_there_is_no_list(austin, client):
    link, _office = propose(client, austin)
    client.post(link, WHO)
    assert 'class="checks"' not in client.get(link).text


def test_what_is_refused_or_no_new_request_uses_up_nothing_of_the_clinics_day(austin, client, settings):
    assert send(client, austin.practice.pk).status_code == 303
    worker.run_once()
    settings.REQUESTS_PER_CLINIC = 2
    link, _office = propose(Client(), austin)
    austin.practice.offerings.update(status="stopped")
    patient = Client()
    patient.post(link, WHO)
    assert [patient.post(link, AGREES).status_code for _press in range(4)] == [409] * 4
    austin.practice.offerings.update(status="open")
    assert "You have asked already" in patient.post(link, AGREES).text  # joined: the clinic has it already
    limits.count("referral-clinic", str(austin.clinic.pk), most=2)  # so there is room for another patient


def test_a_request_that_the_patient_agrees_to_counts_for_the_clinic_once(austin, client, settings):
    settings.REQUESTS_PER_CLINIC = 1
    link, _office = propose(client, austin)
    agree(client, link)
    assert Referral.objects.get().state == "submitted"
    with pytest.raises(limits.TooManyToday):
        limits.count("referral-clinic", str(austin.clinic.pk), most=1)


def test_nobody_tries_without_end_from_one_network(austin, client, settings):
    link, _office = propose(client, austin)
    client.post(link, WHO)
    settings.REQUESTS_PER_ADDRESS = 2
    austin.practice.offerings.update(status="stopped")
    search.rebuild_all()
    assert [client.post(link, AGREES).status_code for _press in range(3)] == [409, 409, 429]
    page = client.post(link, AGREES)
    assert "have come from your network already" in page.text
    assert "as many requests today as it takes" not in page.text
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    elsewhere.post(link, WHO)
    assert elsewhere.post(link, AGREES).status_code == 409


def test_to_say_no_leaves_no_more_than_to_say_nothing(austin, client, settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    link, office = propose(client, austin)
    page = client.post(link.replace("confirm/", "withdraw/"))
    assert page.status_code == 200
    assert "This request is erased" in page.text
    assert "may keep what it received" not in page.text  # it received nothing
    referral = Referral.objects.get()
    assert referral.state == "withdrawn"
    assert not any(bytes(value) for value in (referral.answers, referral.name, referral.data_key))
    assert client.get(link).status_code == 404
    assert "The patient withdrew this request" in Client().get(office).text
    worker.run_once()
    assert not any(message.to == [austin.clinic.notification_email] for message in mail.outbox)


def test_under_a_legal_hold_who_says_no_reads_that_nothing_went_to_the_clinic(austin, client):
    link, _office = propose(client, austin)
    holds.place(Referral.objects.get(), user=austin.operator, reason="Case 1")
    page = client.post(link.replace("confirm/", "withdraw/"))
    assert "This request has ended" in page.text
    followed = client.get(link.replace("confirm/", "")).text
    assert "Nothing of it went to the clinic" in followed
    assert "The clinic was told" not in followed


def test_the_question_is_not_mailed_once_it_is_answered(austin, client):
    link, _office = propose(client, austin)
    referral = Referral.objects.get()
    outbox.ask_again(referral)
    late = Delivery.objects.unsent().get(kind="patient_confirm")  # as a worker has read it
    agree(client, link)
    assert not Delivery.objects.unsent().filter(kind="patient_confirm").exists()
    with pytest.raises(SendFailed) as told:
        email.compose(late)
    assert told.value.permanent
    first = Delivery.objects.get(kind="patient_confirm")
    Delivery.objects.filter(pk=first.pk).update(dead_at=timezone.now(), sent_at=None, last_error="smtp_451")
    with pytest.raises(outbox.OutOfDate):
        outbox.send_again(first)


def test_no_link_to_what_has_run_out_meanwhile_goes_out(austin, client):
    propose(client, austin)
    late = Delivery.objects.select_related("referral").get(kind="patient_confirm")
    assert late.referral.state == "unconfirmed"
    moves.expire(Referral.objects.get())
    with pytest.raises(SendFailed):
        email.compose(late)
    assert not ReferralLink.objects.of_patient().exists()


def test_a_sign_that_is_said_to_a_request_that_goes_on_in_the_patients_own_reaches_the_clinic(austin, client):
    assert send(client, austin.practice.pk).status_code == 303
    worker.run_once()
    link, _office = propose(Client(), austin)
    mail.outbox.clear()
    patient = Client()
    patient.post(link, WHO)
    page = patient.post(link, AGREES | KNOWN)
    assert "What you said about the warning sign was added to it" in page.text
    own = Referral.objects.kept().get()
    first = reading.for_clinic(own, own.unseal())[0]
    assert first.warning and KNOWN["warning_text"] in first.lines[0].value
    (message,) = own.messages.all()
    assert KNOWN["warning_text"] in message.unseal(own.key())
    worker.run_once()
    assert any(told.to == [austin.clinic.notification_email] for told in mail.outbox)


def test_what_is_refused_by_the_clinics_cap_puts_nothing_on_the_erasure_list(austin, client, settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    link, _office = propose(client, austin)
    moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="another office")
    settings.REQUESTS_PER_CLINIC = 1
    limits.count("referral-clinic", str(austin.clinic.pk), most=1)
    assert agree(client, link).status_code == 429
    assert Referral.objects.kept().filter(state="unconfirmed").count() == 2
    assert not (tmp_path / "erased.txt").exists()
    settings.REQUESTS_PER_CLINIC = 2
    assert agree(client, link).status_code == 303
    assert Referral.objects.kept().get().state == "submitted"
    assert len(erasing.read_list(tmp_path / "erased.txt")) == 1


def test_the_offices_browser_is_not_taken_for_the_patients(austin):
    office = Client()
    form = Form(office, austin.practice.pk)
    form.fill(asker=OFFICE)
    form.post("review", {"warning": "no"})
    mail.outbox.clear()
    worker.run_once()
    (asked,) = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    (link,) = re.findall(r"http://testserver(/referrals/[\w-]{43}/confirm/)", str(asked.body))
    agree(Client(), link)
    again = form.post("review", {"warning": "no"})
    assert again.status_code == 200
    assert "request_opened" not in office.cookies


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
def test_what_another_request_goes_on_in_is_locked_meanwhile(austin, client):
    assert send(client, austin.practice.pk).status_code == 303
    worker.run_once()
    link, _office = propose(Client(), austin)
    with CaptureQueriesContext(connection) as asked:
        agree(Client(), link)
    assert any("FOR UPDATE" in one["sql"] and '"person_hash" =' in one["sql"] for one in asked)
