"""Two clinics that must not learn of each other: ours and theirs. Every field of theirs holds a canary."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from directory.models import (
    Clinic,
    ListingClaim,
    Membership,
    Offering,
    PastSlug,
    Practice,
    Report,
    Site,
    Specialist,
    User,
)
from referrals import moves
from referrals.intake.questions import CONSENT_VERSION
from referrals.models import Content, Delivery, Referral, WebHook
from tests import factories
from tests.referrals import receiver

CANARY = "Canarybird"
FIRST_ID = 777_000_000  # their rows have numbers that nothing else has


@dataclass
class Side:
    """One clinic with one of everything, and what would give it away."""

    clinic: Clinic
    site: Site
    specialist: Specialist
    practice: Practice
    offering: Offering
    staff: User
    referral: Referral
    report: Report
    claim: ListingClaim
    hook: WebHook
    delivery: Delivery  # to the hook
    marks: list[str] = field(default_factory=list)


def answers(**given: Any) -> dict[str, Any]:
    """Answers to the questions of version 1, as the form stores them."""
    defaults: dict[str, Any] = {
        "questions": "1",
        "warning": "no",
        "warning_text": "",
        "pain_where": ["low_back"],
        "pain_goes": "leg",
        "pain_since": "2024-03",
        "stops": "Sitting longer than 20 minutes",
        "tried": ["spine_surgery"],
        "tried_text": "",
        "mri": "yes",
        "mri_on": "2026-09",
    }
    return defaults | given


def content(**given: Any) -> Content:
    defaults: dict[str, Any] = {
        "name": "Eleanor Marsh",
        "email": "eleanor@example.org",
        "phone": "+15125550186",
        "date_of_birth": datetime.date(1957, 4, 9),
        "answers": answers(),
    }
    return Content(**defaults | given)


def send(practice: Practice, **given: Any) -> Referral:
    """A request that was just sent to this practice."""
    return moves.submit(
        practice.pk,
        "adhesiolysis",
        content(**given),
        consent_version=CONSENT_VERSION,
        form_key_hash=uuid.uuid4().hex,
    )


def web_hook(clinic: Clinic, url: str) -> tuple[WebHook, Delivery]:
    """A hook of this clinic, and a test of it that was given up."""
    made = receiver.hook(clinic, url)
    delivery = Delivery.objects.create(kind="hook_test", hook=made, dead_at=timezone.now(), last_error="http_500")
    return made, delivery


def ours() -> Side:
    clinic = factories.connected_clinic(name="Hill Country Pain", slug="hill-country-pain")
    site = factories.site(clinic=clinic, line1="1200 Example Pkwy", name="North")
    practice = factories.practice(site=site, specialist=factories.specialist(given_name="Ana", family_name="Rivera"))
    offering = factories.offering(practice=practice)
    factories.hours(practice)
    staff = factories.member(clinic, email="kim@example.org", name="Kim Delgado")
    report = factories.report(practice, remark="The phone number ends in 0199.")
    claim = factories.listing_claim(practice, email="maria@hill-country-pain.test")
    referral = send(practice)
    one, told = web_hook(clinic, "https://hooks.hill-country-pain.test/in")
    return Side(clinic, site, practice.specialist, practice, offering, staff, referral, report, claim, one, told)


def theirs() -> Side:
    """The other clinic: every text is or holds a canary, every number is its own."""
    clinic = factories.connected_clinic(
        pk=FIRST_ID + 1,
        name=f"{CANARY} Pain",
        slug="canarybird-pain",
        website="https://canarybird.example.org",
        notification_email="canarybird@example.org",
    )
    PastSlug.objects.create(slug="canarybird-once", clinic=clinic)
    site = factories.site(
        pk=FIRST_ID + 2,
        clinic=clinic,
        name=f"{CANARY} North",
        line1=f"1 {CANARY} Street",
        line2=f"{CANARY} floor",
        city=f"{CANARY}ville",
        state="TX",
        postal_code="77799",
        latitude=31.77791,
        longitude=-97.77791,
    )
    specialist = factories.specialist(
        given_name=f"{CANARY}a", middle_name=CANARY, family_name=f"{CANARY}son", credentials="CANARYMD"
    )
    practice = factories.practice(pk=FIRST_ID + 3, site=site, specialist=specialist, phone="+15127770177")
    offering = factories.offering(pk=FIRST_ID + 4, practice=practice, requirements=f"{CANARY} first")
    factories.hours(practice)
    staff = factories.user("canarybird.staff@example.org", pk=FIRST_ID + 5, name=f"{CANARY} Staff", is_staff=True)
    Membership.objects.create(pk=FIRST_ID + 6, user=staff, clinic=clinic)
    referral = send(
        practice,
        name=f"{CANARY} Patient",
        email="canarybird.patient@example.org",
        phone="+15127770178",
        answers=answers(stops=f"{CANARY} stops", warning="long_standing", warning_text=f"{CANARY} warning"),
    )
    report = factories.report(practice, remark=f"{CANARY} remark", pk=FIRST_ID + 7)
    claim = factories.listing_claim(
        practice,
        pk=FIRST_ID + 9,
        name=f"{CANARY} Claimant",
        email="canarybird.claim@example.org",
        phone="+15127770176",
    )
    one, told = web_hook(clinic, "https://hooks.canarybird.example.org/canarybird?key=canarybird")
    marks = [CANARY.lower(), "777000", "77799", "7777", "canarymd", "777017", str(specialist.pk)]
    marks += [str(referral.pk), referral.reference.lower()]
    marks += [str(one.pk), str(told.pk)]
    return Side(clinic, site, specialist, practice, offering, staff, referral, report, claim, one, told, marks)


def shared_specialist(one: Side, other: Side) -> Specialist:
    """Somebody who practises at both clinics."""
    person = factories.specialist(given_name="Minh", family_name="Tran")
    factories.offering(pk=500, practice=factories.practice(pk=500, specialist=person, site=one.site))
    factories.practice(pk=FIRST_ID + 8, specialist=person, site=other.site, phone="+15127770179")
    return person


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def days_ago(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)
