"""The patient's private page: what it says in each state, and to whom it says nothing."""

import io
import logging
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from config.logs import PrivateFormatter
from referrals import access, moves, states
from referrals.models import Delivery, Referral, ReferralLink
from referrals.states import State
from tests.referrals.patient import CANARIES


@pytest.fixture
def referral(austin):
    return austin.referral()


@pytest.fixture
def address(referral):
    return f"/referrals/{ReferralLink.objects.issue(referral)}/"


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
def test_a_declined_patient_reads_why_and_what_next(austin, referral, address, client, reason):
    moves.start(referral, actor=austin.staff)
    moves.decline(referral, actor=austin.staff, reason=reason.code)
    page = client.get(address)
    text = page.text.replace("&#x27;", "'")
    assert "The clinic said no" in text
    assert str(reason.to_patient) in text
    assert str(reason.next_step) in text
    assert "/find/?near=78701&amp;procedure=adhesiolysis" in text
    assert "Withdraw this request" not in text


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_every_state_has_a_page_and_only_running_ones_a_button_to_withdraw(referral, address, client, state):
    Referral.objects.update(state=state)
    page = client.get(address)
    assert page.status_code == 200
    assert ("Withdraw this request" in page.text) == (state not in states.ENDS)
    if state in states.ENDS:
        assert str(states.NEXT_STEPS[state]) in page.text


def test_the_page_shows_no_identity_and_nothing_clinical(referral, address, client):
    text = client.get(address).text
    assert not any(word in text for word in CANARIES.values())
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
