"""Too much at once: whoever asks learns when to come back, and loses nothing of what was typed."""

import html
import re
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client

from referrals import moves
from referrals.attachments import adding
from referrals.deliveries import worker
from referrals.models import Referral, ReferralLink
from tests.referrals import documents
from tests.referrals.patient import AGREES, CANARIES, WHO, Form, propose

HOURS_LEFT = 4
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def locked(*_args, **_fields):
    raise OperationalError("database is locked")


class Browser(Client):
    """It sends a form as a real one does, under all checks, and gets the page that a visitor would."""

    def post(self, path, data=None, **more):
        form = urlencode(data or {}, doseq=True)
        return super().post(path, form, content_type="application/x-www-form-urlencoded", **more)


@pytest.fixture
def browser():
    return Browser(raise_request_exception=False, enforce_csrf_checks=True)


def typed_on(page):
    """What the form of the busy page would send again."""
    sent = {}
    for name, value in HIDDEN.findall(page.text):
        sent.setdefault(html.unescape(name), []).append(html.unescape(value))
    return sent


def is_busy(page):
    return (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "5", "no-store")


def test_a_busy_database_keeps_what_was_typed_and_the_same_form_is_still_one_request(
    austin, browser, monkeypatch, caplog
):
    form = Form(browser, austin.practice.pk)
    form.fill(contact={"email": ""})
    monkeypatch.setattr(moves, "submit", locked)
    page = form.review()
    assert is_busy(page)
    assert "Nothing is lost" in page.text
    assert not Referral.objects.exists()
    assert not [word for word in CANARIES.values() if word in caplog.text]
    again = typed_on(page)
    assert (again["step"], again["share"], again["carried"]) == (["review"], ["on"], [form.carried])
    monkeypatch.undo()
    assert "Your request was sent" in browser.post("/referrals/new/", again).text
    assert browser.post("/referrals/new/", again).status_code == 200
    assert Referral.objects.count() == 1


def test_several_ticks_and_lines_of_one_page_all_stay(austin, browser, monkeypatch):
    form = Form(browser, austin.practice.pk)
    form.fill("pain")
    monkeypatch.setattr("referrals.gate.destination", locked)
    page = form.post("pain", {"pain_where": ["neck", "low_back"], "stops": 'one "line"\r\nand <another>'})
    assert is_busy(page)
    again = typed_on(page)
    assert again["pain_where"] == ["neck", "low_back"]
    assert again["stops"] == ['one "line"\r\nand <another>']


def test_the_patients_own_word_and_page_say_so_too(austin, browser, monkeypatch):
    link, _office = propose(Client(), austin)
    browser.post(link, WHO)
    monkeypatch.setattr(moves, "confirm", locked)
    page = browser.post(link, AGREES)
    assert is_busy(page)
    assert page["Referrer-Policy"] == "no-referrer"
    monkeypatch.undo()
    assert browser.post(link, typed_on(page)).status_code == 303
    monkeypatch.setattr(ReferralLink.objects.all().__class__, "opened_by", locked)
    page = browser.get(f"{link}?a=b")
    assert is_busy(page)
    assert f'href="{link}?a=b"' in page.text


def test_a_document_that_could_not_be_added_is_to_be_chosen_again(austin, browser, monkeypatch):
    referral = austin.referral()
    address = f"/referrals/{ReferralLink.objects.issue(referral)}/"
    browser.post(f"{address}open/", {"birth_month": 4, "birth_day": 9, "birth_year": 1957})
    monkeypatch.setattr(adding, "add", locked)
    page = Client.post(browser, f"{address}files/add/", documents.form(documents.pdf()))
    assert is_busy(page)
    assert "The document was not added." in page.text


def test_who_has_sent_too_many_learns_when_the_day_is_over(austin, client, settings, time_machine):
    time_machine.move_to("2026-11-24 20:00-05:00", tick=False)
    settings.REQUESTS_PER_CLINIC = 1
    for status in (200, 429):
        form = Form(client, austin.practice.pk)
        form.fill(contact={"email": ""})
        page = form.review()
        assert page.status_code == status
    assert int(page["Retry-After"]) == HOURS_LEFT * 60 * 60
    worker.run_once()
    link, _office = propose(client, austin)
    client.post(link, WHO)
    again = client.post(link, AGREES)
    assert (again.status_code, again["Retry-After"]) == (429, page["Retry-After"])
