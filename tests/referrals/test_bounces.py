"""Mails that come back later, as a report to their sender: `manage.py bounced`, which a mail server pipes them into."""

import datetime
import io
import os
import re
import subprocess
import sys
import types
import uuid
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from directory.models import Clinic, Notice
from referrals import gate, moves
from referrals.deliveries import bounces, outbox, worker
from referrals.intake import contact
from referrals.models import Delivery, Referral
from tests.referrals.mailbox import real, through
from tests.referrals.patient import CANARIES
from tests.referrals.test_deliveries import database_url

ROOT = Path(__file__).resolve().parents[2]

KEPT = ("sent_at", "dead_at", "last_error", "attempts")

# As Postfix writes it, with the header of the mail alone, and folded as mail servers fold.
POSTFIX = """\
Return-Path: <>
Received: by relay.example.org (Postfix) id 4F1; Sat, 28 Nov 2026 10:00:02 +0000 (UTC)
Date: Sat, 28 Nov 2026 10:00:02 +0000 (UTC)
From: MAILER-DAEMON@relay.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: no-reply@testserver
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4F1.1764324002/relay.example.org"
Message-Id: <20261128100002.4F1@relay.example.org>

This is a MIME-encapsulated message.

--4F1.1764324002/relay.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

--4F1.1764324002/relay.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.org
X-Postfix-Queue-ID: 4F1
X-Postfix-Sender: rfc822; no-reply@testserver
Arrival-Date: Sat, 28 Nov 2026 10:00:01 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.clinic.example.org
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected:
    User unknown in virtual mailbox table

--4F1.1764324002/relay.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

Return-Path: <no-reply@testserver>
Content-Type: multipart/alternative; boundary="===1=="
Subject: A new request is waiting
From: no-reply@testserver
To: {recipient}
Date: Sat, 28 Nov 2026 10:00:01 -0000
Message-ID:
 {message_id}
Auto-Submitted: auto-generated

--4F1.1764324002/relay.example.org--
"""

# As Exchange does, with the whole mail, which is told to nobody else.
EXCHANGE = """\
From: postmaster@clinic.example.org
To: no-reply@testserver
Date: Sat, 28 Nov 2026 10:00:09 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="_b2_"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Message-ID: <b2@mx.clinic.example.org>
In-Reply-To: {message_id}
References: {message_id}
Subject: Undeliverable: A new request is waiting
MIME-Version: 1.0

--_b2_
Content-Type: multipart/alternative; boundary="_b2alt_"

--_b2alt_
Content-Type: text/plain; charset="us-ascii"

Your message couldn't be delivered.
--_b2alt_
Content-Type: text/html; charset="us-ascii"

<p>Your message couldn't be delivered.</p>
--_b2alt_--

--_b2_
Content-Type: message/delivery-status

Reporting-MTA: dns;mx.clinic.example.org
Received-From-MTA: dns;relay.example.org
Arrival-Date: Sat, 28 Nov 2026 10:00:08 +0000

Final-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 {status} RESOLVER.ADR.RecipNotFound; not found
X-Display-Name: Front desk

--_b2_
Content-Type: message/rfc822

Received: from relay.example.org by mx.clinic.example.org; Sat, 28 Nov 2026 10:00:08 +0000
Content-Type: multipart/alternative; boundary="===1=="
MIME-Version: 1.0
Subject: A new request is waiting
From: no-reply@testserver
To: {recipient}
Message-ID: {message_id}

--===1==
Content-Type: text/plain; charset="utf-8"

A new request is waiting.
--===1==--

--_b2_--
"""

AUTOREPLY = """\
From: {recipient}
To: no-reply@testserver
Subject: Out of office
In-Reply-To: {message_id}
Auto-Submitted: auto-replied
Content-Type: text/plain

Status: {status}. Action: {action}. Final-Recipient: rfc822; {recipient}
Message-ID: {message_id}
"""


def report(
    delivery: Delivery,
    recipient: str,
    status: str = "5.1.1",
    action: str = "failed",
    text: str = POSTFIX,
    **changed: str,
) -> bytes:
    """The report about this delivery, as it comes back."""
    named = {"message_id": bounces.message_id(delivery), "recipient": recipient, "status": status, "action": action}
    return text.format(**named | changed).encode()


def pipe(raw: bytes, monkeypatch, capsys) -> str:
    """What the command says when a mail server hands this over."""
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("bounced")
    return capsys.readouterr().out


def of(delivery: Delivery) -> tuple[object, ...]:
    return Delivery.objects.values_list(*KEPT).get(pk=delivery.pk)


@pytest.fixture
def sent(austin, settings) -> Delivery:
    """The mail that tells the clinic of a new request, as taken by a relay that will give it back."""
    settings.OPERATOR_EMAIL = "operator@example.org"
    austin.referral()
    worker.run_once()
    mail.outbox.clear()
    return Delivery.objects.get(kind="clinic_new")


