"""A function per move of a request. Each writes state, history and what must be told in one transaction."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from directory.models import User
from referrals import access, gate, states
from referrals.deliveries import outbox
from referrals.models import Content, Referral, Step
from referrals.states import MoveRefused, Role

__all__ = [
    "PATIENT",
    "Actor",
    "AlreadySent",
    "MoveRefused",
    "NotTheirClinic",
    "ReferralMoved",
    "accept",
    "decline",
    "start",
    "submit",
    "withdraw",
]


class ReferralMoved(Exception):
    """Somebody was faster: the request is no longer as the caller had read it. Read it again and look."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__(f"request {referral} was changed by somebody else in the meantime")


class NotTheirClinic(PermissionError):
    """A person acts for a clinic to which the request was not sent."""


class AlreadySent(Exception):
    """This very form was sent before: `referral` is what came of it."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__(f"this form has become request {referral} already")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move; a clinic always acts through a person."""

    role: Role
    user: User | None = None

    @classmethod
    def of_clinic(cls, user: User) -> "Actor":
        return cls(Role.CLINIC, user)


PATIENT = Actor(Role.PATIENT)


def submit(
    practice_id: int,
    procedure_slug: str,
    content: Content,
    *,
    consent_version: str,
    form_key_hash: str,
    language: str = "en",
) -> Referral:
    """A patient sends a request. Raises NoSuchPractice, NotOffered, TakesNone (all gate.GateClosed), AlreadySent.

    `language` is that of the pages on which it was written, and of the words agreed to.
    Whether it may be sent is asked again here, inside the transaction that stores it.
    """
    try:
        with transaction.atomic():
            before = Referral.objects.filter(form_key_hash=form_key_hash).first()
            if before is not None:
                raise AlreadySent(before)
            to = gate.destination(practice_id, procedure_slug, lock=True)
            now = timezone.now()
            referral = Referral(
                practice=to.practice,
                clinic=to.clinic,
                procedure=to.procedure,
                consent_version=consent_version,
                consented_at=now,
                language=language,
                form_key_hash=form_key_hash,
            )
            referral.seal(content)
            referral.save(force_insert=True)
            _carry_out(referral, "submit", PATIENT, submitted_at=now)
            return referral
    except IntegrityError:
        # A double click: the other one was stored between our look and our write.
        winner = Referral.objects.filter(form_key_hash=form_key_hash).first()
        if winner is None:
            raise
        raise AlreadySent(winner) from None


def start(referral: Referral, *, actor: Actor) -> Step:
    """The clinic starts on it. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "start", actor)


def accept(referral: Referral, *, actor: Actor) -> Step:
    """The clinic takes the patient. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "accept", actor)


def decline(referral: Referral, *, actor: Actor, reason: str) -> Step:
    """The clinic does not take the patient, for one of DECLINE_REASONS.

    Raises MoveRefused (also for an unknown reason), ReferralMoved, NotTheirClinic.
    """
    return _carry_out(referral, "decline", actor, reason=reason)


def withdraw(referral: Referral, *, actor: Actor = PATIENT) -> Step:
    """The patient takes it back. Raises MoveRefused, ReferralMoved."""
    return _carry_out(referral, "withdraw", actor)


def _carry_out(referral: Referral, name: str, actor: Actor, *, reason: str = "", **also: Any) -> Step:
    """Makes the move if the table allows it and the request still is as it was read."""
    move = states.allowed(referral.state, name, actor.role, reason)
    if actor.role == Role.CLINIC and (actor.user is None or not access.may_read(actor.user, referral)):
        raise NotTheirClinic("only the staff of the clinic addressed act on a request")
    now = timezone.now()
    with transaction.atomic():
        as_read = Referral.objects.filter(pk=referral.pk, version=referral.version)
        if not as_read.update(state=move.to, version=F("version") + 1, changed_at=now, **also):
            raise ReferralMoved(referral)
        step = Step.objects.create(
            referral=referral,
            version=referral.version + 1,
            at=now,
            move=name,
            before=move.before,
            to=move.to,
            role=actor.role,
            user=actor.user,
            reason=reason,
        )
        outbox.put(step)
    referral.state, referral.version, referral.changed_at = move.to, step.version, now
    for field, value in also.items():
        setattr(referral, field, value)
    return step
