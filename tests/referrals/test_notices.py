"""What the directory wants told goes out by the same worker: to the right reader, once, and without anybody's words."""

import datetime
import re
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from directory import claims, notices, removals, reports, search
from directory.models import Clinic, ListingClaim, Notice, Report
from referrals import access, moves
from referrals.deliveries import outbox, worker
from referrals.models import Delivery, OperatorReading, Referral
from tests import factories
from tests.referrals.mailbox import real, through
from tests.referrals.patient import CANARIES, CONTENT

OPERATOR = "operator@pain.test"


@pytest.fixture(autouse=True)
def operator_has_an_address(settings):
    settings.OPERATOR_EMAIL = OPERATOR


def report(practice, kind="phone", remark="wombat"):
    place = reports.Place(practice.specialist, practice.site.clinic, practice.site, practice)
    return reports.file(kind, place, remark)


def claim(practice, **given) -> ListingClaim:
    about = {"name": "Zebulina Quokka", "role": "manager", "email": "quokka@hill.test", "phone": "+15125550186"}
    listing = claims.Listing(practice.specialist, None, [practice.site])
    return claims.file(listing, [practice.site], language="en", **about | given)


def approve(asked, austin, **given):
    pressed = {"checked_by": "called", "spoke_with_all": True}
    return claims.approve(asked, by=austin.operator, clinics=claims.clinics_of(asked), **pressed | given)


def sent_to(address: str):
    (found,) = [message for message in mail.outbox if message.to == [address]]
    return found


def both_bodies(message) -> list[str]:
    return [message.body, *(str(alternative[0]) for alternative in message.alternatives)]


def test_a_report_reaches_operator_and_clinic_with_a_link_and_no_word_of_the_visitor(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    austin.practice.refresh_from_db()
    report(austin.practice, remark="wombat at 555-0199")
    assert worker.run_once() == 2
    assert {arrived["To"] for arrived in smtp.mails} == {OPERATOR, austin.clinic.notification_email}
    for arrived in smtp.mails:
        whole = arrived.as_bytes().decode()
        text, html = (part.get_payload(decode=True).decode() for part in arrived.get_payload())
        for body in (text, html):
            assert "http://testserver/admin/directory/report/" in body
            assert "1 report waits to be looked into" in body
        for body in (whole, text, html):
            assert "wombat" not in body
            assert "Rivera" not in body
    assert worker.run_once() == 0
    assert Notice.objects.waiting().count() == 0


def test_of_many_reports_a_reader_gets_one_mail_a_day_with_their_number(austin, time_machine):
    for kind in ("phone", "moved", "closed"):
        report(austin.practice, kind)
    worker.run_once()
    assert "3 reports wait" in sent_to(OPERATOR).body
    report(austin.practice, "other")
    assert worker.run_once() == 0
    mail.outbox.clear()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=1, minutes=1))
    worker.run_once()
    assert "4 reports wait" in sent_to(OPERATOR).body


def test_a_clinic_learns_the_number_of_its_own_reports(austin):
    report(austin.practice)
    report(factories.practice())
    worker.run_once()
    assert "1 report waits" in sent_to(austin.clinic.notification_email).body
    assert "2 reports wait" in sent_to(OPERATOR).body


def test_no_notice_leaves_a_demonstration(austin, settings, smtp, tmp_path):
    through(settings, smtp)
    folder = {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(tmp_path)}}
    settings.MAILERS = {**settings.MAILERS, "folder": folder}
    report(austin.practice)
    worker.run_once()
    assert smtp.mails == []
    # Mails of the same moment share a file.
    assert sum(file.read_text().count("\nMessage-ID: ") for file in tmp_path.iterdir()) == 2


def test_a_claim_is_told_without_who_claims(austin):
    claim(austin.practice)
    worker.run_once()
    assert {message.to[0] for message in mail.outbox} == {OPERATOR, austin.clinic.notification_email}
    for message in mail.outbox:
        for body in both_bodies(message):
            assert "http://testserver/admin/directory/listingclaim/" in body
            assert not re.search("quokka|zebulina|555", body, re.IGNORECASE)
    assert OPERATOR in sent_to(austin.clinic.notification_email).body  # whom to tell, if nobody knows of it