@pytest.fixture
def to_patient(austin) -> Delivery:
    """A mail to a patient whose address was checked."""
    referral = austin.referral()
    Referral.objects.update(email_checked_at=timezone.now())
    referral.refresh_from_db()
    moves.start(referral, actor=austin.staff)
    worker.run_once()
    mail.outbox.clear()
    return Delivery.objects.get(kind="patient_news")


@pytest.mark.parametrize("text", [POSTFIX, EXCHANGE], ids=["postfix", "exchange"])
def test_a_clinic_whose_mail_comes_back_takes_requests_by_phone_and_the_operator_is_told(
    austin, sent, text, monkeypatch, capsys
):
    said = pipe(report(sent, austin.clinic.notification_email, text=text), monkeypatch, capsys)
    assert str(sent.pk) in said and austin.clinic.notification_email not in said
    assert list(Clinic.objects.bounced()) == [austin.clinic]
    with pytest.raises(gate.TakesNone):
        gate.destination(austin.practice.pk, "adhesiolysis")
    sent_at, dead_at, error, attempts = of(sent)
    assert (sent_at, dead_at is None, error, attempts) == (None, False, "recipient_refused", 1)
    worker.run_once()
    (told,) = mail.outbox
    assert (told.to, told.subject) == (["operator@example.org"], "The address of a clinic is dead")
    outbox.send_again(Delivery.objects.get(pk=sent.pk))  # a person can, once there is another address


def test_the_same_report_twice_and_those_of_several_mails_alarm_once(austin, sent):
    austin.referral()
    worker.run_once()
    for delivery in [*Delivery.objects.filter(kind="clinic_new"), sent]:
        bounces.came_back(report(delivery, austin.clinic.notification_email))
    assert Notice.objects.filter(kind="bounced").count() == 1
    assert Delivery.objects.dead().count() == 2


def test_a_mail_to_a_patient_that_comes_back_leaves_the_address_unchecked_and_nothing_else(austin, to_patient):
    before = Referral.objects.values().get()
    assert bounces.came_back(report(to_patient, CANARIES["email"].upper())) == to_patient
    assert Referral.objects.values().get() == before | {"email_checked_at": None}
    assert Clinic.objects.connected().contains(austin.clinic)
    assert not Notice.objects.filter(kind="bounced").exists()


def test_a_code_that_comes_back_is_waited_for_no_longer(austin):
    now = timezone.now()
    contact.ask("a form", "patient@example.org", "en", now)
    worker.run_once()
    assert contact.can_be_typed("a form", "patient@example.org", now)
    delivery = Delivery.objects.get(kind="patient_code")
    assert bounces.came_back(report(delivery, "other@example.org")) is None
    assert bounces.came_back(report(delivery, "patient@example.org")) == delivery
    assert not contact.can_be_typed("a form", "patient@example.org", now)


@pytest.mark.parametrize("status", ["5.7.1", "5.2.2", "5.1.8", "4.4.1"])
def test_a_failure_that_is_not_about_the_address_is_a_dead_letter_and_disconnects_nobody(austin, sent, status):
    assert bounces.came_back(report(sent, austin.clinic.notification_email, status)) == sent
    assert Clinic.objects.connected().contains(austin.clinic)
    assert of(sent)[2] == f"came_back_{status}"
    assert Delivery.objects.dead().contains(sent)


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "relayed"},
        {"action": "expanded"},
        {"status": "no status"},
        {"recipient": "one-of-three@example.org"},  # the alias reaches the other two
        {"recipient": ""},
        {"message_id": f"<{uuid.uuid4()}.{'0' * 32}@testserver>"},
        {"message_id": "<20261128.1@elsewhere.example.org>"},
        {"message_id": ""},
        {"text": AUTOREPLY},
        {"text": POSTFIX.replace("multipart/report; report-type=delivery-status", "multipart/mixed")},
        {"text": POSTFIX.replace("message/delivery-status", "text/plain")},
        {"text": POSTFIX.replace("Action: {action}", "Action:")},
        {"text": POSTFIX.replace("text/rfc822-headers", "text/plain")},
        {"text": POSTFIX[: POSTFIX.index("Content-Description: Undelivered")]},  # cut off
        {"text": "Content-Type: multipart/report; report-type=delivery-status\n\nnothing of the kind\n"},
        {"text": "\0\xff not a mail {message_id}"},
        {"text": ""},
    ],
)
def test_forged_unknown_and_other_mails_change_nothing(austin, sent, changed, monkeypatch, capsys):
    before = of(sent), Clinic.objects.values().get(pk=austin.clinic.pk)
    raw = report(sent, **{"recipient": austin.clinic.notification_email, **changed})
    assert "Nothing was changed" in pipe(raw, monkeypatch, capsys)
    assert (of(sent), Clinic.objects.values().get(pk=austin.clinic.pk)) == before
    assert not Delivery.objects.dead().exists()
    assert not Notice.objects.exists()


