"""A clinic's inbox: warning signs first, then whose turn it is, then who waits longest; and the figures above it.

Of each running request the answers are opened for two facts: a warning sign, and how much of what is needed is ready.
"""

import datetime
import json
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Case, Value, When
from django.http import HttpRequest
from django.utils import timezone

from directory.admin.scope import person
from referrals import clock
from referrals.intake import readiness, redflags
from referrals.models import Referral
from referrals.models.referrals import ReferralQuerySet
from referrals.states import State
from referrals.vault import fields
from referrals.vault.keys import VaultError

CLINICS_TURN = (State.SUBMITTED, State.RECEIVED, State.ACCEPTED)
# A few hundred take a twentieth of a second; no clinic has more running at once.
MOST_LOOKED_AT = 2_000


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
    """What the inbox shows of the answers: of so many `needs` of the clinic, so many are `ready`."""

    has_warning_sign: bool = False
    ready: int = 0
    needs: int = 0


def glance(referral: Referral) -> Glance:
    """Only the answers are opened; nothing where their key is not here."""
    try:
        answers = json.loads(fields.unseal(referral.key(), "answers", referral.answers))
    except VaultError:
        return Glance()
    found = readiness.kept(answers)
    return Glance(answers.get("warning") == redflags.Answer.LONG_STANDING, len(found.ready), len(found.needs))


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


class Inbox(ChangeList):
    """Of a clinic; an operator's list is in the order of sending."""

    counts: Counts | None = None
    glances: Mapping[Any, Glance] = {}

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for referral in self.result_list:
            referral.glance = self.glances.get(referral.pk, Glance())

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows = super().get_queryset(request, exclude_parameters)
        if person(request).is_superuser:
            return rows
        own = cast(ReferralQuerySet, self.model_admin.get_queryset(request))
        running = list(own.running().kept().select_related("practice__site")[:MOST_LOOKED_AT])
        self.glances = {referral.pk: glance(referral) for referral in running}
        self.counts = count(running, self.glances, timezone.now())
        if request.GET.get(ORDER_VAR):
            return rows  # somebody has chosen another order
        flagged = [pk for pk, one in self.glances.items() if one.has_warning_sign]
        first = Case(When(pk__in=flagged, then=Value(0)), default=Value(1))
        turn = Case(When(state__in=CLINICS_TURN, then=Value(0)), default=Value(1))
        return rows.order_by(first, turn, *rows.query.order_by)
