"""A function per move of a request. Each writes state, history and what must be told in one transaction."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory.models import Partner, User
from referrals import access, blocks, erasing, gate, states
from referrals.attachments import keeping
from referrals.blocks import NoAddress
from referrals.deliveries import outbox
from referrals.intake import readiness, redflags
from referrals.models import Content, Message, Referral, ReferralLink, Step
from referrals.models.correspondence import LONGEST_MESSAGE
from referrals.states import MoveRefused, Role, State

__all__ = [
    "CLOCK",
    "FARTHEST_APPOINTMENT",
    "PATIENT",
    "Actor",
    "AlreadySent",
    "AppointmentRefused",
    "MoveRefused",
    "NoAddress",
    "NobodyTried",
    "NotReady",
    "NotTheirClinic",
    "NothingSaid",
    "ReferralMoved",
    "SignsToday",
    "StillRunning",
    "accept",
    "answer",
    "ask",
    "cancel_appointment",
    "complete",
    "confirm",
    "could_not_reach",
    "decline",
    "disown",
    "expire",
    "gone_on",
    "missed",
    "not_genuine",
    "not_seen",
    "propose",
    "redirect",
    "said",
    "schedule",
    "seen",
    "start",
    "submit",
    "take_back",
    "withdraw",
]

SAME_WITHIN = datetime.timedelta(days=30)
NOT_YET_AGREED = "none"  # words agreed to by the patient of a request that waits for their word
FARTHEST_APPOINTMENT = datetime.timedelta(days=2 * 365)


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


class StillRunning(Exception):
    """The same person has asked the same clinic for the same, not long ago: `referral` is that request."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__(f"request {referral} of the same person is running")


class NotReady(ValueError):
    """The clinic takes requests only when all that it asks for is there, and something is missing."""


class NothingSaid(ValueError):
    """A question or an answer without words, or with more than `LONGEST_MESSAGE` characters."""


class NobodyTried(ValueError):
    """A patient cannot have been out of reach if no attempt is on record."""


class AppointmentRefused(ValueError):
    """An appointment in the past, or more than `FARTHEST_APPOINTMENT` ahead; or "seen" or "missed" before its hour."""


