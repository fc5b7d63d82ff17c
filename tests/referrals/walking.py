"""A patient in a real browser, who answers page after page."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.referrals.answers import PAGES, REVIEW


def fill_in(page: Page, typed: dict[str, Any]) -> None:
    """Types and ticks what is there under these names."""
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            boxes = page.locator(f"main [name={name}]")
            if boxes.first.get_attribute("type") in ("radio", "checkbox"):
                chosen = boxes if boxes.count() == 1 else page.locator(f"main [name={name}][value='{one}']")
                chosen.first.check(force=True)
            else:
                boxes.first.fill(one)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main .usa-button--big[name=go][value=next]").first.click()


def answer(page: Page, typed: dict[str, Any]) -> None:
    """One page, and on to the next."""
    fill_in(page, typed)
    go_on(page)


def walk(page: Page, practice: int, *, where: str = "", at: Callable[[str], None] = lambda step: None) -> None:
    """From the first page to the private one; `at` is called on each page, with the name of its step."""
    from tests.referrals.patient import code_in_mail  # noqa: PLC0415 (after Django is ready)

    page.goto(f"{where}/referrals/new/?practice={practice}&procedure=adhesiolysis")
    for step, typed in PAGES.items():
        at(step)
        answer(page, typed)
    at("review")
    answer(page, REVIEW)
    at("code")
    answer(page, {"code": code_in_mail()})
    expect(page).to_have_url(re.compile(rf"{where}/referrals/[\w-]{{43}}/$"))
