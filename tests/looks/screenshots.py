"""`python -m tests.looks.screenshots` pictures the pages for docs/screens.md: phone and desktop, both languages.

Small, so that a clone stays small: the top of each page, about two screens of a phone. People and clinics are made up.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium
from tests.looks import production
from tests.looks.gates import Combination
from tests.looks.pages import DESKTOP, LOOKS, PHONE, Look

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
FOLDER = DOCS / "screens"
INDEX = DOCS / "screens.md"
# In another state these show a page that is pictured already.
LEFT_OUT = frozenset(
    {
        "results-filtered",
        "results-page-2",
        "results-any-procedure",
        "names-found",
        "names-none",
        "refused-military",
        "refused-radius",
        "refused-filter",
        "specialist-not-accepting",
        "specialist-map",
        "request-not-offered",
        "request-signs",
        "request-early",
        "request-asker",
        "request-contact-errors",
        "request-pain",
        "request-earlier",
        "request-scan",
        "request-medicines",
        "request-medicines-errors",
        "request-health",
        "request-practical",
        "request-review-errors",
        "request-lost",
        "request-kept",
        "request-no-draft",
        "confirm",
        "confirm-errors",
        "request-packet",
        "request-no-such-practice",
        "follow-received",
        "follow-accepted",
        "follow-withdrawn",
        "follow-wrong-birth",
        "follow-question-errors",
        "contact-errors",
        "contact-code",
        "contact-code-errors",
        "download-errors",
        "report-clinic",
        "claim-which-errors",
        "claim-which-unknown-clinic",
        "claim-clinic",
        "compare-nobody",
        "compare-refused",
        "coverage-refused",
        "removal-waiting",
        "log-in-forgotten",
        "inbox-filter",
        "inbox-none-like-that",
        "inbox-decline-errors",
        "check-errors",
        "check-long-standing",
        "check-milder",
        "check-where",
        "check-cause",
        "check-print",
    }
)
SCALE = {PHONE: 0.75, DESKTOP: 0.45}
TALLEST = {PHONE: 1_500, DESKTOP: 1_600}
QUALITY = 45
LANGUAGES = {"en": "English", "es": "Spanish"}


def pictured() -> list[Look]:
    return [look for look in LOOKS if look.name not in LEFT_OUT]


def file_name(look: Look, width: int, language: str) -> str:
    return f"{look.name}-{width}-{language}.jpg"


def picture(page: Page, look: Look, way: Combination, site: production.Site) -> None:
    page.goto(way.address(look, site.world))
    look.then(page)
    page.wait_for_load_state("networkidle")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[way.width])
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(
        path=FOLDER / file_name(look, way.width, way.language),
        type="jpeg",
        quality=QUALITY,
        clip={"x": 0, "y": 0, "width": way.width, "height": height},
        full_page=True,
    )


def take(browser: Browser, site: production.Site) -> None:
    for old in FOLDER.glob("*.jpg"):
        old.unlink()
    FOLDER.mkdir(exist_ok=True)
    for width in (PHONE, DESKTOP):
        for language in LANGUAGES:
            way = Combination(width, "light", language)
            page = browser.new_page(base_url=site.home, device_scale_factor=SCALE[width], **way.options)
            for look in pictured():
                picture(page, look, way, site)
            page.close()


def index() -> str:
    """The text of docs/screens.md."""
    lines = [
        "# The pages, pictured",
        "",
        "The upper part of each page, on a phone (390 px) and a desktop (1280 px), in English and Spanish. Made by",
        "`.venv/bin/python -m tests.looks.screenshots`; `./run test` makes the environment for it. People and clinics",
        "are made up. States that differ by little are left out; `tests/looks/pages.py` lists all.",
    ]
    for look in pictured():
        lines += ["", f"## {look.name}", "", f"`{look.address}`", ""]
        lines.append(
            " ".join(
                f"![{look.name}, {width} px, {name}](screens/{file_name(look, width, language)})"
                for width in (PHONE, DESKTOP)
                for language, name in LANGUAGES.items()
            )
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    INDEX.write_text(index())
    with production.site() as site, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
        take(browser, site)
    sys.stdout.write(f"{len(list(FOLDER.glob('*.jpg')))} pictures in {FOLDER}, listed in {INDEX}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
