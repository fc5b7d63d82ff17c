"""A small directory around Austin that has one of each kind a page can show.

It is no demonstration: that is marked on every page and closed to search engines, and what is judged are the pages of
an installation. So its NPIs begin with 1, as real ones do; all people are fictional.
"""

import dataclasses
import datetime
import itertools
from collections.abc import Callable, Sequence

from django.utils import timezone

from directory import npi
from directory.models import Clinic, Practice, Site, Specialist, User
from referrals import demo, moves
from referrals.intake import questions, readiness
from referrals.models import Content, Referral, ReferralLink
from referrals.vault import tokens
from tests import factories
from tests.looks.pages import STAFF, World
from tests.referrals.patient import CONTENT

FIRST_NPI = 100_000_000  # without its check digit
ADHESIOLYSIS, EPIDURAL = "adhesiolysis", "epidural-steroid-injection"
WEEK = [(1, "08:00", "17:00"), (2, "08:00", "17:00"), (4, "08:00", "12:00"), (4, "13:00", "17:00")]
QUESTION = "When and where was your MRI made?"  # of a clinic, in its own words
PLANS = ("original-medicare", "medicare-advantage", "medicaid-tx", "aetna", "cigna", "humana")

_serial = itertools.count(1)


def build() -> World:
    """Makes it in the database in use, which holds nothing but the reference data."""
    confirmed = {
        "accepting_new_patients": True,
        "confirmed_on": timezone.localdate() - datetime.timedelta(days=43),
        "week": WEEK,
    }
    clinic = factories.connected_clinic(
        name="Hill Country Pain", slug="hill-country-pain", website="https://hill-country-pain.example.org/"
    )
    rivera, practice = _rivera(clinic, confirmed)
    _bell(confirmed)
    nair, practice_call = _nair()
    sandoval = _person("Helen", "Sandoval", gender="female", languages=("en", "es"))
    lakes = _site("Highland Lakes Pain", "7 Specimen Lane", "Marble Falls", "78654", (30.5782, -98.2729))
    _office(sandoval, lakes, [(ADHESIOLYSIS, "open", 9)], **confirmed | {"accepting_new_patients": False})
    whitcomb = _whitcomb()
    ellis = _person("Dana", "Ellis", credentials="DO")
    nowhere = _site("Quiet Creek Pain", "1 Unknown Way", "Austin", "78799", None)
    _office(ellis, nowhere, [(ADHESIOLYSIS, "open", None)])
    absent = _person("Gone", "Away", suppressed_on=timezone.localdate())
    _office(absent, lakes, [(ADHESIOLYSIS, "open", None)])
    ortega = _person("Luz", "Ortega", gender="female", street_hidden_on=timezone.localdate())
    home = _site("Ortega Pain", "5 Invented Street", "Austin", "78745", (30.2071, -97.7957))
    _office(ortega, home, [(ADHESIOLYSIS, "open", 2)], **confirmed)
    staff = factories.member(clinic, email=STAFF, password=STAFF)
    return World(
        online=rivera.slug,
        online_npi=str(rivera.pk),
        call=nair.slug,
        call_npi=str(nair.pk),
        claims=whitcomb.slug,
        claims_npi=str(whitcomb.pk),
        unplaced=ellis.slug,
        paused=sandoval.slug,
        gone=absent.slug,
        hidden=ortega.slug,
        clinic=clinic.slug,
        clinic_call=practice_call.site.clinic.slug,
        practice=str(practice.pk),
        practice_call=str(practice_call.pk),
        **_requests(practice, staff),
    )


def _rivera(clinic: Clinic, confirmed: dict) -> tuple[Specialist, Practice]:
    """The strongest evidence, a second office where nobody has said whether it is done, and a colleague."""
    north = _site(clinic, "1200 Example Parkway", "Austin", "78756", (30.3214, -97.7402), name="North")
    second = _site(clinic, "44 Model Crossing", "Cedar Park", "78613", (30.5052, -97.8203), name="Cedar Park")
    rivera = _person("Ana", "Rivera", gender="female", languages=("en", "es"))
    offered = [(ADHESIOLYSIS, "open", 3), (EPIDURAL, "open", 1), ("spinal-cord-stimulation", "paused", None)]
    practice = _office(rivera, north, offered, insurers=PLANS, telehealth=True, **confirmed)
    asked_for = {"needs_mri_months": 12, "needs_prescriber_word": True, "needs_doctor_referral": True}
    practice.offerings.filter(procedure__slug=ADHESIOLYSIS).update(**asked_for)
    _office(rivera, second, [(ADHESIOLYSIS, None, None)])
    factories.claims(rivera)
    factories.claims(rivera, EPIDURAL, services=212)
    tran = _person("Minh", "Tran", gender="male", languages=("en", "vi"), taxonomy="207LP2900X")
    _office(tran, north, [(EPIDURAL, "open", 1)], insurers=PLANS[:3], **confirmed)
    return rivera, practice


def _bell(confirmed: dict) -> None:
    """The clinic's word, no public record."""
    bell = _person("Marcus", "Bell", credentials="DO", gender="male", taxonomy="2081P2900X")
    clinic = factories.connected_clinic(name="South Lamar Spine and Pain", slug="south-lamar-spine-and-pain")
    lamar = _site(clinic, "48 Sample Street", "Austin", "78704", (30.2426, -97.7640))
    _office(bell, lamar, [(ADHESIOLYSIS, "open", 6)], insurers=PLANS[:2], telehealth=False, **confirmed)


