"""Mails to clinics: at least once, without a word about the patient, and never out of a demonstration."""

import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from directory import search
from directory.models import Clinic
from referrals import moves
from referrals.deliveries import worker
from referrals.deliveries.errors import SendFailed
from referrals.models import Delivery, Heartbeat
from referrals.models.deliveries import DeliveryQuerySet
from tests.referrals.mailbox import SMTP, real, through
from tests.referrals.patient import CANARIES


def test_what_is_taken_back_the_moment_it_is_claimed_stops_no_worker(austin, monkeypatch):
    """A new code, an answer, an erasing: each deletes what has become untrue."""
    referral = austin.referral()
    first = Delivery.objects.due(timezone.now()).filter(referral=referral).first()
    update = DeliveryQuerySet.update

    def and_gone(rows, **fields):
        done = update(rows, **fields)
        if "lease_owner" in fields:
            Delivery.objects.filter(pk=first.pk).delete()
        return done

    monkeypatch.setattr(DeliveryQuerySet, "update", and_gone)
    claimed = worker.claim("quick", timezone.now())
    assert claimed is None or claimed.pk != first.pk


def test_the_mail_reaches_the_clinic_with_a_link_and_no_word_about_the_patient(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    referral = austin.referral()
    assert worker.run_once() == 1
    (arrived,) = smtp.mails
    assert arrived["To"] == austin.clinic.notification_email
    assert arrived["Subject"] == f"A new request is waiting ({referral.reference})"
    delivery = referral.deliveries.get()
    assert str(delivery.pk) in arrived["Message-ID"]
    link = django_settings.SITE_URL + reverse("admin:referrals_referral_change", args=[referral.pk])
    text, html = (part.get_payload(decode=True).decode() for part in arrived.get_payload())
    assert link in text
    assert link in html
    for body in (text, html, arrived.as_bytes().decode()):
        assert not any(word in body for word in CANARIES.values())
        assert "adhesiolysis" not in body.lower()
    assert delivery.sent_at is not None
    assert (delivery.attempts, delivery.lease_owner, delivery.leased_until) == (1, "", None)
    assert worker.run_once() == 0


def test_no_mail_leaves_a_demonstration(austin, settings, smtp, tmp_path):
    through(settings, smtp)
    folder = {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(tmp_path)}}
    settings.MAILERS = {**settings.MAILERS, "folder": folder}
    austin.referral()
    worker.run_once()
    assert smtp.mails == []
    (file,) = tmp_path.iterdir()
    assert "A new request is waiting" in file.read_text()


def test_a_withdrawn_request_is_told_in_words_of_its_own(austin):
    moves.withdraw(austin.referral())
    worker.run_once()
    assert [message.subject.split(" (")[0] for message in mail.outbox] == [
        "A new request is waiting",
        "A request was withdrawn",
    ]


def test_the_address_is_the_clinics_at_the_time_of_sending(austin):
    austin.referral()
    Clinic.objects.filter(pk=austin.clinic.pk).update(notification_email="later@example.org")
    worker.run_once()
    assert mail.outbox[0].to == ["later@example.org"]


def test_without_a_confirmed_address_nothing_is_sent_but_tried_again(austin):
    referral = austin.referral()
    Clinic.objects.update(notification_email_confirmed_at=None)
    search.rebuild_all()
    worker.run_once()
    delivery = referral.deliveries.get()
    assert mail.outbox == []
    assert (delivery.last_error, delivery.dead_at, delivery.sent_at) == ("no_confirmed_address", None, None)
    assert delivery.due_at > timezone.now()


def test_a_server_that_is_away_is_tried_again_with_growing_waits_until_it_is_given_up(
    austin, settings, smtp, time_machine
):
    real(austin)
    through(settings, smtp)
    smtp.refuse = "451 4.7.1 try later"
    # Thanksgiving and a weekend follow: no reminder of the clock falls into the time of all attempts
    time_machine.move_to(datetime.datetime(2027, 11, 24, 18, tzinfo=datetime.UTC), tick=False)
    referral = austin.referral()
    now = began = timezone.now()
    waits = []
    for _ in range(worker.MOST_ATTEMPTS - 1):
        time_machine.move_to(now, tick=False)
        assert worker.run_once() == 1
        assert worker.run_once() == 0
        delivery = referral.deliveries.get()
        waits.append(delivery.due_at - now)
        now = delivery.due_at
    assert waits == sorted(waits)
    assert datetime.timedelta(hours=66) < now - began < datetime.timedelta(hours=84)
    time_machine.move_to(now, tick=False)
    worker.run_once()
    delivery = referral.deliveries.get()
    assert (delivery.attempts, delivery.last_error) == (10, "recipient_refused")
    assert list(Delivery.objects.dead()) == [delivery]
    time_machine.move_to(now + datetime.timedelta(days=30), tick=False)
    assert worker.run_once() == 0


@pytest.mark.parametrize(
    "refusal", ["554 5.7.1 relay access denied", "552 5.2.2 mailbox full", "530 5.7.0 log in first"]
)
def test_a_refusal_that_is_not_about_the_address_disconnects_nobody(austin, settings, smtp, refusal):
    real(austin)
    through(settings, smtp)
    smtp.refuse = refusal
    referral = austin.referral()
    worker.run_once()
    delivery = referral.deliveries.get()
    assert (delivery.dead_at, delivery.last_error) == (None, f"smtp_{refusal[:3]}")
    assert Clinic.objects.get(pk=austin.clinic.pk).connected


