"""Every public page and what it can show, a line each: what is judged and pictured is exactly this list."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

type Step = Callable[[Page], None]

PHONE, DESKTOP = 390, 1280
# A form is sent by the last button in it; words would differ by language.
SEND = "main form[method=post] button >> nth=-1"


@dataclass(frozen=True)
class World:
    """What stands in the addresses: slugs, numbers and tokens of the rows that tests/looks/world.py makes."""

    online: str  # a specialist to whom a request can be sent, with two offices and every kind of evidence
    online_npi: str
    call: str  # one whose clinic has not joined: listed, little known
    call_npi: str
    claims: str  # known from public claims only, so nobody can say at which office
    claims_npi: str
    unplaced: str  # whose place nobody knows
    paused: str  # who takes no new patients
    gone: str  # taken out at their own wish
    clinic: str
    clinic_call: str
    practice: str
    practice_call: str
    submitted: str  # tokens of requests, by their state
    received: str
    accepted: str
    declined: str
    withdrawn: str


def stay(page: Page) -> None:
    """Nothing more to do."""


def press(selector: str) -> Step:
    """Presses what leads to another page, or to this one with its errors."""

    def pressed(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return pressed


def show(selector: str) -> Step:
    """Opens what opens on the page itself, where it is to be seen at this width."""

    def shown(page: Page) -> None:
        if (found := page.locator(selector).first).is_visible():
            found.click()

    return shown


def choose(selector: str) -> Step:
    """Ticks what may be drawn by its label."""
    return lambda page: page.locator(selector).first.check(force=True)


def steps(*following: Step) -> Step:
    def each(page: Page) -> None:
        for step in following:
            step(page)

    return each


@dataclass(frozen=True)
class Look:
    """One page in one state. The address holds names of World's fields; `then` goes on from there."""

    name: str
    address: str
    then: Step = stay
    status: int = 200  # of the address itself


FIND = "/find/?near=78701&procedure=adhesiolysis"
ASK = "/referrals/new/?practice={practice}&procedure=adhesiolysis"

LOOKS = (
    Look("home", "/"),
    Look("home-menu", "/", show("header details.menu summary")),
    Look("results", FIND),
    Look("results-filtered", FIND + "&insurer=aetna&language=es&accepting=true&requests=online&sort=wait"),
    Look("results-page-2", FIND + "&page=2&page_size=2"),
    Look("results-widened", "/find/?near=78840&procedure=adhesiolysis&radius=25"),
    Look("results-far", "/find/?near=59101&procedure=adhesiolysis"),
    Look("results-none-left", FIND + "&insurer=medicaid-ak&gender=male"),
    Look("results-nobody", "/find/?near=78701&procedure=intrathecal-pump"),
    Look("results-any-procedure", "/find/?near=78701"),
    Look("results-ambiguous", "/find/?near=Springfield"),
    Look("names", "/find/"),
    Look("names-found", "/find/?q=rivera"),
    Look("names-none", "/find/?q=nobody-of-this-name"),
    Look("refused-place", "/find/?near=Asutin,TX&procedure=adhesiolysis", status=400),
    Look("refused-military", "/find/?near=09001", status=400),
    Look("refused-radius", FIND + "&radius=900", status=400),
    Look("refused-filter", FIND + "&insurer=nobody", status=400),
    Look("specialist", "/specialists/{online}/"),
    Look("specialist-call", "/specialists/{call}/"),
    Look("specialist-claims-only", "/specialists/{claims}/"),
    Look("specialist-unplaced", "/specialists/{unplaced}/"),
    Look("specialist-not-accepting", "/specialists/{paused}/"),
    Look("specialist-removed", "/specialists/{gone}/", status=410),
    Look("clinic", "/clinics/{clinic}/"),
    Look("clinic-not-joined", "/clinics/{clinic_call}/"),
    Look("procedures", "/procedures/"),
    Look("guide-adhesiolysis", "/procedures/adhesiolysis/"),
    Look("guide-short", "/procedures/epidural-steroid-injection/"),
    Look("request", ASK),
    Look("request-errors", ASK, press(SEND)),
    Look("request-warning-sign", ASK, steps(choose("[name=warning][value=yes]"), press(SEND))),
    Look("request-call", "/referrals/new/?practice={practice_call}&procedure=adhesiolysis"),
    Look("request-not-offered", "/referrals/new/?practice={practice}&procedure=kyphoplasty", status=400),
    Look("request-no-such-practice", "/referrals/new/?practice=999999999&procedure=adhesiolysis", status=404),
    Look("follow-submitted", "/referrals/{submitted}/"),
    Look("follow-received", "/referrals/{received}/"),
    Look("follow-accepted", "/referrals/{accepted}/"),
    Look("follow-declined", "/referrals/{declined}/"),
    Look("follow-withdrawn", "/referrals/{withdrawn}/"),
    Look("follow-unknown-link", "/referrals/" + "x" * 43 + "/", status=404),
    Look("about-data", "/about/data/"),
    Look("about-privacy", "/about/privacy/"),
    Look("about-accessibility", "/about/accessibility/"),
    Look("api-docs", "/api/docs/"),
    Look("log-in", "/admin/login/?next=/admin/"),
    Look("not-found", "/nothing-here/", status=404),
)
