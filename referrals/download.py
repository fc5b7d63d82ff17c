"""All that is kept of a request, for its patient to take along: readable by people and by programs."""

import datetime
import json
from typing import Any

from django.utils.translation import override

from referrals.intake import questions
from referrals.models import Referral


def everything(referral: Referral) -> dict[str, Any]:
    """What the patient wrote and what has happened, with the words of their language; moments in ISO 8601.

    Who of the clinic acted is not in it: the patient is told what a clinic does, not which of its people. Raises
    VaultError.
    """
    content, key = referral.unseal(), referral.key()
    with override(referral.language):
        sections = questions.as_read(content.answers)
        return {
            "reference": referral.reference,
            "state": {"code": referral.state, "words": referral.get_state_display()},
            "clinic": referral.clinic.name,
            "specialist": referral.practice.specialist.name,
            "site": str(referral.practice.site),
            "procedure": referral.procedure.name,
            "sent_through": referral.partner.name if referral.partner else None,
            "language": referral.language,
            "sent": _moment(referral.submitted_at),
            "last_change": _moment(referral.changed_at),
            "appointment": _moment(referral.appointment_at),
            "consent": {"version": referral.consent_version, "at": _moment(referral.consented_at)},
            "name": content.name,
            "date_of_birth": content.date_of_birth.isoformat(),
            "email": content.email,
            "phone": content.phone,
            "answers": content.answers,
            "answers_in_words": [
                {
                    "title": str(section.title),
                    "lines": [{"question": str(line.label), "answer": str(line.value)} for line in section.lines],
                }
                for section in sections
            ],
            "messages": [
                {"at": _moment(message.at), "from": message.role, "text": message.unseal(key)}
                for message in referral.messages.all()
            ],
            "attempts_to_reach_you": [
                {"at": _moment(attempt.at), "outcome": attempt.outcome, "words": attempt.get_outcome_display()}
                for attempt in referral.attempts.all()
            ],
            "history": [
                {
                    "at": _moment(step.at),
                    "move": step.move,
                    "from": step.before,
                    "to": step.to,
                    "by": step.role,
                    "reason": step.reason,
                }
                for step in referral.steps.all()
            ],
            "opened_by_the_clinic": [_moment(opening.at) for opening in referral.openings.all()],
            "read_by_the_operator": [
                {"at": _moment(reading.at), "reason": reading.reason, "words": reading.get_reason_display()}
                for reading in referral.operator_readings.all()
            ],
        }


def as_json(referral: Referral) -> bytes:
    """`everything` as a file. Raises VaultError."""
    return json.dumps(everything(referral), ensure_ascii=False, indent=2).encode()


def _moment(at: datetime.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