@dataclass(frozen=True, slots=True)
class SignsToday:
    """What the patient says today to the question about warning signs, with the words of a long-standing one."""

    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move; a clinic always acts through a person."""

    role: Role
    user: User | None = None

    @classmethod
    def of_clinic(cls, user: User) -> "Actor":
        return cls(Role.CLINIC, user)


PATIENT = Actor(Role.PATIENT)
CLOCK = Actor(Role.CLOCK)


def submit(
    practice_id: int,
    procedure_slug: str,
    content: Content,
    *,
    consent_version: str,
    form_key_hash: str,
    language: str = "en",
    clinic_id: int | None = None,
    consented_at: datetime.datetime | None = None,
    email_checked_at: datetime.datetime | None = None,
) -> Referral:
    """A patient sends a request. Raises GateClosed (NoSuchPractice, NotOffered, TakesNone), AlreadySent, StillRunning.

    `clinic_id` is the clinic to which the patient has agreed by name: where the office is another one's by now, nothing
    is sent (OtherClinic).
    `language` is that of the pages on which it was written, and of the words agreed to. `email_checked_at`: when the
    code that was mailed to the address was typed. Whether it may be sent is asked again here, inside the transaction
    that stores it.
    """
    with _once(form_key_hash):
        referral = _store(
            practice_id,
            procedure_slug,
            content,
            consent_version=consent_version,
            form_key_hash=form_key_hash,
            language=language,
            clinic_id=clinic_id,
            consented_at=consented_at,
            email_checked_at=email_checked_at,
        )
        _take_in_waiting(referral)
    return referral


def propose(
    practice_id: int,
    procedure_slug: str,
    content: Content,
    *,
    form_key_hash: str,
    language: str = "en",
    partner: Partner | None = None,
) -> Referral:
    """A doctor's office, or a partner, asks for a patient: it waits for the patient's own word, asked for by mail.

    Nothing of it is the clinic's before that. Raises as `submit` does, and NoAddress (MailboxBlocked: the patient does
    not want to be asked there).
    """
    if not content.email:
        raise NoAddress("only a patient with a mail address can be asked")
    blocks.refuse(content.email, timezone.now())
    with _once(form_key_hash):
        to = gate.destination(practice_id, procedure_slug, lock=True)
        referral = Referral(
            practice=to.practice,
            clinic=to.clinic,
            procedure=to.procedure,
            state=State.UNCONFIRMED,
            consent_version=NOT_YET_AGREED,
            consented_at=timezone.now(),
            language=language,
            form_key_hash=form_key_hash,
            partner=partner,
        )
        referral.seal(content)
        referral.save(force_insert=True)
        outbox.ask_patient(referral)
    return referral


def confirm(
    referral: Referral,
    *,
    signs: SignsToday,
    consent_version: str,
    finish: Callable[[Referral], object] = lambda sent: None,
) -> Referral:
    """The patient agrees, through the link that was mailed: by that the address is checked too -> the request that the
    clinic has. That is another one where the same person had asked there already: then this one goes on in it, and a
    new link to it is mailed.

    A warning sign that is long-standing by the patient's own word takes the place of what was written, in that other
    one too; to say that none is new or worse takes nothing away. `finish` gets what was sent, inside the transaction;
    not one that was there before.

    Raises MoveRefused, ReferralMoved, GateClosed.
    """
    states.allowed(referral.state, "confirm", Role.PATIENT)  # else it may be erased, and not open any more
    with transaction.atomic():
        gate.destination(
            referral.practice_id, referral.procedure.slug, lock=True, clinic_id=referral.clinic_id
        )  # the one that the page has named
        content, now = referral.unseal(), timezone.now()
        running = _same_running(referral, content)
        if running is not None:
            if signs.answer == redflags.Answer.LONG_STANDING:
                _add_sign(running, signs, now)
            outbox.mail_link(running, now)
            _go_on_in(running, referral)
            return running
        if signs.answer == redflags.Answer.LONG_STANDING:
            referral.seal_contact(_with_signs(content, signs))
        _carry_out(
            referral,
            "confirm",
            PATIENT,
            submitted_at=now,
            consented_at=now,
            email_checked_at=now,
            consent_version=consent_version,
            answers=referral.answers,
        )
        access.tell_of_earlier_readings(referral)
        finish(referral)
        _take_in_waiting(referral)
    return referral


def _add_sign(running: Referral, signs: SignsToday, now: datetime.datetime) -> None:
    """The clinic has the request already: the sign stands first in it from now on, and comes as a message."""
    running.seal_contact(_with_signs(running.unseal(), signs))
    running.save(update_fields=["answers"])
    with override(running.language):
        text = " ".join([_("A warning sign: long-standing, and a doctor knows."), signs.text]).strip()
    message = Message(referral=running, at=now, role=Role.PATIENT)
    message.seal(text[:LONGEST_MESSAGE])
    message.save(force_insert=True)
    outbox.put_message(running, from_patient=True)


@contextmanager
def _once(form_key_hash: str) -> Iterator[None]:
    """One transaction that stores the request of this form, or raises AlreadySent with what came of it before."""
    try:
        with transaction.atomic():
            before = Referral.objects.filter(form_key_hash=form_key_hash).first()
            if before is not None:
                raise AlreadySent(before)
            yield
    except IntegrityError:
        # A double click: the other one was stored between our look and our write.
        winner = Referral.objects.filter(form_key_hash=form_key_hash).first()
        if winner is None:
            raise
        raise AlreadySent(winner) from None


def _store(
    practice_id: int,
    procedure_slug: str,
    content: Content,
    *,
    consent_version: str,
    form_key_hash: str,
    language: str,
    clinic_id: int | None,
    continues: Referral | None = None,
    consented_at: datetime.datetime | None = None,
    email_checked_at: datetime.datetime | None = None,
) -> Referral:
    to = gate.destination(practice_id, procedure_slug, lock=True, clinic_id=clinic_id)
    now = timezone.now()
    if continues is not None:
        content = _as_asked_here(to, content)
    referral = Referral(
        practice=to.practice,
        clinic=to.clinic,
        procedure=to.procedure,
        consent_version=consent_version,
        consented_at=consented_at or now,
        language=language,
        form_key_hash=form_key_hash,
        continues=continues,
        email_checked_at=email_checked_at,
    )
    if email_checked_at is not None and (running := _same_running(referral, content)):
        raise StillRunning(running)
    referral.seal(content)
    referral.save(force_insert=True)
    _carry_out(referral, "submit", PATIENT, submitted_at=now)
    return referral


def _as_asked_here(to: gate.Destination, content: Content) -> Content:
    """The answers with what this clinic asks for in the place of what another one did. Raises NotReady."""
    ready = readiness.of_request(to.offering, content, timezone.localdate())
    if ready.missing and not to.offering.takes_incomplete:
        raise NotReady("this clinic takes requests only when nothing is missing")
    return replace(content, answers={**content.answers, "readiness": ready.as_data()})


def _with_signs(content: Content, signs: SignsToday) -> Content:
    return replace(content, answers={**content.answers, "warning": signs.answer, "warning_text": signs.text})


def _same_running(referral: Referral, content: Content) -> Referral | None:
    """The running request of the last days of the same person, from the same checked address, to this clinic.

    To anybody else nothing is said of it, so that nobody learns who has asked here: the clinic sees both. It is locked:
    what goes on in it must not find that it has ended meanwhile.
    """
    since = timezone.now() - SAME_WITHIN
    running = Referral.objects.running().kept().of_person(content).exclude(pk=referral.pk)
    same = running.filter(
        clinic=referral.clinic, procedure=referral.procedure, submitted_at__gte=since, email_checked_at__isnull=False
    )
    for other in same.select_for_update(of=("self",)):
        if other.unseal().email.casefold() == content.email.casefold():
            return other
    return None


def _take_in_waiting(referral: Referral) -> None:
    """What others have sent for the same person to this clinic, and waits for a word from this checked address, goes
    on in this request: nobody is asked about it any more.

    The last thing in its transaction: what is erased is on the erasure list at once, and stays on it.
    """
    if referral.email_checked_at is None:
        return
    content = referral.unseal()
    waiting = Referral.objects.filter(state=State.UNCONFIRMED).of_person(content).of_email(content.email)
    for other in waiting.filter(clinic=referral.clinic, procedure=referral.procedure):
        with suppress(ReferralMoved):  # it ran out, or was taken back, on this very moment
            _go_on_in(referral, other)


def _go_on_in(running: Referral, waiting: Referral) -> None:
    """Of two requests for the same one is left. The links to the other lead to it from now on: those of the doctor's
    office show it how this one ends, those of the patient were mailed to the same address."""
    with transaction.atomic():
        ReferralLink.objects.valid().filter(referral=waiting).update(referral=running)
        withdraw(waiting)


def start(referral: Referral, *, actor: Actor) -> Step:
    """The clinic starts on it. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "start", actor)


