"""“I did not send this” also blocks: the mailbox is asked nothing for a while, and who uses it is told what to do."""

import datetime
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.utils import timezone

from directory import limits, search
from directory.models import Clinic, Site
from referrals import blocks, moves
from referrals.deliveries import worker
from referrals.models import BlockedMailbox, ContactCheck, Delivery, LegalHold, Referral, ReferralLink
from tests import factories
from tests.admin.forms import said
from tests.referrals import searching
from tests.referrals.patient import AGREES, CANARIES, CONTENT, OFFICE, PAGES, WHO, Form, propose, send
from tests.referrals.test_intake import at_review

ADDRESS = CANARIES["email"]
DAY = datetime.timedelta(days=1)
WHEN = "2026-11-24 12:00-05:00"


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


def disowned(client, austin, **fields):
    """Somebody used the address, and its owner says so."""
    referral = austin.referral(**fields)
    return client.post(f"/referrals/{ReferralLink.objects.issue(referral)}/not-mine/")


def codes() -> int:
    return Delivery.objects.filter(kind=Delivery.Kind.PATIENT_CODE).count()


def test_no_code_goes_to_a_mailbox_whose_owner_had_sent_nothing(austin, client):
    page = disowned(client, austin)
    assert "for 180 days" in page.text
    form = Form(client, austin.practice.pk)
    form.fill(contact={"email": ADDRESS.upper()})
    refused = form.review()
    assert refused.status_code == 409
    assert "We do not mail to this e-mail address now" in refused.text
    assert "give a phone number" in refused.text
    assert CANARIES["stops"] in refused.text
    assert (codes(), ContactCheck.objects.count(), Referral.objects.running().count()) == (0, 0, 0)


def test_whoever_was_refused_goes_on_by_phone_or_with_another_address(austin, client):
    disowned(client, austin)
    form = at_review(client, austin)
    form.review()
    form.post("contact", PAGES["contact"] | {"email": ""})
    assert "Your request was sent" in form.review().text
    other = at_review(client, austin, contact={"email": "other@example.org"})
    other.review()
    assert codes() == 1


def test_a_doctors_office_is_told_too_and_nothing_is_stored(austin, client):
    disowned(client, austin)
    form = at_review(client, austin, asker=OFFICE)
    refused = form.post("review", {"warning": "no"})
    assert refused.status_code == 409
    assert "Ask the patient for another address, or print your answers as one page" in refused.text
    assert "Show the page to print" in refused.text
    assert not Referral.objects.filter(state="unconfirmed").exists()
    with pytest.raises(moves.NoAddress):  # so that every door has an answer for it
        moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="office")
    printed = form.post("review", {"warning": "no"})
    assert "Print this page now." in printed.text and CANARIES["stops"] in printed.text
    form.post("contact", PAGES["contact"] | {"email": "other@example.org"})
    assert "The patient is asked" in form.post("review", {"warning": "no"}).text


def test_a_legal_hold_is_said_to_who_disowns_what_an_office_sent(austin, client):
    link, _office = propose(client, austin)
    referral = Referral.objects.get()
    LegalHold.objects.create(referral=referral, reference=referral.reference, reason="Case 1", set_by=austin.operator)
    page = client.post(link, {"go": "not_mine"})
    assert "It cannot be erased now" in page.text and "is erased." not in page.text
    referral.refresh_from_db()
    assert (referral.state, referral.erased_at) == ("withdrawn", None)


def test_a_warning_sign_under_a_legal_hold_says_what_is_kept(austin, client):
    link, _office = propose(client, austin)
    referral = Referral.objects.get()
    LegalHold.objects.create(referral=referral, reference=referral.reference, reason="Case 1", set_by=austin.operator)
    page = client.post(link, {"warning": "yes"})
    assert "Call 911" in page.text and "is erased as soon as the law allows it" in page.text


@pytest.mark.parametrize("change", ["none", "stopped", "other_clinic"])
def test_who_agrees_where_the_clinic_cannot_be_asked_any_more_is_told(austin, client, change):
    link, _office = propose(client, austin)
    client.post(link, WHO)
    if change == "none":
        Clinic.objects.filter(pk=austin.clinic.pk).update(notification_email_confirmed_at=None)
    elif change == "stopped":
        austin.practice.offerings.update(status="stopped")
    else:
        Site.objects.filter(pk=austin.practice.site_id).update(clinic=factories.connected_clinic())
    search.rebuild_all()
    page = client.post(link, AGREES)
    assert page.status_code == 409
    assert "Nothing was sent" in page.text and "takes no requests for this now" in page.text
    assert Referral.objects.get().state == "unconfirmed"


def test_a_clinic_that_has_had_enough_today_is_asked_tomorrow(austin, client, settings, time_machine):
    time_machine.move_to(WHEN, tick=False)
    link, _office = propose(client, austin)
    client.post(link, WHO)
    settings.REQUESTS_PER_CLINIC = 1
    limits.count("referral-clinic", str(austin.clinic.pk), most=1)
    page = client.post(link, AGREES)
    assert (page.status_code, "Agree again tomorrow" in page.text) == (429, True)
    assert Referral.objects.get().state == "unconfirmed"
    time_machine.shift(DAY)
    limits.forget(timezone.now())
    assert client.post(link, AGREES).status_code == 303
    assert Referral.objects.get().state == "submitted"


