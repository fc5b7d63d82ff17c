"""A clinic's inbox: warning signs first, then whose turn it is, then who waits longest; and the figures above it.

Of a request the list shows who waits, shortened, how long, how much of what is needed is ready, and whether there is a
warning sign. What hurts and what the sign is stands on the request's own page, whose opening is recorded.
"""

import datetime
import json
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, Exists, OuterRef, Prefetch, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from directory.admin.scope import person
from referrals import business_days, clock, states
from referrals.admin.actions import ACTIONS, Action
from referrals.intake import dates, readiness, redflags
from referrals.intake.codes import YES, Asker
from referrals.models import Opening, Referral, Step
from referrals.models.referrals import ReferralQuerySet
from referrals.states import Role, State
from referrals.vault import fields
from referrals.vault.keys import VaultError

CLINICS_TURN = (State.SUBMITTED, State.RECEIVED, State.ACCEPTED)
# A few hundred take a twentieth of a second; no clinic has more running at once.
MOST_LOOKED_AT = 2_000
NOTHING_ASKED = readiness.Readiness(())
# The moves that are offered beside a request in the list; its page has all.
OFFERED = ("start", "schedule", "accept", "answer", "ask", "decline", "could_not_reach")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the running requests that wait for the clinic; each in one of the last three."""

    warning: int = 0
    overdue: int = 0
    today: int = 0
    in_time: int = 0

    @property
    def waiting(self) -> int:
        return self.overdue + self.today + self.in_time


@dataclass(frozen=True, slots=True)
class Glance:
    """What the inbox shows of the content; `name` is empty where it does not open."""

    name: str = ""
    age: int = 0
    asker: str = Asker.PATIENT.value
    has_warning_sign: bool = False
    wants_interpreter: bool = False
    found: readiness.Readiness = NOTHING_ASKED


def glance(referral: Referral) -> Glance:
    """Nothing where its key is not here, or it was erased."""
    try:
        key = referral.key()
        name = fields.unseal(key, "name", referral.name)
        born = datetime.date.fromisoformat(fields.unseal(key, "date_of_birth", referral.date_of_birth))
        answers = json.loads(fields.unseal(key, "answers", referral.answers))
    except VaultError:
        return Glance()
    return Glance(
        name=shortened(name),
        age=dates.age(born, timezone.localdate()),
        asker=answers.get("asker", Asker.PATIENT.value),
        has_warning_sign=answers.get("warning") == redflags.Answer.LONG_STANDING,
        wants_interpreter=answers.get("interpreter") == YES,
        found=readiness.kept(answers),
    )


def shortened(name: str) -> str:
    """ "Eleanor Marsh" -> "Eleanor M.": enough to find somebody in a list that others at the desk may see."""
    first, *others = name.split() or [""]
    return f"{first} {others[-1][0]}." if others else first


def count(running: Iterable[Referral], glances: Mapping[Any, Glance], now: datetime.datetime) -> Counts:
    """The figures above the inbox. `running` with practice and site, `glances` by their keys."""
    overdue = today = in_time = 0
    for referral in running:
        due = clock.due_at(referral)
        if due is None:
            continue
        match standing(due, clock.zone(referral), now):
            case "late":
                overdue += 1
            case "soon":
                today += 1
            case _:
                in_time += 1
    return Counts(sum(one.has_warning_sign for one in glances.values()), overdue, today, in_time)


def standing(due: datetime.datetime, zone: zoneinfo.ZoneInfo, now: datetime.datetime) -> str:
    """`late`, `soon` (due today at the office) or `new`."""
    if due <= now:
        return "late"
    return "soon" if due.astimezone(zone).date() == now.astimezone(zone).date() else "new"


@dataclass(frozen=True, slots=True)
class Age:
    """The block at the edge: how long it waits (`figure` business days, or a word), and until when."""

    kind: str
    words: str | Promise
    figure: int | None = None
    word: str | Promise = ""


def age_of(referral: Referral, now: datetime.datetime) -> Age:
    """By the rules of the reminders."""
    zone, state = clock.zone(referral), State(referral.state)
    if state == State.SCHEDULED and referral.appointment_at is not None:
        return Age("set", _("Appointment"), word=_day(referral.appointment_at, zone))
    if state == State.NEEDS_INFORMATION:
        return Age("set", _("The patient’s turn"), word=_("Asked"))
    due = clock.due_at(referral)
    if due is None:
        return Age("set", referral.get_state_display())
    kind = standing(due, zone, now)
    if kind == "new" and state == State.SUBMITTED:
        return Age(kind, _("Due %(day)s") % {"day": _day(due, zone)}, word=_("New"))
    figure = business_days.passed(clock.stands_since(referral), now, zone)
    if kind == "late":
        until = gettext("Was due %(day)s") % {"day": _day(due, zone)}
    elif kind == "soon":
        until = gettext("Due today, %(hour)s") % {"hour": date_format(due.astimezone(zone), "TIME_FORMAT")}
    else:
        until = gettext("Due %(day)s") % {"day": _day(due, zone)}
    if figure == 0:
        return Age(kind, until, word=_("Today"))
    days = ngettext("business day", "business days", figure)
    return Age(kind, f"{days}. {until}", figure=figure)


def _day(at: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    return date_format(at.astimezone(zone), pgettext("day and month in a list, as Django writes formats", "M j"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in the list. `started`: the move with which somebody began on it, if any."""

    referral: Referral
    seen: Glance
    age: Age
    time_zone: str
    started: Step | None
    actions: tuple[tuple[str, Action], ...]

    @property
    def started_on(self) -> str:
        return _day(self.started.at, clock.zone(self.referral)) if self.started else ""

    @property
    def is_new(self) -> bool:
        return self.referral.state == State.SUBMITTED

    @property
    def is_from_relative(self) -> bool:
        return self.seen.asker == Asker.RELATIVE

    @property
    def is_from_office(self) -> bool:
        return self.seen.asker == Asker.OFFICE


