"""What was given up: it is sent again under its old id; and a clinic whose address is dead, told to the operator."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from directory import search
from directory.models import Clinic, Notice
from referrals import clock, moves
from referrals.deliveries import bounces, outbox, worker
from referrals.models import Delivery
from tests.referrals.mailbox import real, through
from tests.referrals.receiver import Receiver, hook


@pytest.fixture
def dead(austin, settings, smtp):
    """The mail of a new request, given up because the receiving server knows no such address."""
    settings.OPERATOR_EMAIL = ""
    real(austin)
    through(settings, smtp)
    smtp.refuse = "550 5.1.1 no such user"
    austin.referral()
    worker.run_once()
    smtp.refuse = ""
    return Delivery.objects.dead().get()


def test_a_dead_letter_goes_out_again_with_all_its_attempts_and_its_old_id(austin, dead, smtp):
    Clinic.objects.update(notification_email="front-desk@example.org", notification_email_confirmed_at=timezone.now())
    search.rebuild_all()
    outbox.send_again(dead)
    again = Delivery.objects.get(pk=dead.pk)
    assert (again.attempts, again.dead_at, again.last_error) == (0, None, "")
    assert worker.run_once() == 1
    (arrived,) = smtp.mails
    assert arrived["To"] == "front-desk@example.org"
    assert str(dead.pk) in arrived["Message-ID"]
    assert Delivery.objects.get(pk=dead.pk).sent_at is not None


def test_a_web_hook_given_up_goes_out_again_under_its_old_id(austin, settings):
    with Receiver() as receiver:
        settings.SITE_URL, settings.WEBHOOK_TEST_RECEIVER = "http://127.0.0.1:8000", receiver.authority
        made = hook(austin.clinic, receiver.url)
        austin.referral()
        receiver.status = 410
        worker.run_once()
        receiver.status = 200
        made.is_on, made.off_because = True, ""
        made.save()
        outbox.send_again(Delivery.objects.dead().get())
        worker.run_once()
        first, second = receiver.calls
        assert (first.id, first.body) == (second.id, second.body)
        assert not Delivery.objects.dead().exists()


def test_what_is_not_given_up_is_not_sent_again(dead):
    outbox.send_again(dead)
    with pytest.raises(outbox.NotGivenUp):
        outbox.send_again(dead)
    worker.run_once()
    with pytest.raises(outbox.NotGivenUp):
        outbox.send_again(Delivery.objects.get(pk=dead.pk))


def test_a_reminder_that_is_not_true_any_more_stays_given_up(austin, time_machine):
    referral = austin.referral()
    worker.run_once()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=5))
    clock.tick(timezone.now())
    reminder = Delivery.objects.get(kind="clinic_reminder")
    Delivery.objects.filter(pk=reminder.pk).update(dead_at=timezone.now(), last_error="smtp_451")
    outbox.send_again(reminder)
    Delivery.objects.filter(pk=reminder.pk).update(dead_at=timezone.now())
    moves.start(referral, actor=austin.staff)
    with pytest.raises(outbox.OutOfDate):
        outbox.send_again(reminder)
    assert Delivery.objects.get(pk=reminder.pk).dead_at is not None


# ---- a bounce -------------------------------------------------------------------------------------------------------


def bounce(austin, settings, smtp) -> None:
    settings.OPERATOR_EMAIL = "operator@example.org"
    through(settings, smtp)
    refused = austin.clinic.notification_email

    async def only_the_clinic(server, session, envelope, address, options):
        if address == refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp.handle_RCPT = only_the_clinic
    worker.run_once()
    worker.run_once()


def test_a_bounce_is_told_to_the_operator_who_reads_which_requests_wait_there(austin, settings, smtp):
    real(austin)
    waiting = [austin.referral(), austin.referral()]
    ended = austin.referral()
    moves.withdraw(ended)
    bounce(austin, settings, smtp)
    (arrived,) = smtp.mails  # one, though several mails came back
    assert (arrived["To"], arrived["Subject"]) == ("operator@example.org", "The address of a clinic is dead")
    text = arrived.get_payload()[0].get_payload(decode=True).decode()
    assert "Hill Country Pain" in text
    for referral in waiting:
        assert referral.reference in text
    assert ended.reference not in text
    assert austin.clinic.notification_email not in text
    assert f"/admin/directory/clinic/{austin.clinic.pk}/change/" in text


def test_a_bounced_clinic_takes_requests_by_phone_until_it_has_another_address(austin, settings, smtp):
    real(austin)
    austin.referral()
    bounce(austin, settings, smtp)
    assert list(Clinic.objects.bounced()) == [austin.clinic]
    assert not Clinic.objects.connected().contains(austin.clinic)


def test_an_address_that_was_changed_meanwhile_stays_and_nobody_is_alarmed(austin, settings):
    settings.OPERATOR_EMAIL = "operator@example.org"
    clinic = Clinic.objects.get(pk=austin.clinic.pk)
    Clinic.objects.filter(pk=clinic.pk).update(notification_email="newer@example.org")
    bounces.disconnect(clinic)
    assert Clinic.objects.connected().contains(clinic)
    assert not Notice.objects.filter(kind="bounced").exists()


def test_the_operator_reads_it_in_the_language_of_the_site_not_of_the_clinic(austin, settings, smtp):
    real(austin)
    Clinic.objects.filter(pk=austin.clinic.pk).update(notification_language="es")
    austin.clinic.refresh_from_db()
    austin.referral()
    bounce(austin, settings, smtp)
    assert [arrived["Subject"] for arrived in smtp.mails] == ["The address of a clinic is dead"]


def test_without_an_address_of_the_operator_nobody_is_mailed_and_the_clinic_is_found_all_the_same(dead, austin):
    worker.run_once()
    assert mail.outbox == []
    assert Clinic.objects.bounced().contains(austin.clinic)
