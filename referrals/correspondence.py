"""What passes between patient and clinic without moving the request: messages, and attempts to reach the patient."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from directory.models import User
from referrals import access, moves
from referrals.deliveries import outbox
from referrals.models import Attempt, Message, Referral
from referrals.moves import Actor, NotTheirClinic
from referrals.states import Role, State
from referrals.vault.keys import VaultError

WITH_CLINIC = frozenset({State.RECEIVED, State.NEEDS_INFORMATION, State.ACCEPTED, State.SCHEDULED})
OPEN_TO_PATIENT = WITH_CLINIC | {State.SUBMITTED}
MOST_A_DAY = 20  # messages of one side about one request


class NotNow(Exception):
    """The request has ended, or nobody has started on it: there is nobody to write to."""


class TooMany(Exception):
    """So many messages in a day are no conversation any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, opened. `text` is None where its key is not there."""

    at: datetime.datetime
    role: str
    text: str | None


def may_write(referral: Referral, role: Role) -> bool:
    """Whether this side may write now."""
    return referral.state in (OPEN_TO_PATIENT if role == Role.PATIENT else WITH_CLINIC)


def write(referral: Referral, *, actor: Actor, text: str) -> Message:
    """Words to the other side, which is told by mail that some wait.

    Raises NothingSaid, NotNow, TooMany, NotTheirClinic, VaultError; then nothing was kept.
    """
    words = moves.said(text)
    _only_their_clinic(referral, actor)
    with transaction.atomic():
        row = locked(referral, OPEN_TO_PATIENT if actor.role == Role.PATIENT else WITH_CLINIC)
        today = row.messages.filter(role=actor.role, at__gt=timezone.now() - datetime.timedelta(days=1))
        if today.count() >= MOST_A_DAY:
            raise TooMany(f"more than {MOST_A_DAY} messages in a day")
        message = Message(referral=row, role=actor.role, user=actor.user)
        message.seal(words)
        message.save(force_insert=True)
        outbox.put_message(row, from_patient=actor.role == Role.PATIENT)
    return message


def log_attempt(referral: Referral, *, user: User, outcome: str) -> Attempt:
    """Somebody of the clinic tried to reach the patient, who sees it. Raises NotNow, NotTheirClinic, ValueError."""
    if outcome not in Attempt.Outcome.values:
        raise ValueError("no outcome of an attempt")
    _only_their_clinic(referral, Actor.of_clinic(user))
    with transaction.atomic():
        return Attempt.objects.create(referral=locked(referral, WITH_CLINIC), user=user, outcome=outcome)


def read(referral: Referral) -> list[Said]:
    """All messages, the oldest first. Whoever shows them to the clinic goes through `access.read` first."""
    try:
        key = referral.key()
    except VaultError:
        return [Said(message.at, message.role, None) for message in referral.messages.all()]
    return [Said(message.at, message.role, message.unseal(key)) for message in referral.messages.all()]


def _only_their_clinic(referral: Referral, actor: Actor) -> None:
    if actor.role == Role.CLINIC and (actor.user is None or not access.may_read(actor.user, referral)):
        raise NotTheirClinic("only the staff of the clinic addressed act on a request")


def locked(referral: Referral, states: frozenset[State]) -> Referral:
    """The row as it is now, kept so until the transaction ends. Raises NotNow."""
    row = Referral.objects.select_for_update().kept().filter(pk=referral.pk, state__in=states).first()
    if row is None:
        raise NotNow("the request does not stand where there is somebody to write to")
    return row
