"""What happens by itself as time passes: reminders, offers to go elsewhere, expiry, completion, erasing.

The worker calls `tick` every minute. Each thing happens once: a reminder is a delivery that belongs to the step at
which the request stands, and a step has only one of each kind. All times are settings (docs/settings.md).
"""

import datetime
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from referrals import business_days, erasing, moves
from referrals.deliveries import outbox
from referrals.models import Delivery, LegalHold, Referral
from referrals.models.referrals import ReferralQuerySet
from referrals.states import ENDS, State

DAY = datetime.timedelta(days=1)
MORNING = datetime.time(9)  # of the office: when a patient is asked whether they were seen
MOST_AT_ONCE = 200  # of each kind in one tick, the longest due first: mails need not wait until a backlog is done


@dataclass(slots=True)
class Ticked:
    """How many of each were due."""

    reminded: int = 0
    expired: int = 0
    completed: int = 0
    erased: int = 0
    deleted: int = 0
    failed: list[str] = field(default_factory=list)  # references of requests that somebody moved just then

    @property
    def is_worth_a_line(self) -> bool:
        return bool(self.reminded or self.expired or self.completed or self.erased)


@dataclass(frozen=True, slots=True)
class Reminder:
    """`kind` is told once, so many business days after the request came to where it stands."""

    kind: Delivery.Kind
    states: tuple[State, ...]
    business_days: int


def reminders() -> list[Reminder]:
    """By the settings: the clinic twice, then the patient is offered another one; or the patient twice."""
    kinds, new, running = Delivery.Kind, (State.SUBMITTED,), (State.RECEIVED, State.ACCEPTED)
    plan = []
    for states, days in ((new, settings.REMIND_OF_NEW_AFTER), (running, settings.REMIND_OF_RUNNING_AFTER)):
        first, second = days
        plan.append(Reminder(kinds.CLINIC_REMINDER, states, first))
        plan.append(Reminder(kinds.CLINIC_LAST_REMINDER, states, second))
        plan.append(Reminder(kinds.PATIENT_OFFER, states, second + settings.OFFER_ANOTHER_AFTER))
    first, second = settings.REMIND_PATIENT_AFTER
    plan.append(Reminder(kinds.PATIENT_REMINDER, (State.NEEDS_INFORMATION,), first))
    plan.append(Reminder(kinds.PATIENT_LAST_REMINDER, (State.NEEDS_INFORMATION,), second))
    return plan


def tick(now: datetime.datetime) -> Ticked:
    """Does all that is due at `now` (aware)."""
    done = Ticked()
    for reminder in reminders():
        done.reminded += sum(_tell(one, reminder.kind) for one in _due(reminder, now))
    done.reminded += sum(_tell(one, Delivery.Kind.PATIENT_WERE_YOU_SEEN) for one in _day_after(now))
    for referral in _over(now):
        try:
            if referral.state == State.SCHEDULED:
                moves.complete(referral)
                done.completed += 1
            else:
                moves.expire(referral)
                done.expired += 1
        except moves.ReferralMoved:
            done.failed.append(referral.reference)  # it is looked at again by the next tick, as it is then
    for referral in _to_erase(now):
        erasing.erase(referral)
        done.erased += 1
    done.deleted = erasing.sweep(MOST_AT_ONCE, now)
    return done


