"""The patient's private page: what it says in each state, and to whom it says nothing."""

import dataclasses
import datetime
import io
import logging
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.logs import PrivateFormatter
from directory import limits, search
from referrals import access, clock, correspondence, gate, holds, moves, states
from referrals.models import Delivery, Referral, ReferralLink
from referrals.states import State
from tests import factories
from tests.referrals.patient import CANARIES, CONTENT, send


@pytest.fixture
def referral(austin):
    return austin.referral()


@pytest.fixture
def address(referral):
    return f"/referrals/{ReferralLink.objects.issue(referral)}/"


def type_birth(client, address, month=4, day=9, year=1957):
    """Types the date of birth on this device -> the answer to that."""
    return client.post(f"{address}open/", {"birth_month": month, "birth_day": day, "birth_year": year})


@pytest.fixture
def opened(client, address):
    """A browser on which the date of birth was typed."""
    assert type_birth(client, address).status_code == 303
    return client


def test_the_page_tells_state_turn_and_timeline(austin, referral, address, client):
    text = client.get(address).text
    assert "Your request was sent" in text
    assert "The clinic’s turn" in text
    assert "You sent it" in text
    assert "It was opened by the clinic" not in text
    assert referral.reference in text
    assert f'href="tel:{austin.practice.phone}"' in text


def test_opening_by_the_clinic_and_each_move_appear(austin, referral, address, client):
    access.read(referral, user=austin.coordinator)
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    text = client.get(address).text
    told = ["You sent it", "It was opened by the clinic", "They started on it", "They said yes"]
    assert [text.index(words) for words in told] == sorted(text.index(words) for words in told)
    assert "The clinic said yes" in text
    assert austin.coordinator.email not in text


@pytest.mark.parametrize("reason", states.DECLINE_REASONS, ids=lambda reason: reason.code)
def test_a_declined_patient_reads_why_and_what_next(austin, referral, address, opened, reason):
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason=reason.code)
    page = opened.get(address)
    text = page.text.replace("&#x27;", "'")
    assert "The clinic said no" in text
    assert str(reason.to_patient) in text
    assert str(reason.next_step) in text
    assert "/find/?near=78701&amp;procedure=adhesiolysis" in text
    assert "Withdraw this request" not in text


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_every_state_has_a_page_and_only_running_ones_a_button_to_withdraw(referral, address, client, state):
    Referral.objects.update(state=state, appointment_at=timezone.now() if state == State.SCHEDULED else None)
    page = client.get(address)
    assert page.status_code == 200
    assert ("Withdraw this request" in page.text) == (state not in states.ENDS)
    if state in states.ENDS:
        assert str(states.NEXT_STEPS[state]) in page.text


def test_before_the_date_of_birth_the_page_shows_no_identity_and_nothing_clinical(austin, referral, address, client):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your MRI?")
    moves.decline(referral, actor=austin.staff, reason="needs_imaging")
    text = client.get(address).text
    assert not any(word in text for word in CANARIES.values())
    assert not any(word in text for word in ("MRI", "diolysis", "Rivera"))
    assert "555) 555-0186" not in text
    assert "1957" not in text


def test_nobody_keeps_lists_or_passes_on_the_address(referral, address, client):
    for answer in (client.get(address), client.get("/referrals/unknown/"), client.post(f"{address}withdraw/")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies


@pytest.mark.parametrize("token", ["unknown", "x" * 3000, "%00", "😀", "new2", "'"])
def test_an_unknown_link_is_a_page_that_helps(referral, client, token):
    page = client.get(f"/referrals/{token}/")
    assert page.status_code == 404
    assert "This link opens nothing" in page.text


def test_a_revoked_link_opens_nothing_and_changes_nothing(referral, address, client):
    assert referral.links.all().revoke() == 1
    assert client.get(address).status_code == 404
    assert client.post(f"{address}withdraw/").status_code == 404
    assert Referral.objects.get().state == State.SUBMITTED


def test_the_database_does_not_know_the_token(referral, address):
    token = address.split("/")[2]
    assert len(token) >= 43
    assert token not in ReferralLink.objects.get().token_hash


def test_the_number_of_a_request_is_no_link(referral, client):
    assert client.get(f"/referrals/{referral.pk}/").status_code == 404
    assert client.get(f"/referrals/{referral.reference}/").status_code == 404


def test_withdrawing_ends_it_and_tells_the_clinic(referral, address):
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})  # what browsers send under no-referrer
    answer = browser.post(f"{address}withdraw/")
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert "You withdrew this request" in browser.get(address).text
    assert referral.deliveries.filter(kind=Delivery.Kind.CLINIC_WITHDRAWN).exists()


def test_withdrawing_twice_or_too_late_says_so_and_changes_nothing(austin, referral, address, client):
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason="other")
    page = client.post(f"{address}withdraw/")
    assert page.status_code == 409
    assert "This is not possible any more" in page.text
    assert Referral.objects.get().state == State.DECLINED


