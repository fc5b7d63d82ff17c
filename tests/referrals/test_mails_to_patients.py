"""Mails to patients: at every change, in their language, each with a link of its own, and no word about them."""

import datetime
import logging
import re
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from referrals import clock, correspondence, erasing, moves
from referrals.deliveries import outbox, worker
from referrals.models import Delivery, Referral, ReferralLink
from referrals.states import State
from tests import factories
from tests.referrals import mailbox
from tests.referrals.patient import CANARIES

LINK = re.compile(r"http://testserver((?:/es)?/referrals/[\w-]{43}/)")


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


@pytest.fixture
def referral(austin):
    """Of a patient who typed the code that was mailed; the mails about sending it have gone."""
    return checked(austin.referral())


def checked(referral: Referral) -> Referral:
    Referral.objects.filter(pk=referral.pk).update(email_checked_at=timezone.now())
    referral.refresh_from_db()
    Delivery.objects.unsent().update(sent_at=timezone.now())
    return referral


def sent_to_patient():
    worker.run_once()
    found = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    mail.outbox.clear()
    return found


def bodies(message):
    (html,) = (part.content for part in message.alternatives)
    return message.body, html


def test_every_move_of_the_clinic_is_told_with_a_link_that_opens_the_request(austin, referral, client):
    for move, details in (
        (moves.start, {}),
        (moves.ask, {"text": "When was your MRI?"}),
        (moves.answer, {}),
        (moves.accept, {}),
        (moves.schedule, {"at": timezone.now() + datetime.timedelta(days=9)}),
        (moves.cancel_appointment, {}),
        (moves.decline, {"reason": "other_care_first"}),
    ):
        move(referral, actor=austin.staff, **details)
        (message,) = sent_to_patient()
        assert message.subject == f"There is news on your request ({referral.reference})"
        links = [LINK.findall(body) for body in bodies(message)]
        assert len({*links[0], *links[1]}) == 1
        assert referral.reference in client.get(links[0][0]).text


def test_no_mail_holds_a_name_or_a_clinical_word(austin, referral):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="How is your zygapophysis?")
    moves.answer(referral, actor=moves.PATIENT, text="It hurts like a quoll.")
    moves.decline(referral, actor=austin.staff, reason="needs_imaging")
    messages = sent_to_patient()
    assert len(messages) == 4
    forbidden = [*CANARIES.values(), "zygapophysis", "quoll", "MRI", "pain", "diolysis", "Rivera", "Hill Country"]
    for message in messages:
        for body in (message.subject, *bodies(message)):
            assert not [word for word in forbidden if word in body.replace("Pain Specialist Finder", "")]
            assert "988" in body or body == message.subject


def test_a_patient_reads_mails_in_the_language_of_the_request(austin, client):
    referral = checked(austin.referral(language="es"))
    moves.start(referral, actor=austin.staff)
    (message,) = sent_to_patient()
    assert message.subject.startswith("Hay novedades sobre su solicitud")
    (link,) = set(LINK.findall(message.body))
    assert link.startswith("/es/referrals/")
    assert '<html lang="es">' in bodies(message)[1]


def test_nothing_goes_to_an_address_that_nobody_has_checked(austin):
    referral = austin.referral()
    moves.start(referral, actor=austin.staff)
    assert sent_to_patient() == []
    assert not Delivery.objects.to_patient().exists()


def test_each_mail_has_another_link_and_all_of_them_open(austin, referral, client):
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    links = [LINK.findall(message.body)[0] for message in sent_to_patient()]
    assert len(set(links)) == 2
    assert [client.get(link).status_code for link in links] == [200, 200]
    referral.links.all().revoke()
    assert [client.get(link).status_code for link in links] == [404, 404]


class SeenAtTheSocket(EmailBackend):
    """Looks, as the mail leaves, whether the link in it is known already, and then drops the line once."""

    known: list[bool] = []
    fails = 1

    def send_messages(self, messages):
        for message in messages:
            token = LINK.findall(message.body)[0].split("/")[-2]
            SeenAtTheSocket.known.append(ReferralLink.objects.opened_by(token).exists())
        if SeenAtTheSocket.fails:
            SeenAtTheSocket.fails -= 1
            raise smtplib.SMTPServerDisconnected("gone")
        return super().send_messages(messages)


def test_the_hash_of_a_link_is_committed_before_the_mail_leaves_and_a_retry_makes_another(committed_austin, settings):
    backend = f"{__name__}.SeenAtTheSocket"
    settings.MAILERS = {name: {"BACKEND": backend} for name in settings.MAILERS}
    referral = checked(committed_austin.referral())
    moves.start(referral, actor=committed_austin.staff)
    assert worker.send_next("one") is not None
    assert ReferralLink.objects.count() == 1
    Delivery.objects.unsent().update(due_at=timezone.now())
    worker.send_next("one")
    assert SeenAtTheSocket.known == [True, True]
    assert ReferralLink.objects.count() == 2
    assert Delivery.objects.to_patient().get().attempts == 2


