"""The intake over the API: one request for each key, the patient's own word by mail, and nothing kept of a refusal."""

import datetime
import json
import re
import uuid

import pytest
from django.core import mail
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import limits, search, warning_signs
from directory.models import FormCount, Offering
from directory.models import Partner as PartnerRow
from referrals import clock, idempotency, moves
from referrals.deliveries import worker
from referrals.models import Delivery, IdempotencyKey, Referral
from referrals.states import State
from tests import factories
from tests.referrals.partner import ADDRESS, Partner, body
from tests.referrals.patient import CANARIES, Form, agree, send

pytestmark = pytest.mark.django_db

PROBLEMS = "http://testserver/api/docs/#"


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


@pytest.fixture
def partner(austin) -> Partner:
    return Partner(factories.api_key())


def stored() -> tuple[int, int, int]:
    """How many requests, keys and mails there are."""
    return Referral.objects.count(), IdempotencyKey.objects.count(), Delivery.objects.count()


def refused(answer, status: int, kind: str) -> dict:
    """The problem; nothing of what was sent is in it, or anywhere else."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    assert answer["Cache-Control"] == "no-store"
    found = answer.json()
    assert (found["type"], found["status"]) == (PROBLEMS + kind, status)
    assert stored() == (0, 0, 0)
    return found


def change_offering(austin, **fields) -> None:
    Offering.objects.filter(practice=austin.practice).update(**fields)
    search.rebuild([austin.practice.pk])


def confirm_link() -> str:
    worker.run_once()
    return re.search(r"/referrals/[\w-]+/confirm/", str(mail.outbox[-1].body))[0]


# ---- from intake to the clinic ---------------------------------------------------------------------------------------


def test_a_request_waits_for_the_patients_word_and_then_goes_to_the_clinic(austin, partner):
    made = partner.send(body(austin.practice.pk))
    said = made.json()
    assert (made.status_code, said["state"], said["submitted_at"], said["history"]) == (201, "unconfirmed", None, [])
    assert made["Location"] == said["url"] == f"http://testserver{ADDRESS}{said['id']}/"
    referral = Referral.objects.get()
    assert (str(referral.pk), referral.reference, referral.partner.name) == (said["id"], said["reference"], "Back Help")
    assert not Delivery.objects.filter(kind=Delivery.Kind.CLINIC_NEW).exists()

    link = confirm_link()
    message = mail.outbox[-1]
    assert message.to == [CANARIES["email"]]
    assert "On another website" in str(message.body) and "doctor’s office" not in str(message.body)
    page = Client().get(link).content.decode()
    assert "An appointment for you at" in page and "It was sent through Back Help." in page
    assert agree(Client(), link).status_code == 303

    now = partner.get(said["id"]).json()
    assert now["state"] == "submitted" and now["submitted_at"]
    assert [(step["state"], step["by"], step["business_status"]) for step in now["history"]] == [
        ("submitted", "patient", "2.0")
    ]
    assert Delivery.objects.filter(kind=Delivery.Kind.CLINIC_NEW, referral=referral).exists()


def test_it_is_the_same_request_as_one_from_the_pages(austin, partner):
    """The same forms, the same content: what a partner sends is read like what somebody types."""
    from_page = Client()
    partner.send(body(austin.practice.pk, answers={"asker": "office", **OFFICE}))
    by_api = Referral.objects.get().unseal()
    typed = {**{name: answer for name, answer in OFFICE.items() if name != "office_agreed"}, "office_agreed": "on"}
    send_by_page(from_page, austin.practice.pk, asker={"asker": "office"} | typed)
    by_page = Referral.objects.exclude(partner__isnull=False).get().unseal()
    assert by_api == by_page
    assert by_api.answers["readiness"] == by_page.answers["readiness"]


OFFICE = {
    "office_name": "Dr. Lowe",
    "office_npi": "2000000002",
    "office_phone": "+15125550100",
    "office_agreed": "yes",
}


def send_by_page(client, practice: int, **changes) -> None:
    form = Form(client, practice)
    form.fill(**changes)
    form.review()


def test_the_clinic_reads_through_whom_it_came(austin, partner):
    partner.send(body(austin.practice.pk))
    agree(Client(), confirm_link())
    referral = Referral.objects.get()
    clinic = Client()
    clinic.force_login(austin.coordinator)
    page = clinic.get(reverse("admin:referrals_referral_change", args=[referral.pk])).content.decode()
    assert "Sent through" in page and "Back Help" in page
    inbox = clinic.get(reverse("admin:referrals_referral_changelist")).content.decode()
    assert "through Back Help" in inbox


def test_the_patient_says_it_is_not_theirs_and_all_of_it_is_gone(austin, partner, time_machine):
    key = uuid.uuid4().hex
    said = partner.send(body(austin.practice.pk), key=key).json()
    Client().post(confirm_link(), {"go": "not_mine"})
    assert partner.get(said["id"]).status_code == 404
    row = IdempotencyKey.objects.get()
    assert (row.body_hash, row.answer) == ("", "")
    worker.run_once()
    assert bytes(Referral.objects.get().answers) == b""
    again = partner.send(body(austin.practice.pk), key=key)
    assert (again.status_code, again.json()["type"]) == (410, PROBLEMS + "request-erased")
    assert Referral.objects.count() == 1
    time_machine.move_to(timezone.now() + datetime.timedelta(days=2))
    worker.run_once()
    assert not Referral.objects.exists()


def test_without_an_answer_it_is_gone_after_a_week(austin, partner, time_machine):
    said = partner.send(body(austin.practice.pk)).json()
    assert timezone.now() + datetime.timedelta(days=6) < datetime.datetime.fromisoformat(said["ends_at"])
    time_machine.move_to(timezone.now() + datetime.timedelta(days=7, minutes=1))
    clock.tick(timezone.now())
    assert partner.get(said["id"]).status_code == 404


# ---- the same call twice ---------------------------------------------------------------------------------------------


def test_the_same_call_twice_is_one_request_and_has_the_same_answer(austin, partner):
    first = partner.send(body(austin.practice.pk), key="one")
    turned = json.dumps(dict(reversed(body(austin.practice.pk).items())), indent=2)  # the same in another order
    second = partner.send(turned, key="one")
    assert (second.status_code, second.content) == (201, first.content)
    assert (second["Idempotency-Replayed"], second["Location"]) == ("true", first["Location"])
    assert "Idempotency-Replayed" not in first
    assert stored() == (1, 1, 1)
    moved = Referral.objects.get()
    agree(Client(), confirm_link())
    assert partner.send(body(moved.practice_id), key="one").content == first.content


def test_the_same_key_with_other_contents_is_refused(austin, partner):
    partner.send(body(austin.practice.pk), key="one")
    other = partner.send(body(austin.practice.pk, answers={"stops": "Sitting"}), key="one")
    assert (other.status_code, other.json()["type"]) == (422, PROBLEMS + "idempotency-key-reused")
    assert stored() == (1, 1, 1)


def test_each_partner_has_keys_of_its_own(austin, partner):
    other = Partner(factories.api_key(factories.partner(name="Other")))
    first, second = (one.send(body(austin.practice.pk), key="one") for one in (partner, other))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def test_all_keys_of_one_partner_are_the_same_sender(austin, partner):
    first = partner.send(body(austin.practice.pk), key="one")
    second = Partner(factories.api_key(PartnerRow.objects.get())).send(body(austin.practice.pk), key="one")
    assert second.content == first.content


def test_a_call_that_is_under_way_is_waited_for_and_one_that_died_is_taken_up(austin, partner, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    sent = body(austin.practice.pk)
    idempotency.claim(PartnerRow.objects.get(), "one", sent)  # and then that process was killed
    waits = partner.send(sent, key="one")
    assert (waits.status_code, waits["Retry-After"]) == (409, "60")
    assert waits.json()["type"] == PROBLEMS + "in-progress"
    time_machine.shift(61)
    assert partner.send(sent, key="one").status_code == 201
    assert stored() == (1, 1, 1)


def test_whoever_lost_the_lease_stores_nothing(austin, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    owner = factories.partner()
    slow = idempotency.claim(owner, "one", {})
    time_machine.shift(61)
    quick = idempotency.claim(owner, "one", {})
    with pytest.raises(idempotency.UnderWay):
        slow.done(austin.referral(), "{}")
    slow.release()
    quick.done(austin.referral(), '{"id": "x"}')
    assert idempotency.claim(owner, "one", {}).answer == '{"id": "x"}'


def test_after_a_refusal_the_key_is_free(austin, partner):
    assert partner.send(body(austin.practice.pk, answers={"name": None}), key="one").status_code == 422
    assert stored() == (0, 0, 0)
    assert partner.send(body(austin.practice.pk), key="one").status_code == 201


def test_a_key_is_kept_thirty_days(austin, partner, time_machine):
    partner.send(body(austin.practice.pk), key="one")
    time_machine.move_to(timezone.now() + datetime.timedelta(days=29, hours=23))
    assert idempotency.forget(timezone.now()) == 0
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=1, minutes=1))
    worker.new_day(timezone.now())
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", [None, "", "x" * 201, "é", "a\tb"])
def test_without_a_key_for_this_request_nothing_is_taken(austin, partner, key):
    headers = partner.headers() if key is None else partner.headers(idempotency_key=key)
    sent = json.dumps(body(austin.practice.pk))
    answer = partner.client.post(ADDRESS, sent, content_type="application/json", headers=headers)
    assert "Idempotency-Key" in refused(answer, 400, "idempotency-key-needed")["detail"]


def test_nothing_of_the_body_is_in_the_record_of_the_key(austin, partner):
    partner.send(body(austin.practice.pk), key="quokka-key")
    row = str(IdempotencyKey.objects.values().get())
    assert [word for word in [*CANARIES.values(), "quokka", "low_back", "numbat"] if word in row] == []


# ---- warning signs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["yes", "not_sure", " yes", ["no", "yes"]])
def test_a_new_warning_sign_stops_it_before_everything_else(austin, partner, answer):
    sent = body(0, answers={"warning": answer, "name": None}, procedure=7)  # however wrong the rest may be
    for more in ({}, {"key": "one"}):
        found = refused(partner.send(sent, **more), 422, "emergency")
    assert found["call"] == "911" and found["title"] == "Get help now"
    assert found["advice"][0].startswith("Call 911 or go to an emergency department")
    assert not FormCount.objects.exists()


def test_the_advice_is_in_the_readers_language_and_what_to_say_in_english_too(austin, partner):
    answer = partner.send(
        body(austin.practice.pk, answers={"warning": "yes"}), accept_language="es-MX,es;q=0.9,en;q=0.8"
    )
    found = answer.json()
    assert (answer["Content-Language"], found["title"]) == ("es", "Busque ayuda ahora")
    assert found["say_in_english"].startswith("“I have back pain.")
    assert found["advice"][3] != found["say_in_english"]


def test_what_to_say_is_what_the_page_says():
    page = render_to_string("referrals/parts/say.html")
    assert page == f'<blockquote class="say">{warning_signs.SAY}</blockquote>\n'


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"name": None}, "/answers/name", "Enter the name of the patient."),
        ({"birth": "9.4.1957"}, "/answers/birth", "Give a date like “1957-04-09”."),
        ({"birth": "1957-02-30"}, "/answers/birth", "Check the day: this month does not have that many."),
        ({"birth": "2020-01-01"}, "/answers/birth", "This form is for adults, 18 or older."),
        ({"email": "eleanor"}, "/answers/email", "Enter the e-mail address like eleanor@example.org."),
        ({"phone": "123"}, "/answers/phone", "Enter the phone number with its area code"),
        ({"phone": "555-0186"}, "/answers/phone", "Enter the phone number with its area code"),
        ({"phone": "+10000000000"}, "/answers/phone", "No phone number begins like this."),
        ({"pain_where": "low_back"}, "/answers/pain_where", "Give a list of codes."),
        ({"pain_where": ["moon"]}, "/answers/pain_where", "Say where the pain is."),
        ({"pain_strength": 7}, "/answers/pain_strength", "Give it as text in quotation marks."),
        ({"pain_since": "March"}, "/answers/pain_since", "Give a month like “2024-03”"),
        ({"care": ["none", "mind"]}, "/answers/care", "You chose “None of these” and something else."),
        ({"asker": "office"} | OFFICE | {"office_agreed": True}, "/answers/office_agreed", "Give “yes”"),
        ({"favorite_color": "red"}, "/answers/favorite_color", "There is no question of this name"),
        ({"a/b~c": "red"}, "/answers/a~1b~0c", "There is no question of this name"),
        ({"website": "http://x"}, "/answers/website", "There is no question of this name"),
        ({"surgery": "no"}, "/answers/surgery_text", "This is not asked after the other answers."),
        ({"stops": "x" * 2001}, "/answers/stops", "Shorten this text to 2000 characters; it has 2001."),
        ({"stops": "a\0b"}, "/answers/stops", "Null characters are not allowed."),
    ],
)
def test_a_mistake_names_its_question_and_how_to_mend_it(austin, partner, changes, pointer, says):
    found = refused(partner.send(body(austin.practice.pk, answers=changes)), 422, "answers-refused")
    (error,) = found["errors"]
    assert error["pointer"] == pointer
    assert says in error["detail"]


def test_all_mistakes_are_told_at_once_in_the_readers_language(austin, partner):
    sent = body(austin.practice.pk, answers={"name": None, "pain_where": None, "travel": "moon"})
    answer = partner.send(sent, accept_language="es")
    errors = {one["pointer"]: one for one in refused(answer, 422, "answers-refused")["errors"]}
    assert list(errors) == ["/answers/name", "/answers/pain_where", "/answers/travel"]
    assert errors["/answers/name"]["detail"] == "Escriba el nombre del paciente."
    assert errors["/answers/travel"]["allowed"] == ["25", "50", "100", "any", "unknown"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"practice": "12"}, "/practice"),
        ({"practice": True}, "/practice"),
        ({"practice": 10**30}, "/practice"),
        ({"practice": 999}, "/practice"),
        ({"procedure": "no-such"}, "/procedure"),
        ({"procedure": "a\0b"}, "/procedure"),
        ({"version": "1"}, "/version"),
        ({"language": "fr"}, "/language"),
        ({"patient_agreed": "yes"}, "/patient_agreed"),
        ({"answers": []}, "/answers"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_stands_around_the_answers_has_to_be_right_too(austin, partner, changes, pointer):
    sent = body(austin.practice.pk) | changes
    found = refused(partner.send(sent), 422, "answers-refused")
    assert [error["pointer"] for error in found["errors"]] == [pointer]


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b"null", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 100_000, b"1" * 5000]
)
def test_what_is_no_json_object_is_refused(partner, sent):
    assert "docs/api.md" in refused(partner.send(sent), 400, "malformed")["detail"]


def test_what_waits_for_a_patients_word_uses_up_nothing_of_what_a_clinic_takes_in_a_day(austin, partner, settings):
    settings.REQUESTS_PER_CLINIC = 1
    for number in range(3):
        answer = partner.send(body(austin.practice.pk, answers={"email": f"quokka-{number}@example.org"}))
        assert answer.status_code == 201
    assert send(Client(), austin.practice.pk).status_code == 303


def test_a_mailbox_whose_owner_had_sent_nothing_is_not_asked(austin, partner):
    moves.disown(austin.referral())
    answer = partner.send(body(austin.practice.pk), key="one")
    found = answer.json()
    assert (answer.status_code, found["type"]) == (422, PROBLEMS + "mailbox-blocked")
    assert found["errors"] == [{"pointer": "/answers/email", "detail": "Enter another e-mail address of the patient"}]
    assert CANARIES["stops"] in found["packet"]
    assert not Referral.objects.filter(state="unconfirmed").exists()
    assert "owner" not in answer.text  # why is not a partner's to know
    assert FormCount.objects.exists()  # whoever tries addresses is counted
    other = body(austin.practice.pk, answers={"email": "other@example.org"})
    assert partner.send(other, key="one").status_code == 201  # an error uses no key up


def test_a_busy_database_says_so_and_when_to_ask_again(austin, partner, monkeypatch):
    def locked(*_args, **_fields):
        raise OperationalError("database is locked")

    monkeypatch.setattr(moves, "propose", locked)
    partner.client.raise_request_exception = False
    answer = partner.send(body(austin.practice.pk), key="one")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["detail"].startswith("The database is busy.")
    monkeypatch.undo()
    assert partner.send(body(austin.practice.pk), key="one").status_code == 201


def test_what_is_too_large_is_not_read(partner):
    answer = partner.send(b'{"a": "' + b"x" * 300_000 + b'"}')
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_the_clinics_age_counts(austin, partner):
    change_offering(austin, age_from=70)
    found = refused(partner.send(body(austin.practice.pk)), 422, "answers-refused")
    assert found["errors"][0]["detail"].startswith("The clinic sees people of 70 years or older.")


def test_without_an_email_address_there_is_a_page_to_print(austin, partner):
    found = refused(partner.send(body(austin.practice.pk, answers={"email": None})), 422, "no-email")
    assert found["errors"] == [{"pointer": "/answers/email", "detail": "Enter the patient’s own e-mail address"}]
    assert CANARIES["stops"] in found["packet"] and "<!DOCTYPE html>" in found["packet"]
    assert 'href="http://testserver/static/css/site.css"' in found["packet"] and "<form" not in found["packet"]


def test_an_office_without_an_email_address_has_it_too(austin, partner):
    sent = body(austin.practice.pk, answers={"asker": "office", **OFFICE, "email": None})
    assert CANARIES["stops"] in refused(partner.send(sent), 422, "no-email")["packet"]


def test_where_the_clinic_takes_nothing_incomplete_it_is_told_what_is_missing(austin, partner):
    change_offering(austin, needs_mri_months=1, needs_doctor_referral=True, takes_incomplete=False)
    found = refused(partner.send(body(austin.practice.pk), accept_language="en"), 422, "not-ready")
    assert [one["need"] for one in found["missing"]] == ["mri", "referral"]
    assert found["missing"][0]["title"] == "An MRI not older than 1 month" and found["missing"][0]["to_do"]
    change_offering(austin, takes_incomplete=True)
    assert partner.send(body(austin.practice.pk)).status_code == 201


@pytest.mark.parametrize("joined", [True, False])
def test_a_clinic_that_takes_no_requests_gets_none(austin, partner, joined):
    near = factories.offering(clinic=factories.connected_clinic(name="Barton Spine"), wait_weeks=3)
    if joined:
        change_offering(austin, status="paused")
    else:
        type(austin.clinic).objects.filter(pk=austin.clinic.pk).update(people_checked_on=None)
        search.rebuild([austin.practice.pk])
    found = refused(partner.send(body(austin.practice.pk, language="es")), 409, "practice-not-connected")
    says = "This clinic takes no requests for this now." if joined else "This clinic has not joined."
    assert found["title"] == f"{says} Nothing was sent."
    assert found["phone"] == austin.practice.phone
    assert CANARIES["stops"] in found["packet"] and '<html lang="es">' in found["packet"]
    assert found["errors"] == []
    (nearest,) = found["nearest"]
    assert (nearest["practice"], nearest["clinic"]["name"], nearest["wait_weeks"]) == (
        near.practice_id,
        "Barton Spine",
        3,
    )
    assert nearest["npi"] == str(near.practice.specialist_id) and nearest["distance_miles"] is not None


def test_for_such_a_clinic_mistakes_keep_the_page_to_print_back(austin, partner):
    change_offering(austin, status="paused")
    sent = body(austin.practice.pk, answers={"name": None})
    found = refused(partner.send(sent), 409, "practice-not-connected")
    assert found["packet"] is None
    assert [error["pointer"] for error in found["errors"]] == ["/answers/name"]


# ---- who may ------------------------------------------------------------------------------------------------------


def test_without_a_key_nothing_is_taken_and_nothing_is_told(austin, partner, client):
    said = partner.send(body(austin.practice.pk)).json()
    for answer in (
        client.post(ADDRESS, body(austin.practice.pk), content_type="application/json"),
        client.get(f"{ADDRESS}{said['id']}/"),
        client.get(f"{ADDRESS}{uuid.uuid4()}/"),
        client.post(f"{ADDRESS}{said['id']}/withdraw/"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (401, PROBLEMS + "key-needed")
        assert answer["WWW-Authenticate"] == "Bearer"
    assert stored()[0] == 1


def test_one_partner_never_learns_that_anothers_request_exists(austin, partner):
    said = partner.send(body(austin.practice.pk)).json()
    stranger = Partner(factories.api_key(factories.partner(name="Other")))
    own = austin.referral()  # written on our own pages: no partner's
    nobodys = uuid.uuid4()
    for pk in (said["id"], own.pk):
        for ask in (stranger.get, stranger.withdraw):
            there, not_there = ask(pk), ask(nobodys)
            assert (there.status_code, there.content) == (404, not_there.content)
    assert Referral.objects.get(pk=said["id"]).state == State.UNCONFIRMED


def test_scripts_of_other_sites_and_caches_have_no_part_in_it(austin, partner):
    said = partner.send(body(austin.practice.pk))
    for answer in (said, partner.get(said.json()["id"]), partner.send(b"")):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert answer["Cache-Control"] == "no-store"
    assert partner.client.options(ADDRESS, headers=partner.headers()).status_code == 405


def test_another_method_is_told_which_one_is_taken(partner):
    answer = partner.client.get(ADDRESS, headers=partner.headers())
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["detail"] == "This address does not take GET. Use POST."


# ---- how it stands, and taking it back -------------------------------------------------------------------------------


def test_the_partner_follows_it_to_its_end_and_reads_codes_only(austin, partner):
    said = partner.send(body(austin.practice.pk)).json()
    agree(Client(), confirm_link())
    referral = Referral.objects.get()
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason="no_capacity", text="Come back in spring")
    answer = partner.get(said["id"])
    found = answer.json()
    assert (found["state"], found["reason"], found["has_ended"]) == ("declined", "no_capacity", True)
    assert [step["business_status"] for step in found["history"]] == ["2.0", "2.0", "4.0"]
    text = answer.content.decode()
    assert [word for word in [*CANARIES.values(), "spring", austin.coordinator.email] if word in text] == []
    assert set(found) == set(said)


def test_the_partner_takes_back_what_the_patient_has_not_agreed_to(austin, partner):
    said = partner.send(body(austin.practice.pk)).json()
    link = confirm_link()
    taken = partner.withdraw(said["id"]).json()
    assert (taken["state"], taken["reason"]) == ("withdrawn", "by_partner")
    last = taken["history"][-1]
    assert (last["by"], last["reason"]) == ("patient", "by_partner")  # as docs/api.md says
    assert Client().get(link).status_code == 404
    assert partner.withdraw(said["id"]).status_code == partner.get(said["id"]).status_code == 404
    assert not Delivery.objects.filter(kind__startswith="clinic_").exists()


def test_what_the_patient_has_agreed_to_is_theirs_to_withdraw(austin, partner):
    said = partner.send(body(austin.practice.pk)).json()
    agree(Client(), confirm_link())
    answer = partner.withdraw(said["id"])
    assert (answer.status_code, answer.json()["type"]) == (409, PROBLEMS + "patients-word")
    assert Referral.objects.get().state == State.SUBMITTED


# ---- limits ----------------------------------------------------------------------------------------------------------

LIMITS = ["REQUESTS_PER_PARTNER", "REQUESTS_PER_PERSON", "CODES_PER_MAILBOX"]


@pytest.mark.parametrize("limit", LIMITS)
def test_there_is_an_end_to_it_each_day(austin, partner, settings, time_machine, limit):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    setattr(settings, limit, 2)
    assert [partner.send(body(austin.practice.pk)).status_code for _ in range(2)] == [201, 201]
    answer = partner.send(body(austin.practice.pk), key="third")
    assert (answer.status_code, answer.json()["type"]) == (429, PROBLEMS + "too-many-today")
    assert answer["Retry-After"] == str(12 * 3600)
    assert stored() == (2, 2, 2)
    time_machine.shift(12 * 3600)
    limits.forget(timezone.now())
    assert partner.send(body(austin.practice.pk), key="third").status_code == 201


def test_repeats_do_not_count(austin, partner, settings):
    settings.REQUESTS_PER_PARTNER = 1
    assert [partner.send(body(austin.practice.pk), key="one").status_code for _ in range(3)] == [201] * 3


def test_a_partner_may_not_ask_without_end(austin, partner, settings):
    settings.API_PARTNER_RATE = "2/minute"
    answers = [partner.send(b"") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert answers[2]["Retry-After"]


# ---- the questions as data -------------------------------------------------------------------------------------------


def intake(procedure: str = "adhesiolysis", **asked) -> dict:
    answer = Client().get(f"/api/v1/procedures/{procedure}/intake/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def questions(found: dict) -> dict[str, dict]:
    return {one["name"]: one for theme in found["themes"] for one in theme["questions"]}


def test_a_form_can_be_built_from_the_questions_alone(austin, partner):
    """A program that knows the format only answers all that is asked, and its request is taken."""
    found = intake(practice=austin.practice.pk)
    answers: dict = {}
    for one in questions(found).values():
        asked = all(set(codes) & set(as_list(answers.get(name))) for name, codes in one["when"].items())
        if one["required"] and asked:
            answers[one["name"]] = an_answer(one)
    sent = {name: found[name] for name in ("procedure", "version")}
    sent |= {"practice": found["practice"]["id"], "language": "es", "patient_agreed": True, "answers": answers}
    assert partner.send(sent).status_code == 201


def as_list(answer) -> list:
    return answer if isinstance(answer, list) else [answer]


def an_answer(question: dict):
    if "options" in question:
        code = question["options"][-1]["code"]  # "no", "none", "unknown", and a doctor's office
        return [code] if question["kind"] == "several" else code
    return {
        "birth": "1957-04-09",
        "email": "eleanor@example.org",
        "phone": "+15125550186",
        "npi": "2000000002",
        "tick": "yes",
        "month": "unknown",
        "line": "Eleanor Marsh",
        "text": "Sitting",
    }[question["kind"]]


def test_the_warning_signs_come_first_in_both_languages():
    found = intake()
    assert [theme["name"] for theme in found["themes"][:3]] == ["gate", "signs", "asker"]
    assert found["warning_signs"]["stop_at"] == ["yes", "not_sure"]
    assert found["warning_signs"]["advice"][0].startswith("Call 911")
    assert len(found["warning_signs"]["signs"]) == len(warning_signs.SIGNS)
    asked = questions(found)
    assert asked["warning"]["title_es"].startswith("¿Es nuevo")
    seen = {option["code"]: option["seen"] for option in asked["milder"]["options"]}
    assert (seen["fever"], seen["cancer"], seen["none"]) == ("today", "soon", None)
    assert set(found["seen"]) == {"today", "soon"}
    for one in asked.values():
        for words in ("title", "hint", "why"):
            assert bool(one[words]) == bool(one[f"{words}_es"])


def test_it_says_what_the_clinic_asks_for_and_whether_requests_go_through(austin):
    change_offering(austin, needs_mri_months=12, needs_plan=True, takes_incomplete=False, age_from=21, age_to=80)
    found = intake(practice=austin.practice.pk)["practice"]
    assert (found["id"], found["requests"], found["takes_incomplete"]) == (austin.practice.pk, "online", False)
    assert [(need["need"], need["months"]) for need in found["needs"]] == [("mri", 12), ("plan", None), ("age", None)]
    assert found["needs"][0]["title"] == "An MRI not older than 12 months"
    assert (found["age_from"], found["age_to"]) == (21, 80)
    change_offering(austin, status="paused")
    assert intake(practice=austin.practice.pk)["practice"]["requests"] == "call"
    assert intake()["practice"] is None


def test_another_procedure_has_the_short_questions():
    found = intake("epidural-steroid-injection")
    assert found["version"] == "general-1"
    assert "opioids" not in questions(found)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("procedures/no-such/intake/", 404),
        ("procedures/adhesiolysis/intake/?practice=999", 404),
        ("procedures/adhesiolysis/intake/?practice=x", 400),
        ("procedures/adhesiolysis/intake/?practice=1&practice=2", 400),
        ("procedures/adhesiolysis/intake/?colour=red", 400),
    ],
)
def test_what_is_not_there_or_not_understood_is_told(address, status):
    answer = Client().get(f"/api/v1/{address}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_every_kind_of_refusal_is_explained(client):
    page = client.get("/api/docs/").content.decode()
    kinds = ["emergency", "answers-refused", "no-email", "not-ready", "practice-not-connected", "too-many-today"]
    kinds += ["idempotency-key-needed", "idempotency-key-reused", "in-progress", "request-erased", "patients-word"]
    assert [kind for kind in kinds if f'id="{kind}"' not in page] == []