def test_a_second_click_on_withdraw_or_answer_says_that_it_is_done(austin, referral, address, opened, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was it?")
    words = {"text": "In May.\r\nOr in June. "}
    for _click in range(2):
        answer = opened.post(f"{address}answer/", words)
        assert (answer.status_code, answer["Location"]) == (303, address)
    assert "Your answer was sent." in opened.get(address).text
    other = opened.post(f"{address}answer/", {"text": "In July."})
    assert other.status_code == 409
    assert "It was not sent and not kept" in other.text
    for _click in range(2):
        assert opened.post(f"{address}withdraw/").status_code == 303
    time_machine.shift(datetime.timedelta(minutes=2))
    assert opened.post(f"{address}withdraw/").status_code == 409
    assert referral.steps.filter(role="patient").count() == 3
    assert referral.messages.count() == 2


def test_an_appointment_is_shown_while_it_stands(austin, referral, address, client):
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.schedule(referral, actor=austin.staff, at=timezone.now() + datetime.timedelta(days=3))
    assert '<p class="when">' in client.get(address).text
    client.post(f"{address}withdraw/")
    assert '<p class="when">' not in client.get(address).text


def test_opening_the_page_changes_nothing(referral, address, client):
    assert client.head(address).status_code == 200
    client.get(address)
    assert client.get(f"{address}withdraw/").status_code == 405
    assert client.post(address).status_code == 405
    after = Referral.objects.get()
    assert (after.version, after.steps.count(), after.openings.count()) == (1, 1, 0)


def test_times_are_those_of_the_office(referral, address, client):
    local = referral.steps.get().at.astimezone(ZoneInfo("America/Chicago"))
    assert f'datetime="{local.isoformat()[:16]}' in client.get(address).text


@pytest.fixture
def logged():
    """Everything that this site would write to its logs, formatted as it formats it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.security", "referrals")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_no_log_holds_a_token_even_when_the_page_breaks(referral, address, client, logged):
    token = address.split("/")[2]
    client.raise_request_exception = False
    client.get(address)
    client.post(address)  # 405: logged with its path
    unlucky = [f"{'x' * 43}", f"new-{'y' * 39}", f"find-{'z' * 38}"]
    for unknown in unlucky:  # 404: logged with its path
        client.get(f"/referrals/{unknown}/")
    Referral.objects.update(data_key_id="gone")
    client.post(f"{address}withdraw/")
    logging.getLogger("django.request").error("Internal Server Error: %s", address)
    text = logged.getvalue()
    assert "/referrals/-/" in text
    assert token not in text
    assert not any(unknown in text for unknown in unlucky)


# ---- the date of birth ----------------------------------------------------------------------------------------------


def test_the_date_of_birth_is_asked_once_on_each_device(austin, referral, address, client):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your scan?")
    assert "When was your scan?" not in client.get(address).text
    answer = type_birth(client, address)
    assert (answer.status_code, answer["Location"]) == (303, address)
    cookie = answer.cookies["request_opened"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert not any(part in cookie.value for part in (address.split("/")[2], str(referral.pk), referral.reference))
    assert "When was your scan?" in client.get(address).text
    assert "When was your scan?" in client.get(f"/referrals/{ReferralLink.objects.issue(referral)}/").text
    assert "When was your scan?" not in Client().get(address).text


def test_the_cookie_of_one_request_opens_no_other(austin, address, opened):
    other = austin.referral()
    assert "Is it you?" in opened.get(f"/referrals/{ReferralLink.objects.issue(other)}/").text
    assert "Is it you?" not in opened.get(address).text
    opened.cookies["request_opened"] = "forged"
    assert "Is it you?" in opened.get(address).text


@pytest.mark.parametrize("typed", [("", "", ""), ("13", "9", "1957"), ("2", "30", "1957"), ("x", "9", "1957")])
def test_what_is_no_date_costs_no_try(referral, address, client, typed):
    page = type_birth(client, address, *typed)
    assert page.status_code == 400
    assert "in numbers, for example 7 22 1961" in page.text
    assert referral.links.get().wrong_births == 0


def test_after_five_wrong_dates_the_link_is_dead_and_a_new_one_is_mailed(referral, address, client):
    Referral.objects.filter(pk=referral.pk).update(email_checked_at=timezone.now())
    for left in (4, 3, 2, 1):
        page = type_birth(client, address, year=1950 + left)
        assert page.status_code == 400
        assert f"Tries left: {left}" in page.text
    page = type_birth(client, address, year=1950)
    assert page.status_code == 403
    assert "A new link is on its way" in page.text
    assert type_birth(client, address).status_code == 404
    assert referral.deliveries.filter(kind="patient_link").count() == 1


def test_the_right_date_forgets_the_wrong_ones(referral, address, client):
    type_birth(client, address, year=1958)
    type_birth(client, address)
    assert referral.links.get().wrong_births == 0


def test_without_a_checked_address_the_closed_link_leads_to_the_clinic(austin, referral, address, client):
    for year in range(1960, 1965):
        page = type_birth(client, address, year=year)
    assert "We have no checked mail address" in page.text
    assert f'href="tel:{austin.practice.phone}"' in page.text
    assert not referral.deliveries.filter(kind="patient_link").exists()


@pytest.mark.parametrize("button", ["answer", "message", "seen", "not-seen", "move-on", "erase"])
def test_nothing_but_ending_it_works_before_the_date_of_birth_and_what_was_typed_stays(
    austin, referral, address, client, button
):
    page = client.post(f"{address}{button}/", {"text": "I can <come>", "agree": "1.1", "to": "1.1", "warning": "no"})
    assert page.status_code == 403
    assert "Nothing was done yet" in page.text
    assert "I can &lt;come&gt;" in page.text
    referral.refresh_from_db()
    assert (referral.version, referral.messages.count()) == (1, 0)


# ---- words in both directions ---------------------------------------------------------------------------------------


def test_the_patient_answers_a_question(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your <scan>?")
    page = opened.get(address).text
    assert "When was your &lt;scan&gt;?" in page
    assert "Nobody reads this right away" in page
    answer = opened.post(f"{address}answer/", {"text": "In May."})
    assert answer["Location"] == address  # where the page says on top that it was sent
    referral.refresh_from_db()
    assert referral.state == State.RECEIVED
    assert "In May." in opened.get(address).text
    assert referral.deliveries.filter(kind="clinic_answered").exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_an_answer_without_words_or_too_long_changes_nothing_and_stays_in_its_box(
    austin, referral, address, opened, text
):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When?")
    page = opened.post(f"{address}answer/", {"text": text})
    assert page.status_code == 400
    assert "at most 2000 characters" in page.text.replace("2,000", "2000")
    assert f"{text}</textarea>" in page.text
    referral.refresh_from_db()
    assert referral.state == State.NEEDS_INFORMATION


def summary_of(page):
    """The box on top that names what is wrong, and the whole page."""
    text = page.text
    found = re.search(r'<div class="errsum" role="alert" tabindex="-1" autofocus>(.*?)</div>', text, re.S)
    assert found is not None
    assert text.index(found[0]) < text.index("<h1>")
    assert text.count('role="alert"') == 1  # read out once
    assert "<title>Error: " in text.replace("\n", "")
    return found[1], text


def test_an_empty_answer_comes_back_as_the_form_does(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When?")
    assert "Error:" not in opened.get(address).text
    summary, text = summary_of(opened.post(f"{address}answer/", {"text": ""}))
    assert '<a href="#text">Write something' in summary
    assert re.search(r'<textarea [^>]*id="text"[^>]*aria-invalid="true" aria-describedby="text-error"', text)


def test_a_file_that_is_not_taken_comes_back_as_the_form_does(referral, address, opened):
    summary, text = summary_of(opened.post(f"{address}files/add/", {}))
    assert '<a href="#file">Choose a file first' in summary
    assert re.search(r'<input [^>]*id="file"[^>]*aria-invalid="true"', text)


@pytest.mark.parametrize(
    ("year", "words"), [(1958, "That is not the date of birth"), ("", "Enter month, day and year")]
)
def test_a_wrong_date_of_birth_comes_back_as_the_form_does(referral, address, client, year, words):
    summary, text = summary_of(type_birth(client, address, year=year))
    assert f'<a href="#birth-month">{words}' in summary
    marked = re.findall(r'<input [^>]*id="birth-(\w+)"[^>]*aria-invalid="true" aria-describedby="birth-error"', text)
    assert marked == ["month", "day", "year"]


@pytest.mark.parametrize(
    ("button", "words"), [("answer", "Your answer was sent."), ("message", "Your message was sent.")]
)
def test_what_was_sent_is_confirmed_on_top_once_and_no_cookie_holds_it(
    austin, referral, address, opened, button, words
):
    if button == "answer":
        moves.start(referral, actor=austin.staff)
        moves.ask(referral, actor=austin.staff, text="When?")
    answer = opened.post(f"{address}{button}/", {"text": "In canary May."})
    cookie = answer.cookies["request_notice"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 120)
    known = ("canary", "May", address.split("/")[2], str(referral.pk), referral.reference)
    assert not any(part in cookie.value for part in known)
    other = f"/referrals/{ReferralLink.objects.issue(austin.referral())}/"
    assert words not in opened.get(other).text  # it is about this request alone
    text = opened.get(address).text
    assert text.index(words) < text.index("<h1>")
    assert words not in opened.get(address).text


def test_the_clinics_question_stands_right_under_the_heading_with_the_box_for_the_answer(
    austin, referral, address, opened
):
    opened.post(f"{address}message/", {"text": "Is there a ramp?"})
    moves.start(referral, actor=austin.staff)
    correspondence.write(referral, actor=austin.staff, text="There is.")
    opened.post(f"{address}message/", {"text": "Thank you."})
    moves.ask(referral, actor=austin.staff, text="When was your scan?")
    correspondence.write(referral, actor=austin.staff, text="And where?")
    text = opened.get(address).text
    parts = [
        "<h1>",
        'id="question"',
        "When was your scan?",
        "And where?",
        'id="text"',
        "Keep this address",
        "How far it is",
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    asked = text[text.index('id="question"') : text.index("Keep this address")]
    assert "There is." not in asked
    assert text.count("<textarea") == 1
    opened.post(f"{address}answer/", {"text": "In May."})
    assert 'id="question"' not in opened.get(address).text


def test_that_they_tried_to_reach_the_patient_stands_above_messages_and_documents(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    correspondence.log_attempt(referral, user=austin.coordinator, outcome="no_answer")
    text = opened.get(address).text
    parts = ["They tried to reach you", 'id="messages"', 'id="files"']
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_after_withdrawing_a_link_leads_to_a_new_request(austin, referral, address, opened):
    assert "Send a new request" not in opened.get(address).text
    opened.post(f"{address}withdraw/")
    new = f"/referrals/new/?practice={austin.practice.pk}&amp;procedure=adhesiolysis"
    assert f'<a href="{new}">Send a new request</a>' in opened.get(address).text
    assert opened.get(new.replace("&amp;", "&")).status_code == 200
    stranger = Client().get(address).text  # the address alone tells nobody what it is about
    assert "diolysis" not in stranger[stranger.index("<h1>") : stranger.index("<footer")]
    assert "Find a specialist</a>" in stranger[stranger.index("<h1>") : stranger.index("<footer")]


def test_the_way_to_a_lost_link_stands_in_the_footer_of_every_page(client, db):
    text = client.get("/").text
    assert '<a href="/referrals/find/">Get your link again</a>' in text[text.index("<footer") :]


def test_what_has_ended_is_not_said_to_end_when_it_moves_on(austin, referral, address, opened):
    other_office(austin)
    assert "The request here ends." in opened.get(address).text
    declined(austin, referral)
    text = opened.get(address).text
    assert "Your answers go along as they are." in text
    assert "The request here ends." not in text


def test_an_answer_that_comes_too_late_is_not_lost(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    page = opened.post(f"{address}answer/", {"text": "In May."})
    assert page.status_code == 409
    assert "This is not possible any more" in page.text
    assert "In May." in page.text


def test_messages_go_both_ways_until_it_ends(austin, referral, address, opened):
    opened.post(f"{address}message/", {"text": "Where do I park?"})
    moves.start(referral, actor=austin.staff)
    correspondence.write(referral, actor=austin.staff, text="Behind the house.")
    page = opened.get(address).text
    assert page.index("Where do I park?") < page.index("Behind the house.")
    assert austin.coordinator.email not in page
    moves.withdraw(referral)
    assert opened.post(f"{address}message/", {"text": "One more"}).status_code == 409
    assert referral.messages.count() == 2


def test_so_many_messages_in_a_day_are_stopped(referral, address, opened, monkeypatch):
    monkeypatch.setattr(correspondence, "MOST_A_DAY", 2)
    for _ in range(2):
        assert opened.post(f"{address}message/", {"text": "Hello?"}).status_code == 303
    page = opened.post(f"{address}message/", {"text": "Hello??"})
    assert page.status_code == 400
    assert "Please call the clinic" in page.text
    assert referral.messages.count() == 2


def test_messages_are_sealed_in_the_database(referral, address, opened):
    opened.post(f"{address}message/", {"text": "A canary sings"})
    (message,) = referral.messages.all()
    assert b"canary" not in bytes(message.text)


def test_attempts_to_reach_the_patient_are_shown(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    correspondence.log_attempt(referral, user=austin.coordinator, outcome="left_message")
    text = opened.get(address).text
    assert "They tried to reach you" in text
    assert "Left a message" in text
    moves.could_not_reach(referral, actor=austin.staff)
    assert "Left a message" in opened.get(address).text


# ---- dates ----------------------------------------------------------------------------------------------------------


def test_the_page_says_when_the_clinic_is_reminded_and_when_it_ends(austin, address, client):
    with time_machine.travel(datetime.datetime(2026, 11, 2, 16, tzinfo=datetime.UTC), tick=False):
        referral = austin.referral()
    text = client.get(f"/referrals/{ReferralLink.objects.issue(referral)}/").text
    assert "we remind the clinic on November 4, 2026 and on November 9, 2026. From November 10, 2026 on" in text
    assert "it ends on December 2, 2026" in text


@pytest.fixture
def after_appointment(austin, referral):
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.schedule(referral, actor=austin.staff, at=timezone.now() + datetime.timedelta(hours=1))
    Referral.objects.filter(pk=referral.pk).update(appointment_at=timezone.now() - datetime.timedelta(days=1))
    return referral


def test_whether_they_were_seen_is_the_patients_word(after_appointment, address, opened):
    assert "Were you seen?" in opened.get(address).text
    assert opened.post(f"{address}seen/").status_code == 303
    after_appointment.refresh_from_db()
    last = after_appointment.steps.last()
    assert (after_appointment.state, last.move, last.role) == (State.COMPLETED, "seen", "patient")


def test_who_was_not_seen_says_so_and_the_clinic_reads_it(after_appointment, address, opened):
    assert opened.post(f"{address}not-seen/").status_code == 303
    after_appointment.refresh_from_db()
    assert (after_appointment.state, after_appointment.appointment_at) == (State.ACCEPTED, None)
    page = opened.get(address).text
    assert "I was not seen at the appointment" in page
    assert "Were you seen?" not in page
    assert after_appointment.deliveries.filter(kind="clinic_answered").exists()


def test_who_said_so_is_never_told_that_they_were_seen(after_appointment, address, opened):
    opened.post(f"{address}not-seen/")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=40)):
        clock.tick(timezone.now())
        assert "You were seen" not in opened.get(address).text
    after_appointment.refresh_from_db()
    assert after_appointment.state == State.EXPIRED


def test_where_nobody_said_anything_the_page_does_not_say_it_either(after_appointment, address, opened):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=40)):
        clock.tick(timezone.now())
        page = opened.get(address).text
    assert "Nobody told us whether you were seen." in page
    assert "You were seen" not in page


def test_before_the_hour_nobody_is_asked_and_no_word_is_taken(austin, referral, address, opened):
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.schedule(referral, actor=austin.staff, at=timezone.now() + datetime.timedelta(days=3))
    assert "Were you seen?" not in opened.get(address).text
    for button in ("seen", "not-seen"):
        assert opened.post(f"{address}{button}/").status_code == 409
    referral.refresh_from_db()
    assert (referral.state, referral.messages.count()) == (State.SCHEDULED, 0)


# ---- moving on, erasing ---------------------------------------------------------------------------------------------


def other_office(austin, degrees_north=0.1, **clinic):
    here = austin.practice.site
    site = factories.site(
        clinic=factories.connected_clinic(**clinic), latitude=here.latitude + degrees_north, longitude=here.longitude
    )
    return factories.offering(practice=factories.practice(site=site)).practice


def to(practice, **changes):
    """What the button of this office sends."""
    chosen = f"{practice.pk}.{practice.site.clinic_id}"
    return {"to": chosen, "agree": chosen, "warning": "no"} | changes


def declined(austin, referral):
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason="no_capacity")


def test_a_declined_patient_moves_on_to_the_next_nearest_with_one_click(austin, referral, address, opened):
    second, first = other_office(austin, 0.3), other_office(austin, 0.1)
    declined(austin, referral)
    page = opened.get(address).text
    assert page.index(first.site.clinic.name) < page.index(second.site.clinic.name)
    assert f"with the people of <strong>{first.site.clinic.name}</strong>" in page
    answer = opened.post(f"{address}move-on/", to(first))
    new = Referral.objects.get(continues=referral)
    assert (new.clinic, new.state) == (first.site.clinic, State.SUBMITTED)
    followed = opened.get(answer["Location"])
    assert new.reference in followed.text
    assert "Is it you?" not in followed.text
    again = opened.post(f"{address}move-on/", to(second))
    assert new.reference in opened.get(again["Location"]).text
    assert Referral.objects.count() == 2
    assert f"See the request to {first.site.clinic.name}" in opened.get(address).text


def test_the_page_promises_no_mail_and_speaks_of_no_address_where_there_is_none(austin, client):
    referral = austin.referral()
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/"
    assert "The clinic can give out a new one" in client.get(address).text
    Referral.objects.update(email_checked_at=timezone.now())
    text = client.get(address).text
    assert "a new one is mailed to the patient" in text and "somebody used your mail address" in text
    without = moves.submit(
        austin.practice.pk,
        "adhesiolysis",
        dataclasses.replace(CONTENT, email=""),
        consent_version="1",
        form_key_hash="without an address",
    )
    text = client.get(f"/referrals/{ReferralLink.objects.issue(without)}/").text
    assert "somebody used your name" in text and "somebody used your mail address" not in text


def test_a_warning_sign_stops_it_and_an_unanswered_question_too(austin, referral, address, opened):
    office = other_office(austin)
    declined(austin, referral)
    for answer, status, words in (
        ("yes", 200, "Get help now"),
        ("not_sure", 200, "Get help now"),
        ("", 400, "Say whether"),
    ):
        page = opened.post(f"{address}move-on/", to(office, warning=answer))
        assert (page.status_code, words in page.text) == (status, True), answer
        assert (f'<a href="{address}">I chose that by mistake</a>' in page.text) == (status == 200)
    assert Referral.objects.count() == 1
    opened.post(f"{address}move-on/", to(office, warning="long_standing", warning_text="numb since 2020, Dr. Lowe"))
    answers = Referral.objects.get(continues=referral).unseal().answers
    assert (answers["warning"], answers["warning_text"]) == ("long_standing", "numb since 2020, Dr. Lowe")


def test_words_that_were_typed_before_no_was_chosen_do_not_go_along(austin, referral, address, opened):
    office = other_office(austin)
    declined(austin, referral)
    opened.post(f"{address}move-on/", to(office, warning_text="dugong" * 10_000))
    answers = Referral.objects.get(continues=referral).unseal().answers
    assert (answers["warning"], answers["warning_text"]) == ("no", "")


def test_an_office_that_changed_hands_meanwhile_gets_nothing(austin, referral, address, opened):
    office = other_office(austin)
    sent = to(office)
    declined(austin, referral)
    office.site.clinic = factories.connected_clinic(name="Other Owner")
    office.site.save()
    search.rebuild([office.pk])
    page = opened.post(f"{address}move-on/", sent)
    assert (page.status_code, Referral.objects.count()) == (409, 1)


def test_the_next_clinic_reads_what_it_asks_for_itself_and_not_what_the_first_did(austin, referral, address, opened):
    austin.practice.offerings.update(needs_mri_months=24, needs_doctor_referral=True)
    strict, office = other_office(austin, 0.1), other_office(austin, 0.3)
    strict.offerings.update(needs_doctor_referral=True, takes_incomplete=False)
    office.offerings.update(needs_plan=True)
    declined(austin, referral)
    assert strict.site.clinic.name not in opened.get(address).text
    refused = opened.post(f"{address}move-on/", to(strict))
    assert (refused.status_code, "something is missing" in refused.text) == (409, True)
    opened.post(f"{address}move-on/", to(office))
    kept = Referral.objects.get(continues=referral).unseal().answers["readiness"]
    assert [need["need"] for need in kept] == ["plan"]


def test_however_many_near_ones_take_nothing_incomplete_the_next_that_takes_it_is_offered(
    austin, referral, address, opened
):
    for number in range(1, 8):
        strict = other_office(austin, number / 100)
        strict.offerings.update(needs_doctor_referral=True, takes_incomplete=False)
    office = other_office(austin, 0.3, name="The Eighth One")
    declined(austin, referral)
    assert [one.practice for one in gate.not_asked_yet(referral)] == [office]
    assert "The Eighth One" in opened.get(address).text


def test_who_moves_on_counts_for_the_clinic_that_gets_it(austin, referral, address, opened, settings):
    full, free = other_office(austin, 0.1), other_office(austin, 0.2)
    settings.REQUESTS_PER_CLINIC = 1
    limits.count("referral-clinic", str(full.site.clinic_id), most=1)
    refused = opened.post(f"{address}move-on/", to(full))
    assert refused.status_code == 429
    assert "That clinic has had as many requests today as it takes in a day." in refused.text
    assert "Your request was sent" in refused.text  # it stands as it did
    referral.refresh_from_db()
    assert referral.state == State.SUBMITTED
    assert opened.post(f"{address}move-on/", to(free)).status_code == 303
    with pytest.raises(limits.TooManyToday):
        limits.count("referral-clinic", str(free.site.clinic_id), most=1)
    assert opened.post(f"{address}move-on/", to(free)).status_code == 303  # the second click is no second request


def test_each_offer_says_what_it_would_find_missing(austin, client):
    assert send(client, austin.practice.pk).status_code == 303
    mine = Referral.objects.get()
    place = f"/referrals/{ReferralLink.objects.issue(mine)}/"
    near, far = other_office(austin, 0.1), other_office(austin, 0.2)
    near.offerings.update(needs_injections=True, needs_doctor_referral=True)
    far.offerings.update(needs_injections=True)
    declined(austin, mine)
    first, second = client.get(place).text.split('<ol class="offer">')[1].split("<li>")[1:3]
    assert "1 of 2 ready" in first and "A referral from your own doctor" in first
    assert first.index("1 of 2 ready") < first.index("Send it there")
    assert "1 of 1 ready" in second and "Everything that this clinic asks for is there." in second


def test_where_the_same_person_is_waiting_already_nothing_is_sent_again(austin, referral, address, opened):
    office = other_office(austin)
    Referral.objects.update(email_checked_at=timezone.now())
    moves.submit(
        office.pk,
        "adhesiolysis",
        CONTENT,
        consent_version="1",
        form_key_hash="asked there before",
        email_checked_at=timezone.now(),
    )
    declined(austin, Referral.objects.get(pk=referral.pk))
    assert office.site.clinic.name not in opened.get(address).text
    refused = opened.post(f"{address}move-on/", to(office))
    assert (refused.status_code, "that is still running" in refused.text) == (409, True)
    assert "Send it to the next nearest?" not in refused.text  # there is nobody to send it to
    assert Referral.objects.count() == 2


def test_a_spanish_request_stays_spanish_whatever_page_the_button_stood_on(austin, referral, address, opened):
    Referral.objects.update(language="es")
    office = other_office(austin)
    declined(austin, referral)
    opened.post(f"{address}move-on/", to(office))
    assert Referral.objects.get(continues=referral).language == "es"


def test_without_the_named_consent_nothing_goes_anywhere(austin, referral, address, opened):
    office = other_office(austin)
    declined(austin, referral)
    page = opened.post(f"{address}move-on/", to(office) | {"agree": ""})
    assert page.status_code == 400
    assert "tick the box of the clinic first" in page.text
    assert Referral.objects.count() == 1


@pytest.mark.parametrize("practice", ["0.0", "x", "9" * 40, "-1.1", "².²", "1.1.1"])
def test_nowhere_is_nowhere(austin, referral, address, opened, practice):
    declined(austin, referral)
    page = opened.post(f"{address}move-on/", {"to": practice, "agree": practice, "warning": "no"})
    assert page.status_code == 409
    assert "takes no requests for this any more" in page.text
    assert Referral.objects.count() == 1


def test_who_was_asked_before_is_not_offered_again(austin, referral, address, opened):
    office = other_office(austin)
    declined(austin, referral)
    answer = opened.post(f"{address}move-on/", to(office))
    new = Referral.objects.get(continues=referral)
    actor = moves.Actor.of_clinic(factories.member(new.clinic))
    moves.start(new, actor=actor)
    moves.decline(new, actor=actor, reason="no_capacity")
    assert "We know of none that take requests for this here." in opened.get(answer["Location"]).text


def test_neither_clinic_learns_of_the_other(austin, referral, address, opened):
    office = other_office(austin, name="Canary Pain")
    declined(austin, referral)
    opened.post(f"{address}move-on/", to(office))
    new = Referral.objects.get(continues=referral)
    theirs = factories.member(office.site.clinic)
    for user, own, foreign in ((austin.coordinator, referral, new), (theirs, new, referral)):
        browser = Client()
        browser.force_login(user)
        page = browser.get(reverse("admin:referrals_referral_change", args=[own.pk])).text
        assert own.reference in page
        assert foreign.reference not in page
        assert foreign.clinic.name not in page


def test_an_unanswered_patient_is_offered_others_only_when_the_clinic_had_its_time(austin, referral, address, opened):
    office = other_office(austin)
    assert '<details class="panel elsewhere">' in opened.get(address).text
    Referral.objects.update(submitted_at=timezone.now() - datetime.timedelta(days=20))
    text = opened.get(address).text
    assert '<details class="panel elsewhere">' not in text
    assert office.site.clinic.name in text
    opened.post(f"{address}move-on/", to(office))
    referral.refresh_from_db()
    assert referral.state == State.REDIRECTED


@pytest.mark.parametrize(
    ("button", "typed"),
    [
        ("open", {"birth_month": 4, "birth_day": 9, "birth_year": 1957}),
        ("message", {"text": "Is there a ramp?"}),
        ("move-on", {}),
    ],
)
def test_without_its_key_a_button_says_what_to_do_and_changes_nothing(
    austin, referral, address, opened, settings, button, typed
):
    office = other_office(austin)
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"x" * 32}
    answer = opened.post(f"{address}{button}/", typed or to(office))
    assert answer.status_code == 503
    assert "Nothing was done. Nothing is lost" in answer.text
    assert "call the clinic and say the reference" in answer.text
    assert austin.practice.phone in answer.text
    assert typed.get("text", "") in answer.text
    referral.refresh_from_db()
    assert (referral.state, referral.version, Referral.objects.count()) == (State.SUBMITTED, 1, 1)
    assert not referral.messages.exists()
    assert "We know of none" not in answer.text


def test_without_its_key_an_answer_stays_on_the_page_and_the_patient_can_still_end_it(
    austin, referral, address, opened, settings
):
    moves.start(referral, actor=austin.staff)
    moves.ask(referral, actor=austin.staff, text="When was your MRI?")
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"x" * 32}
    answer = opened.post(f"{address}answer/", {"text": "In March."})
    assert (answer.status_code, "In March." in answer.text) == (503, True)
    referral.refresh_from_db()
    assert referral.state == State.NEEDS_INFORMATION
    assert opened.post(f"{address}withdraw/").status_code == 303  # ending it needs no key


@pytest.fixture
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


def test_who_did_not_send_it_ends_and_erases_it_without_a_date_of_birth(erasure_list, referral, address, client):
    page = client.post(f"{address}not-mine/")
    assert page.status_code == 200
    assert "This request is erased" in page.text
    assert "The clinic may keep what it received." in page.text
    referral.refresh_from_db()
    assert (referral.state, bytes(referral.answers)) == (State.WITHDRAWN, b"")
    later = client.get(address)
    assert later.status_code == 404
    assert "Or the request was erased" in later.text


def test_who_did_not_send_it_ends_what_went_on_from_it_too(austin, erasure_list, referral, address, opened):
    declined(austin, referral)
    opened.post(f"{address}move-on/", to(other_office(austin)))
    second = Referral.objects.get(continues=referral)
    page = Client().post(f"{address}not-mine/")
    assert "The request that went on from it to another clinic is erased too." in page.text
    second.refresh_from_db()
    referral.refresh_from_db()
    assert (referral.state, bytes(referral.data_key)) == (State.DECLINED, b"")
    assert (second.state, second.steps.last().reason, bytes(second.data_key)) == (State.WITHDRAWN, "not_mine", b"")
    assert second.deliveries.filter(kind="clinic_withdrawn").exists()


def test_what_uses_another_mailbox_by_now_is_not_ended_from_the_first(austin, erasure_list, referral, address, opened):
    declined(austin, referral)
    opened.post(f"{address}move-on/", to(other_office(austin)))
    second = Referral.objects.get(continues=referral)
    second.seal(dataclasses.replace(CONTENT, email="other@example.org"))
    second.save()
    page = Client().post(f"{address}not-mine/")
    assert "This request is erased" in page.text and "went on from it" not in page.text
    second.refresh_from_db()
    assert second.state == State.SUBMITTED


def test_the_patient_erases_it_for_good(erasure_list, referral, address, opened):
    page = opened.post(f"{address}erase/")
    assert "This request is erased" in page.text
    referral.refresh_from_db()
    assert (referral.state, bytes(referral.data_key)) == (State.WITHDRAWN, b"")
    assert referral.deliveries.filter(kind="clinic_withdrawn").exists()


def hold(austin, referral):
    return holds.place(referral, user=austin.operator, reason="Case 1")


def with_appointment(austin, referral):
    moves.start(referral, actor=austin.staff)
    moves.accept(referral, actor=austin.staff)
    moves.schedule(referral, actor=austin.staff, at=timezone.now() + datetime.timedelta(days=30))


def test_a_legal_hold_is_said_before_anything_is_pressed_and_what_pressing_would_do(austin, referral, address, opened):
    assert "legal hold" not in opened.get(address).text
    with_appointment(austin, referral)
    hold(austin, referral)
    text = opened.get(address).text
    assert "A legal hold stands on this request" in text
    assert "The button only notes that you want it erased." in text
    assert "Your appointment stays." in text
    assert "it is withdrawn first, and an appointment is given up" in text
    assert "the request ends at once, and is erased as soon as the hold ends" in text  # of one that is not theirs
    assert "Yes, erase everything now" not in text
    assert "Yes, withdraw it now" in text  # a choice of its own


def test_asking_for_erasing_under_a_legal_hold_gives_up_no_appointment(austin, referral, address, opened):
    with_appointment(austin, referral)
    hold(austin, referral)
    before = (referral.state, referral.version, referral.appointment_at, referral.deliveries.count())
    for _click in range(2):
        answer = opened.post(f"{address}erase/")
        assert (answer.status_code, answer["Location"]) == (303, address)
    referral.refresh_from_db()
    assert (referral.state, referral.version, referral.appointment_at, referral.deliveries.count()) == before
    assert referral.erase_asked_at is not None
    assert referral.erased_at is None
    text = opened.get(address).text
    assert "We have noted that you want this request erased." in text
    assert '<p class="when">' in text
    later = opened.get(address).text
    assert "We have noted" not in later  # said once
    assert "Erasing was asked for on" in later  # and this as long as it is so
    assert "Note that I want it erased" not in later


def test_one_that_still_runs_when_its_hold_ends_is_withdrawn_and_erased_as_the_page_said(
    erasure_list, austin, referral, address, opened
):
    with_appointment(austin, referral)
    hold(austin, referral)
    opened.post(f"{address}erase/")
    assert holds.release(referral, user=austin.operator, reason="Case 1 closed")
    referral.refresh_from_db()
    assert (referral.state, bytes(referral.data_key)) == (State.WITHDRAWN, b"")
    assert referral.deliveries.filter(kind="clinic_withdrawn").exists()


def test_an_ended_one_under_a_legal_hold_is_noted_and_stays_as_it_ended(austin, referral, address, opened):
    moves.withdraw(referral)
    hold(austin, referral)
    assert "the request goes on as it is now" not in opened.get(address).text.lower()
    opened.post(f"{address}erase/")
    referral.refresh_from_db()
    assert (referral.state, referral.steps.count(), referral.erased_at) == (State.WITHDRAWN, 2, None)
    text = opened.get(address).text
    assert "When the legal hold ends, everything is erased at once." in text
    assert "withdrawn first" not in text


def test_who_did_not_send_it_ends_it_under_a_legal_hold_too_and_reads_what_is_kept(austin, referral, address, client):
    hold(austin, referral)
    page = client.post(f"{address}not-mine/")
    assert "It cannot be erased now" in page.text
    referral.refresh_from_db()
    assert (referral.state, referral.erased_at) == (State.WITHDRAWN, None)


def folded(text, summary, action):
    """What stands between a line that unfolds and the button that does it."""
    found = re.search(rf"<summary>{summary}</summary>(.*?)</details>", text, re.S)
    assert found is not None
    assert f'{action}"' in found[1]
    return found[1]


def test_withdrawing_and_erasing_unfold_what_happens_before_the_button_that_does_it(austin, referral, address, opened):
    text = opened.get(address).text
    withdrawing = folded(text, "Withdraw this request", "/withdraw/")
    assert withdrawing.index("ends the request at once") < withdrawing.index("Yes, withdraw it now</button>")
    erasing = folded(text, "Erase it for good", "/erase/")
    assert erasing.index("this page are gone") < erasing.index("Yes, erase everything now</button>")
    assert "appointment is given up" not in text
    with_appointment(austin, referral)
    text = opened.get(address).text
    assert "Your appointment is given up." in folded(text, "Withdraw this request", "/withdraw/")
    assert "Your appointment is given up." in folded(text, "Erase it for good", "/erase/")


def test_what_waits_for_the_patients_word_says_that_nothing_goes_to_the_clinic(austin, referral, address, client):
    Referral.objects.update(state=State.UNCONFIRMED)
    text = folded(client.get(address).text, "Withdraw this request", "/withdraw/")
    assert "Nothing of it goes to the clinic." in text
    assert "may keep what it received" not in text