def test_the_approved_person_sets_a_password_with_the_mailed_link_and_is_in(austin, settings):
    asked = claim(austin.practice)
    user = approve(asked, austin)
    worker.run_once()
    message = sent_to("quokka@hill.test")
    assert "Hill Country Pain" in message.body
    assert "works for 3 days" in message.body
    link = re.search(r"http://testserver(/admin/password/set/\S+)", message.body)[1]
    assert all(link in body for body in both_bodies(message))
    assert not Delivery.objects.filter(last_error__contains="/").exists()
    browser = Client()
    form = browser.get(link, follow=True)
    new = "seventeen quiet herons"
    done = browser.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new}, follow=True)
    assert done.status_code == 200
    assert browser.login(email=user.email, password=new)
    inside = browser.get("/admin/")
    assert inside.status_code == 200
    assert f"/admin/directory/clinic/{austin.clinic.pk}/change/" in browser.get("/admin/directory/clinic/").text
    assert "invalid" in Client().get(link, follow=True).text  # it works once


def test_the_clinic_reads_that_somebody_was_let_in_and_not_who(austin):
    asked = claim(austin.practice)
    worker.run_once()
    mail.outbox.clear()
    approve(asked, austin)
    worker.run_once()
    assert [message.to[0] for message in mail.outbox] == [austin.clinic.notification_email, "quokka@hill.test"]
    message = sent_to(austin.clinic.notification_email)
    assert message.subject == "Somebody was let into your clinic"
    for body in both_bodies(message):
        assert f"http://testserver/admin/directory/listingclaim/{asked.pk}/change/" in body
        assert OPERATOR in body
        assert not re.search("quokka|zebulina|555", body, re.IGNORECASE)


def test_a_clinic_reads_its_notices_in_the_language_that_it_has_chosen(austin):
    Clinic.objects.update(notification_language="es")
    asked = claim(austin.practice)
    worker.run_once()  # before it is decided: afterwards nobody need be told that it waits
    approve(asked, austin)
    worker.run_once()
    to_clinic = [message for message in mail.outbox if message.to == [austin.clinic.notification_email]]
    assert len(to_clinic) == 2
    for message in to_clinic:
        assert "http://testserver/es/admin/" in message.body
    assert "http://testserver/es/" not in sent_to(OPERATOR).body


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_left_to_do_is_said_only_where_it_is_left(austin, confirmed):
    asked = claim(austin.practice)
    if not confirmed:
        Clinic.objects.update(notification_email_confirmed_at=None)
        search.rebuild_all()
    approve(asked, austin)
    worker.run_once()
    assert ("One thing is left" in sent_to("quokka@hill.test").body) is not confirmed


def test_who_has_a_password_gets_no_link_to_set_one(austin):
    factories.member(factories.clinic(), email="quokka@hill.test")
    approve(claim(austin.practice), austin)
    worker.run_once()
    body = sent_to("quokka@hill.test").body
    assert "/admin/password/" not in body
    assert "You have a log-in already" in body


@pytest.mark.parametrize("reason", ListingClaim.Reason.values)
def test_a_declined_claimant_reads_why_and_what_to_do(austin, reason):
    claims.decline(claim(austin.practice), by=austin.operator, reason=reason)
    worker.run_once()
    message = sent_to("quokka@hill.test")
    assert message.subject == "Your claim was not approved"
    words = {
        "not_reached": "could not reach anybody",
        "not_known": "does not know you",
        "no_right": "somebody else speaks",
        "not_sent": "did not send it",
    }
    assert words[reason] in message.body
    assert ("/clinics/claim/" in message.body) is (reason != "not_sent")
    assert austin.operator.email not in message.body


def test_a_claim_that_ran_out_is_told_by_the_workers_own_clock(austin, settings, time_machine):
    claim(austin.practice)
    worker.run_once()
    mail.outbox.clear()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=settings.CLAIM_LASTS_DAYS, hours=1))
    worker.run_once()
    assert sent_to("quokka@hill.test").subject == "Your claim ran out"


@pytest.mark.parametrize(
    ("wish", "to_operator", "to_clinic"),
    [
        ("street", "A doctor asks to have the street hidden", "The street of one of your doctors is hidden"),
        ("all", "A doctor asks to be taken out of the directory", "A doctor asks to be taken out of the directory"),
    ],
)
def test_a_removal_is_told_by_what_is_wished_without_who_asks_or_whom_it_is_about(austin, wish, to_operator, to_clinic):
    asker = removals.Asker("Zebulina Quokka", "quokka@hill.test")
    removals.ask(austin.practice.specialist, wish, asker, network="192.0.2.7")
    worker.run_once()
    for to, subject in ((OPERATOR, to_operator), (austin.clinic.notification_email, to_clinic)):
        message = sent_to(to)
        assert message.subject == subject
        assert ("taken out" in message.body) is (wish == "all")
        for body in both_bodies(message):
            assert "http://testserver/admin/" in body
            assert not re.search("quokka|zebulina|rivera", body, re.IGNORECASE)
    assert "1 request for removal waits" in sent_to(OPERATOR).body
    assert "Patients see town, ZIP code and phone." in sent_to(austin.clinic.notification_email).body
    assert OPERATOR in sent_to(austin.clinic.notification_email).body


