"""Every page of patients, and of a clinic's answering: a line each. What is judged and pictured is this list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.referrals.answers import PAGES, REVIEW
from tests.referrals.walking import fill_in

type Step = Callable[[Page], None]

PHONE, DESKTOP = 390, 1280
# A form is sent by the last button in it; words would differ by language.
SEND = "main form[method=post] button >> nth=-1"
STAFF = "front-desk@hill-country-pain.example.org"  # of the clinic of tests/looks/world.py; the password, too


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
    hidden: str  # whose street is hidden
    clinic: str
    clinic_call: str
    practice: str
    practice_call: str
    unconfirmed: str  # token of a request that waits for the patient's word
    office: str  # and that of the doctor's office that asked
    submitted: str  # tokens of requests, by their state
    received: str
    accepted: str
    declined: str
    withdrawn: str
    asked: str


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


def fill(selector: str, text: str) -> Step:
    """Types into a box."""
    return lambda page: page.locator(selector).first.fill(text)


def see(selector: str, appearing: str) -> Step:
    """Brings into view what then starts by itself, and waits for what appears in it."""

    def seen(page: Page) -> None:
        page.locator(selector).first.scroll_into_view_if_needed()
        page.locator(appearing).first.wait_for(state="attached")

    return seen


def search(words: str) -> Step:
    return steps(fill("#searchbar", words), press("#changelist-search [type=submit]"))


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


def answer(*answers: tuple[str, str]) -> Step:
    """Goes through the questions of the check: the name of each and the code that is chosen."""
    return steps(*(step for name, code in answers for step in (choose(f"[name={name}][value={code}]"), press(SEND))))


def born(form: str) -> Step:
    """Types the date of birth of tests/referrals/patient.py, where this browser has not done so already."""
    parts = (("month", "4"), ("day", "9"), ("year", "1957"))
    typed = steps(*(fill(f"{form} [name=birth_{part}]", text) for part, text in parts), press(f"{form} button"))
    return lambda page: typed(page) if page.locator(form).count() else None


SAVE = "form.ask-form button"
# The way to the page on which a patient corrects how they can be reached.
CORRECT = steps(born("#open"), press("a[href$='/contact/']"))
CHECK = "/procedures/adhesiolysis/check/"
# Somebody for whom it is tried: back surgery, injections that did too little.
ADULT = (
    ("warning", "no"),
    ("milder", "none"),
    ("where", "low_back"),
    ("since", "years"),
    ("spine", "surgery"),
    ("injections", "too_little"),
    ("mri", "within_year"),
)
FIND = "/find/?near=78701&procedure=adhesiolysis"
ASK = "/referrals/new/?practice={practice}&procedure=adhesiolysis"

ASK_CALL = "/referrals/new/?practice={practice_call}&procedure=adhesiolysis"
NEXT = "main .usa-button--big[name=go][value=next]"

KEEP = PAGES["contact"] | {"keep_draft": "on"}


def answer_all(typed: dict[str, Any]) -> Step:
    """Types and ticks what is there under these names."""
    return lambda page: fill_in(page, {name: value for name, value in typed.items() if is_there(page, name)})


def is_there(page: Page, name: str) -> bool:
    return page.locator(f"main [name={name}]").count() > 0


def lose(selector: str) -> Step:
    """Empties a hidden field, as a broken proxy might."""
    return lambda page: page.locator(selector).first.evaluate("field => { field.value = 'x' }")


def at(name: str) -> Step:
    """Answers the pages of a request before the one with this name."""

    def answered(page: Page) -> None:
        for step, typed in PAGES.items():
            if step == name:
                break
            fill_in(page, typed)
            press(NEXT)(page)

    return answered


LOG_IN = "/admin/login/"
TYPED = steps(fill("[name=username]", STAFF), fill("[name=password]", STAFF), press("#login-form [type=submit]"))


def log_in(page: Page) -> None:
    """As the clinic's front desk, where this browser has not done so already."""
    if page.locator("#login-form").count():
        TYPED(page)