def test_an_address_that_does_not_exist_is_given_up_at_once(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    smtp.refuse = "550 5.1.1 no such user"
    austin.referral()
    worker.run_once()
    assert Delivery.objects.dead().get().attempts == 1


def test_a_bounce_ends_connected_so_that_no_further_request_goes_where_nobody_reads(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    smtp.refuse = "550 5.1.1 no such user"
    austin.referral()
    assert Clinic.objects.connected().contains(austin.clinic)
    worker.run_once()
    assert not Clinic.objects.connected().contains(austin.clinic)


def test_a_fault_in_one_mail_is_recorded_and_does_not_end_the_worker(austin, settings):
    settings.DEFAULT_FROM_EMAIL = "broken\n@example.org"
    referral = austin.referral()
    assert worker.run_once() == 1
    delivery = referral.deliveries.get()
    assert delivery.last_error
    assert (delivery.sent_at, delivery.dead_at) == (None, None)


def test_nobody_listening_is_an_error_without_an_address_in_it(austin, settings, smtp, caplog):
    real(austin)
    through(settings, smtp)
    options = {"host": "127.0.0.1", "port": 9, "timeout": 1}
    settings.MAILERS = {**settings.MAILERS, "default": {"BACKEND": SMTP, "OPTIONS": options}}
    referral = austin.referral()
    worker.run_once()
    assert referral.deliveries.get().last_error == "ConnectionRefusedError"
    assert austin.clinic.notification_email not in caplog.text


def test_a_crash_between_claim_and_send_is_made_good_after_the_lease(austin, time_machine):
    austin.referral()
    now = timezone.now()
    assert worker.claim("a worker that dies", now) is not None
    assert worker.run_once() == 0
    time_machine.move_to(now + worker.LEASE + datetime.timedelta(seconds=1))
    assert worker.run_once() == 1
    assert len(mail.outbox) == 1
    assert Delivery.objects.get().attempts == 2


def test_a_delivery_on_which_worker_after_worker_dies_is_given_up(austin, time_machine):
    austin.referral()
    now = timezone.now()
    for number in range(worker.MOST_ATTEMPTS):
        time_machine.move_to(now + number * 2 * worker.LEASE)
        assert worker.claim("a worker that dies", timezone.now()) is not None
    time_machine.move_to(now + 100 * worker.LEASE)
    assert worker.run_once() == 0
    assert Delivery.objects.dead().get().last_error == "worker_died"


def test_a_slow_worker_does_not_overwrite_what_another_has_sent(austin, time_machine):
    referral = austin.referral()
    now = timezone.now()
    slow = worker.claim("slow", now)
    assert slow is not None
    time_machine.move_to(now + 2 * worker.LEASE)
    worker.run_once()
    worker._failed(slow, SendFailed("too_late", permanent=True))
    delivery = referral.deliveries.get()
    assert delivery.sent_at is not None
    assert (delivery.dead_at, delivery.last_error) == (None, "")


def test_a_slow_worker_does_not_take_the_lease_from_the_one_who_holds_it_now(austin):
    austin.referral()
    now = timezone.now()
    slow = worker.claim("slow", now)
    assert slow is not None
    assert worker.claim("quick", now + 2 * worker.LEASE) is not None
    worker._failed(slow, SendFailed("too_late"))
    delivery = Delivery.objects.get()
    assert (delivery.lease_owner, delivery.last_error) == ("quick", "")


def test_two_workers_never_hold_the_same_delivery(committed_austin):
    for _ in range(6):
        committed_austin.referral()
    held: list[object] = []
    together = threading.Barrier(3)

    def work(owner):
        together.wait()
        while delivery := worker.claim(owner, timezone.now()):
            held.append(delivery.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == len(set(held)) == 6


def test_the_worker_leaves_word_that_it_is_alive(db):
    now = timezone.now()
    assert worker.is_late(now)
    call_command("worker", once=True)
    assert not worker.is_late(timezone.now())
    assert sorted(Heartbeat.objects.values_list("name", flat=True)) == ["key:test1", "worker"]
    assert worker.is_late(timezone.now() + datetime.timedelta(minutes=5))


def test_the_command_sends_what_is_due_and_says_how_much(austin, capsys):
    austin.referral()
    call_command("worker", once=True)
    assert "deliveries tried: 1" in capsys.readouterr().out
    assert len(mail.outbox) == 1


def test_told_to_stop_the_worker_finishes_its_mail_and_ends_well(committed_austin, tmp_path):
    """A real process on the same database, stopped by SIGTERM as an operator's system does."""
    committed_austin.referral()
    connection.close()
    folder = tmp_path / "mail"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "EMAIL_URL": f"file://{folder}"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(lambda: Delivery.objects.filter(sent_at__isnull=False).exists())
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "sent at attempt 1" in errors
    assert committed_austin.clinic.notification_email not in errors
    assert len(list(folder.iterdir())) == 1


def database_url() -> str:
    """The test database as another process reaches it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def wait_for(condition, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


class Passes:
    """In the place of the event that tells the worker to stop: after so many passes."""

    def __init__(self, number: int) -> None:
        self.left = number

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0

    def wait(self, seconds: float) -> None:
        pass


def test_a_new_day_that_fails_ends_no_worker_and_keeps_no_mail(austin, monkeypatch, caplog):
    austin.referral()
    tried = []

    def fails(now: datetime.datetime) -> None:
        tried.append(Delivery.objects.get().attempts)
        raise RuntimeError("wombat")

    monkeypatch.setattr("directory.daily.run", fails)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own has to stay open
    worker.run(Passes(3))
    assert tried == [1]  # after the mail has started, and not again at once
    assert len(mail.outbox) == 1
    assert "RuntimeError" in caplog.text
    assert "wombat" not in caplog.text
    austin.referral()
    assert worker.run_once() == 1
    assert len(mail.outbox) == 2
