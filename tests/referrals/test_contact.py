"""The patient corrects phone, preferred way and mail address; a new address is used once its code was typed."""

import dataclasses
import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from directory.models import FormCount
from referrals import access, clock, corrections, correspondence, erasing, moves
from referrals.deliveries import email, worker
from referrals.deliveries.errors import RECIPIENT_REFUSED, SendFailed
from referrals.intake import reading
from referrals.models import BlockedMailbox, ContactCheck, Delivery, Referral, ReferralLink, Step
from referrals.models.referrals import email_hash
from tests.referrals.patient import CANARIES, CONTENT, code_in_mail, link_of, send

NEW = "numbat-new@example.org"
GIVEN = {"email": CANARIES["email"], "phone": "(512) 555-0186", "best_way": "phone"}


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


@pytest.fixture
def patient(austin):
    """A browser on which a request was just sent, by a checked address."""
    client = Client()
    client.link = link_of(send(client, austin.practice.pk))
    client.contact = f"{client.link}contact/"
    mail.outbox.clear()
    return client


def save(patient, **changes):
    return patient.post(patient.contact, GIVEN | changes)


def carried(page) -> str:
    return re.search(r'name="carried" value="([^"]+)"', page.text)[1]


def type_code(patient, page, code="", **more):
    typed = {"step": "code", "carried": carried(page), "code": code or code_in_mail(), "go": "next"}
    return patient.post(patient.contact, typed | more)


def the_request() -> Referral:
    return Referral.objects.get()


def to_clinic() -> int:
    return Delivery.objects.filter(kind=Delivery.Kind.CLINIC_CONTACT).count()


def test_phone_and_preferred_way_are_changed_at_once_and_the_clinic_is_told(austin, patient):
    answer = save(patient, phone="512-555-0142", best_way="email")
    assert (answer.status_code, answer["Location"]) == (303, f"{patient.contact}?saved=1")
    content = access.read(the_request(), user=austin.coordinator)
    assert (content.phone, content.answers["best_way"], content.email) == ("+15125550142", "email", CANARIES["email"])
    assert content.answers["stops"] == CANARIES["stops"]
    assert to_clinic() == 1
    assert "Saved." in patient.get(answer["Location"]).text
    worker.run_once()
    told = [message for message in mail.outbox if "has changed phone or e-mail" in message.subject]
    assert [message.to for message in told] == [[austin.clinic.notification_email]]
    assert not [word for word in ("0142", *CANARIES.values()) if word in str(told[0].message())]


def test_the_clinic_reads_since_when_and_not_what_it_was(austin, patient):
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1), tick=False):
        save(patient, phone="512-555-0142")
        lines = reading.for_clinic(the_request(), the_request().unseal())
    words = {str(line.label): line.value for section in lines for line in section.lines}
    assert str(timezone.now().year) in words["Changed by the patient"]
    assert "0186" not in str(words)
    assert [step.move for step in Step.objects.all()] == ["submit"]


def test_a_new_address_is_used_after_its_code_and_the_old_one_is_told(austin, patient):
    page = save(patient, email=NEW)
    assert page.status_code == 200
    assert "Type the code" in page.text
    referral = the_request()
    before = referral.email_checked_at
    assert referral.unseal().email == CANARIES["email"]
    assert to_clinic() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=False):
        code = code_in_mail()
        (with_code,) = [message for message in mail.outbox if message.to == [NEW]]
        assert code in with_code.body
        assert "without the code nothing is sent, and nothing changes" in with_code.body
        assert type_code(patient, page, code).status_code == 303
        referral = the_request()
        assert referral.unseal().email == NEW
        assert referral.email_hash == email_hash(NEW)
        assert referral.email_checked_at > before
        assert to_clinic() == 1
        mail.outbox.clear()
        worker.run_once()
    left = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    assert [message.subject for message in left] == ["We mail to another address from now on"]
    assert not [word for word in (NEW, referral.reference, "/referrals/", austin.clinic.name) if word in left[0].body]
    assert "stands in the subject of our earlier mails" in left[0].body  # how the clinic can tell which one
    assert not ContactCheck.objects.exclude(address=b"").exists()
    assert list(Referral.objects.of_email(NEW)) == [referral]
    assert not Referral.objects.of_email(CANARIES["email"]).exists()


