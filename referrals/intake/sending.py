"""What has been answered becomes a request. Every door ends here: the pages, and the API of partners."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directory import limits
from directory.models import Offering, Partner
from referrals import moves
from referrals.gate import Destination
from referrals.intake import readiness
from referrals.intake.codes import Asker
from referrals.intake.course import Course
from referrals.intake.questions import CONSENT_VERSION
from referrals.models import Content, Referral
from referrals.models.referrals import person_hash


@dataclass(frozen=True, slots=True)
class Sender:
    """Where it comes from: a browser, by the network of its subscriber, or a partner."""

    subscriber: str = ""
    partner: Partner | None = None


def content(found: Course, offering: Offering, answers: Mapping[str, Any]) -> Content:
    """What is stored of these answers: with what of the clinic's wishes they show, as it is today."""
    ready = readiness.of(offering, answers, timezone.localdate())
    return found.content({**answers, "readiness": ready.as_data()})


def waits_for_patient(answers: Mapping[str, Any], sender: Sender) -> bool:
    """Whether somebody else asks, so that the patient's own word is needed before anything is sent."""
    return sender.partner is not None or answers["asker"] == Asker.OFFICE


def send(
    found: Course,
    to: Destination,
    answers: Mapping[str, Any],
    *,
    sender: Sender,
    language: str,
    checked_at: datetime.datetime | None = None,
    finish: Callable[[Referral], object] = lambda referral: None,
) -> Referral:
    """Stores the request of a form whose pages are all answered. `checked_at`: when the address was shown to be theirs.
    `finish` gets it inside the transaction that stores it. Whatever is refused was counted.

    Raises TooManyToday, and as `moves.submit` and `moves.propose` do.
    """
    written = content(found, to.offering, answers)
    proposed = waits_for_patient(answers, sender)
    with transaction.atomic():  # its own, so that a refused request is counted, and one commit for all of them
        _count(to, written, sender, mails=proposed)
    with transaction.atomic():
        referral = _store(found, written, sender, language=language, checked_at=checked_at, proposed=proposed)
        finish(referral)
    return referral


def _store(
    found: Course,
    written: Content,
    sender: Sender,
    *,
    language: str,
    checked_at: datetime.datetime | None,
    proposed: bool,
) -> Referral:
    if proposed:
        return moves.propose(
            found.practice_id,
            found.procedure,
            written,
            form_key_hash=found.form_hash,
            language=language,
            partner=sender.partner,
        )
    return moves.submit(
        found.practice_id,
        found.procedure,
        written,
        consent_version=CONSENT_VERSION,
        form_key_hash=found.form_hash,
        language=language,
        clinic_id=found.clinic_id,
        consented_at=datetime.datetime.fromisoformat(found.agreed_at) if found.agreed_at else None,
        email_checked_at=checked_at,
    )


def _count(to: Destination, written: Content, sender: Sender, *, mails: bool) -> None:
    """Raises TooManyToday. `mails`: a mail goes to an address that nobody has checked."""
    if sender.partner is not None:
        limits.count("referral-partner", str(sender.partner.pk), most=settings.REQUESTS_PER_PARTNER)
    else:
        limits.count("referral", sender.subscriber, most=settings.REQUESTS_PER_ADDRESS)
    limits.count("referral-person", person_hash(written), most=settings.REQUESTS_PER_PERSON)
    if not mails:  # what waits for a patient's word is not the clinic's yet, and must not use up what it takes in a day
        count_for_clinic(to.clinic.pk)
    if mails and written.email:
        limits.count("referral-code-to", written.email.casefold(), most=settings.CODES_PER_MAILBOX)


def count_for_clinic(pk: int) -> None:
    """One more request that this clinic gets today, by whichever door. Raises TooManyToday."""
    limits.count("referral-clinic", str(pk), most=settings.REQUESTS_PER_CLINIC)