def accept(referral: Referral, *, actor: Actor) -> Step:
    """The clinic takes the patient. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "accept", actor)


def decline(referral: Referral, *, actor: Actor, reason: str, text: str = "") -> Step:
    """The clinic does not take the patient, for one of DECLINE_REASONS, with a line of its own where it gives one.

    Raises MoveRefused (also for an unknown reason), ReferralMoved, NotTheirClinic, NothingSaid.
    """
    return _carry_out(referral, "decline", actor, reason=reason, text=said(text) if text.strip() else "")


def ask(referral: Referral, *, actor: Actor, text: str) -> Step:
    """The clinic needs to know more: `text` is its question. Raises also NothingSaid."""
    return _carry_out(referral, "ask", actor, text=said(text))


def answer(referral: Referral, *, actor: Actor, text: str = "") -> Step:
    """The patient answers in words, or the clinic notes that the answer came (by phone, say: without words here).

    Raises MoveRefused, ReferralMoved, NotTheirClinic, NothingSaid.
    """
    words = said(text) if text or actor.role == Role.PATIENT else ""
    return _carry_out(referral, "answer", actor, text=words)


def could_not_reach(referral: Referral, *, actor: Actor) -> Step:
    """The clinic closes it after attempts that are on record. Raises also NobodyTried."""
    if not referral.attempts.exists():
        raise NobodyTried("log the attempts to reach the patient first")
    return _carry_out(referral, "could_not_reach", actor)


def not_genuine(referral: Referral, *, actor: Actor) -> Step:
    """The clinic takes it for a request that no patient sent. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "not_genuine", actor)


