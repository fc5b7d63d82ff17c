"""Requests of fictional patients at the demonstration's first clinic, one of each kind that its front desk should meet.

They are sent as the demonstration is loaded, so that the clock works on them as on any other.
"""

import datetime
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from directory.demo import austin, logins
from directory.models import Offering, Specialist, User
from referrals import business_days, clock, correspondence, moves
from referrals.intake import questions, readiness
from referrals.intake.questions import CONSENT_VERSION
from referrals.models import Attempt, Content, Referral
from referrals.vault import tokens

Answer = Callable[[Referral, User], object]

# What they have in common, so that each patient below names only what differs.
USUAL: Mapping[str, Any] = {
    "warning": "no",
    "warning_text": "",
    "milder": ["none"],
    "asker": "patient",
    "best_way": "phone",
    "language": "en",
    "interpreter": "no",
    "pain_where": ["low_back"],
    "pain_goes": "leg",
    "pain_since": "2024-03",
    "pain_strength": "7",
    "stops": "Sitting longer than 20 minutes",
    "surgery": "yes",
    "surgery_text": "Fusion in 2023",
    "injections": "yes",
    "injections_number": "2",
    "injections_helped": "wore_off",
    "mri": "yes",
    "mri_report": "report",
    "thinner": "no",
    "opioids": "no",
    "sedatives": "no",
    "allergies": ["none"],
    "conditions": ["none"],
    "implants": ["none"],
    "ride": "yes",
    "insurer": "original-medicare",
    "own_referral": "yes",
    "access": ["none"],
    "travel": "50",
}


@dataclass(frozen=True)
class Patient:
    """Somebody made up. `clinic` does these in turn; without an e-mail address nobody has checked the contact."""

    name: str
    born: datetime.date
    phone: str
    answers: Mapping[str, Any]
    email: str = ""
    language: str = "en"
    clinic: Sequence[Answer] = ()


def _start(referral: Referral, user: User) -> object:
    return moves.start(referral, actor=moves.Actor.of_clinic(user))


def _accept(referral: Referral, user: User) -> object:
    return moves.accept(referral, actor=moves.Actor.of_clinic(user))


def _ask(referral: Referral, user: User) -> object:
    return moves.ask(referral, actor=moves.Actor.of_clinic(user), text="In which month was your MRI made, and where?")


def _call(referral: Referral, user: User) -> object:
    return correspondence.log_attempt(referral, user=user, outcome=Attempt.Outcome.NO_ANSWER)


def _schedule(referral: Referral, user: User) -> object:
    day = business_days.after(timezone.now(), 4, clock.zone(referral))
    return moves.schedule(referral, actor=moves.Actor.of_clinic(user), at=day.replace(hour=9, minute=30))


PATIENTS = (
    Patient(
        "Eleanor Marsh",
        datetime.date(1957, 4, 9),
        "+15125550186",
        {
            "warning": "long_standing",
            "warning_text": "Leaking urine since my surgery in 2023. My doctor knows.",
            "thinner": "yes",
            "thinner_name": "apixaban",
            "thinner_by": "My heart doctor",
            "thinner_word": "no",
            "conditions": ["diabetes"],
        },
        email="eleanor.marsh@example.org",
    ),
    Patient("Walter Pruitt", datetime.date(1955, 1, 30), "+15125550187", {}, "walter.pruitt@example.org",
            clinic=(_start, _call)),
    Patient(
        "José Alvarado",
        datetime.date(1968, 6, 2),
        "+15125550188",
        {"language": "es", "interpreter": "yes", "stops": "No puedo estar sentado más de media hora"},
        email="jose.alvarado@example.org",
        language="es",
    ),
    Patient("Ruth Kaplan", datetime.date(1952, 11, 3), "+15125550189", {"asker": "relative", "own_referral": "no"}),
    Patient("Carol Bishop", datetime.date(1960, 8, 21), "+15125550190", {"mri": "unknown", "milder": ["weight"]},
            "carol.bishop@example.org", clinic=(_start, _ask)),
    Patient("Dean Sutter", datetime.date(1963, 2, 14), "+15125550191", {}, "dean.sutter@example.org",
            clinic=(_start, _accept, _schedule)),
)  # fmt: skip


def load() -> int:
    """Sends them all or none; says how many. None where there is a request already, no demonstration or no log-in."""
    front_desk = User.objects.filter(memberships__clinic__name=austin.HILL_COUNTRY, email__endswith=logins.DOMAIN)
    offerings = Offering.objects.filter(
        practice__specialist__in=Specialist.objects.fictional(),
        practice__site__clinic__name=austin.HILL_COUNTRY,
        procedure__slug=austin.ADHESIOLYSIS,
        status=Offering.Status.OPEN,
    )
    user, offering = front_desk.first(), offerings.select_related("practice", "procedure").first()
    if user is None or offering is None or Referral.objects.exists():
        return 0
    with transaction.atomic():
        for patient in PATIENTS:
            referral = _send(patient, offering)
            for answer in patient.clinic:
                answer(referral, user)
    return len(PATIENTS)


def _send(patient: Patient, offering: Offering) -> Referral:
    now = timezone.now()
    scanned = (now - datetime.timedelta(days=240)).strftime("%Y-%m")
    answers = {**USUAL, "mri_on": scanned, **patient.answers, "birth": patient.born.isoformat()}
    if answers["mri"] != "yes":
        answers = {name: answer for name, answer in answers.items() if not name.startswith("mri_")}
    ready = readiness.of(offering, answers, timezone.localdate())
    del answers["birth"]  # it stands in a field of its own
    answers["questions"] = questions.current(offering.procedure.slug).version
    return moves.submit(
        offering.practice_id,
        offering.procedure.slug,
        Content(
            name=patient.name,
            email=patient.email,
            phone=patient.phone,
            date_of_birth=patient.born,
            answers={**answers, "readiness": ready.as_data()},
        ),
        consent_version=CONSENT_VERSION,
        form_key_hash=tokens.keyed_hash("demo", uuid.uuid4().hex),
        language=patient.language,
        email_checked_at=now if patient.email else None,
    )
