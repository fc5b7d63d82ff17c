"""The form of a request, page by page, from its address to what is stored; and everything that stores nothing."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from directory import search
from directory.models import Clinic, Offering, Practice, Site
from referrals import clock, erasing, gate, moves, story
from referrals.deliveries import outbox, worker
from referrals.intake import contact, questions, reading
from referrals.models import ContactCheck, Delivery, Draft, Referral, ReferralLink
from referrals.states import State
from tests import factories
from tests.referrals.patient import (
    AGREES,
    CANARIES,
    CONTENT,
    OFFICE,
    PAGES,
    WHO,
    Form,
    agree,
    code_in_mail,
    link_of,
    propose,
    send,
)

PHONE_ONLY = {"contact": {"email": ""}}


def nothing_is_stored() -> bool:
    return not any(model.objects.exists() for model in (Referral, Delivery, ReferralLink, ContactCheck, Draft))


def at_review(client, austin, **changes):
    form = Form(client, austin.practice.pk)
    form.fill(**changes)
    assert "Check your answers" in form.page.text
    return form


def test_answers_and_a_typed_code_become_a_request_and_lead_to_its_private_page(austin, client):
    answer = send(client, austin.practice.pk)
    referral = Referral.objects.get()
    content = referral.unseal()
    assert (content.name, content.email, content.phone) == (CONTENT.name, CONTENT.email, CONTENT.phone)
    assert content.date_of_birth == CONTENT.date_of_birth
    assert content.answers["questions"] == "adhesiolysis-1"
    assert content.answers["pain_since"] == "2024-03"
    assert content.answers["injections_last"] == "2025-05"
    assert (referral.practice, referral.clinic) == (austin.practice, austin.clinic)
    assert referral.consent_version == questions.CONSENT_VERSION
    assert referral.email_checked_at is not None
    assert not ContactCheck.objects.exists()
    page = client.get(link_of(answer))
    assert "Your request was sent" in page.text


def test_the_form_works_with_the_security_checks_of_a_real_browser(austin):
    browser = Client(enforce_csrf_checks=True)
    form = Form(browser, austin.practice.pk)
    token = browser.cookies.pop("csrftoken")
    assert form.post("gate").status_code == 403
    assert nothing_is_stored()
    browser.cookies["csrftoken"] = token
    assert form.post("gate").status_code == 200
    assert "Other signs" in form.page.text


def test_the_first_page_says_what_a_patient_must_know(austin, client):
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    assert text.count("It is not an insurer’s referral or approval") == 1
    assert "new or worse in the last two weeks" in text
    assert "Name of the patient" not in text
    assert "nobody will read your request" in text  # the people of these tests are fictional, as in a demonstration
    assert text.count("<script") == 1  # carry.js, which may fill in answers from the check


def test_beside_every_box_for_text_stands_whom_to_call_and_nothing_is_ticked_before(austin, client):
    form = Form(client, austin.practice.pk)
    pages = [form.page.text] + [form.post(step).text for step in PAGES]
    for text in pages:
        emergency = text.count("Thoughts of suicide: call or text")
        assert emergency >= max(1, text.count("<textarea"))
        assert text.count("(Spanish: press 2)") == emergency
        main = text.split("<main")[1]
        boxes = [main.index(box) for box in ("<textarea", 'name="relative_name"', 'maxlength="120"') if box in main]
        if boxes:  # it stands right below the first box, before the next one
            assert main.index("Thoughts of suicide") < min(boxes) + 1500
        assert " checked" not in text


def test_neither_caches_nor_search_engines_keep_any_page(austin, client):
    form = Form(client, austin.practice.pk)
    for step in ("", *PAGES):
        page = form.post(step) if step else form.page
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex"


def test_until_the_code_is_asked_for_nothing_at_all_is_stored_and_no_cookie_holds_an_answer(austin, client):
    form = at_review(client, austin)
    assert nothing_is_stored()
    assert set(client.cookies) <= {"csrftoken"}
    hidden = form.carried
    assert not any(word in hidden for word in CANARIES.values())
    assert all(word in form.page.text for word in ("Zebulina Quokka", "Potoroo Imaging"))  # shown to be checked


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
@pytest.mark.parametrize("where", ["gate", "review"])
def test_a_warning_sign_stops_everything_and_keeps_nothing(austin, client, where, answer):
    form = Form(client, austin.practice.pk)
    if where == "review":
        form.fill(contact={"keep_draft": "on"})
        assert Draft.objects.exists()
    page = form.post(where, {"warning": answer, "name": ""})
    assert page.status_code == 200
    assert "Call 911 or go to an emergency department. Do not wait for this form." in page.text
    assert 'href="tel:911"' in page.text
    assert nothing_is_stored()


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_a_warning_sign_takes_the_waiting_code_and_its_address_along(austin, client, answer):
    form = at_review(client, austin)
    form.review()
    assert ContactCheck.objects.exists()
    page = form.post("code", {"warning": answer})
    assert "Get help now" in page.text
    assert not (ContactCheck.objects.exists() or Delivery.objects.exists())
    assert nothing_is_stored()


@pytest.mark.parametrize("where", ["gate", "review"])
def test_whoever_chose_a_warning_sign_by_mistake_goes_back_to_the_question_with_all_answers(austin, client, where):
    form = Form(client, austin.practice.pk)
    if where == "review":
        form.fill(contact={"keep_draft": "on"})
    before = form.carried
    page = form.post(where, {"warning": "yes", "warning_text": "", "name": ""})
    assert "browser" not in page.text.split("<main")[1].split("</main")[0]
    assert form.carried != before
    (go,) = re.findall(r'name="go" value="([^"]+)">I chose that by mistake', page.text)
    back = form.post("", {}, go=go)
    assert f'name="step" value="{where}"' in back.text
    assert not re.search(r'name="warning"[^>]* checked', back.text)
    assert "errsum" not in back.text
    assert "Kept until" not in back.text  # what was kept is deleted and stays so; the answers came from the page
    if where == "review":
        assert CANARIES["stops"] in back.text
    assert nothing_is_stored()
    if where == "gate":
        form.fill()
    form.review()
    assert link_of(form.type_code())


def test_get_help_now_is_told_in_the_other_language_and_leads_back_from_there(austin, client):
    form = at_review(client, austin)
    form.post("review", {"warning": "yes"})
    button = re.search(r'<button[^>]*formaction="/es/referrals/new/" name="warning" value="(\w+)"', form.page.text)
    form.address = "/es/referrals/new/"
    sent = {"warning": button[1], "stopped_at": "review"}
    form.client.post(form.address, sent)  # even without its answers
    page = form.post("", sent)
    assert '<html lang="es"' in page.text and "stopbody" in page.text
    assert 'name="stopped_at" value="review"' in page.text
    assert 'name="step" value="review"' in form.post("", {}).text


def test_where_the_answers_did_not_arrive_get_help_now_offers_no_way_back_to_them(austin, client):
    page = client.post("/referrals/new/", {"warning": "yes", "practice": austin.practice.pk, "carried": "x"})
    assert "stopbody" in page.text
    assert "by mistake" not in page.text


def test_a_warning_sign_stops_even_what_could_not_have_been_sent_anyway(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    assert "Get help now" in client.post("/referrals/new/", {"warning": "yes", "practice": "0"}).text


def test_the_warning_signs_are_asked_again_and_not_answered_from_before(austin, client):
    form = at_review(client, austin)
    assert not re.search(r'name="warning"[^>]* checked', form.page.text)
    page = form.review(warning="")
    assert "Say whether any of these signs is new or worse" in page.text
    assert nothing_is_stored()


def test_a_long_standing_sign_goes_on_and_stands_first_in_what_the_clinic_reads(austin, client):
    send(client, austin.practice.pk)
    referral = Referral.objects.get()
    first, *others = reading.for_clinic(referral, referral.unseal())
    assert first.warning
    assert first.lines[0].value == CANARIES["warning_text"]
    assert first.lines[0].own_words
    assert not any(section.warning for section in others)


def test_no_sign_at_all_keeps_no_text_about_signs(austin, client):
    form = at_review(client, austin)
    form.review(warning="no")
    form.type_code()
    answers = Referral.objects.get().unseal().answers
    assert (answers["warning"], answers["warning_text"]) == ("no", "")
    assert not any(section.warning for section in questions.as_read(answers))


@pytest.mark.parametrize(
    ("sign", "words"),
    [("fever", "Be seen by a doctor today"), ("cancer", "See your own doctor soon"), ("none", "Who is asking")],
)
def test_a_milder_sign_says_what_to_do_first_and_goes_on(austin, client, sign, words):
    form = Form(client, austin.practice.pk)
    form.fill("signs")
    page = form.post("signs", {"milder": [sign]})
    assert f"{words}</h1>" in page.text
    if sign != "none":
        assert "Who is asking?" in form.post("early", {}).text
    form.fill(signs={"milder": [sign]})
    form.post("early", {})
    for step in list(PAGES)[2:]:
        form.post(step)
    form.review()
    form.type_code()
    assert Referral.objects.get().unseal().answers["milder"] == [sign]


def test_back_shows_what_was_typed_right_or_wrong(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("pain")
    form.post("pain", {"stops": "half a word", "pain_since_year": "nonsense"}, go="back")
    assert "Name of the patient" in form.page.text
    assert 'value="Zebulina Quokka"' in form.page.text
    assert "usa-error-message" not in form.page.text
    page = form.post("contact")
    assert "half a word" in page.text
    assert 'value="nonsense"' in page.text


def test_from_the_review_one_page_is_changed_and_all_else_stays(austin, client):
    form = at_review(client, austin)
    page = form.post("review", {}, go="to:scan")
    assert 'value="Potoroo Imaging"' in page.text
    page = form.post("scan", PAGES["scan"] | {"mri_place": "Bilby Imaging"})
    assert "Check your answers" in page.text
    assert "Bilby Imaging" in page.text
    assert "apixaban" in page.text


def test_what_was_asked_only_because_of_another_answer_is_dropped_with_it(austin, client):
    form = at_review(client, austin)
    form.post("review", {}, go="to:medicines")
    form.post("medicines", PAGES["medicines"] | {"thinner": "no"})
    assert CANARIES["thinner_by"] not in form.page.text
    form.review()
    form.type_code()
    assert Referral.objects.get().unseal().answers["thinner_by"] == ""


def test_a_hidden_field_that_was_changed_or_is_missing_begins_anew(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("pain")
    form.carried = form.carried[:-8] + "AAAAAAAA"
    page = form.post("pain")
    assert page.status_code == 400
    assert "Your answers did not arrive whole" in page.text
    assert "new or worse in the last two weeks" in page.text


def test_a_page_that_was_open_for_more_than_a_day_says_so(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    form = Form(client, austin.practice.pk)
    form.fill("pain")
    time_machine.shift(datetime.timedelta(hours=24))
    assert form.post("pain").status_code == 200
    time_machine.shift(datetime.timedelta(hours=24, seconds=1))
    page = form.post("earlier")
    assert page.status_code == 400
    assert "open for more than a day" in page.text


def test_answers_for_one_office_are_none_for_another(austin, client):
    other = factories.offering(clinic=factories.connected_clinic()).practice
    form = Form(client, austin.practice.pk)
    form.fill("pain")
    form.practice = other.pk
    assert form.post("pain").status_code == 400


WRONG = [
    ("gate", {"warning": ""}, "id_warning_0", "Say whether any of these signs is new or worse"),
    ("gate", {"warning": "perhaps"}, "id_warning_0", "Say whether any of these signs is new or worse"),
    ("gate", {"warning_text": ""}, "id_warning_text", "Say which sign it is, since when, and which doctor knows"),
    ("signs", {"milder": ["none", "fever"]}, "id_milder_0", "None of these” and something else"),
    ("asker", {"asker": ""}, "id_asker_0", "Say who is asking"),
    ("asker", {"asker": "relative", "relation": "son"}, "id_relative_name", "Enter your own name"),
    ("contact", {"name": "  "}, "id_name", "Enter the name of the patient"),
    ("contact", {"name": "x" * 121}, "id_name", "Shorten this text to 120 characters"),
    ("contact", {"email": "", "phone": ""}, "id_email", "Enter an e-mail address or a phone number"),
    ("contact", {"email": "quokka"}, "id_email", "Enter the e-mail address like eleanor@example.org"),
    ("contact", {"phone": "555"}, "id_phone", "Enter the phone number with its area code"),
    ("contact", {"phone": "call me"}, "id_phone", "Enter the phone number with its area code"),
    ("contact", {"phone": "555-0186"}, "id_phone", "Enter the phone number with its area code"),
    ("contact", {"phone": "555-0186", "email": ""}, "id_phone", "Enter the phone number with its area code"),
    ("contact", {"phone": "000-000-0000"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"phone": "1111111111"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"phone": "(555) 555-0186"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"phone": "(595) 555-0186"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"phone": "(911) 555-0186"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"phone": "(512) 155-0186"}, "id_phone", "No phone number begins like this. Compare the area code"),
    ("contact", {"birth_month": "", "birth_day": "", "birth_year": ""}, "id_birth_month", "Enter your date of birth"),
    ("contact", {"birth_month": "Sept"}, "id_birth_month", "Enter the month as a number from 1 to 12"),
    ("contact", {"birth_month": "13"}, "id_birth_month", "Enter the month as a number from 1 to 12"),
    ("contact", {"birth_month": "2", "birth_day": "30"}, "id_birth_day", "this month does not have that many"),
    ("contact", {"birth_day": "x"}, "id_birth_day", "Enter the day as a number from 1 to 31"),
    ("contact", {"birth_year": "57"}, "id_birth_year", "Enter the year with four digits"),
    ("contact", {"birth_year": "2099"}, "id_birth_year", "still to come"),
    ("contact", {"birth_year": "2015"}, "id_birth_year", "This form is for adults, 18 or older"),
    ("contact", {"website": "https://example.org"}, "id_website", "It is there to stop robots"),
    ("pain", {"pain_where": []}, "id_pain_where_0", "Say where the pain is"),
    ("pain", {"pain_where": ["neck", "unknown"]}, "id_pain_where_0", "I don’t know, or it moves” and something else"),
    ("pain", {"pain_goes": ""}, "id_pain_goes_0", "Say whether the pain goes into a leg or an arm"),
    ("pain", {"pain_since_month": "3", "pain_since_year": ""}, "id_pain_since_year", "Enter the year with four digits"),
    ("pain", {"pain_since_month": "Setp"}, "id_pain_since_month", "Enter the month as a number from 1 to 12"),
    ("pain", {"pain_strength": "11"}, "id_pain_strength_0", "Say how strong the pain is"),
    ("pain", {"stops": "x" * 2001}, "id_stops", "Shorten this text to 2000 characters; it has 2001"),
    ("pain", {"stops": "a\0b"}, "id_stops", "Null characters are not allowed"),
    ("earlier", {"injections_number": ""}, "id_injections_number_0", "Say how many injections"),
    ("scan", {"mri": ""}, "id_mri_0", "Say whether you have had an MRI"),
    ("scan", {"mri_on_year": ""}, "id_mri_on_year", "or tick “I don’t know”"),
    ("medicines", {"allergies": ["none", "latex"]}, "id_allergies_0", "None of these” and something else"),
]


@pytest.mark.parametrize(("step", "change", "target", "words"), WRONG)
def test_each_mistake_is_named_with_how_to_mend_it_and_nothing_typed_is_lost(
    austin, client, step, change, target, words
):
    form = Form(client, austin.practice.pk)
    form.fill(step)
    page = form.post(step, PAGES[step] | change)
    assert page.status_code == 200
    assert "<title>Error:" in page.text
    assert f'<li><a href="#{target}">' in page.text
    assert f'id="{target}"' in page.text
    assert words in page.text
    assert "One answer needs another look" in page.text
    assert page.text.count("usa-error-message") == (0 if target == "id_website" else 1)
    kept = {name: text for name, text in PAGES[step].items() if name not in change and isinstance(text, str) and text}
    assert all(text in page.text for text in kept.values())
    assert nothing_is_stored()


@pytest.mark.parametrize("number", ["555-0187", "(555) 555-0187"])
def test_an_office_can_be_called_back_only_with_an_area_code_that_exists(austin, client, number):
    form = Form(client, austin.practice.pk)
    form.fill("asker")
    page = form.post("asker", OFFICE | {"office_phone": number})
    assert '<li><a href="#id_office_phone">' in page.text
    assert "area code" in page.text


def test_an_office_must_say_who_it_is_with_a_number_that_can_be(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("asker")
    text = form.post("asker", {"asker": "office", "office_npi": "1234567890"}).text
    targets = [part.split('"')[0] for part in text.split('<li><a href="#')[1:]]
    assert targets == ["id_office_name", "id_office_npi", "id_office_phone", "id_office_agreed"]
    assert "its ten digits do not fit together" in text


@pytest.mark.parametrize("consent", ["keep", "share"])
def test_without_both_consents_nothing_is_sent(austin, client, consent):
    form = at_review(client, austin)
    page = form.review(**{consent: ""})
    assert "Without it nothing is sent" in page.text
    assert f'href="#id_{consent}"' in page.text
    assert nothing_is_stored()


def test_i_do_not_know_is_an_answer_everywhere(austin, client):
    form = Form(client, austin.practice.pk)
    for theme in questions.current("adhesiolysis").themes[2:]:
        for question in theme.questions:
            codes = {choice.code for choice in question.choices}
            assert not codes or "unknown" in codes, question.name
    for step in ("gate", "signs", "asker"):
        form.post(step)
    form.post("contact", PAGES["contact"] | {"best_way": "unknown", "language": "unknown", "interpreter": "unknown"})
    form.post(
        "pain",
        {"pain_where": "unknown", "pain_goes": "unknown", "pain_since_unknown": "on", "pain_strength": "unknown"},
    )
    form.post("earlier", {"surgery": "unknown", "injections": "unknown", "care": "unknown"})
    form.post("scan", {"mri": "unknown"})
    form.post("medicines", dict.fromkeys(["thinner", "opioids", "sedatives", "allergies"], "unknown"))
    form.post("health", {"conditions": "unknown", "implants": "unknown"})
    form.post("practical", dict.fromkeys(["ride", "insurer", "own_referral", "access", "travel"], "unknown"))
    form.review()
    form.type_code()
    answers = Referral.objects.get().unseal().answers
    assert (answers["pain_since"], answers["mri_on"]) == ("unknown", "")
    assert all(line.value for section in questions.as_read(answers) for line in section.lines)


def test_a_date_that_is_still_to_come_is_refused(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    form = Form(client, austin.practice.pk)
    form.fill("pain")
    typed = PAGES["pain"] | {"pain_since_month": "12", "pain_since_year": "2026"}
    assert "Check month and year: this is still to come" in form.post("pain", typed).text
    assert "What was tried</h1>" in form.post("pain", typed | {"pain_since_month": "11"}).text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("512-555-0186", "+15125550186"),
        ("+1 512 555 0186", "+15125550186"),
        ("(512) 555-0186 ext. 7", "+15125550186;ext=7"),
        ("1 (512) 555-0186", "+15125550186"),
        ("(800) 555-0186", "+18005550186"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_phone_numbers_are_kept_in_one_form(austin, client, typed, kept):
    form = at_review(client, austin, contact={"email": "", "phone": typed})
    form.review()
    assert Referral.objects.get().unseal().phone == kept


def test_someone_is_an_adult_on_the_eighteenth_birthday_and_a_clinic_may_take_the_young(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    form = Form(client, austin.practice.pk)
    form.fill("contact")
    typed = PAGES["contact"] | {"birth_year": "2008", "birth_month": "11", "birth_day": "24"}
    assert "18 or older" in form.post("contact", typed | {"birth_day": "25"}).text
    assert "The pain</h1>" in form.post("contact", typed).text
    Offering.objects.update(age_from=16)
    form.post("pain", {}, go="back")
    assert "The pain</h1>" in form.post("contact", typed | {"birth_day": "25"}).text


# ---- the code ----


def test_the_code_is_mailed_in_the_patients_language_and_of_it_only_a_hash_is_kept(austin, client):
    form = Form(client, austin.practice.pk, where="/es")
    form.fill()
    form.review()
    check = ContactCheck.objects.get()
    assert check.code_hash == ""  # the worker makes it
    assert CANARIES["email"].encode() not in bytes(check.address)
    code = code_in_mail()
    (message,) = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    assert message.subject == "Su código está listo"
    check.refresh_from_db()
    assert bytes(check.address) == b""
    assert code.replace(" ", "") not in check.code_hash
    assert not any(word in str(message.body) for word in ("Zebulina", "adhesi", "Hill Country"))
    assert link_of(form.type_code(code)).startswith("/es/referrals/")
    assert Referral.objects.get().language == "es"


def test_five_wrong_codes_and_the_right_one_is_worth_nothing_any_more(austin, client):
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    wrong = "111 111" if code != "111 111" else "222 222"
    for left in (4, 3, 2, 1):
        page = form.type_code(wrong)
        assert "That is not the code in our newest mail" in page.text
        assert f"{left} {'is' if left == 1 else 'are'} left." in page.text
    assert "does not work any more" in form.type_code(wrong).text
    assert "does not work any more" in form.type_code(code).text
    assert not Referral.objects.exists()
    form.post("code", {}, go="again")
    assert form.type_code().status_code == 303


def test_a_code_is_worth_nothing_after_fifteen_minutes(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    time_machine.shift(datetime.timedelta(minutes=15, seconds=1))
    assert "does not work any more" in form.type_code(code).text


def test_a_code_for_one_address_checks_no_other(austin, client):
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    form.post("code", {}, go="to:contact")
    form.post("contact", PAGES["contact"] | {"email": "other@example.org"})
    form.review()
    assert "does not work any more" in form.type_code(code).text
    assert form.type_code().status_code == 303
    assert Referral.objects.get().unseal().email == "other@example.org"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_is_no_try(austin, client, code):
    form = at_review(client, austin)
    form.review()
    code_in_mail()
    assert "Enter the six digits from our mail" in form.post("code", {"code": code}).text
    assert ContactCheck.objects.get().tries == 0


def test_a_code_cannot_be_typed_before_it_was_agreed_to_send(austin, client):
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    form.post("code", {}, go="to:contact")
    assert "Check your answers" in form.type_code(code).text
    assert not Referral.objects.exists()


def test_without_e_mail_it_is_sent_unchecked_and_the_link_is_shown_once_with_a_code_for_a_camera(austin, client):
    form = at_review(client, austin, **PHONE_ONLY)
    page = form.review()
    referral = Referral.objects.get()
    assert referral.email_checked_at is None
    assert page.status_code == 200
    assert "<svg" in page.text.split('class="qr"')[1].split("</div>")[0]
    (link,) = re.findall(r"<code>http://testserver(/referrals/[\w-]{43}/)</code>", page.text)
    assert referral.reference in client.get(link).text
    sections = reading.for_clinic(referral, referral.unseal())
    assert any("Not checked" in line.value for section in sections for line in section.lines)


def test_who_gets_no_mail_may_go_on_without_it(austin, client):
    form = at_review(client, austin)
    form.review()
    page = form.post("code", {}, go="unchecked")
    assert "Your request was sent" in page.text
    assert Referral.objects.get().unseal().email == ""
    assert Referral.objects.get().email_checked_at is None


def test_a_receiver_that_is_down_gets_another_code_later_and_the_newest_counts(austin, client, settings):
    form = at_review(client, austin)
    form.review()
    first = code_in_mail()
    form.post("code", {}, go="again")
    second = code_in_mail()
    if first != second:
        assert "That is not the code" in form.type_code(first).text
    assert form.type_code(second).status_code == 303


@pytest.mark.parametrize("why", ["old", "dead", "tried"])
def test_whoever_comes_back_to_a_code_that_is_worth_nothing_is_mailed_a_new_one(austin, client, time_machine, why):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    form = at_review(client, austin)
    form.review()
    code_in_mail()
    if why == "old":
        time_machine.shift(datetime.timedelta(minutes=16))
    elif why == "dead":
        Delivery.objects.update(sent_at=None, dead_at=timezone.now())
    else:
        ContactCheck.objects.update(tries=5)
    mail.outbox.clear()
    form.review()
    assert form.type_code(code_in_mail()).status_code == 303


def test_a_code_that_is_under_way_or_can_be_typed_is_not_mailed_twice(austin, client):
    form = at_review(client, austin)
    form.review()
    form.review()
    code = code_in_mail()
    form.review()
    worker.run_once()
    assert len([message for message in mail.outbox if "code" in message.subject]) == 1
    assert form.type_code(code).status_code == 303


# ---- once ----


def test_sending_the_same_form_twice_makes_one_request_and_shows_the_same_outcome(austin, client):
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    first, second = form.type_code(code), form.type_code(code)
    assert Referral.objects.count() == 1
    reference = Referral.objects.get().reference
    assert reference in client.get(link_of(first)).text
    assert reference in client.get(link_of(second)).text


def test_another_answer_in_a_form_that_was_sent_changes_nothing_and_says_so(austin, client):
    form = at_review(client, austin, **PHONE_ONLY)
    form.review()
    sealed = bytes(Referral.objects.get().name)
    form.post("review", {}, go="to:contact")
    form.post("contact", PAGES["contact"] | {"email": "", "name": "Somebody Else"})
    response = form.review()
    assert response.status_code == 409
    assert "The first request stands as it was" in response.text
    assert bytes(Referral.objects.get().name) == sealed


def test_a_form_whose_request_was_taken_back_does_not_lead_to_it_again(austin, client):
    form = at_review(client, austin, **PHONE_ONLY)
    form.review()
    moves.withdraw(Referral.objects.get())
    page = form.review()
    assert page.status_code == 409
    assert "The request that this form had become has ended" in page.text
    assert "stands as it was" not in page.text


def test_a_page_that_is_loaded_again_after_erasing_sends_nothing(austin, client, settings, tmp_path, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    form = at_review(client, austin, **PHONE_ONLY)
    form.review()
    referral = Referral.objects.get()
    moves.withdraw(referral)
    erasing.erase(referral)
    worker.run_once()
    erasing.sweep()
    again = form.review()
    assert again.status_code == 409
    assert "This form was sent already" in again.text
    assert Referral.objects.count() == 1
    time_machine.shift(datetime.timedelta(days=1, seconds=1))
    erasing.sweep()
    assert not Referral.objects.exists()
    assert form.review().status_code == 400  # too old to be sent by then


def test_the_same_person_is_led_to_the_running_request_by_a_link_to_the_checked_address(austin, client):
    send(client, austin.practice.pk)
    worker.run_once()
    before = len(mail.outbox)
    page = send(client, austin.practice.pk, contact={"name": "  zebulina   QUOKKA "})
    assert page.status_code == 200
    assert "You have asked already" in page.text
    assert Referral.objects.count() == 1
    worker.run_once()
    (told,) = [message for message in mail.outbox[before:] if message.subject == "A new link to your request"]
    assert told.to == [CANARIES["email"]]
    (link,) = re.findall(r"http://testserver(/referrals/[\w-]{43}/)", str(told.body))
    assert Referral.objects.get().reference in client.get(link).text
    assert Referral.objects.get().reference not in page.text


@pytest.mark.parametrize("contact", [{"email": ""}, {"email": "other@example.org"}])
def test_nobody_else_learns_of_a_running_request_and_the_clinic_sees_both(austin, client, contact):
    send(client, austin.practice.pk)
    form = at_review(client, austin, contact=contact)
    page = form.review()
    if contact["email"]:
        page = form.type_code()
    assert page.status_code in (200, 303)
    assert "asked already" not in page.text
    second, first = Referral.objects.order_by("-submitted_at")
    (same,) = [section for section in reading.for_clinic(second, second.unseal()) if section.name == "same"]
    assert same.lines[0].value == first.reference


def test_after_thirty_days_or_when_it_has_ended_the_same_person_may_ask_again(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    send(client, austin.practice.pk)
    time_machine.shift(datetime.timedelta(days=30, minutes=1))
    assert send(client, austin.practice.pk).status_code == 303
    for referral in Referral.objects.running():  # the first has run out
        moves.withdraw(referral)
    assert send(client, austin.practice.pk).status_code == 303


# ---- caps ----


@pytest.mark.parametrize("cap", ["REQUESTS_PER_ADDRESS", "REQUESTS_PER_PERSON", "REQUESTS_PER_CLINIC"])
def test_so_many_a_day_and_no_more_with_everything_still_there(austin, client, settings, cap):
    setattr(settings, cap, 1)
    form = at_review(client, austin, **PHONE_ONLY)
    form.review()
    page = at_review(client, austin, **PHONE_ONLY).review()
    assert page.status_code == 429
    assert CANARIES["name"] in page.text
    assert Referral.objects.count() == 1


def test_one_mailbox_gets_only_so_many_codes(austin, client, settings):
    settings.CODES_PER_MAILBOX = 1
    form = at_review(client, austin)
    form.review()
    code_in_mail()
    assert form.post("code", {}, go="again").status_code == 429


def test_no_office_fills_a_mailbox_with_questions(austin, client, settings):
    settings.CODES_PER_MAILBOX = 1
    assert at_review(client, austin, asker=OFFICE).post("review", {"warning": "no"}).status_code == 200
    page = at_review(client, austin, asker=OFFICE).post("review", {"warning": "no"})
    assert page.status_code == 429
    assert Referral.objects.count() == 1


def test_who_is_faster_than_anybody_can_read_waits_and_loses_nothing(austin, client, settings):
    settings.REQUEST_TAKES_AT_LEAST = 600
    page = at_review(client, austin).review()
    assert "faster than anybody can read" in page.text
    assert CANARIES["name"] in page.text
    assert nothing_is_stored()


@pytest.mark.parametrize("practice", ["999999", "abc", "", "-1", "0", "9" * 40, "٣", "1\0", "😀"])
def test_a_practice_that_does_not_exist_is_404_in_both_ways(austin, client, practice):
    asked = {"practice": practice, "procedure": "adhesiolysis"}
    assert client.get("/referrals/new/", asked).status_code == 404
    assert client.post("/referrals/new/", asked).status_code == 404
    assert nothing_is_stored()


def test_a_practice_that_is_no_longer_listed_is_404(austin, client):
    form = at_review(client, austin)
    Site.objects.update(hidden=True)
    search.rebuild_all()
    assert form.review().status_code == 404
    assert nothing_is_stored()


@pytest.mark.parametrize("procedure", ["", "nonsense", "spinal-cord-stimulation", "😀", "x" * 5000, "a\0"])
def test_a_procedure_that_is_not_offered_there_is_400_with_what_is(austin, client, procedure):
    asked = {"practice": austin.practice.pk, "procedure": procedure}
    for page in (
        client.get("/referrals/new/", asked),
        client.post("/referrals/new/", asked),
    ):
        assert page.status_code == 400
        assert f"practice={austin.practice.pk}&amp;procedure=adhesiolysis" in page.text
    assert nothing_is_stored()


def test_a_stopped_procedure_is_not_offered(austin, client):
    form = at_review(client, austin)
    Offering.objects.update(status="stopped")
    search.rebuild_all()
    assert form.review().status_code == 400
    assert nothing_is_stored()


NOT_JOINED = "This clinic has not joined. Nothing was sent."
NOT_NOW = "This clinic takes no requests for this now. Nothing was sent."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: Clinic.objects.update(people_checked_on=None), NOT_JOINED),
        (lambda: Clinic.objects.update(notification_email_confirmed_at=None), NOT_JOINED),
        (lambda: Offering.objects.update(status="paused"), NOT_NOW),
        (lambda: Offering.objects.update(status=None), NOT_NOW),
        (lambda: Practice.objects.update(accepting_new_patients=False), NOT_NOW),
    ],
)
def test_where_requests_are_not_online_nothing_is_stored_and_the_phone_is_given(austin, client, change, words):
    form = at_review(client, austin)
    change()
    search.rebuild_all()
    opened = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"})
    sent = form.review()
    assert (opened.status_code, sent.status_code) == (200, 409)
    for page in (opened, sent):
        assert words in page.text
        assert f'href="tel:{austin.practice.phone}"' in page.text
        assert CANARIES["name"] not in page.text
    assert nothing_is_stored()


def test_the_nearest_three_that_take_requests_are_offered_instead(austin, client):
    Clinic.objects.filter(pk=austin.clinic.pk).update(people_checked_on=None)
    search.rebuild_all()
    here = austin.practice.site

    def office(name, degrees_north, **changes):
        clinic = changes.pop("clinic", None) or factories.connected_clinic()
        site = factories.site(clinic=clinic, latitude=here.latitude + degrees_north, longitude=here.longitude)
        person = changes.pop("person", None) or factories.specialist(family_name=name)
        accepting = changes.pop("accepting", None)
        practice = factories.practice(specialist=person, site=site, accepting_new_patients=accepting)
        return factories.offering(practice=practice, **changes)

    nearest = office("Nearest", 0.1)
    office("Nearest", 0.15, person=nearest.practice.specialist)
    office("Third", 0.5)
    office("Second", 0.3, accepting=True)
    office("Fourth", 0.6)
    office("Paused", 0.05, status="paused")
    office("Full", 0.05, accepting=False)
    office("Unjoined", 0.05, clinic=factories.clinic())
    office("Other", 0.05, procedure_slug="epidural-steroid-injection")
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    shown = text.split('class="nlist"')[1].split("</ol>")[0]
    assert [name for name in ("Nearest", "Second", "Third", "Fourth") if name in shown] == [
        "Nearest",
        "Second",
        "Third",
    ]
    assert shown.index("Nearest") < shown.index("Second") < shown.index("Third")
    assert shown.count("<li>") == 3
    assert '<b class="num">6.9</b>' in shown
    assert f"practice={nearest.practice.pk}&amp;procedure=adhesiolysis" in shown


def test_without_a_trusted_point_or_neighbours_the_page_still_leads_on(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    text = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).text
    assert "/find/?near=78701&amp;procedure=adhesiolysis" in text
    Site.objects.update(latitude=None, longitude=None, location_precision=None)
    search.rebuild_all()
    assert (
        client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"}).status_code == 200
    )


def test_the_number_of_queries_does_not_grow_with_what_else_is_there(austin, client, django_assert_max_num_queries):
    for _ in range(5):
        moves.withdraw(austin.referral())
    form = at_review(client, austin)
    form.review()
    code = code_in_mail()
    with django_assert_max_num_queries(52):
        assert form.type_code(code).status_code == 303


def test_markup_in_answers_stays_text(austin, client):
    form = at_review(client, austin, pain={"stops": "<script>alert(1)</script>"})
    assert "<script>alert" not in form.page.text
    assert "&lt;script&gt;" in form.page.text


def test_another_procedure_has_the_short_questions(austin, client):
    factories.offering("epidural-steroid-injection", practice=austin.practice)
    form = Form(client, austin.practice.pk, "epidural-steroid-injection")
    form.fill("scan", earlier={"mri": "no"})
    form.post("medicines", {"thinner": "no", "allergies": "none"})
    form.post("practical")
    form.review()
    form.type_code()
    answers = Referral.objects.get().unseal().answers
    assert answers["questions"] == "general-1"
    assert "implants" not in answers
    assert all(line.value for section in questions.as_read(answers) for line in section.lines)


def test_whoever_takes_a_blood_thinner_can_send_for_any_procedure_with_the_note_that_is_asked_for(austin, client):
    factories.offering(
        "epidural-steroid-injection",
        practice=austin.practice,
        needs_prescriber_word=True,
        takes_incomplete=False,
    )
    form = Form(client, austin.practice.pk, "epidural-steroid-injection")
    form.fill("scan", earlier={"mri": "no"}, **PHONE_ONLY)
    form.post("medicines", {"thinner": "yes", "thinner_word": "yes", "allergies": "none"})
    form.post("practical")
    assert "Your request was sent" in form.review().text


# ---- the page to print, and drafts ----


def test_where_nothing_can_be_sent_the_same_answers_become_a_page_to_print_and_nothing_is_kept(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    opened = client.get("/referrals/new/", {"practice": austin.practice.pk, "procedure": "adhesiolysis"})
    assert "packet=1" in opened.text
    form = Form(client, austin.practice.pk, to_print=True)
    form.fill()
    assert "Show the page to print" in form.page.text
    page = form.post("review", {"warning": "no"})
    for word in (CANARIES["name"], CANARIES["stops"], "Potoroo Imaging", "(512) 555-0186", "We keep no copy"):
        assert word in page.text
    assert nothing_is_stored()
    assert "Get help now" in form.post("review", {"warning": "not_sure"}).text


def test_no_draft_of_a_page_to_print_is_kept_whatever_a_browser_sends(austin, client):
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    form = Form(client, austin.practice.pk, to_print=True)
    form.fill("pain", contact={"keep_draft": "on"})
    assert form.page.status_code == 200
    assert nothing_is_stored()


def test_who_was_about_to_send_when_the_clinic_closed_keeps_the_answers_as_a_page(austin, client):
    form = at_review(client, austin)
    Offering.objects.update(status="paused")
    search.rebuild_all()
    assert form.review().status_code == 409
    page = form.post("", {})
    assert page.status_code == 200
    assert CANARIES["name"] in page.text
    assert CANARIES["name"] in form.post("review", {"warning": "no"}).text
    assert nothing_is_stored()


@pytest.mark.parametrize("at", ["review", "code", "sending"])
def test_where_the_page_says_that_nothing_was_kept_a_draft_and_a_waiting_code_are_gone(austin, client, monkeypatch, at):
    form = at_review(client, austin, contact={"keep_draft": "on"})
    code = ""
    if at != "review":
        form.review()
        code = code_in_mail()
        assert ContactCheck.objects.exists()
    assert Draft.objects.exists()
    if at == "sending":  # between the look as the page came and the look inside the transaction
        whole = gate.destination

        def closes_meanwhile(practice_id, procedure, *, lock=False, **more):
            if lock:
                Offering.objects.update(status="paused")
            return whole(practice_id, procedure, lock=lock, **more)

        monkeypatch.setattr(gate, "destination", closes_meanwhile)
    else:
        Offering.objects.update(status="paused")
        search.rebuild_all()
    page = form.type_code(code) if code else form.review()
    assert page.status_code == 409
    assert "Nothing that you typed was kept" in page.text
    assert not (Draft.objects.exists() or ContactCheck.objects.exists() or Referral.objects.exists())
    assert CANARIES["name"] in form.post("", {}).text  # the page still holds the answers
    assert not Draft.objects.exists()


def test_a_draft_is_kept_only_when_asked_for_and_its_link_leads_back(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("pain", contact={"keep_draft": "on"})
    draft = Draft.objects.get()
    assert CANARIES["name"].encode() not in bytes(draft.typed)
    page = form.post("pain", PAGES["pain"], go="stop")
    (link,) = re.findall(r"<code>http://testserver(/referrals/[\w-]{43}/resume/)</code>", page.text)
    opened = Client().get(link)
    assert "Go on with your request" in opened.text
    assert CANARIES["name"] not in opened.text
    again = Client().post(link, {"go": "next"})
    assert "What was tried</h1>" in again.text
    assert opened["Referrer-Policy"] == again["Referrer-Policy"] == "strict-origin"  # the address itself goes nowhere
    deleted = Client().post(link, {"go": "forget"})
    assert "Your answers are deleted" in deleted.text
    assert not Draft.objects.exists()
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("end", ["a warning sign", "forget", "sent"])
def test_a_form_has_one_draft_however_often_its_page_is_sent_and_it_goes_from_any_of_them(austin, client, end):
    form = Form(client, austin.practice.pk)
    form.fill("contact")
    before = form.carried
    keep = PAGES["contact"] | {"keep_draft": "on"}
    if end == "sent":
        keep["email"] = ""
    form.post("contact", keep)
    after = form.carried
    form.carried = before  # a double click, or the browser's Back key
    form.post("contact", keep | {"phone": "(512) 555-0177"})
    assert Draft.objects.count() == 1
    form.carried = before
    if end == "a warning sign":
        form.post("pain", {"warning": "yes"})
    elif end == "forget":
        form.post("contact", PAGES["contact"], go="forget")
    else:
        form.post("contact", keep)
        for step in [*PAGES][[*PAGES].index("contact") + 1 :]:
            form.post(step)
        form.review()
        assert Referral.objects.count() == 1
    assert not Draft.objects.exists()
    form.carried = after
    form.post("pain")
    assert not Draft.objects.exists()  # what was deleted does not come back unasked


def test_a_draft_that_is_deleted_while_a_page_of_it_is_on_its_way_stays_deleted(austin, client, monkeypatch):
    form = Form(client, austin.practice.pk)
    form.fill("pain", contact={"keep_draft": "on"})
    seal = Draft.seal

    def is_deleted_meanwhile(draft, *given):
        seal(draft, *given)
        Draft.objects.all().delete()

    monkeypatch.setattr(Draft, "seal", is_deleted_meanwhile)
    page = form.post("pain")
    assert page.status_code == 200
    assert "Kept until" not in page.text
    assert not Draft.objects.exists()


def test_one_network_has_so_many_drafts_kept_in_a_day_and_nobody_loses_answers(austin, client, settings):
    settings.REQUESTS_PER_ADDRESS = 1
    Form(client, austin.practice.pk).fill("pain", contact={"keep_draft": "on"})
    form = Form(Client(), austin.practice.pk)
    form.fill("contact")
    page = form.post("contact", PAGES["contact"] | {"keep_draft": "on"})
    assert page.status_code == 429
    assert "too many forms were kept for your network today" in page.text
    assert CANARIES["name"] in page.text
    assert Draft.objects.count() == 1
    assert form.post("contact").status_code == 200  # without keeping it goes on
    assert "Kept until" not in form.page.text


def test_two_clicks_at_once_that_both_ask_for_a_code_show_where_to_type_it(austin, client, monkeypatch):
    form = at_review(client, austin)
    put = contact._mail

    def comes_second(kind, form_hash, *given):
        put(kind, form_hash, *given)
        put(kind, form_hash, *given)

    monkeypatch.setattr(contact, "_mail", comes_second)
    page = form.review()
    assert page.status_code == 200
    assert 'name="code"' in page.text


def test_a_draft_goes_with_its_request_or_with_its_day(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    send(client, austin.practice.pk, contact={"keep_draft": "on"})
    assert not Draft.objects.exists()
    form = Form(client, austin.practice.pk)
    form.fill("pain", contact={"keep_draft": "on"})
    page = form.post("pain", go="stop")
    (link,) = re.findall(r"<code>http://testserver(/referrals/[\w-]{43}/resume/)</code>", page.text)
    time_machine.shift(datetime.timedelta(days=1, seconds=1))
    assert client.get(link).status_code == 404
    worker.run_once()
    assert not Draft.objects.exists()


def test_a_code_that_nobody_typed_goes_with_its_address_after_a_day(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    at_review(client, austin).review()
    time_machine.shift(datetime.timedelta(hours=23))
    worker.new_day(timezone.now())
    assert bytes(ContactCheck.objects.get().address)
    time_machine.shift(datetime.timedelta(hours=1, seconds=1))
    worker.new_day(timezone.now())
    assert not (ContactCheck.objects.exists() or Delivery.objects.exists())


# ---- who asks for somebody else ----


def test_a_relative_is_named_with_the_relation(austin, client):
    relative = {"asker": "relative", "relative_name": "Ringo Quokka", "relation": "son"}
    assert send(client, austin.practice.pk, asker=relative).status_code == 303
    referral = Referral.objects.get()
    lines = [line.value for section in reading.for_clinic(referral, referral.unseal()) for line in section.lines]
    assert {"Ringo Quokka", "son"} <= set(lines)


def test_what_an_office_sends_waits_for_the_patients_own_word(austin, client):
    link, office = propose(client, austin)
    referral = Referral.objects.get()
    assert (referral.state, referral.submitted_at) == ("unconfirmed", None)
    assert client.post(link, WHO | {"birth_year": "1958"}).text.count("not the date of birth") == 2
    assert client.get(f"{office}confirm/").status_code == 404  # the office cannot say it for the patient
    assert client.post(link, WHO | AGREES)["Location"] == link  # nobody agrees to what was not shown yet
    referral.refresh_from_db()
    assert referral.state == "unconfirmed"
    assert "Tick the box" in client.post(link, {"warning": "no"}).text
    assert client.post(link, AGREES).status_code == 303
    referral.refresh_from_db()
    assert referral.state == "submitted"
    assert referral.consent_version == questions.CONSENT_VERSION
    assert referral.email_checked_at is not None
    assert [step.move for step in referral.steps.all()] == ["confirm"]
    assert "The patient agreed, and it was sent" in client.get(office).text


def test_the_patient_is_told_that_it_was_sent_once_it_is(austin, client):
    link, _office = propose(client, austin)
    agree(client, link)
    assert set(Referral.objects.get().deliveries.values_list("kind", flat=True)) >= {"clinic_new", "patient_news"}


def test_the_office_can_look_while_the_patient_has_not_decided(austin, client):
    _link, office = propose(client, austin)
    page = Client().get(office)
    assert (page.status_code, "It waits for the patient’s word" in page.text) == (200, True)


def test_what_was_agreed_to_for_one_clinic_does_not_go_to_its_buyer(austin, client):
    link, _office = propose(client, austin)
    sold(austin)
    agree(client, link)
    assert Referral.objects.get().state == "unconfirmed"
    assert not Referral.objects.filter(submitted_at__isnull=False).exists()


def sold(austin):
    """The office belongs to another clinic from now on."""
    site = austin.practice.site
    site.clinic = factories.connected_clinic(name="Other Owner")
    site.save()
    search.rebuild([austin.practice.pk])


@pytest.mark.parametrize("when", ["at the review", "at the code"])
def test_an_office_that_is_sold_meanwhile_is_agreed_to_anew_by_its_new_name(austin, client, when):
    form = at_review(client, austin)
    if when == "at the code":
        form.review()
        code = code_in_mail()
        sold(austin)
        page = form.type_code(code)
    else:
        sold(austin)
        page = form.review()
    assert page.status_code == 409
    assert "This office belongs to Other Owner now." in page.text
    assert not Referral.objects.exists()
    form.review()
    assert form.type_code().status_code == 303
    assert Referral.objects.get().clinic.name == "Other Owner"


def test_what_was_agreed_to_long_ago_is_asked_again_with_the_warning_signs(austin, client, time_machine):
    form = at_review(client, austin)
    form.review()
    now = timezone.now()
    time_machine.move_to(now + datetime.timedelta(minutes=50))
    form.post("code", {"code": ""}, go="again")
    time_machine.move_to(now + datetime.timedelta(minutes=61))
    page = form.type_code()
    assert "Once more before you go on" in page.text
    assert not Referral.objects.exists()


def test_asking_for_code_after_code_keeps_no_form_open_for_more_than_a_day(austin, client, time_machine):
    form, now = at_review(client, austin), timezone.now()
    for hours in (10, 20, 25):
        time_machine.move_to(now + datetime.timedelta(hours=hours))
        page = form.review()
    assert (page.status_code, "more than a day" in page.text or "older than a day" in page.text) == (400, True)


def test_what_it_is_about_is_shown_after_the_date_of_birth_and_before_the_consents(austin, client):
    link, _office = propose(client, austin)
    clinical = ("adhesiolysis", austin.practice.specialist.name, CANARIES["name"], CANARIES["stops"], "apixaban")
    opened = client.get(link).text.split("<main")[1].split("</main>")[0]
    assert "Dr. Wallaby" in opened
    assert austin.clinic.name in opened
    assert not [word for word in (*clinical, "Share these answers") if word in opened]
    client.post(link, WHO)
    read = client.get(link).text
    assert [word for word in clinical if word.casefold() not in read.casefold()] == []
    assert read.index(CANARIES["stops"]) < read.index("new or worse in the last two weeks") < read.index("Share these")
    assert "(512) 555-0187" in read
    assert CANARIES["stops"] not in Client().get(link).text


def test_five_wrong_dates_lead_to_the_office_and_to_a_new_link_a_few_times(austin, client):
    link, _office = propose(client, austin)
    for mails in (1, 1, 0):
        for year in range(1960, 1965):
            page = client.post(link, WHO | {"birth_year": str(year)})
        assert page.status_code == 403
        assert ("A new link is on its way" in page.text) == bool(mails)
        assert "Dr. Wallaby" in page.text
        assert 'href="tel:+15125550187"' in page.text
        assert austin.clinic.name not in page.text.split("<main")[1]
        mail.outbox.clear()
        worker.run_once()
        asked = [str(message.body) for message in mail.outbox if message.to == [CANARIES["email"]]]
        assert len(asked) == mails
        if asked:
            (link,) = re.findall(r"http://testserver(/referrals/[\w-]{43}/confirm/)", asked[0])
    assert client.get(link).status_code == 404


def test_a_lost_question_is_mailed_again_where_a_link_is_asked_for(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    propose(client, austin)
    for hours, mails in ((0, 0), (2, 1)):
        time_machine.shift(datetime.timedelta(hours=hours))
        mail.outbox.clear()
        client.post("/referrals/find/", {"email": CANARIES["email"]})
        outbox.take_lost_links(timezone.now())
        worker.run_once()
        assert len([message for message in mail.outbox if message.to == [CANARIES["email"]]]) == mails
    assert "/confirm/" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    ("said", "reason", "to_office"),
    [
        ({"go": "not_mine"}, "not_mine", "The patient said that it is not theirs"),
        ({"warning": "yes"}, "stopped", "It ended before it was sent"),
    ],
)
def test_a_patient_who_knows_nothing_of_it_or_is_in_danger_ends_it_and_the_office_learns_that_it_ended(
    austin, client, time_machine, said, reason, to_office
):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    link, office = propose(client, austin)
    answer = client.post(link, said)
    assert answer.status_code == 200
    assert ("ask the office to send the request again" in answer.text) == (reason == "stopped")
    assert "back button" not in answer.text
    referral = Referral.objects.get()
    assert (referral.state, referral.steps.get().reason) == ("withdrawn", reason)
    assert referral.erased_at is not None
    assert not any(bytes(value) for value in (referral.answers, referral.name, referral.data_key))
    assert not referral.deliveries.filter(kind="clinic_new").exists()
    assert client.get(link).status_code == 404
    if reason == "stopped":  # pressed twice
        assert "Get help now" in client.post(link, said).text
    clock.tick(timezone.now())
    seen = client.get(office).text
    assert to_office in seen
    assert "Get help" not in seen
    assert "December 8, 2026" in seen
    time_machine.shift(datetime.timedelta(days=14, minutes=1))
    clock.tick(timezone.now())
    assert not Referral.objects.exists()
    assert client.get(office).status_code == 404


def test_the_office_reads_words_of_its_own_in_every_state_and_none_of_the_patients(austin, client):
    _link, office = propose(client, austin)
    for state in State:
        if state == State.DRAFT:
            continue
        Referral.objects.update(state=state, submitted_at=timezone.now(), appointment_at=timezone.now())
        page = client.get(office).text.split("<main")[1]
        assert str(story.STANDS_FOR_OFFICE[state].title) in page
        assert not [
            words for words in ("Keep this address", "You agreed", "Withdraw this", "Your turn") if words in page
        ]


def test_what_the_patient_never_agreed_to_is_erased_after_a_week(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    _link, office = propose(client, austin)
    time_machine.shift(datetime.timedelta(days=7, minutes=1))
    clock.tick(timezone.now())
    assert not any(bytes(row.answers) for row in Referral.objects.all())
    assert "The patient did not agree in time" in client.get(office).text


def test_an_office_without_the_patients_address_gets_a_page_to_print_and_keeps_what_it_typed(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("contact", asker=OFFICE)
    assert "None? Leave this empty: your answers become a page to print." in form.page.text
    form.post("contact", PAGES["contact"] | {"email": "", "keep_draft": "on"})
    for step in ("pain", "earlier", "scan", "medicines", "health", "practical"):
        assert "no e-mail address at which we can ask the patient, so nothing can be sent" in form.page.text
        form.post(step)
    review = form.page.text
    assert "Show the page to print" in review and "Ask the patient by mail" not in review
    assert "Error:" not in review
    assert CANARIES["stops"] in review
    page = form.post("review", {"warning": "no"})
    assert page.status_code == 200
    assert "Print this page now." in page.text
    assert "Printed by Dr. Wallaby for the patient" in page.text
    assert "by the patient" not in page.text
    assert [word for word in (CANARIES["name"], CANARIES["stops"]) if word not in page.text] == []
    assert nothing_is_stored()
    form.post("", {}, go="to:contact")
    assert CANARIES["name"] in form.page.text  # to add the address after all
    form.post("contact")
    assert "The patient is asked" in form.post("review", {"warning": "no"}).text


def test_an_office_that_gives_no_way_at_all_to_reach_the_patient_is_asked_for_one(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("pain", asker=OFFICE, contact={"email": "", "phone": ""})
    assert "Enter an e-mail address or a phone number" in form.page.text


def test_a_patient_without_an_address_still_sends_and_is_never_led_to_the_page_to_print(austin, client):
    page = at_review(client, austin, **PHONE_ONLY).page.text
    assert "Show the page to print" not in page and "nothing can be sent" not in page


# ---- readiness ----


def test_what_the_clinic_asks_for_is_counted_and_the_clinic_reads_the_same_list(austin, client, time_machine):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    Offering.objects.update(
        needs_mri_months=24, needs_injections=True, needs_prescriber_word=True, needs_doctor_referral=True, age_to=90
    )
    form = at_review(client, austin)
    assert "3 of 5 ready" in form.page.text
    missing = form.page.text.split('class="checks"')[1].split('class="ok"')[0]
    assert "A word from the doctor who prescribes your blood thinner" in missing
    assert "Keep taking your blood thinner" in missing
    assert "A referral from your own doctor" in missing
    letter = form.post("review", {}, go="letter")
    assert "Please refer me" in letter.text
    assert nothing_is_stored()
    form.review()
    form.type_code()
    Offering.objects.update(needs_injections=False)
    referral = Referral.objects.get()
    (ready,) = [one for one in reading.for_clinic(referral, referral.unseal()) if one.name == "ready"]
    assert ready.title == "3 of 5 ready"
    assert [line.value for line in ready.lines] == ["Missing", "Missing", "Ready", "Ready", "Ready"]


@pytest.mark.parametrize(("known", "is_ready"), [(("11", "2025"), True), (("10", "2025"), False), (("", "2026"), True)])
def test_an_mri_is_as_old_as_its_month_and_of_a_year_alone_the_first_counts(
    austin, client, time_machine, known, is_ready
):
    time_machine.move_to("2026-11-24 12:00-05:00", tick=False)
    Offering.objects.update(needs_mri_months=12)
    form = at_review(client, austin, scan={"mri_on_month": known[0], "mri_on_year": known[1]})
    assert f"{int(is_ready)} of 1 ready" in form.page.text


def test_where_a_clinic_takes_nothing_incomplete_it_is_said_and_nothing_is_sent(austin, client):
    Offering.objects.update(needs_doctor_referral=True, takes_incomplete=False)
    form = at_review(client, austin, **PHONE_ONLY)
    page = form.review()
    assert "takes requests only when nothing is missing" in page.text
    assert nothing_is_stored()
    form.post("review", {}, go="to:practical")
    form.post("practical", PAGES["practical"] | {"own_referral": "yes"})
    assert "Your request was sent" in form.review().text


def test_a_request_of_the_first_form_is_read_with_the_questions_that_it_answered(austin):
    sections = questions.as_read(CONTENT.answers)
    assert [str(section.title) for section in sections] == ["Warning signs", "Pain", "What was tried", "MRI"]
    said = {str(line.label): line.value for section in sections for line in section.lines}
    assert said["Tried"] == "Spine surgery, Steroid injections in the back or neck"
    assert said["When"] == "2025"
    assert said["Since"] == "March 2024"


# ---- the other language, the bare address ----------------------------------------------------------------------------


def retell(form, step, typed):
    """Presses the other language in the header of this page."""
    form.address = "/es/referrals/new/"
    return form.post(step, typed, go="retell")


def test_the_other_language_is_a_button_of_the_form_which_the_enter_key_does_not_press(austin, client):
    form = Form(client, austin.practice.pk)
    form.post("gate")
    header = form.page.text.split("<header")[1].split("</header>")[0]
    first, other = re.findall(r'<button[^>]*form="answers"[^>]*>', header)
    assert 'value="next"' in first
    assert all(part in other for part in ('formaction="/es/referrals/new/"', 'value="retell"', 'lang="es"'))
    assert "/es/referrals/new/" not in form.page.text.replace('formaction="/es/referrals/new/"', "").split("<body")[1]
    assert form.page.text.count('id="answers"') == 1


@pytest.mark.parametrize("step", ["signs", "contact", "pain", "medicines"])
def test_the_other_language_shows_the_same_page_with_what_was_typed_and_judges_nothing(austin, client, step):
    form = Form(client, austin.practice.pk)
    form.fill(step)
    half = {"milder": ["fever"], "name": CANARIES["name"], "phone": "555", "keep_draft": "on", "stops": "wombat"}
    page = retell(form, step, half)
    assert (page.status_code, '<html lang="es"' in page.text) == (200, True)
    assert f'name="step" value="{step}"' in page.text
    assert "errsum" not in page.text
    shown = {"signs": ['value="fever"'], "contact": [CANARIES["name"], 'value="555"'], "pain": ["wombat"]}
    assert all(word in page.text for word in shown.get(step, []))
    if step == "contact":
        assert re.search(r'name="keep_draft"[^>]* checked', page.text)
    assert nothing_is_stored()  # ticked is not yet said: “Go on” says it
    for name in list(PAGES)[list(PAGES).index(step) :]:
        form.post(name)
    assert 'name="step" value="review"' in form.page.text
    assert "Potoroo Imaging" in form.page.text


def test_a_warning_sign_that_is_ticked_is_still_ticked_in_the_other_language_and_stops_as_before(austin, client):
    form = Form(client, austin.practice.pk)
    page = retell(form, "gate", {"warning": "yes"})
    assert re.search(r'value="yes"[^>]* checked', page.text)
    assert "stopbody" not in page.text
    assert "stopbody" in form.post("gate", {"warning": "yes"}).text


def test_review_code_and_what_lies_beside_the_straight_way_are_told_again_in_the_other_language(austin, client):
    form = Form(client, austin.practice.pk)
    form.post("gate")
    form.post("signs", {"milder": ["fever"]})
    assert "end--today" in retell(form, "early", {}).text
    form.address = "/referrals/new/"
    form.post("early", {})
    for step in list(PAGES)[2:]:
        form.post(step)
    page = retell(form, "review", {"warning": "no", "keep": "on"})
    assert 'name="step" value="review"' in page.text
    assert re.search(r'name="keep"[^>]* checked', page.text) and not re.search(r'name="share"[^>]* checked', page.text)
    assert nothing_is_stored()
    form.review()
    page = retell(form, "code", {"code": "418 902"})
    assert ('name="step" value="code"' in page.text, 'value="418 902"' in page.text) == (True, True)
    assert ContactCheck.objects.get().tries == 0
    assert link_of(form.type_code()).startswith("/es/referrals/")


def test_a_draft_that_is_kept_is_shown_in_the_other_language(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("pain", contact={"keep_draft": "on"})
    form.post("pain", go="stop")
    page = retell(form, "kept", {})
    assert "/es/referrals/" in page.text and "/resume/" in page.text
    assert Draft.objects.count() == 1


def test_the_link_that_is_shown_once_is_there_in_the_other_language_too(austin, client):
    form = at_review(client, austin, **PHONE_ONLY)
    form.review()
    page = retell(form, "sent", {})
    link = re.search(r'<a href="http://testserver(/es/referrals/[\w-]{43}/)">', page.text)
    assert link and client.get(link[1]).status_code == 200
    assert Referral.objects.count() == 1


def test_a_clinic_that_closed_meanwhile_is_told_in_the_other_language_with_the_answers(austin, client):
    form = Form(client, austin.practice.pk)
    form.fill("contact")
    Clinic.objects.update(people_checked_on=None)
    search.rebuild_all()
    assert NOT_JOINED in form.post("contact").text
    page = retell(form, "call", {})
    assert '<html lang="es"' in page.text and 'name="step" value="call"' in page.text
    assert 'name="step" value="pain"' in form.post("call", {}).text
    assert nothing_is_stored()


@pytest.mark.parametrize("where", ["", "/es"])
def test_the_bare_address_says_how_to_go_on(client, db, where):
    page = client.get(f"{where}/referrals/new/")
    assert page.status_code == 200
    assert 'href="' + where + '/referrals/find/"' in page.text
    if not where:
        assert "first choose an office" in page.text
        assert "not listed" not in page.text
