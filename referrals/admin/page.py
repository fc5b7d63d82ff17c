"""What stands on the page of one request, for the clinic addressed and for an operator."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from directory.models import User
from directory.templatetags.wording import phone
from referrals import access, clock, correspondence
from referrals.admin import inbox
from referrals.admin.actions import buttons
from referrals.attachments import keeping
from referrals.intake import dates, readiness, reading
from referrals.models import Attachment, Attempt, Content, Referral
from referrals.models.correspondence import LONGEST_MESSAGE
from referrals.states import Role
from referrals.vault.keys import VaultError


def request_page(
    referral: Referral, user: User, typed: tuple[str, QueryDict] | None = None, message: str = "", unfold: str = ""
) -> dict[str, Any]:
    """The page's context. Content only for the clinic's own staff, whose reading is recorded.

    `typed` is a move that was refused, with what was sent for it; `message` a message that was: nothing of it is lost.
    `unfold`: the move whose form is shown at once.
    """
    context: dict[str, Any] = {
        "referral": referral,
        "steps": referral.steps.order_by("version"),
        "office_time_zone": time_zone(referral),
    }
    if not access.may_read(user, referral):
        return context
    if referral.erased_at is not None:
        return {**context, "is_erased": True}
    try:
        content = access.read(referral, user=user)
    except VaultError:
        return {**context, "does_not_open": True}
    zone = clock.zone(referral)
    offered = buttons(referral, zone, typed, unfold)
    due = clock.due_at(referral)
    return {
        **context,
        "content": content,
        "age": age(content),
        "phone": phone(content.phone),
        "readiness": readiness.kept(content.answers),
        "sections": reading.for_clinic(referral, content),
        "steps": referral.steps.select_related("user").order_by("version"),
        "openings": referral.openings.select_related("user").order_by("-at")[:20],
        "buttons": offered,
        "lost": [] if typed is None or any(button.name == typed[0] for button in offered) else _words(typed[1]),
        "due": due,
        "due_is": inbox.standing(due, zone, timezone.now()) if due else "",
        "messages_both_ways": correspondence.read(referral),
        "may_write": correspondence.may_write(referral, Role.CLINIC),
        "message_typed": message,
        "longest_message": LONGEST_MESSAGE,
        "attempts": referral.attempts.select_related("user"),
        "files": (files := keeping.listed(referral)),
        "has_unscanned": any(file.is_shown and file.state == Attachment.State.UNSCANNED for file in files),
        "outcomes": Attempt.Outcome.choices,
    }


def _words(sent: QueryDict) -> list[str]:
    """What somebody had typed for a move that is not open any more."""
    return [text for name, text in sent.items() if name in ("text", "day", "hour") and isinstance(text, str) and text]


def time_zone(referral: Referral) -> str:
    """Of the office: the clinic and the patient read the same hour."""
    return referral.practice.site.time_zone or settings.TIME_ZONE


def age(content: Content) -> int:
    """Full years today."""
    return dates.age(content.date_of_birth, timezone.localdate())