def test_with_a_new_address_the_links_in_the_old_mailbox_end_and_a_new_one_goes_to_the_new(patient):
    referral = the_request()
    in_old_mailbox = f"/referrals/{ReferralLink.objects.issue(referral)}/"
    saved = type_code(patient, save(patient, email=NEW))
    assert patient.get(in_old_mailbox).status_code == patient.get(patient.link).status_code == 404
    page = patient.get(saved["Location"])
    assert page.status_code == 200
    assert "All older links, in mails or on paper, open nothing any more" in page.text
    mail.outbox.clear()
    worker.run_once()
    (told,) = [str(message.body) for message in mail.outbox if message.to == [NEW]]
    assert patient.get(re.search(r"http://testserver(/referrals/[\w-]{43}/)", told)[1]).status_code == 200


def test_links_end_too_where_an_address_is_taken_out_and_stay_where_only_the_phone_changes(patient):
    other = f"/referrals/{ReferralLink.objects.issue(the_request())}/"
    assert save(patient, phone="(512) 555-0143")["Location"] == f"{patient.contact}?saved=1"
    assert patient.get(other).status_code == 200
    saved = save(patient, email="", phone="(512) 555-0143")
    assert patient.get(other).status_code == 404
    assert patient.get(saved["Location"]).status_code == 200


def test_of_addresses_that_are_left_one_after_the_other_the_first_is_told(patient):
    saved = type_code(patient, save(patient, email=NEW))
    patient.contact = saved["Location"].partition("?")[0]
    Delivery.objects.filter(kind=Delivery.Kind.PATIENT_MOVED).update(due_at=timezone.now() + datetime.timedelta(days=1))
    type_code(patient, save(patient, email="numbat-third@example.org"))
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2), tick=False):
        clock.tick(timezone.now())
        worker.run_once()
    told = [message.to for message in mail.outbox if message.subject == "We mail to another address from now on"]
    assert told == [[CANARIES["email"]]]


def test_the_address_that_was_left_is_told_though_the_request_is_erased_at_once(patient):
    type_code(patient, save(patient, email=NEW))
    mail.outbox.clear()
    erasing.erase(the_request())
    worker.run_once()
    told = [message.to for message in mail.outbox if message.subject == "We mail to another address from now on"]
    assert told == [[CANARIES["email"]]]
    assert not ContactCheck.objects.exclude(address=b"").exists()


def test_an_address_that_is_used_again_is_not_told_that_it_was_left(patient):
    for address in (NEW, CANARIES["email"]):
        saved = type_code(patient, save(patient, email=address))
        patient.contact = saved["Location"].partition("?")[0]
        Delivery.objects.unsent().filter(kind=Delivery.Kind.PATIENT_MOVED).update(
            due_at=timezone.now() + datetime.timedelta(days=1)
        )
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2), tick=False):
        worker.run_once()
    told = [message.to for message in mail.outbox if message.subject == "We mail to another address from now on"]
    assert told == [[NEW]]


@pytest.mark.parametrize("typed", [{"email": "", "phone": "(512) 555-0186"}, {"email": "", "phone": "(512) 555-0143"}])
def test_the_second_click_of_a_double_one_finds_the_new_link_and_no_other_device_does(patient, typed):
    first, second = save(patient, **typed), save(patient, **typed)
    assert first["Location"] == second["Location"]
    assert patient.get(second["Location"]).status_code == 200
    assert Client().post(patient.contact, GIVEN | typed).status_code == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=False):
        assert save(patient, **typed).status_code == 404


def test_a_mail_on_its_way_takes_no_link_to_an_address_that_was_left_meanwhile(austin, patient, monkeypatch):
    moves.start(the_request(), actor=austin.staff)
    unseal = Referral.unseal

    def changed_meanwhile(referral):
        content = unseal(referral)
        if referral.email_hash == email_hash(CANARIES["email"]):
            Referral.objects.filter(pk=referral.pk).update(email_hash=email_hash(NEW))
        return content

    delivery = Delivery.objects.unsent().filter(kind=Delivery.Kind.PATIENT_NEWS).last()
    links = ReferralLink.objects.count()
    monkeypatch.setattr(Referral, "unseal", changed_meanwhile)
    with pytest.raises(SendFailed) as failed:
        email.compose(delivery)
    assert (failed.value.permanent, ReferralLink.objects.count()) == (False, links)