def zone(referral: Referral) -> zoneinfo.ZoneInfo:
    """Of the office to which it was sent."""
    return zoneinfo.ZoneInfo(referral.practice.site.time_zone or settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Coming:
    """What the clock will do with a request if nobody does anything; None and empty where nothing of the kind comes."""

    reminders: tuple[datetime.datetime, ...] = ()  # to the clinic
    offer: datetime.datetime | None = None  # of another clinic
    ends: datetime.datetime | None = None
    erased: datetime.datetime | None = None


def coming(referral: Referral) -> Coming:
    """By the settings, counted from where the request stands."""
    state, since = State(referral.state), stands_since(referral)
    if state in ENDS:
        return Coming(erased=referral.changed_at + settings.ERASE_AFTER_DAYS * DAY)
    if state == State.SCHEDULED and referral.appointment_at is not None:
        return Coming(ends=referral.appointment_at + settings.COMPLETE_AFTER_DAYS * DAY)
    if state == State.UNCONFIRMED:
        return Coming(ends=since + settings.UNCONFIRMED_EXPIRES_AFTER_DAYS * DAY)
    ends = referral.changed_at + settings.EXPIRE_AFTER_DAYS * DAY
    days = {
        State.SUBMITTED: settings.REMIND_OF_NEW_AFTER,
        State.RECEIVED: settings.REMIND_OF_RUNNING_AFTER,
        State.ACCEPTED: settings.REMIND_OF_RUNNING_AFTER,
    }.get(state)
    if days is None:
        return Coming(ends=ends)
    first, second, offer = (
        business_days.after(since, number, zone(referral)) for number in (*days, days[1] + settings.OFFER_ANOTHER_AFTER)
    )
    return Coming((first, second), offer, ends)


def due_at(referral: Referral) -> datetime.datetime | None:
    """Until when the clinic should have done something about it: the first reminder's moment. None: not its turn."""
    return next(iter(coming(referral).reminders), None)


def stands_since(referral: Referral) -> datetime.datetime:
    """Since when it is where it is: a new one since it was sent, another one since its last move."""
    if referral.state == State.SUBMITTED and referral.submitted_at is not None:
        return referral.submitted_at
    return referral.changed_at


def _rows() -> ReferralQuerySet:
    return Referral.objects.kept().select_related("practice__site").order_by("changed_at", "pk")


def _reachable(kind: Delivery.Kind) -> ReferralQuerySet:
    """Those of whose present step nothing of this kind was told, and whose receiver has a checked address."""
    of_this_step = Delivery.objects.filter(kind=kind, step__referral=OuterRef("pk"), step__version=OuterRef("version"))
    rows = _rows().filter(~Exists(of_this_step))
    return rows.exclude(email_checked_at=None) if kind.startswith("patient_") else rows


def _due(reminder: Reminder, now: datetime.datetime) -> Iterable[Referral]:
    """Business days are never fewer than days, so most rows need not be looked at one by one."""
    early = now - reminder.business_days * DAY
    rows = _reachable(reminder.kind).filter(state__in=reminder.states, changed_at__lte=early)
    for referral in rows[:MOST_AT_ONCE]:
        if business_days.after(stands_since(referral), reminder.business_days, zone(referral)) <= now:
            yield referral


def _day_after(now: datetime.datetime) -> Iterable[Referral]:
    """Whose appointment was yesterday or before, and who was not asked yet."""
    rows = _reachable(Delivery.Kind.PATIENT_WERE_YOU_SEEN).filter(state=State.SCHEDULED, appointment_at__lte=now)
    for referral in rows.order_by("appointment_at", "pk")[:MOST_AT_ONCE]:
        if referral.appointment_at is None:
            continue
        office = zone(referral)
        day = referral.appointment_at.astimezone(office).date() + DAY
        if datetime.datetime.combine(day, MORNING, tzinfo=office) <= now:
            yield referral


def _over(now: datetime.datetime) -> list[Referral]:
    """Whose time has run out, each by its own rule."""
    long_ago = now - settings.EXPIRE_AFTER_DAYS * DAY
    unconfirmed = now - settings.UNCONFIRMED_EXPIRES_AFTER_DAYS * DAY
    running = [State.SUBMITTED, State.RECEIVED, State.NEEDS_INFORMATION, State.ACCEPTED]
    rows = _rows()
    return [
        *rows.filter(state=State.UNCONFIRMED, changed_at__lte=unconfirmed)[:MOST_AT_ONCE],
        *rows.filter(state__in=running, changed_at__lte=long_ago)[:MOST_AT_ONCE],
        *rows.filter(state=State.SCHEDULED, appointment_at__lte=now - settings.COMPLETE_AFTER_DAYS * DAY)[
            :MOST_AT_ONCE
        ],
    ]


def _to_erase(now: datetime.datetime) -> list[Referral]:
    return list(
        _rows()
        .filter(state__in=ENDS, changed_at__lte=now - settings.ERASE_AFTER_DAYS * DAY)
        .exclude(holds__in=LegalHold.objects.standing())[:MOST_AT_ONCE]
    )


def _tell(referral: Referral, kind: Delivery.Kind) -> bool:
    """Puts it into the outbox; whether that was still to be done."""
    try:
        with transaction.atomic():
            step = referral.steps.filter(version=referral.version).get()
            if not Referral.objects.select_for_update().filter(pk=referral.pk, version=referral.version).exists():
                return False  # it has just moved on
            outbox.remind(step, kind)
            return True
    except IntegrityError:
        return False  # another worker was faster
