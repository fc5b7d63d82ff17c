"""Every page of tests/looks in every combination: axe, HTML, Lighthouse, size; nothing from elsewhere, no error.

The site runs as ./run starts it, on a database that is not the demonstration. `--short`: a sixteenth of the pages in
one combination, their HTML, one Lighthouse run of the home page whose speed is shown and not judged. `--lighthouse`:
Lighthouse alone, as in the long one. Lighthouse, the Nu checker and a newer axe are installed apart (docs/quality.md);
where one is missing the trial says what it did not check, and the long one fails.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from playwright.sync_api import Browser, Response, sync_playwright

from scripts import chromium
from tests.looks import gates, production, tools
from tests.looks.pages import LOOKS, Look
from tests.visitors import Visitors

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

JUDGED = {
    "home": "/",
    "results": "/find/?near=78701&procedure=adhesiolysis",
    "specialist": "/specialists/{online}/",
    "guide": "/procedures/adhesiolysis/",
}
RUNS = 5
SHORT_SHARE = 16  # `--short` looks at each sixteenth page: there are 45 seconds, and ./run test sees each once anyway
LEAST_PERFORMANCE = 95
MOST_BYTES = 100_000
MAP_FILES = ("leaflet", "/map", "geo/", "basemap")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass
class Findings:
    """What was judged, what is wrong, and what could not be judged here."""

    pages: int = 0
    documents: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def miss(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.wrong.append(line)
            say(f"WRONG  {line}")

    def leave_out(self, gate: str, missing: Iterable[str]) -> None:
        self.unjudged.append(f"{gate} NOT CHECKED")
        say(f"{gate} NOT CHECKED: there is no {', no '.join(missing)}")


def look(
    browser: Browser,
    site: production.Site,
    combinations: list[gates.Combination],
    found: Findings,
    looks: Sequence[Look] = LOOKS,
) -> None:
    """These pages in these combinations."""
    axe = tools.AXE if tools.AXE.exists() else gates.AXE
    script = axe.read_text()
    say(f"axe-core {script[:60].split()[2].removeprefix('v')}, {len(looks)} pages, {len(combinations)} combinations")
    for combination in combinations:
        started = time.monotonic()
        visitors = Visitors(browser, site.home)
        page = visitors(**combination.options)
        answers: list[Response] = []
        page.on("response", partial(_keep_page, answers))
        for each in looks:
            answers.clear()
            found.miss(gates.judge(page, each, combination, site.world, axe=script))
            found.miss(f"{each.name} ({combination}): {one}" for one in visitors.wrong)
            visitors.wrong.clear()
            found.pages += 1
            name = f"{each.name}-{combination.language}"
            if name not in found.documents and answers:
                found.documents[name] = answers[-1].text()
        page.context.close()
        say(f"{combination}: {len(looks)} pages, {time.monotonic() - started:.0f} s")


def _keep_page(answers: list[Response], answer: Response) -> None:
    if _is_page(answer):
        answers.append(answer)


def _is_page(answer: Response) -> bool:
    return answer.request.is_navigation_request() and "html" in answer.headers.get("content-type", "")


def check_html(found: Findings) -> None:
    if missing := tools.missing_for_html():
        found.leave_out("HTML", missing)
        return
    errors = tools.html_errors(found.documents)
    found.miss(errors)
    found.figures.append(f"{len(errors)} HTML errors in {len(found.documents)} documents")


def first_view(browser: Browser, site: production.Site, width: int) -> tuple[int, int]:
    """Bytes over the wire of the results page for somebody who was never here: without the map's files, and theirs."""
    page = Visitors(browser, site.home)(viewport={"width": width, "height": 844})
    session = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def note_address(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def note_size(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.requestWillBeSent", note_address)
    session.on("Network.loadingFinished", note_size)
    session.send("Network.enable")
    page.goto(JUDGED["results"], wait_until="networkidle")
    of_map = sum(size for key, size in sizes.items() if any(part in addresses.get(key, "") for part in MAP_FILES))
    page.context.close()
    return round(sum(sizes.values()) - of_map), round(of_map)


def weigh(browser: Browser, site: production.Site, found: Findings) -> None:
    for width in (gates.PHONE, gates.DESKTOP):
        size, of_map = first_view(browser, site, width)
        say(f"first view of the results at {width} px: {size / 1000:.1f} KB, and {of_map / 1000:.1f} KB of the map")
        if size > MOST_BYTES:
            found.miss([f"first view of the results at {width} px: {size / 1000:.1f} KB, 100 allowed"])
        if width == gates.PHONE:
            found.figures.append(f"first view of results {size / 1000:.0f} KB")


def rate(site: production.Site, found: Findings, names: Iterable[str], runs: int, *, is_speed_judged: bool) -> None:
    """Lighthouse on these pages."""
    if missing := tools.missing_for_lighthouse():
        found.leave_out("Lighthouse", missing)
        return
    medians = []
    for name in names:
        try:
            rated = [tools.lighthouse(site.home + JUDGED[name].format(**vars(site.world))) for _ in range(runs)]
        except tools.NoAnswer as error:
            found.miss([str(error)])
            continue
        speed = tools.median(rated, "performance")
        medians.append(f"{name} {speed}")
        shown = ", ".join(f"{category} {tools.median(rated, category)}" for category in tools.CATEGORIES)
        say(f"Lighthouse, {name}, median of {runs}: {shown} ({tools.times(rated)})")
        for category in tools.CATEGORIES[1:]:
            if (worst := min(run.scores[category] for run in rated)) < 100:
                found.miss([f"Lighthouse, {name}: {category} {worst}; {'; '.join(rated[0].lost)}"])
        if is_speed_judged and speed < LEAST_PERFORMANCE:
            found.miss([f"Lighthouse, {name}: performance {speed}, {LEAST_PERFORMANCE} is the least"])
    found.figures.append(f"Lighthouse performance {', '.join(medians)}")


def short(browser: Browser, site: production.Site, found: Findings) -> None:
    """Lighthouse runs beside the pages, so its speed says little."""
    with ThreadPoolExecutor(1) as beside:
        rated = beside.submit(rate, site, found, ["home"], 1, is_speed_judged=False)
        look(browser, site, gates.combinations()[:1], found, LOOKS[::SHORT_SHARE])
        weigh(browser, site, found)
        check_html(found)
        rated.result()


def long_one(browser: Browser, site: production.Site, found: Findings) -> None:
    look(browser, site, gates.combinations(), found)
    check_html(found)
    weigh(browser, site, found)
    rate(site, found, JUDGED, RUNS, is_speed_judged=True)


def lighthouse_alone(browser: Browser, site: production.Site, found: Findings) -> None:
    rate(site, found, JUDGED, RUNS, is_speed_judged=True)


def main() -> int:
    is_short = "--short" in sys.argv
    path = chromium.find()
    if not path:
        say(f"browser: NOTHING CHECKED, {chromium.NOT_FOUND}")
        return 0 if is_short else 1
    found = Findings()
    try:
        with production.site() as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
            what = short if is_short else lighthouse_alone if "--lighthouse" in sys.argv else long_one
            what(browser, site, found)
            browser.close()
            told = site.log.read_text().splitlines()
            found.miss(f"the server told: {line}" for line in told if " ERROR " in line or " WARNING " in line)
    except (tools.NoAnswer, subprocess.CalledProcessError, TimeoutError) as error:
        say(f"It could not be judged: {error}")
        return 1
    say(f"browser: {len(found.wrong)} faults in {found.pages} looks, {', '.join(found.figures + found.unjudged)}")
    return 1 if found.wrong or (found.unjudged and not is_short) else 0


if __name__ == "__main__":
    sys.exit(main())