def schedule(referral: Referral, *, actor: Actor, at: datetime.datetime) -> Step:
    """The clinic sets a date. `at` is aware. Raises also AppointmentRefused."""
    now = timezone.now()
    if not now < at <= now + FARTHEST_APPOINTMENT:
        raise AppointmentRefused("an appointment lies ahead, and not more than two years")
    return _carry_out(referral, "schedule", actor, appointment_at=at)


def missed(referral: Referral, *, actor: Actor) -> Step:
    """The patient did not come; a new date can be set. Raises also AppointmentRefused."""
    _after_its_hour(referral)
    return _carry_out(referral, "missed", actor, appointment_at=None)


def cancel_appointment(referral: Referral, *, actor: Actor) -> Step:
    """The date falls through; a new one can be set. Raises MoveRefused, ReferralMoved, NotTheirClinic."""
    return _carry_out(referral, "cancel_appointment", actor, appointment_at=None)


def seen(referral: Referral, *, actor: Actor) -> Step:
    """The patient was seen, by the clinic's word or the patient's own. Raises also AppointmentRefused."""
    _after_its_hour(referral)
    return _carry_out(referral, "seen", actor)


def not_seen(referral: Referral, *, text: str) -> Step:
    """By the patient's word the appointment did not take place: the clinic reads why, and can set a new date.

    Raises MoveRefused, ReferralMoved, NothingSaid, AppointmentRefused.
    """
    _after_its_hour(referral)
    return _carry_out(referral, "not_seen", PATIENT, text=said(text), appointment_at=None)


def _after_its_hour(referral: Referral) -> None:
    if referral.appointment_at is not None and referral.appointment_at > timezone.now():
        raise AppointmentRefused("nobody was seen, or missed, before the hour of the appointment")


def complete(referral: Referral, *, actor: Actor = CLOCK) -> Step:
    """Long after the appointment, without anybody's word. Raises MoveRefused, ReferralMoved."""
    return _carry_out(referral, "complete", actor)


def expire(referral: Referral, *, actor: Actor = CLOCK) -> Step:
    """Nobody did anything for too long; what its patient never agreed to is erased at once, under a legal hold when
    that is released.

    Raises MoveRefused, ReferralMoved.
    """
    was_unconfirmed = referral.state == State.UNCONFIRMED
    with transaction.atomic():
        step = _carry_out(referral, "expire", actor)
        if was_unconfirmed:
            erasing.erase_or_wait(referral)
    return step


def withdraw(referral: Referral, *, actor: Actor = PATIENT, reason: str = "") -> Step:
    """The patient takes it back. Its content is erased at once, under a legal hold when that is released, where they
    never agreed to it, and with `not_mine` (somebody else had sent it).

    Raises MoveRefused, ReferralMoved.
    """
    was_unconfirmed = referral.state == State.UNCONFIRMED
    with transaction.atomic():
        step = _carry_out(referral, "withdraw", actor, reason=reason)
        if was_unconfirmed or reason in states.LEAVES_NOTHING:
            erasing.erase_or_wait(referral)
    return step


