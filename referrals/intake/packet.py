"""The answers as one page to print, where nothing can be sent. Made in one answer and kept nowhere."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from referrals.gate import Destination
from referrals.intake import questions, readiness, sending
from referrals.intake.codes import Asker
from referrals.intake.course import Course


def page(found: Course, to: Destination, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What templates/referrals/packet.html shows, besides where it goes (`to`)."""
    content = sending.content(found, to.offering, answers)
    return {
        "content": content,
        "sections": questions.as_read(content.answers),
        "readiness": readiness.of(to.offering, answers, timezone.localdate()),
        "office": answers["office_name"] if answers["asker"] == Asker.OFFICE else "",
        "is_adhesiolysis": found.procedure == "adhesiolysis",
        "today": timezone.localdate(),
    }