def test_a_bounce_of_a_notice_ends_connected_as_that_of_a_request_does(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    settings.OPERATOR_EMAIL = ""
    smtp.refuse = "550 5.1.1 no such user"
    report(austin.practice)
    worker.run_once()
    assert not Clinic.objects.connected().contains(austin.clinic)
    assert Delivery.objects.dead().get().last_error == "recipient_refused"


def test_an_operators_address_that_bounces_disconnects_nobody(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    smtp.refuse = "550 5.1.1 no such user"
    notices.put(Notice.Kind.REPORT, "/admin/")
    worker.run_once()
    assert Delivery.objects.dead().count() == 1
    assert Clinic.objects.connected().contains(austin.clinic)


def test_a_notice_to_a_clinic_waits_while_its_address_is_not_confirmed(austin):
    report(austin.practice)
    outbox.take_notices(timezone.now())
    Clinic.objects.update(notification_email_confirmed_at=None)
    search.rebuild_all()
    worker.run_once()
    assert [message.to for message in mail.outbox] == [[OPERATOR]]
    delivery = Delivery.objects.get(sent_at=None)
    assert (delivery.last_error, delivery.dead_at) == ("no_confirmed_address", None)


def test_a_claimant_whose_address_is_erased_is_given_up(austin):
    asked = claim(austin.practice)
    claims.decline(asked, by=austin.operator, reason="not_known")
    ListingClaim.objects.update(email="", forgotten_at=timezone.now())
    worker.run_once()
    assert Delivery.objects.dead().get().last_error == "no_address"


def test_a_worker_that_dies_with_a_notice_has_it_sent_once_by_the_next(austin, time_machine, settings):
    notices.put(Notice.Kind.REPORT, "/admin/")
    outbox.take_notices(timezone.now())
    assert worker.claim("a worker that dies", timezone.now()) is not None
    assert worker.run_once() == 0
    time_machine.move_to(timezone.now() + worker.LEASE + datetime.timedelta(seconds=1))
    assert worker.run_once() == 1
    assert len(mail.outbox) == 1


def test_workers_that_look_at_once_make_one_delivery_of_a_notice(committed_austin):
    for number in range(60):
        notices.put(Notice.Kind.CLAIM, f"/admin/{number}/")
    together = threading.Barrier(3)
    taken: list[int] = []

    def work() -> None:
        together.wait()
        taken.append(outbox.take_notices(timezone.now()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3  # none of them failed
    assert sum(taken) == Delivery.objects.count() == 60


def test_visitors_who_say_the_same_at_once_are_all_counted(committed_austin):
    together = threading.Barrier(3)

    def say() -> None:
        together.wait()
        report(committed_austin.practice)
        connection.close()

    threads = [threading.Thread(target=say) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Report.objects.get().times == 3


def test_a_delivery_is_of_a_request_or_of_a_notice(austin):
    referral = austin.referral()
    (notice,) = notices.put(Notice.Kind.REPORT, "/admin/")
    outbox.take_notices(timezone.now())
    for wrong in ({"kind": "notice"}, {"kind": "clinic_new"}, {"kind": "clinic_new", "notice": notice}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(**wrong)
    assert set(Delivery.objects.scope(austin.coordinator)) == set(referral.deliveries.all())
    assert not Delivery.objects.scope(austin.stranger).exists()


# ---- a forgotten password -------------------------------------------------------------------------------------------


def ask(email: str, client: Client | None = None):
    return (client or Client()).post("/admin/password/", {"email": email})


def test_whoever_may_log_in_gets_a_link_also_without_a_password_yet(austin):
    approve(claim(austin.practice), austin)
    worker.run_once()
    mail.outbox.clear()
    answer = ask("Quokka@hill.test")
    assert answer.status_code == 302
    worker.run_once()
    link = re.search(r"http://testserver(/admin/password/set/\S+)", sent_to("quokka@hill.test").body)[1]
    assert "new_password1" in Client().get(link, follow=True).text


def test_the_page_does_not_tell_who_has_a_log_in(austin):
    known, unknown = ask(austin.coordinator.email), ask("nobody@hill.test")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    factories.user("off@hill.test", is_active=False, is_staff=True)
    factories.user("patient@hill.test")
    ask("off@hill.test")
    ask("patient@hill.test")
    worker.run_once()
    assert [message.to for message in mail.outbox] == [[austin.coordinator.email]]


def test_a_mailbox_is_not_filled_with_links(austin, time_machine):
    for _ in range(3):
        ask(austin.coordinator.email)
        worker.run_once()
    assert len(mail.outbox) == 1
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=1, minutes=1))
    worker.run_once()
    assert len(mail.outbox) == 2


def test_the_link_is_in_the_language_of_the_page_on_which_it_was_asked_for(austin, time_machine):
    for page, link in (
        ("/es/admin/password/", "/es/admin/password/set/"),
        ("/admin/password/", "/admin/password/set/"),
    ):
        Client().post(page, {"email": austin.coordinator.email})
        worker.run_once()
        assert f"http://testserver{link}" in sent_to(austin.coordinator.email).body
        mail.outbox.clear()
        time_machine.move_to(timezone.now() + datetime.timedelta(hours=1, minutes=1))


def test_asking_in_another_language_fills_no_mailbox_and_the_last_one_counts(austin, time_machine):
    for page in ("/admin/password/", "/es/admin/password/", "/admin/password/", "/es/admin/password/"):
        Client().post(page, {"email": austin.coordinator.email})
    worker.run_once()
    ask(austin.coordinator.email)
    worker.run_once()
    assert "/es/admin/password/set/" in sent_to(austin.coordinator.email).body


def test_an_address_asks_so_many_times_a_day(austin, settings):
    settings.FORMS_PER_DAY = 1
    assert ask(austin.coordinator.email).status_code == 302
    refused = ask(austin.coordinator.email)
    assert refused.status_code == 429
    assert "Try again tomorrow" in refused.text


def test_the_log_in_page_leads_to_it(db):
    assert 'href="/admin/password/"' in Client().get("/admin/login/").text


def test_a_clinic_is_told_that_an_operator_has_read_a_request_and_not_which(austin, settings, smtp):
    real(austin)
    through(settings, smtp)
    referral = austin.referral()
    worker.run_once()
    smtp.mails.clear()
    Clinic.objects.update(notification_language="es")
    access.read_as_operator(referral, user=austin.operator, reason=OperatorReading.Reason.FAULT, case="2026-117")
    assert worker.run_once() == 1
    (arrived,) = smtp.mails
    assert arrived["To"] == austin.clinic.notification_email
    text, html = (part.get_payload(decode=True).decode() for part in arrived.get_payload())
    for body in (text, html):
        assert f"/es/admin/referrals/referral/{referral.pk}/change/" in body
        assert OPERATOR in body
        assert not [word for word in (*CANARIES.values(), referral.reference, "2026-117") if word in body]


def test_a_clinic_whose_address_is_dead_is_told_of_a_reading_when_it_has_one_again(austin):
    referral = austin.referral()
    worker.run_once()
    mail.outbox.clear()
    Clinic.objects.update(notification_email_confirmed_at=None)
    search.rebuild_all()
    referral = Referral.objects.get()
    for _twice in range(2):
        access.read_as_operator(referral, user=austin.operator, reason=OperatorReading.Reason.FAULT)
    worker.run_once()
    assert (mail.outbox, Notice.objects.count(), Notice.objects.waiting().count()) == ([], 1, 1)
    Clinic.objects.update(notification_email_confirmed_at=timezone.now())
    search.rebuild_all()
    worker.run_once()
    assert sent_to(austin.clinic.notification_email).subject == "An operator has read a request"


def test_a_clinic_learns_of_a_reading_no_sooner_than_of_the_request(austin):
    waiting = moves.propose(austin.practice.pk, "adhesiolysis", CONTENT, form_key_hash="an office's")
    access.read_as_operator(waiting, user=austin.operator, reason=OperatorReading.Reason.FAULT)
    assert not Notice.objects.exists()
    moves.confirm(waiting, signs=moves.SignsToday("no"), consent_version="1")
    notice = Notice.objects.get()
    assert (notice.kind, notice.clinic) == (Notice.Kind.REQUEST_READ, austin.clinic)
    assert str(waiting.pk) in notice.page
