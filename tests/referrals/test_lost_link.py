"""A lost link is mailed again, nobody learns which addresses are known, and all links can be ended at once."""

import dataclasses
import datetime
import re
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals import erasing, moves
from referrals.deliveries import worker
from referrals.models import Delivery, LostLink, Referral, ReferralLink
from tests.referrals import searching
from tests.referrals.mailbox import real, through
from tests.referrals.patient import CANARIES, CONTENT

FIND = "/referrals/find/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def mails(austin, settings, smtp, tmp_path):
    """What arrives at patients; the clinic's own mails are out already."""
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    real(austin)
    through(settings, smtp)

    def arrived() -> list:
        worker.run_once()
        return [mail for mail in smtp.mails if mail["To"] == CANARIES["email"]]

    return arrived


@pytest.fixture
def referral(austin, mails):
    made = austin.referral()
    Referral.objects.update(email_checked_at=timezone.now())
    made.refresh_from_db()
    return made


def ask(client: Client, email: str, path: str = FIND):
    answer = client.post(path, {"email": email})
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


def text_of(mail) -> str:
    return mail.get_payload()[0].get_payload(decode=True).decode()


def link_in(mail) -> str:
    return re.findall(r"http://testserver(/\S+)", text_of(mail))[0]


def test_a_new_link_is_mailed_and_opens_the_request(referral, mails, client):
    old = ReferralLink.objects.issue(referral)
    assert "a mail with a new link is on its way" in ask(client, f" {CANARIES['email'].upper()} ").text
    (mail,) = mails()
    assert mail["Subject"] == "A new link to your request"
    assert referral.reference in client.get(link_in(mail)).text
    assert client.get(f"/referrals/{old}/").status_code == 200
    assert Delivery.objects.get(kind="patient_lost_link").sent_at is not None


def test_the_mail_is_in_the_patients_language_and_says_nothing_about_the_request(referral, mails, client):
    Referral.objects.update(language="es")
    ask(client, CANARIES["email"])
    (mail,) = mails()
    assert link_in(mail).startswith("/es/referrals/")
    told = searching.mail(mail)
    assert searching.found([*CANARIES.values(), "adhesiolysis"], told) == []


def test_the_mail_says_which_request_it_opens_and_claims_no_more_than_is_known(referral, mails, client):
    ask(client, CANARIES["email"])
    (mail,) = mails()
    assert f"your request {referral.reference}" in text_of(mail)
    assert "or mails about this request come to this address from now on" in text_of(mail).replace("\n", " ")
    assert referral.reference not in str(mail["Subject"])


def test_the_answer_is_the_same_for_an_unknown_address_and_takes_the_same_work(referral, mails, client):
    known = ask(client, CANARIES["email"])
    unknown = ask(client, "nobody@example.org")
    assert known.request["QUERY_STRING"] == unknown.request["QUERY_STRING"] == "sent=1"
    assert known.content == unknown.content
    assert LostLink.objects.count() == 2  # one row each: not even the time tells
    assert len(mails()) == 1
    assert not LostLink.objects.exists()


def test_no_address_is_kept_in_clear(referral, client):
    ask(client, "somebody-else@example.org")
    assert "somebody-else" not in str(LostLink.objects.values())


def test_however_often_it_is_asked_one_mail_an_hour_goes_out(referral, mails, client):
    for _ in range(3):
        ask(client, CANARIES["email"])
        mails()
    assert len(mails()) == 1
    with time_machine.travel(timezone.now() + HOUR * 1.1):
        ask(client, CANARIES["email"])
        assert len(mails()) == 2


def test_an_address_that_nobody_checked_gets_no_mail(referral, mails, client):
    Referral.objects.update(email_checked_at=None)
    ask(client, CANARIES["email"])
    assert mails() == []


def test_an_erased_request_is_not_found(referral, mails, client):
    ask(client, CANARIES["email"])
    erasing.erase(referral)
    assert Referral.objects.get().email_hash == ""
    assert mails() == []


def test_one_network_asks_so_often_a_day(referral, client, settings):
    settings.FORMS_PER_DAY = 2
    ask(client, "a@example.org")
    ask(client, "b@example.org")
    refused = ask(client, "c@example.org")
    assert refused.status_code == 429
    assert 'value="c@example.org"' in refused.text
    assert LostLink.objects.count() == 2


@pytest.mark.parametrize("typed", ["", "maria", "maria@", "a" * 255 + "@example.org"])
def test_what_is_no_address_is_explained(referral, client, typed):
    page = ask(client, typed)
    assert "errsum" in page.text
    assert not LostLink.objects.exists()


def test_the_page_is_kept_nowhere_and_listed_nowhere(db, client):
    for page in (client.get(FIND), client.post(FIND, {"email": "x"}), client.get(f"{FIND}?sent=1")):
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex"


def test_a_link_that_opens_nothing_leads_here(db, client):
    assert f'href="{FIND}"' in client.get("/referrals/unknown/").text


# ---- ending all links -----------------------------------------------------------------------------------------------


def typed_birth(client, token):
    client.post(f"/referrals/{token}/open/", {"birth_month": "4", "birth_day": "9", "birth_year": "1957"})


def test_who_only_has_the_link_cannot_end_the_links_of_the_patient(referral, client):
    token = ReferralLink.objects.issue(referral)
    assert "end-links" not in client.get(f"/referrals/{token}/").text
    answer = client.post(f"/referrals/{token}/end-links/")
    assert answer["Location"] == f"/referrals/{token}/#open"
    assert client.get(f"/referrals/{token}/").status_code == 200


