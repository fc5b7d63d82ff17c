"""Draws static/img/social.png, which others show beside a link to the site, from frontend/social.svg.

Without words: the name of a site is its own, and the picture serves all languages.
"""

from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from scripts import chromium

PROJECT = Path(__file__).resolve().parent.parent
SOURCE, TARGET = PROJECT / "frontend" / "social.svg", PROJECT / "static" / "img" / "social.png"
SIZE: ViewportSize = {"width": 1200, "height": 630}


def main() -> None:
    path = chromium.find()
    if not path:
        raise SystemExit(chromium.NOT_FOUND)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        page = browser.new_page(viewport=SIZE)
        page.set_content(f'<body style="margin:0">{SOURCE.read_text()}</body>')
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()