def disown(referral: Referral) -> bool:
    """The owner of the mailbox has not sent it: it ends, is erased, and the mailbox is asked nothing for a while.

    So do those that went on from it (`gone_on`). One that has ended is only erased -> whether all of that is done, or
    waits for a legal hold. Raises MoveRefused, ReferralMoved.
    """
    with transaction.atomic():
        blocks.block(referral, timezone.now())
        is_done = True
        for one in [referral, *gone_on(referral)]:
            if not one.has_ended:
                withdraw(one, reason=states.NOT_MINE)
            is_done &= erasing.erase_or_wait(one)
        return is_done


def gone_on(referral: Referral) -> list[Referral]:
    """The requests that went on from this one, each to the next clinic, as far as they use the same mailbox."""
    found: list[Referral] = []
    last = referral
    while len(found) < gate.LONGEST_CHAIN:
        after = Referral.objects.filter(continues=last, email_hash=referral.email_hash).first()
        if after is None:
            break
        found.append(after)
        last = after
    return found


def take_back(referral: Referral) -> Step:
    """The partner who sent it takes it back, as long as the patient has not agreed to it; it is erased at once.

    In the history it stands as the patient's move, with a reason that only a partner's has.

    Raises MoveRefused where the patient has: from then on it is theirs alone to withdraw. Raises ReferralMoved.
    """
    if referral.state != State.UNCONFIRMED:
        raise MoveRefused(State(referral.state), "withdraw", Role.PATIENT, states.BY_PARTNER)
    return withdraw(referral, reason=states.BY_PARTNER)


def redirect(
    referral: Referral,
    practice_id: int,
    *,
    clinic_id: int,
    signs: SignsToday,
    consent_version: str,
    form_key_hash: str,
    finish: Callable[[Referral], object] = lambda new: None,
) -> Referral:
    """The patient moves on: this request ends, a linked new one with the same content and files starts -> the new one.

    One that was declined, ran out or whose patient could not be reached has ended already, and stays as it ended.
    The patient has agreed anew to `practice_id`'s clinic (`clinic_id`), and said anew whether there is a warning sign.
    `finish` gets the new one inside the transaction that stores it.
    Raises MoveRefused, ReferralMoved, VaultError, AlreadySent, StillRunning, NotReady, OSError, and what
    `gate.destination` raises; then nothing has changed.
    """
    copies = keeping.prepare_copies(referral)
    with _once(form_key_hash):
        content, asked = _with_signs(referral.unseal(), signs), referral.procedure.slug
        if referral.state not in states.GO_ON_AFTER:
            _carry_out(referral, "redirect", PATIENT)
        new = _store(
            practice_id,
            asked,
            content,
            consent_version=consent_version,
            form_key_hash=form_key_hash,
            language=referral.language,  # that of the patient's own words, whatever page the button stood on
            clinic_id=clinic_id,
            continues=referral,
            email_checked_at=referral.email_checked_at,  # the address is the same
        )
        keeping.take_along(referral, new, copies)
        # A link that the first clinic has had in its hands must not lead on to the second
        referral.links.filter(issued_by__isnull=False).update(revoked_at=timezone.now())
        finish(new)
        _take_in_waiting(new)
        return new


def said(text: str) -> str:
    """The words without the space around them. Raises NothingSaid."""
    words = text.strip()
    if not words or len(words) > LONGEST_MESSAGE:
        raise NothingSaid(f"between 1 and {LONGEST_MESSAGE} characters are wanted")
    return words


def _carry_out(referral: Referral, name: str, actor: Actor, *, reason: str = "", text: str = "", **also: Any) -> Step:
    """Makes the move if the table allows it and the request still is as it was read. `text` goes along as a message."""
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
        if text:
            message = Message(referral=referral, at=now, role=actor.role, user=actor.user)
            message.seal(text)
            message.save(force_insert=True)
        for field, value in also.items():
            setattr(referral, field, value)  # what is told, and whether it can be, depends on them
        outbox.put(step)
    referral.state, referral.version, referral.changed_at = move.to, step.version, now
    return step
