"""No mouse: search, narrow, choose two to compare, open a specialist, reach the request form."""

import pytest

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(visitors):
    for accepting in (True, None):
        practice = factories.practice(clinic=factories.connected_clinic(), accepting_new_patients=accepting)
        factories.offering(practice=practice)
    page = visitors(viewport={"width": 1280, "height": 900})
    page.goto("/")
    return page


def go_to(page, name: str) -> None:
    """Tab until what has the focus is called so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || document.activeElement.name || ''"):
            return
    raise AssertionError(f"no way by Tab to {name}")


def search(page) -> None:
    go_to(page, "near")
    page.keyboard.type("78701")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/?**")


def test_from_the_search_to_the_request_form(page):
    search(page)
    assert page.locator("h1").inner_text().startswith("2 specialists")
    go_to(page, "Accepting new patients")
    page.keyboard.press("Enter")
    page.wait_for_url("**accepting=true**")
    heading = page.locator("h1", has_text="1 specialist within")
    heading.wait_for()
    assert heading.evaluate("one => one === document.activeElement")  # whoever listens hears what has changed
    assert "accepting" not in page.title() and page.title().startswith("1 specialist")
    page.go_back()
    page.locator("h1", has_text="2 specialists").wait_for()
    go_to(page, "Ana Rivera")
    page.keyboard.press("Enter")
    page.wait_for_url("**/specialists/**")
    go_to(page, "Request an appointment to ask about adhesiolysis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/referrals/new/**")


def test_what_is_chosen_stays_in_the_browser_and_leads_to_the_comparison(page):
    search(page)
    bar = page.locator("#shortlist")
    assert bar.is_hidden()
    for _ in range(2):
        go_to(page, "Compare")
        page.keyboard.press("Space")
    bar.wait_for()
    assert "2 of 4 chosen" in bar.inner_text()
    page.reload()
    assert "2 of 4 chosen" in bar.inner_text()
    bar.get_by_role("link", name="Compare").press("Enter")
    page.wait_for_url("**/compare/?npi=**")
    assert page.locator("table thead th").count() >= 2
    page.go_back()
    bar.get_by_role("button", name="Clear").press("Enter")
    assert bar.is_hidden() and page.evaluate("localStorage.length") == 0


def test_the_browser_stores_no_page_of_a_search(page):
    search(page)
    go_to(page, "Accepting new patients")
    page.keyboard.press("Enter")
    page.wait_for_url("**accepting=true**")
    assert page.evaluate("localStorage.length") == 0
    # htmx notes where one is until the tab is closed, as the browser's own history does
    assert page.evaluate("Object.keys(sessionStorage)") == ["htmx-current-path-for-history"]


def test_places_are_offered_while_typing(page):
    page.locator("#near").press_sequentially("Austi", delay=20)
    page.locator("#near-places option[value='Austin, TX']").wait_for(state="attached")