def test_a_late_bounce_of_the_old_address_says_nothing_about_the_new_one(austin, patient, monkeypatch):
    moves.start(the_request(), actor=austin.staff)

    def comes_back_late(delivery):
        if delivery.kind == Delivery.Kind.PATIENT_NEWS and the_request().unseal().email != NEW:
            corrections.use_address(the_request(), NEW, timezone.now(), token="x" * 43)
            raise SendFailed(RECIPIENT_REFUSED, permanent=True)

    monkeypatch.setattr(email, "send", comes_back_late)
    worker.run_once()
    assert Delivery.objects.dead().filter(kind=Delivery.Kind.PATIENT_NEWS).exists()
    assert the_request().email_checked_at is not None


def test_messages_can_still_be_read_after_the_address_has_changed(austin, patient):
    moves.start(the_request(), actor=austin.staff)
    moves.ask(the_request(), actor=austin.staff, text="When was your MRI?")
    type_code(patient, save(patient, email=NEW))
    assert [said.text for said in correspondence.read(the_request())] == ["When was your MRI?"]


def test_a_request_without_an_address_gets_one_and_mail_from_then_on(austin):
    referral = moves.submit(
        austin.practice.pk,
        "adhesiolysis",
        dataclasses.replace(CONTENT, email=""),
        consent_version="1",
        form_key_hash="no-address",
    )
    patient = Client()
    patient.link = f"/referrals/{ReferralLink.objects.issue(referral)}/"
    patient.contact = f"{patient.link}contact/"
    patient.post(f"{patient.link}open/", {"birth_month": 4, "birth_day": 9, "birth_year": 1957})
    assert "best_way" not in patient.get(patient.contact).text  # the questions of that time did not ask
    page = save(patient, email=NEW)
    assert type_code(patient, page).status_code == 303
    moves.start(the_request(), actor=austin.staff)
    assert Delivery.objects.filter(kind=Delivery.Kind.PATIENT_NEWS).exists()
    assert not Delivery.objects.filter(kind=Delivery.Kind.PATIENT_MOVED).exists()


@pytest.mark.parametrize("code", ["000000", "12345", ""])
def test_a_wrong_code_changes_nothing_and_says_so(patient, code):
    page = save(patient, email=NEW)
    right = code_in_mail()
    wrong = patient.post(
        patient.contact, {"step": "code", "carried": carried(page), "code": code if code != right else "1"}
    )
    assert "errsum" in wrong.text
    assert the_request().unseal().email == CANARIES["email"]
    assert type_code(patient, wrong, right).status_code == 303


def test_after_five_wrong_codes_none_works_before_a_new_one_was_asked_for(patient):
    page = save(patient, email=NEW)
    code = code_in_mail()
    wrong = "000001" if code.replace(" ", "") != "000001" else "000002"
    for _ in range(5):
        page = type_code(patient, page, wrong)
    assert "does not work any more" in type_code(patient, page, code).text
    again = patient.post(patient.contact, {"step": "code", "carried": carried(page), "go": "again"})
    assert type_code(patient, again).status_code == 303
    assert the_request().unseal().email == NEW


def test_the_code_of_one_address_checks_no_other(patient):
    first = save(patient, email=NEW)
    code = code_in_mail()
    second = save(patient, email="stranger@example.org")
    assert "errsum" in type_code(patient, second, code).text
    assert "errsum" in type_code(patient, first, code).text
    assert the_request().unseal().email == CANARIES["email"]


def test_what_is_carried_opens_for_this_request_and_whole_only(austin, patient):
    page = save(patient, email=NEW)
    code = code_in_mail()
    other = Client()
    other.link = link_of(send(other, austin.practice.pk, contact={"name": "Somebody Else", "email": NEW}))
    other.contact = f"{other.link}contact/"
    for text in (carried(page), "x", ""):
        refused = other.post(other.contact, {"step": "code", "carried": text, "code": code})
        assert refused.status_code == 400
        assert "The new address is not used yet" in refused.text


