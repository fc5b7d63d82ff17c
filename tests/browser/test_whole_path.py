"""The whole path in a real Chromium: search, open, ask, answer as the clinic, see the answer as the patient."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from referrals.deliveries import worker
from tests import factories
from tests.referrals.patient import PAGES, REVIEW, code_in_mail
from tests.referrals.walking import answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def near_austin(live_server, settings):
    """A connected clinic with one specialist who offers adhesiolysis, and somebody who works there."""
    clinic = factories.connected_clinic(name="Example Hill Pain")
    practice = factories.practice(clinic=clinic, accepting_new_patients=True)
    factories.offering(practice=practice)
    return factories.member(clinic, email="front-desk@clinic.example.org"), practice


def ask(page, practice):
    """From the home page to the private link; returns its address."""
    page.goto("/")
    page.get_by_label("Where are you?").fill("78701")
    page.get_by_role("button", name="Find specialists").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 specialist within 50 miles")
    page.get_by_role("link", name="Ana Rivera, MD", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Rivera, MD")
    page.get_by_role("link", name="Request an appointment to ask about adhesiolysis").click()
    for typed in PAGES.values():
        answer(page, typed)
    answer(page, REVIEW)
    answer(page, {"code": code_in_mail()})
    expect(page).to_have_url(re.compile(r"/referrals/[\w-]{43}/$"))
    return page.url


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_patient_finds_asks_and_sees_the_clinics_answer(visitors, near_austin, with_javascript):
    staff, practice = near_austin
    patient = visitors(java_script_enabled=with_javascript, viewport={"width": 390, "height": 844})
    address = ask(patient, practice)
    worker.run_once()
    assert [one.subject for one in mail.outbox if one.to == [practice.site.clinic.notification_email]]  # it is told

    clinic = visitors(java_script_enabled=with_javascript)
    clinic.goto("/admin/")
    clinic.locator("input[name=username]").fill(staff.email)
    clinic.locator("input[name=password]").fill(factories.PASSWORD)
    clinic.locator("[type=submit]").first.click()
    clinic.get_by_role("link", name="Requests", exact=True).first.click()
    clinic.locator(".inbox h2 a").first.click()
    expect(clinic.locator("body")).to_contain_text(PAGES["contact"]["name"])
    clinic.get_by_role("button", name="Start on this request").click()
    clinic.get_by_role("button", name=re.compile("Accept")).click()

    patient.goto(address)
    expect(patient.get_by_role("heading", level=1)).to_contain_text(
        re.compile("accepted|will see you|said yes|takes", re.I)
    )
    expect(patient.locator("body")).not_to_contain_text(PAGES["contact"]["name"])