def entry(referral: Referral, seen: Glance, now: datetime.datetime) -> Entry:
    """`referral` is a row of `Inbox`, with what that has fetched beside it."""
    open_now = {move.name for move in states.open_moves(referral.state, Role.CLINIC)}
    actions = tuple((name, ACTIONS[name]) for name in OFFERED if name in open_now)
    started = next(iter(referral.steps.all()), None)  # of them the list has fetched the starts, the newest first
    return Entry(referral, seen, age_of(referral, now), str(clock.zone(referral)), started, actions)


class Inbox(ChangeList):
    """Of a clinic; an operator's list is in the order of sending, and shows nothing of the content."""

    counts: Counts | None = None
    glances: Mapping[Any, Glance] = {}
    entries: list[Entry] | None = None

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if person(request).is_superuser:
            self.search_help_text = gettext("A reference like 7K2F-0419, or the clinic’s name")
            return
        now = timezone.now()
        self.entries = [entry(row, self.glances.get(row.pk) or glance(row), now) for row in self.result_list]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows = super().get_queryset(request, exclude_parameters)
        if person(request).is_superuser:
            return rows
        own = cast(ReferralQuerySet, self.model_admin.get_queryset(request))
        running = list(own.running().kept().select_related("practice__site")[:MOST_LOOKED_AT])
        self.glances = {referral.pk: glance(referral) for referral in running}
        self.counts = count(running, self.glances, timezone.now())
        flagged = [pk for pk, one in self.glances.items() if one.has_warning_sign]
        first = Case(When(pk__in=flagged, then=Value(0)), default=Value(1))
        turn = Case(When(state__in=CLINICS_TURN, then=Value(0)), default=Value(1))
        starts = Step.objects.filter(move="start").select_related("user").order_by("-version")
        with_what_is_shown = rows.prefetch_related(Prefetch("steps", queryset=starts)).annotate(
            is_opened=Exists(Opening.objects.filter(referral=OuterRef("pk")))
        )
        return with_what_is_shown.order_by(first, turn, *rows.query.order_by)
