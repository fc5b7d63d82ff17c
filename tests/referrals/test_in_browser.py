"""A real Chromium without JavaScript: a mistake, the request, and taking it back."""

import re

import pytest
from playwright.sync_api import expect

from referrals.models import Referral
from tests.referrals.patient import TYPED

pytestmark = pytest.mark.browser


def test_a_patient_asks_mends_a_mistake_sends_and_withdraws(committed_austin, visitors):
    page = visitors(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    page.get_by_label("No, none of these").check()
    for name in ("name", "birth_month", "birth_day", "birth_year", "email", "pain_year", "mri_year"):
        page.locator(f"#id_{name}").fill(TYPED[name])
    for choice in ("Low back", "Into a leg or foot", "Spine surgery"):
        page.get_by_label(choice, exact=True).check()
    page.locator("#id_mri_0").check()
    page.get_by_role("button", name="Send the request").click()

    page.get_by_role("link", name="Tick the box to share your answers").click()
    expect(page.locator("#id_name")).to_have_value(TYPED["name"])
    page.get_by_label(re.compile("Share these answers with Hill Country Pain")).check()
    page.get_by_role("button", name="Send the request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your request was sent")
    assert not page.context.cookies() or all(cookie["name"] == "csrftoken" for cookie in page.context.cookies())
    page.get_by_role("button", name="Withdraw this request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You withdrew this request")
    assert Referral.objects.get().state == "withdrawn"