def _nair() -> tuple[Specialist, Practice]:
    """Not joined; listed, never confirmed; known by its ZIP only."""
    nair = _person("Priya", "Nair", languages=("en", "hi"))
    site = _site("Round Rock Pain Center", "900 Placeholder Avenue", "Round Rock", "78664", (30.5145, -97.668), "zip")
    return nair, _office(nair, site, [(ADHESIOLYSIS, "open", None)])


def _whitcomb() -> Specialist:
    """Not joined; known from public claims only, at one of two offices."""
    whitcomb = _person("James", "Whitcomb", gender="male")
    clinic = factories.clinic(name="Comal Spine", slug="comal-spine")
    for line1, zip_code, point in (
        ("310 Example Bend", "78130", (29.7030, -98.1245)),
        ("21 Imaginary Terrace", "78132", (29.7550, -98.1990)),
    ):
        site = _site(clinic, line1, "New Braunfels", zip_code, point, "city")
        _office(whitcomb, site, [(ADHESIOLYSIS, None, None)])
    factories.claims(whitcomb, services=12)
    return whitcomb


def _person(given_name: str, family_name: str, **fields) -> Specialist:
    named = {"given_name": given_name, "family_name": family_name}
    return factories.specialist(**{"npi": npi.with_check_digit(FIRST_NPI + next(_serial))} | named | fields)


def _site(
    clinic: Clinic | str, line1: str, city: str, zip_code: str, point, precision: str = "address", **fields
) -> Site:
    """`clinic` may be the name of a new one, that has not joined; no `point`: nobody knows where it is."""
    if isinstance(clinic, str):
        clinic = factories.clinic(name=clinic, slug=clinic.lower().replace(" ", "-"))
    if point:
        fields |= {"longitude": point[1], "location_precision": precision}
    address = {"line1": line1, "city": city, "postal_code": zip_code}
    return factories.site(clinic=clinic, latitude=point[0] if point else None, **address, **fields)


def _office(
    specialist: Specialist, site: Site, offered: Sequence[tuple[str, str | None, int | None]], **fields
) -> Practice:
    """`offered` is (procedure, status, wait in weeks); `week` (day, from, to)."""
    week = fields.pop("week", ())
    made = factories.practice(specialist=specialist, site=site, **fields)
    for number, (procedure, status, weeks) in enumerate(offered):
        factories.offering(
            procedure,
            practice=made,
            status=status,
            wait_weeks=weeks,
            confirmed_on=fields.get("confirmed_on"),
            requirements="An MRI report of the last 12 months, and a list of your medicines." if number == 0 else "",
        )
    for weekday, opens_at, closes_at in week:
        factories.hours(made, weekday, opens_at, closes_at)
    return made


def _requests(practice: Practice, staff: User) -> dict[str, str]:
    """A request in each state that has a page of its own -> the token of its private link."""
    clinic = moves.Actor.of_clinic(staff)
    ways: dict[str, list[Callable[[Referral], object]]] = {
        "submitted": [],
        "received": [lambda asked: moves.start(asked, actor=clinic)],
        "accepted": [lambda asked: moves.start(asked, actor=clinic), lambda asked: moves.accept(asked, actor=clinic)],
        "declined": [
            lambda asked: moves.start(asked, actor=clinic),
            lambda asked: moves.decline(asked, actor=clinic, reason="no_capacity"),
        ],
        "withdrawn": [moves.withdraw],
        "asked": [
            lambda asked: moves.start(asked, actor=clinic),
            lambda asked: moves.ask(asked, actor=clinic, text=QUESTION),
        ],
    }
    links = {}
    for state, way in ways.items():
        key = tokens.keyed_hash("looks", tokens.new())
        content = _answers_of_today(practice) if state == "submitted" else CONTENT
        asked = moves.submit(practice.pk, ADHESIOLYSIS, content, consent_version="1", form_key_hash=key)
        for move in way:
            move(asked)
            asked.refresh_from_db()
        links[state] = ReferralLink.objects.issue(asked)
    by_office = dataclasses.replace(
        CONTENT, answers=CONTENT.answers | {"asker": "office", "office_name": practice.site.clinic.name}
    )
    key = tokens.keyed_hash("looks", tokens.new())
    proposed = moves.propose(practice.pk, ADHESIOLYSIS, by_office, form_key_hash=key)
    links["unconfirmed"] = ReferralLink.objects.issue(proposed)
    links["office"] = ReferralLink.objects.issue(proposed, for_office=True)
    return links


def _answers_of_today(practice: Practice) -> Content:
    """The same patient at today's questions, who has not all that the clinic asks for."""
    today = timezone.localdate()
    scanned = (today - datetime.timedelta(days=240)).strftime("%Y-%m")
    thinner = {"thinner": "yes", "thinner_name": "apixaban", "thinner_by": "My heart doctor", "thinner_word": "no"}
    answers = {**demo.USUAL, **thinner, "warning": "long_standing", "interpreter": "yes", "mri_on": scanned}
    offering = practice.offerings.get(procedure__slug=ADHESIOLYSIS)
    ready = readiness.of(offering, answers | {"birth": CONTENT.date_of_birth.isoformat()}, today)
    answers |= {"questions": questions.current(ADHESIOLYSIS).version, "readiness": ready.as_data()}
    return dataclasses.replace(CONTENT, answers=answers)
