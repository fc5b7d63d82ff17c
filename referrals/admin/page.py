"""What stands on the page of one request, for the clinic addressed and for an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import User
from referrals import access, states
from referrals.intake import questions
from referrals.models import Content, Referral
from referrals.states import Reason, Role
from referrals.vault.keys import VaultError

LABELS: dict[str, str | Promise] = {
    "start": _("Start on this request"),
    "accept": _("Accept"),
    "decline": _("Decline and tell the patient"),
}


@dataclass(frozen=True, slots=True)
class Button:
    """A move that is open now."""

    name: str
    label: str | Promise
    reasons: Sequence[Reason]


def buttons(referral: Referral, names: Sequence[str]) -> list[Button]:
    """Of the moves named, those that the table allows a clinic now."""
    open_now = {move.name: move for move in states.open_moves(referral.state, Role.CLINIC)}
    return [Button(name, LABELS[name], open_now[name].reasons) for name in names if name in open_now]


def request_page(referral: Referral, user: User, moves: Sequence[str]) -> dict[str, Any]:
    """The page's context. Content only for the clinic's own staff, whose reading is recorded."""
    context: dict[str, Any] = {
        "referral": referral,
        "steps": referral.steps.order_by("version"),
        "office_time_zone": time_zone(referral),
    }
    if not access.may_read(user, referral):
        return context
    try:
        content = access.read(referral, user=user)
    except VaultError:
        return {**context, "does_not_open": True}
    return {
        **context,
        "content": content,
        "age": age(content),
        "sections": questions.as_read(content.answers),
        "steps": referral.steps.select_related("user").order_by("version"),
        "openings": referral.openings.select_related("user").order_by("-at")[:20],
        "buttons": buttons(referral, moves),
    }


def time_zone(referral: Referral) -> str:
    """Of the office: the clinic and the patient read the same hour."""
    return referral.practice.site.time_zone or settings.TIME_ZONE


def age(content: Content) -> int:
    """Full years today."""
    born, today = content.date_of_birth, timezone.localdate()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
