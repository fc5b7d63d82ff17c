"""What no page may lack, judged in Chromium: the right answer and language, room on a phone, no complaint of axe."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.conf import settings
from playwright.sync_api import Page

from tests.looks.pages import DESKTOP, PHONE, Look, World

NARROWEST = 320  # WCAG 2.2, 1.4.10
# Comes with the Python package; `./run trial browser` brings a newer one.
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, and off unless asked for
    "resultTypes": ["violations"],
}
# Those with a name lie over the page and close each other: looks of their own open them.
OPEN_DETAILS = "for (const each of document.querySelectorAll('main details:not([name])')) each.open = true"
# What reaches beyond the window and does not lie in a box that scrolls by itself; null where the page fits.
WIDEST = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return null;
  const clips = e => getComputedStyle(e).overflowX !== 'visible';
  const inBox = e => e && e !== document.body && (clips(e) || inBox(e.parentElement));
  const isOver = e => e.getBoundingClientRect().right > room + 1 && !inBox(e);
  return ([...document.body.querySelectorAll('*')].filter(isOver).at(-1) ?? document.body).outerHTML.slice(0, 120);
}"""


@dataclass(frozen=True)
class Combination:
    """One way of looking at a page."""

    width: int
    scheme: str
    language: str

    def __str__(self) -> str:
        return f"{self.width} {self.scheme} {self.language}"

    @property
    def options(self) -> dict[str, Any]:
        """For `visitors()`. Without motion: nothing is judged while it is fading in."""
        size = {"width": self.width, "height": 844 if self.width < DESKTOP else 900}
        return {"viewport": size, "color_scheme": self.scheme, "reduced_motion": "reduce", "locale": "en-US"}

    def address(self, look: Look, world: World) -> str:
        prefix = "" if self.language == settings.LANGUAGE_CODE else f"/{self.language}"
        return prefix + look.address.format(**vars(world))


def combinations() -> list[Combination]:
    """Neighbours differ in all they can, so that the pages that take turns see each of them often."""
    languages = [code for code, _name in settings.LANGUAGES]
    ways = itertools.product(languages, ("light", "dark"), (PHONE, DESKTOP))
    every = [Combination(width, scheme, language) for language, scheme, width in ways]
    return [every[(3 * turn) % len(every)] for turn in range(len(every))] if len(every) % 3 else every


def judge(page: Page, look: Look, combination: Combination, world: World, *, axe: str) -> list[str]:
    """Opens the page and says what is wrong with it. Leaves it open, in the combination's width, details open."""
    wrong = []
    answer = page.goto(combination.address(look, world))
    if answer is None or answer.status != look.status:
        wrong.append(f"answered {answer.status if answer else 'nothing'}, not {look.status}")
    look.then(page)
    if (language := page.locator("html").get_attribute("lang")) != combination.language:
        wrong.append(f"is written in {language}")
    page.evaluate(OPEN_DETAILS)
    wrong += complaints(page, axe)
    for width in dict.fromkeys((NARROWEST, combination.width)):
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
        if over := page.evaluate(WIDEST):
            wrong.append(f"wider than {width} px: {over}")
    return [f"{look.name} ({combination}): {one}" for one in wrong]


def complaints(page: Page, axe: str) -> list[str]:
    """What axe finds, each rule with the first place."""
    page.evaluate(axe)
    found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)["violations"]
    return [f"{one['id']} x{len(one['nodes'])}: {one['nodes'][0]['html'][:160]}" for one in found]
