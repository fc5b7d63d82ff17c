"""A real Chromium through the whole check: by keyboard, with and without JavaScript, and on into a request."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.check.person import ADDRESS
from tests.referrals.patient import PAGES
from tests.referrals.walking import answer, go_on

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
STORED = "sessionStorage.getItem('answers-to-take-along')"
# In the order of the pages: what is chosen with the keyboard.
CHOSEN = [
    ["No, none of these"],
    ["None of these"],
    ["Low back", "Into a leg or foot"],
    ["More than a year"],
    ["I had surgery on it"],
    ["Yes, and they did not help enough"],
    ["Yes, in the last 12 months"],
]


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the control with this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText?.split('\\n')[0].trim()"
        )
        if here == name:
            return
    raise AssertionError(f"the keyboard does not reach “{name}”")


def choose(page: Page, name: str) -> None:
    """A radio is reached by the arrows of its group, a checkbox by Tab; both are chosen with the space bar."""
    control = page.get_by_label(name, exact=True).or_(page.get_by_role("radio", name=name)).first
    if control.get_attribute("type") == "radio":
        first = page.get_by_role("radio").first
        for _ in range(40):
            page.keyboard.press("Tab")
            if first.evaluate("radio => radio === document.activeElement"):
                break
        for _ in range(page.get_by_role("radio").count()):
            if control.evaluate("radio => radio === document.activeElement"):
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    else:
        tab_to(page, name)
        page.keyboard.press("Space")
    expect(control).to_be_checked()


def go_through(page: Page) -> None:
    page.goto(ADDRESS)
    for number, names in enumerate(CHOSEN, start=1):
        expect(page.locator(".progress")).to_contain_text(f"Question {number} of 7")
        for name in names:
            choose(page, name)
        page.keyboard.press("Enter")  # the default button of the form is the one that leads on
    expect(page.get_by_role("heading", level=1)).to_have_text("Worth asking a specialist")
    assert page.url.endswith(ADDRESS)
    assert not page.context.cookies()


def test_without_javascript_by_keyboard_to_the_end_and_a_page_to_print(committed_austin, visitors):
    page = visitors(java_script_enabled=False, viewport=PHONE)
    go_through(page)
    expect(page.get_by_text("your answers cannot be taken along")).to_be_visible()
    expect(page.get_by_label("Take my answers along")).to_be_hidden()
    page.get_by_role("button", name="My answers as a page to print").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My answers: is adhesiolysis for me?")
    expect(page.get_by_text("I had surgery on it")).to_be_visible()
    expect(page.get_by_text("Print this page with your browser’s menu.")).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="Change my answers").click()
    expect(page.get_by_label("Yes, in the last 12 months")).to_be_checked()
    for heading in ("Have you had steroid", "What is known", "How long", "Where is the pain", "Is any of these true"):
        page.get_by_role("button", name="Back", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    expect(page.get_by_label("None of these")).to_be_checked()
    assert not page.context.cookies()


def test_answers_are_taken_into_a_request_only_after_the_patient_says_so(committed_austin, visitors):
    page = visitors(viewport=PHONE)
    go_through(page)
    expect(page.locator("[data-without]")).to_be_hidden()
    tick = page.get_by_label("Take my answers along")
    expect(tick).not_to_be_checked()
    assert page.evaluate(STORED) is None
    tab_to(page, "Take my answers along when I ask for an appointment")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("will be filled in")
    assert json.loads(page.evaluate(STORED))["fields"]["pain_goes"] == ["leg"]
    tick.uncheck()
    assert page.evaluate(STORED) is None
    tick.check()

    find = page.get_by_role("link", name="Find who does it near me")
    expect(find).to_have_attribute("href", "/find/?procedure=adhesiolysis")
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    expect(page.locator("[name=warning]:checked")).to_have_count(0)
    answer(page, PAGES["gate"])
    expect(page.get_by_label("None of these")).to_be_checked()
    go_on(page)
    answer(page, PAGES["asker"])
    answer(page, PAGES["contact"])
    notice = page.locator("[data-carried]")
    expect(notice).to_contain_text("Filled in from your answers")
    for name in ("Low back", "Into a leg or foot"):
        expect(page.get_by_label(name, exact=True)).to_be_checked()
    answer(page, {"pain_since_year": "2024", "pain_strength": "7"})
    for name in ("surgery", "injections"):
        expect(page.locator(f"[name={name}][value=yes]")).to_be_checked()
    more = page.locator("#id_care_text")
    expect(more).to_have_value("How long: More than a year\nLast MRI: Yes, in the last 12 months")
    assert "low_back" not in page.url
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}

    notice.get_by_role("button", name="Take them out again").click()
    expect(notice).to_contain_text("Nothing of it is kept")
    expect(page.locator("form.ask-form :checked")).to_have_count(0)
    expect(more).to_have_value("")
    answer(page, PAGES["earlier"])
    expect(page.locator("[name=mri][value=yes]")).to_be_checked()
    assert page.evaluate(STORED) is None


def test_a_form_is_empty_for_whoever_did_not_say_so(committed_austin, visitors):
    page = visitors()
    go_through(page)
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    expect(page.locator("form.ask-form")).to_be_visible()
    expect(page.locator("[data-carried]")).to_have_count(0)
    expect(page.locator("form.ask-form :checked")).to_have_count(0)


def test_answers_of_more_than_two_hours_ago_are_erased_unused(committed_austin, visitors):
    page = visitors()
    page.goto(ADDRESS)
    old = {"fields": {"milder": ["none"]}}
    page.evaluate(
        "old => sessionStorage.setItem('answers-to-take-along', JSON.stringify({at: Date.now() - 7.3e6, ...old}))", old
    )
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    expect(page.locator("form.ask-form :checked")).to_have_count(0)
    assert page.evaluate(STORED) is None


def test_the_stop_page_erases_what_was_to_be_taken_along(committed_austin, visitors):
    page = visitors()
    page.goto(ADDRESS)
    page.evaluate("sessionStorage.setItem('answers-to-take-along', '{}')")
    page.get_by_role("radio", name="I am not sure").check()
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
    page.wait_for_load_state("load")
    assert page.evaluate(STORED) is None