def test_a_link_is_never_made_inside_a_transaction_that_may_be_undone(committed_austin):
    referral = checked(committed_austin.referral())
    moves.start(referral, actor=committed_austin.staff)
    with transaction.atomic():
        worker.send_next("one")
    assert Delivery.objects.to_patient().get().last_error == "RuntimeError"
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("patient_reminder", "The clinic waits for your answer"),
        ("patient_last_reminder", "The clinic still waits for your answer"),
        ("patient_offer", "The clinic has not answered yet"),  # there is no other one to ask
        ("patient_were_you_seen", "Were you seen?"),
    ],
)
def test_each_reminder_has_its_own_words(referral, kind, subject):
    outbox.remind(referral.steps.last(), Delivery.Kind(kind))
    (message,) = sent_to_patient()
    assert message.subject == f"{subject} ({referral.reference})"
    assert len(LINK.findall(message.body)) == 1


def test_another_clinic_is_offered_where_there_is_one(austin, referral):
    here = austin.practice.site
    site = factories.site(clinic=factories.connected_clinic(), latitude=here.latitude + 0.1, longitude=here.longitude)
    factories.offering(practice=factories.practice(site=site))
    outbox.remind(referral.steps.last(), Delivery.Kind.PATIENT_OFFER)
    (message,) = sent_to_patient()
    assert message.subject == f"You can ask another clinic ({referral.reference})"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("clinic_reminder", "A request waits for you"), ("clinic_last_reminder", "A request still waits for you")],
)
def test_the_clinic_is_reminded_with_the_number_that_waits(austin, referral, kind, subject):
    outbox.remind(referral.steps.last(), Delivery.Kind(kind))
    worker.run_once()
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([austin.clinic.notification_email], f"{subject} ({referral.reference})")
    assert "1 request is waiting for a first answer." in message.body


def test_the_clinic_hears_that_the_patient_answered_or_wrote(austin, referral):
    moves.start(referral, actor=austin.staff)
    correspondence.write(referral, actor=moves.PATIENT, text="I can come any day.")
    correspondence.write(referral, actor=moves.PATIENT, text="And at any hour.")  # still one mail
    moves.ask(referral, actor=austin.staff, text="When was it?")
    moves.answer(referral, actor=moves.PATIENT, text="In May.")
    worker.run_once()
    to_clinic = [message.subject for message in mail.outbox if message.to == [austin.clinic.notification_email]]
    assert to_clinic == [
        f"The patient has written to you ({referral.reference})",
        f"The patient has answered ({referral.reference})",
    ]


def test_a_reminder_that_has_become_untrue_is_not_sent_any_more(austin, referral):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When?")
    outbox.remind(referral.steps.last(), Delivery.Kind.PATIENT_REMINDER)
    moves.answer(referral, actor=moves.PATIENT, text="In May.")
    assert not referral.deliveries.filter(kind="patient_reminder").exists()


def test_a_dead_address_of_a_patient_gets_no_more_mail_and_the_clinic_stays_connected(austin, settings, smtp):
    mailbox.real(austin)
    mailbox.through(settings, smtp)
    referral = checked(austin.referral())
    smtp.refuse = "550 no such user"
    moves.start(referral, actor=austin.staff)
    worker.run_once()
    referral.refresh_from_db()
    austin.clinic.refresh_from_db()
    assert referral.email_checked_at is None
    assert austin.clinic.connected
    assert referral.deliveries.get(kind="patient_news").dead_at is not None
    moves.accept(referral, actor=austin.staff)
    assert referral.deliveries.filter(kind="patient_news").count() == 1


def test_what_was_erased_is_told_to_nobody_any_more(austin, referral):
    moves.start(referral, actor=austin.staff)
    erasing.erase(referral)
    assert sent_to_patient() == []
    assert not Delivery.objects.dead().exists()


def test_the_worker_ticks_the_clock_and_sends_what_it_brings(austin, referral):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=14), tick=False):
        worker.run_once()
    assert [message.subject.split(" (")[0] for message in mail.outbox if message.to == [CANARIES["email"]]] == [
        "The clinic has not answered yet"
    ]
    assert "A request still waits for you" in [message.subject.split(" (")[0] for message in mail.outbox]


def test_a_fault_of_the_clock_keeps_no_mail_from_going_out(austin, referral, settings, caplog):
    settings.ERASURE_LIST = "/proc/nobody/can/write/here"
    Referral.objects.filter(pk=referral.pk).update(
        state=State.EXPIRED, changed_at=timezone.now() - datetime.timedelta(days=200)
    )
    later = austin.referral()
    with caplog.at_level(logging.ERROR):
        worker.run_once()
    assert "the clock of requests stopped" in caplog.text
    assert [message.subject for message in mail.outbox] == [f"A new request is waiting ({later.reference})"]


def test_more_than_one_tick_can_carry_is_done_by_the_next(austin, monkeypatch):
    monkeypatch.setattr(clock, "MOST_AT_ONCE", 2)
    for _ in range(3):
        austin.referral()
    later = timezone.now() + datetime.timedelta(days=31)
    with time_machine.travel(later, tick=False):
        assert [clock.tick(later).expired for _ in range(3)] == [2, 1, 0]