INBOX = steps(log_in, press("main a[href$='/admin/referrals/referral/']"))
REQUEST = steps(INBOX, press(".inbox .ib.new h2 a"))
DECLINE = steps(INBOX, press(".inbox .acts a[href*='open=decline']"))
SAYS_WHO = steps(
    choose("[name=warning][value=no]"),
    *(fill(f"[name=birth_{part}]", text) for part, text in (("month", "4"), ("day", "9"), ("year", "1957"))),
)
LOOKS = (
    Look("home", "/"),
    Look("home-menu", "/", show("header details.menu summary")),
    Look("results", FIND),
    Look("results-map", FIND, steps(show(".filtbar a[href='#map']"), see("#map", ".livemap .liveword"))),
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
    Look("specialist-map", "/specialists/{online}/", see(".mapbox", ".livemap .liveword")),
    Look("specialist-call", "/specialists/{call}/"),
    Look("specialist-claims-only", "/specialists/{claims}/"),
    Look("specialist-unplaced", "/specialists/{unplaced}/"),
    Look("specialist-not-accepting", "/specialists/{paused}/"),
    Look("packet", "/specialists/{call}/packet/?practice={practice_call}&procedure=adhesiolysis"),
    Look("specialist-removed", "/specialists/{gone}/", status=410),
    Look("clinic", "/clinics/{clinic}/"),
    Look("clinic-not-joined", "/clinics/{clinic_call}/"),
    Look("procedures", "/procedures/"),
    Look("guide-adhesiolysis", "/procedures/adhesiolysis/"),
    Look("guide-epidural-steroid-injection", "/procedures/epidural-steroid-injection/"),
    Look("guide-radiofrequency-ablation", "/procedures/radiofrequency-ablation/"),
    Look("guide-spinal-cord-stimulation", "/procedures/spinal-cord-stimulation/"),
    Look("guide-facet-joint-injection", "/procedures/facet-joint-injection/"),
    Look("guide-medial-branch-block", "/procedures/medial-branch-block/"),
    Look("guide-sacroiliac-joint-injection", "/procedures/sacroiliac-joint-injection/"),
    Look("guide-kyphoplasty", "/procedures/kyphoplasty/"),
    Look("guide-intrathecal-pump", "/procedures/intrathecal-pump/"),
    Look("guide-trigger-point-injection", "/procedures/trigger-point-injection/"),
    Look("guide-sympathetic-block", "/procedures/sympathetic-block/"),
    Look("guide-peripheral-nerve-block", "/procedures/peripheral-nerve-block/"),
    Look("request", ASK),
    Look("request-errors", ASK, press(SEND)),
    Look("request-warning-sign", ASK, steps(choose("[name=warning][value=yes]"), press(SEND))),
    Look("request-signs", ASK, at("signs")),
    Look("request-early", ASK, steps(at("signs"), choose("[name=milder][value=fever]"), press(NEXT))),
    Look("request-asker", ASK, at("asker")),
    Look("request-contact", ASK, at("contact")),
    Look("request-contact-errors", ASK, steps(at("contact"), press(NEXT))),
    Look("request-pain", ASK, at("pain")),
    Look("request-earlier", ASK, at("earlier")),
    Look("request-scan", ASK, at("scan")),
    Look("request-medicines", ASK, at("medicines")),
    Look("request-medicines-errors", ASK, steps(at("medicines"), press(NEXT))),
    Look("request-health", ASK, at("health")),
    Look("request-practical", ASK, at("practical")),
    Look("request-review", ASK, at("review")),
    Look("request-review-errors", ASK, steps(at("review"), press("main .usa-button--big[value=next]"))),
    Look("request-lost", ASK, steps(lose("[name=carried]"), press(NEXT))),
    Look("request-packet", ASK_CALL + "&packet=1", steps(at("review"), answer_all(REVIEW), press(NEXT))),
    Look("request-call", "/referrals/new/?practice={practice_call}&procedure=adhesiolysis"),
    Look("request-not-offered", "/referrals/new/?practice={practice}&procedure=kyphoplasty", status=400),
    Look("request-no-such-practice", "/referrals/new/?practice=999999999&procedure=adhesiolysis", status=404),
    Look("request-kept", ASK, steps(at("contact"), answer_all(KEEP), press(NEXT), press("[name=go][value=stop]"))),
    Look("request-no-draft", "/referrals/" + "x" * 43 + "/resume/", status=404),
    Look("confirm", "/referrals/{unconfirmed}/confirm/"),
    Look("confirm-errors", "/referrals/{unconfirmed}/confirm/", press(NEXT)),
    Look("confirm-read", "/referrals/{unconfirmed}/confirm/", steps(SAYS_WHO, press(NEXT))),
    Look("follow-office", "/referrals/{office}/"),
    Look("follow-submitted", "/referrals/{submitted}/"),
    Look("follow-received", "/referrals/{received}/"),
    Look("follow-accepted", "/referrals/{accepted}/"),
    Look("follow-declined", "/referrals/{declined}/"),
    Look("follow-withdrawn", "/referrals/{withdrawn}/"),
    Look("follow-wrong-birth", "/referrals/{asked}/", press("#open button")),
    Look("follow-question", "/referrals/{asked}/", born("#open")),
    Look("follow-question-errors", "/referrals/{asked}/", steps(born("#open"), press("#question form button"))),
    Look("follow-moving-on", "/referrals/{declined}/", born("#open")),
    Look("contact", "/referrals/{asked}/", CORRECT),
    Look("contact-errors", "/referrals/{asked}/", steps(CORRECT, fill("[name=email]", "eleanor@"), press(SAVE))),
    Look("contact-code", "/referrals/{asked}/", steps(CORRECT, fill("[name=email]", "new@example.org"), press(SAVE))),
    Look(
        "contact-code-errors",
        "/referrals/{asked}/",
        steps(CORRECT, fill("[name=email]", "new@example.org"), press(SAVE), press("button[value=next]")),
    ),
    Look("download", "/referrals/{submitted}/download/"),
    Look("download-errors", "/referrals/{submitted}/download/", press("button[value=pdf]")),
    Look("follow-unknown-link", "/referrals/" + "x" * 43 + "/", status=404),
    Look("lost-link", "/referrals/find/"),
    Look("lost-link-errors", "/referrals/find/", press(SEND)),
    Look("lost-link-sent", "/referrals/find/", steps(fill("[name=email]", "maria@example.org"), press(SEND))),
    Look("report", "/specialists/{online}/report/"),
    Look("report-errors", "/specialists/{online}/report/", press(SEND)),
    Look("report-clinic", "/clinics/{clinic}/report/"),
    Look("report-sent", "/clinics/{clinic_call}/report/", steps(choose("[name=kind][value=closed]"), press(SEND))),
    Look("claim-which", "/clinics/claim/"),
    Look("claim-which-errors", "/clinics/claim/?npi=1234567893", status=400),
    Look("claim-which-unknown-clinic", "/clinics/claim/?clinic=nobody", status=404),
    Look("claim", "/clinics/claim/?npi={online_npi}"),
    Look("claim-errors", "/clinics/claim/?npi={claims_npi}", press(SEND)),
    Look("claim-clinic", "/clinics/claim/?clinic={clinic_call}"),
    Look(
        "claim-sent",
        "/clinics/claim/?clinic={clinic_call}",
        steps(
            fill("[name=name]", "Maria Lopez"),
            choose("[name=role][value=manager]"),
            fill("[name=email]", "maria@round-rock.example.org"),
            fill("[name=phone]", "(512) 555-0150"),
            press(SEND),
        ),
    ),
    Look("about-choosing", "/about/choosing/"),
    Look("check", CHECK),
    Look("check-errors", CHECK, press(SEND)),
    Look("check-stop", CHECK, answer(("warning", "yes"))),
    Look("check-long-standing", CHECK, answer(("warning", "long_standing"))),
    Look("check-milder", CHECK, answer(*ADULT[:1])),
    Look("check-today", CHECK, answer(*ADULT[:1], ("milder", "fever"))),
    Look("check-soon", CHECK, answer(*ADULT[:1], ("milder", "cancer"))),
    Look("check-where", CHECK, answer(*ADULT[:2])),
    Look("check-ask", CHECK, answer(*ADULT)),
    Look("check-first", CHECK, answer(*ADULT[:-1], ("mri", "older"))),
    Look("check-cause", CHECK, answer(*ADULT[:2], ("where", "elsewhere"), *ADULT[3:])),
    Look("check-print", CHECK, steps(answer(*ADULT), press("[name=print]"))),
    Look("compare", "/compare/?npi={online_npi}&npi={call_npi}&near=78701"),
    Look("compare-nobody", "/compare/"),
    Look("compare-refused", "/compare/?npi=1234567890", status=400),
    Look("coverage", "/about/coverage/"),
    Look("coverage-refused", "/about/coverage/?procedure=none", status=400),
    Look("about-data", "/about/data/"),
    Look("about-privacy", "/about/privacy/"),
    Look("about-accessibility", "/about/accessibility/"),
    Look("removal", "/about/removal/?npi={online_npi}"),
    Look("removal-errors", "/about/removal/", press(SEND)),
    Look("removal-done", "/about/removal/done/"),
    Look("removal-waiting", "/about/removal/waiting/"),
    Look("specialist-street-hidden", "/specialists/{hidden}/"),
    Look("api-docs", "/api/docs/"),
    Look("log-in", "/admin/login/?next=/admin/"),
    Look("log-in-forgotten", "/admin/password/"),
    Look("not-found", "/nothing-here/", status=404),
    # Last: from here on this browser is the clinic's.
    Look("clinics-day", LOG_IN, log_in),
    Look("inbox", LOG_IN, INBOX),
    Look("inbox-filter", LOG_IN, steps(INBOX, show("#changelist-filter summary"))),
    Look("inbox-none-like-that", LOG_IN, steps(INBOX, search("nobody"))),
    Look("inbox-request", LOG_IN, REQUEST),
    Look("inbox-decline", LOG_IN, DECLINE),
    Look("inbox-decline-errors", LOG_IN, steps(DECLINE, press("button[name=move][value=decline]"))),
    Look("inbox-print", LOG_IN, steps(REQUEST, press("a[href$='/print/']"))),
)