def test_codes_have_the_limits_of_the_form(patient, settings):
    settings.CODES_PER_MAILBOX = 1
    save(patient, email=NEW)
    page = save(patient, email="other@example.org")
    assert page.status_code == 200
    refused = patient.post(patient.contact, {"step": "code", "carried": carried(page), "go": "again"})
    assert refused.status_code == 429
    assert "asked for" in refused.text
    assert NEW not in str(list(FormCount.objects.values_list()))


def test_a_blocked_mailbox_is_not_asked(patient):
    now = timezone.now()
    BlockedMailbox.objects.create(email_hash=email_hash(NEW), until=now + datetime.timedelta(days=1))
    refused = save(patient, email=NEW.title())
    assert refused.status_code == 409
    assert "somebody else had used it" in refused.text
    assert not Delivery.objects.filter(kind=Delivery.Kind.PATIENT_CODE, sent_at=None).exists()


def test_somebody_has_to_be_reached_in_the_end(austin, patient):
    assert "Enter an e-mail address or a phone number" in save(patient, email="", phone="").text
    saved = save(patient, email="")
    assert saved.status_code == 303
    patient.contact = saved["Location"].partition("?")[0]
    referral = the_request()
    assert (referral.unseal().email, referral.email_hash, referral.email_checked_at) == ("", "", None)
    assert Delivery.objects.filter(kind=Delivery.Kind.PATIENT_MOVED).count() == 1
    kept = save(patient, email=NEW, phone="")
    assert "Leave the phone number here until the new address is checked" in kept.text
    assert the_request().unseal().phone == CANARIES["phone"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "eleanor@"}, "Enter the e-mail address like"),
        ({"phone": "0186"}, "with its area code"),
        ({"phone": "555-0186"}, "with its area code"),
        ({"phone": "(155) 555-0186"}, "Compare the area code"),
    ],
)
def test_mistakes_say_how_to_mend_them_and_change_nothing(patient, typed, words):
    page = save(patient, **typed)
    assert "errsum" in page.text
    assert words in page.text
    assert next(iter(typed.values())) in page.text
    assert the_request().contact_changed_at is None


def test_what_did_not_change_is_no_news(patient):
    assert save(patient).status_code == 303
    assert the_request().contact_changed_at is None
    assert to_clinic() == 0


def test_without_the_date_of_birth_on_this_device_nothing_is_shown_or_changed(patient):
    stranger = Client()
    for answer in (stranger.get(patient.contact), stranger.post(patient.contact, GIVEN | {"phone": "5125550142"})):
        assert (answer.status_code, answer["Location"]) == (303, f"{patient.link}#open")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
    assert the_request().unseal().phone == CANARIES["phone"]
    office = ReferralLink.objects.issue(the_request(), for_office=True)
    assert patient.get(f"/referrals/{office}/contact/").status_code == 404
    assert stranger.get("/referrals/unknown/contact/").status_code == 404


def test_nothing_is_changed_after_the_end(austin, patient):
    page = save(patient, email=NEW)
    code = code_in_mail()
    moves.withdraw(the_request())
    assert type_code(patient, page, code)["Location"] == patient.link
    assert the_request().unseal().email == CANARIES["email"]
    assert "Correct phone or e-mail" not in patient.get(patient.link).text
    with pytest.raises(correspondence.NotNow):
        corrections.use_address(the_request(), NEW, timezone.now(), token="x" * 43)


def test_erasing_takes_the_code_along(patient):
    save(patient, email=NEW)
    erasing.erase(the_request())
    assert not ContactCheck.objects.exists()


def test_a_request_whose_key_is_lost_says_so(patient, settings):
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"x" * 32}
    page = patient.get(patient.contact)
    assert page.status_code == 503
    assert "Nothing is lost" in page.text


def test_the_private_page_leads_there_and_says_when_it_changed(patient):
    assert f'href="{patient.contact}"' in patient.get(patient.link).text
    save(patient, phone="512-555-0142")
    assert "You changed it on" in patient.get(patient.link).text
    assert f"/es{patient.contact}" in patient.get(f"/es{patient.link}").text


def test_another_clinics_page_knows_nothing_of_it(austin, patient):
    save(patient, phone="512-555-0142")
    stranger = Client()
    stranger.force_login(austin.stranger)
    assert stranger.get(f"/admin/referrals/referral/{the_request().pk}/change/").status_code == 302