def test_a_new_link_gives_no_new_tries_at_the_date_of_birth(referral, client):
    token = ReferralLink.objects.issue(referral)
    typed_birth(client, token)
    stranger = Client()
    for day in ("1", "2", "3"):
        wrong = {"birth_month": "1", "birth_day": day, "birth_year": "1950"}
        stranger.post(f"/referrals/{token}/open/", wrong)
    new = client.post(f"/referrals/{token}/end-links/")["Location"]
    assert "Tries left: 1" in stranger.post(f"{new}open/", wrong).text


def test_wrong_dates_are_counted_over_all_links_of_a_day(referral, mails, client):
    wrong = {"birth_month": "1", "birth_day": "2", "birth_year": "1950"}
    closed = []
    for _ in range(4):
        token = ReferralLink.objects.issue(referral)
        for _ in range(5):
            page = client.post(f"/referrals/{token}/open/", wrong)
            if page.status_code == 403:
                closed.append("is on its way" in page.text or "mailed" in page.text)
                break
    assert len(mails()) <= 2
    assert client.post(f"/referrals/{ReferralLink.objects.issue(referral)}/open/", wrong).status_code == 403


def test_the_patient_ends_all_links_and_goes_on_by_a_new_one(referral, client):
    mine, elsewhere = ReferralLink.objects.issue(referral), ReferralLink.objects.issue(referral)
    typed_birth(client, mine)
    answer = client.post(f"/referrals/{mine}/end-links/")
    assert answer.status_code == 303
    assert answer["Referrer-Policy"] == "no-referrer"
    for ended in (mine, elsewhere):
        assert client.get(f"/referrals/{ended}/").status_code == 404
        assert client.post(f"/referrals/{ended}/end-links/").status_code == 404
    assert client.get(answer["Location"]).status_code == 200
    assert ReferralLink.objects.valid().count() == 1


def test_the_page_has_the_button(referral, client):
    token = ReferralLink.objects.issue(referral)
    typed_birth(client, token)
    assert f'action="/referrals/{token}/end-links/"' in client.get(f"/referrals/{token}/").text


def test_nothing_ends_by_opening_the_address(referral, client):
    token = ReferralLink.objects.issue(referral)
    assert client.get(f"/referrals/{token}/end-links/").status_code == 405
    assert client.get(f"/referrals/{token}/").status_code == 200


def test_the_links_of_others_stay(austin, referral, client):
    other = ReferralLink.objects.issue(austin.referral())
    client.post(f"/referrals/{ReferralLink.objects.issue(referral)}/end-links/")
    assert client.get(f"/referrals/{other}/").status_code == 200


def test_the_clinic_ends_all_links_and_the_patient_gets_a_new_one(austin, referral, mails, client):
    token = ReferralLink.objects.issue(referral)
    client.force_login(austin.coordinator)
    address = reverse("admin:referrals_referral_end_links", args=[referral.pk])
    done = client.post(address, follow=True)
    assert "1 link was ended. A new one is mailed to the patient." in done.text
    assert Client().get(f"/referrals/{token}/").status_code == 404
    (mail,) = mails()
    assert Client().get(link_in(mail)).status_code == 200
    assert "A new one is mailed" in client.post(address, follow=True).text
    assert "0 links were ended. No new one is mailed" in client.post(address, follow=True).text
    assert client.get(address).status_code == 405


def test_who_just_had_a_link_mailed_gets_another_one_when_the_clinic_ends_them_all(austin, referral, mails, client):
    ask(client, CANARIES["email"])
    (before,) = mails()
    client.force_login(austin.coordinator)
    done = client.post(reverse("admin:referrals_referral_end_links", args=[referral.pk]), follow=True)
    assert "1 link was ended. A new one is mailed to the patient." in done.text
    _before, after = mails()
    assert Client().get(link_in(before)).status_code == 404
    assert Client().get(link_in(after)).status_code == 200


def test_another_clinic_ends_none(austin, referral, client):
    token = ReferralLink.objects.issue(referral)
    client.force_login(austin.stranger)
    client.post(reverse("admin:referrals_referral_end_links", args=[referral.pk]))
    assert Client().get(f"/referrals/{token}/").status_code == 200


# ---- requests of before ---------------------------------------------------------------------------------------------


def test_requests_of_before_are_found_too_where_their_key_is_here(austin, settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    migration = import_module("referrals.migrations.0004_life_cycle")
    here, erased, lost = austin.referral(), austin.referral(), austin.referral()
    wanted = here.email_hash, here.person_hash
    erasing.erase(erased)
    Referral.objects.filter(pk=lost.pk).update(data_key_id="gone")
    Referral.objects.update(email_hash="", person_hash="")
    migration.fill_hashes(apps, None)
    assert list(Referral.objects.of_email(CANARIES["email"].title())) == [here]
    assert list(Referral.objects.of_person(CONTENT)) == [here]
    here.refresh_from_db()
    assert (here.email_hash, here.person_hash) == wanted
    assert not Referral.objects.of_email("").exists()
    assert not Referral.objects.exclude(pk=here.pk).exclude(person_hash="").exists()


def test_a_request_of_before_without_an_address_is_known_by_its_person(austin):
    migration = import_module("referrals.migrations.0004_life_cycle")
    content = dataclasses.replace(CONTENT, email="")
    referral = moves.submit(
        austin.practice.pk, "adhesiolysis", content, consent_version="1", form_key_hash="without-address"
    )
    Referral.objects.update(person_hash="")
    migration.fill_hashes(apps, None)
    assert list(Referral.objects.of_person(content)) == [referral]
    assert Referral.objects.get().email_hash == ""