def test_the_number_of_a_delivery_alone_makes_no_report(austin, sent):
    """It stands in logs and in addresses of the admin."""
    for guess in (f"<{sent.pk}@testserver>", f"<{sent.pk}.{'0' * 32}@testserver>", f"<{sent.pk}.@testserver>"):
        assert bounces.came_back(report(sent, austin.clinic.notification_email, message_id=guess)) is None
    other = Delivery.objects.create(kind="clinic_message", referral=sent.referral, step=sent.step)
    moved = bounces.message_id(other).replace(str(other.pk), str(sent.pk))
    assert bounces.came_back(report(sent, austin.clinic.notification_email, message_id=moved)) is None
    assert Clinic.objects.connected().contains(austin.clinic)


def test_an_address_that_was_left_or_confirmed_anew_since_is_not_dead(austin, sent):
    left = austin.clinic.notification_email
    Clinic.objects.filter(pk=austin.clinic.pk).update(notification_email="later@example.org")
    assert bounces.came_back(report(sent, left)) is None
    later = timezone.now() + datetime.timedelta(hours=1)
    Clinic.objects.filter(pk=austin.clinic.pk).update(notification_email=left, notification_email_confirmed_at=later)
    assert bounces.came_back(report(sent, left)) == sent  # it has not arrived, and a person can send it again
    assert Clinic.objects.connected().contains(austin.clinic)


def test_a_report_that_is_quicker_than_the_worker_ends_the_mail_for_good(austin):
    austin.referral()
    held = worker.claim("slow", timezone.now())
    bounces.came_back(report(held, austin.clinic.notification_email))
    worker._mark(held, None)
    assert of(held)[0] is None and of(held)[2] == "recipient_refused"


def test_a_database_that_is_away_lets_the_mail_server_keep_the_mail(austin, sent, monkeypatch, capsys):
    def away(raw):
        raise OperationalError("database is locked")

    monkeypatch.setattr(bounces, "came_back", away)
    with pytest.raises(CommandError) as failed:
        pipe(report(sent, austin.clinic.notification_email), monkeypatch, capsys)
    assert failed.value.returncode == os.EX_TEMPFAIL


def test_no_address_stands_in_what_is_logged(austin, sent, caplog):
    bounces.came_back(report(sent, austin.clinic.notification_email))
    assert str(sent.pk) in caplog.text
    assert austin.clinic.notification_email not in caplog.text


def test_the_line_for_postfix_does_as_the_page_says(committed_austin, monkeypatch):
    """As Postfix calls it: by the shell, with the mail as its input and nothing else of ours."""
    referral = committed_austin.referral()
    delivery = referral.deliveries.get()
    raw = report(delivery, committed_austin.clinic.notification_email)
    (line,) = re.findall(r"^\"\|(.+)\"$", (ROOT / "docs" / "referrals.md").read_text(), re.M)
    typed = line.replace("/srv/finder/run --empty manage", f"{sys.executable} {ROOT}/manage.py")
    assert typed != line
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()}
    connection.close()
    done = subprocess.run(["/bin/sh", "-c", typed], input=raw, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert str(delivery.pk) in done.stdout.decode()
    assert list(Clinic.objects.bounced()) == [committed_austin.clinic]
    away = environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/finder"}
    done = subprocess.run(["/bin/sh", "-c", typed], input=raw, env=away, capture_output=True)
    assert done.returncode == os.EX_TEMPFAIL
    assert committed_austin.clinic.notification_email not in (done.stdout + done.stderr).decode()


# ---- in the session, after the whole mail ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "dead"), [("550 5.1.1 no such user", True), ("550 5.7.1 looks like spam", False), ("550 no", False)]
)
def test_a_server_that_looks_at_the_recipient_after_the_mail_says_the_same(austin, settings, smtp, answer, dead):
    real(austin)
    through(settings, smtp)

    async def refuses(server, session, envelope):
        return answer

    smtp.handle_DATA = refuses
    austin.referral()
    worker.run_once()
    assert Delivery.objects.get(kind="clinic_new").last_error == ("recipient_refused" if dead else "smtp_550")
    assert Clinic.objects.connected().contains(austin.clinic) != dead


@pytest.mark.parametrize("answer", ["553 5.1.8 sender address rejected: domain not found", "550 5.1.7 bad sender"])
def test_a_refusal_of_our_own_address_disconnects_nobody(austin, settings, smtp, answer):
    real(austin)
    through(settings, smtp)
    smtp.refuse = answer
    austin.referral()
    worker.run_once()
    assert Clinic.objects.connected().contains(austin.clinic)