def test_without_its_key_the_question_says_so_and_can_still_be_disowned(austin, client, settings):
    link, _office = propose(client, austin)
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"o" * 32}
    for page in (client.get(link), client.post(link, WHO)):
        assert page.status_code == 503
        assert "The fault is with this site, not with you" in page.text
        assert "The clinic has not seen it" in page.text and "call the clinic" not in page.text
    assert Referral.objects.get().state == "unconfirmed"
    assert client.post(link, {"go": "not_mine"}).status_code == 200
    assert not Referral.objects.kept().exists()


def test_who_disowns_what_an_office_sent_is_asked_no_more(austin, client):
    link, _office = propose(client, austin)
    page = client.post(link, {"go": "not_mine"})
    assert "for 180 days" in page.text
    assert BlockedMailbox.objects.of(ADDRESS).exists()


def test_a_warning_sign_blocks_nothing(austin, client):
    link, _office = propose(client, austin)
    client.post(link, {"warning": "yes"})
    assert not BlockedMailbox.objects.exists()


def test_what_was_under_way_does_not_arrive_any_more(austin, client):
    form = at_review(client, austin)
    form.review()
    at_review(client, austin, asker=OFFICE).post("review", {"warning": "no"})
    disowned(client, austin)
    worker.run_once()
    assert not [message for message in mail.outbox if message.to == [ADDRESS]]
    dead = Delivery.objects.dead().values_list("kind", "last_error")
    assert sorted(dead) == [("patient_code", "mailbox_blocked"), ("patient_confirm", "mailbox_blocked")]


def test_a_block_ends_after_its_time_and_the_worker_erases_it(austin, client, time_machine, settings):
    settings.NOT_MINE_BLOCKS_DAYS = 30
    time_machine.move_to(WHEN, tick=False)
    disowned(client, austin)
    time_machine.shift(30 * DAY - datetime.timedelta(minutes=1))
    with pytest.raises(blocks.MailboxBlocked):
        blocks.refuse(ADDRESS, timezone.now())
    worker.run_once()
    assert BlockedMailbox.objects.exists()
    time_machine.shift(datetime.timedelta(minutes=1))
    blocks.refuse(ADDRESS, timezone.now())
    worker.run_once()
    assert not BlockedMailbox.objects.exists()
    assert send(client, austin.practice.pk).status_code == 303


def test_saying_it_again_makes_one_longer_block(austin, client, time_machine):
    time_machine.move_to(WHEN, tick=False)
    disowned(client, austin)
    first = BlockedMailbox.objects.get()
    time_machine.shift(10 * DAY)
    disowned(client, austin)
    again = BlockedMailbox.objects.get()
    assert (again.pk, again.since, again.until) == (first.pk, first.since, first.until + 10 * DAY)


def test_one_that_has_ended_is_erased_and_blocked_as_well(austin, client):
    referral = austin.referral()
    token = ReferralLink.objects.issue(referral)
    moves.withdraw(referral)
    client.post(f"/referrals/{token}/not-mine/")
    assert BlockedMailbox.objects.of(ADDRESS).exists()
    assert not Referral.objects.kept().exists()


def test_the_address_itself_is_nowhere(committed_austin, client):
    disowned(client, committed_austin)
    assert BlockedMailbox.objects.get().email_hash
    assert searching.everywhere({"database": searching.database()}, [ADDRESS, "quokka"]) == {}


# ---- the operator ---------------------------------------------------------------------------------------------------

LIST = "/admin/referrals/blockedmailbox/"
LIFT = f"{LIST}lift/"


@pytest.fixture
def operator(austin):
    browser = Client()
    browser.force_login(austin.operator)
    return browser


def test_the_operator_lifts_a_block_by_its_address_on_record(austin, client, operator):
    disowned(client, austin)
    assert "Lift the block" in operator.get(LIST).content.decode()
    wrong = operator.post(LIFT, {"email": "somebody@example.org"}, follow=True)
    assert "this address is not blocked" in said(wrong)[0]
    assert BlockedMailbox.objects.exists()
    done = operator.post(LIFT, {"email": f" {ADDRESS.upper()} "}, follow=True)
    assert "The block is lifted" in said(done)[0]
    assert not BlockedMailbox.objects.exists()
    entry = LogEntry.objects.get()
    assert entry.user == austin.operator
    assert "quokka" not in str(entry.__dict__).lower()
    assert not re.search("quokka", done.content.decode(), re.I)


def test_nobody_else_sees_or_lifts_one(austin, client):
    disowned(client, austin)
    browser = Client()
    browser.force_login(austin.coordinator)
    assert browser.get(LIST).status_code == 403
    assert browser.post(LIFT, {"email": ADDRESS}).status_code == 403
    assert client.post(LIFT, {"email": ADDRESS}).status_code == 302
    assert BlockedMailbox.objects.exists()


def test_looking_lifts_nothing(austin, client, operator):
    disowned(client, austin)
    assert operator.get(LIFT).status_code == 405
    assert BlockedMailbox.objects.exists()
