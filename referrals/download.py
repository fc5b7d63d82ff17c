"""All that is kept of a request, for its patient to take along: readable by people and by programs."""

import datetime
import json
from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from directory.templatetags.wording import phone
from referrals import clock, correspondence, moves, states, story
from referrals.attachments import keeping
from referrals.intake import questions, reading
from referrals.models import Content, Referral
from referrals.pdf import Part
from referrals.states import Role


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
            "consent": _consent(referral),
            "name": content.name,
            "date_of_birth": content.date_of_birth.isoformat(),
            "email": content.email,
            "phone": content.phone,
            "contact_changed": _moment(referral.contact_changed_at),
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
            "files": [
                {
                    "number": file.number,
                    "name": file.name,
                    "kind": file.kind,
                    "bytes": file.size,
                    "added": _moment(file.at),
                    "state": {"code": file.state, "words": file.state_words},
                }
                for file in keeping.listed(referral)
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
            "links_given_by_the_clinic": [_moment(link.created_at) for link in referral.links.all().handed_out()],
            "read_by_the_operator": [
                {"at": _moment(reading.at), "reason": reading.reason, "words": reading.get_reason_display()}
                for reading in referral.operator_readings.all()
            ],
        }


def _consent(referral: Referral) -> dict[str, str | None] | None:
    """To which words the patient agreed; None of one to which they never said their word.

    The language is that of the pages on which they wrote it; of what somebody else wrote it is not known.
    """
    if not _has_agreed(referral):
        return None
    return {
        "version": referral.consent_version,
        "language": None if _by_somebody_else(referral) else referral.language,
        "at": _moment(referral.consented_at),
    }


def _by_somebody_else(referral: Referral) -> bool:
    """Whether the patient's own word came later, on a page in whatever language."""
    return referral.partner_id is not None or referral.steps.filter(move="confirm").exists()


def _has_agreed(referral: Referral) -> bool:
    return referral.consent_version != moves.NOT_YET_AGREED


def as_json(referral: Referral) -> bytes:
    """`everything` as a file. Raises VaultError."""
    return json.dumps(everything(referral), ensure_ascii=False, indent=2).encode()


def as_pdf(referral: Referral) -> bytes:
    """The same to be read, in the language of the request, by the clock of the office. Raises VaultError."""
    from referrals.pdf import sheet  # noqa: PLC0415 (its library takes most of a second to load, and few ask for it)

    content = referral.unseal()
    with override(referral.language), timezone.override(clock.zone(referral)):
        return sheet.draw(
            _("Request %(reference)s") % {"reference": referral.reference},
            [
                _("All that is kept of your request, as of %(day)s.") % {"day": _day(timezone.now())},
                _("It holds your name and your answers: keep it where only those find it who may read it."),
            ],
            [part for part in _parts(referral, content) if part.lines],
            language=referral.language,
            foot=referral.reference,
            undrawn=_(
                "A mark like [U+4E2D] stands for a letter that this file cannot draw. The JSON file has it as you "
                "typed it."
            ),
        )


def _parts(referral: Referral, content: Content) -> Iterable[Part]:
    """In the order in which the clinic reads it; then what passed between the two, and who has read it."""
    sections = [*questions.as_read(content.answers), *reading.ready(content)]
    answers = [
        Part(str(section.title), [(str(line.label), line.value) for line in section.lines], section.warning)
        for section in sections
    ]
    yield from (part for part in answers if part.is_warning)
    yield Part(_("This request"), list(_about(referral)))
    yield Part(
        _("Patient and contact"),
        [
            (_("Name"), content.name),
            (_("Born"), date_format(content.date_of_birth, "DATE_FORMAT")),
            (_("Phone"), phone(content.phone) or "-"),
            (_("E-mail"), content.email or "-"),
        ],
    )
    yield from (part for part in answers if not part.is_warning)
    yield Part(_("Documents"), [(_titled(file), _file(file)) for file in keeping.listed(referral)])
    yield Part(_("Messages"), [(_said_by(said, referral), _text(said)) for said in correspondence.read(referral)])
    attempts = [(_at(one.at), one.get_outcome_display()) for one in referral.attempts.all()]
    yield Part(_("They tried to reach you"), attempts)
    yield Part(_("How far it is"), list(_history(referral)))
    yield Part(_("Opened by the clinic"), [("", _at(one.at)) for one in referral.openings.all()])
    yield Part(_("New links from the clinic"), [("", _at(one.created_at)) for one in referral.links.all().handed_out()])
    readings = [(_at(one.at), one.get_reason_display()) for one in referral.operator_readings.all()]
    yield Part(_("Read by operators of this site"), readings)


def _about(referral: Referral) -> Iterable[tuple[str, str]]:
    yield _("Clinic"), referral.clinic.name
    yield _("Specialist"), f"{referral.practice.specialist.name}, {referral.practice.site}"
    yield _("Procedure"), referral.procedure.name
    if referral.partner is not None:
        yield _("Came through"), referral.partner.name
    yield _("State"), referral.get_state_display()
    if referral.appointment_at is not None:
        yield _("Appointment"), _at(referral.appointment_at)
    if referral.contact_changed_at is not None:
        yield _("Changed by the patient"), _at(referral.contact_changed_at)
    if not _has_agreed(referral):
        yield _("You agreed"), _("to nothing yet. The request was not sent to the clinic.")
        return
    agreed = {"at": _at(referral.consented_at), "version": referral.consent_version}
    if _by_somebody_else(referral):
        yield _("You agreed"), _("on %(at)s, to the words of version %(version)s") % agreed
    else:
        agreed["language"] = get_language_info(referral.language)["name_translated"]
        yield _("You agreed"), _("on %(at)s, to the words of version %(version)s in %(language)s") % agreed


def _history(referral: Referral) -> Iterable[tuple[str, str]]:
    for step in referral.steps.all():
        reason = states.reason(step.reason)
        words = str(story.HAPPENED[step.move])
        yield _at(step.at), f"{words}. {reason.to_patient}" if reason else words


def _titled(file: keeping.Listed) -> str:
    """As on the page; without a name where it is gone."""
    return file.name or _("Document %(number)s") % {"number": file.number}


def _file(file: keeping.Listed) -> str:
    return ". ".join((f"{file.kind}, {filesizeformat(file.size)}", _at(file.at), file.state_words))


def _said_by(said: correspondence.Said, referral: Referral) -> str:
    who = _("You") if said.role == Role.PATIENT else referral.clinic.name
    return f"{who}, {_at(said.at)}"


def _text(said: correspondence.Said) -> str:
    return said.text if said.text is not None else _("This message cannot be shown now. Call the clinic.")


def _at(at: datetime.datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _day(at: datetime.datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def _moment(at: datetime.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
