"""The words of mails to patients: that something has changed, whose turn it is, where to look. Nothing about health."""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from referrals import gate, states, story
from referrals.deliveries.notices import Words
from referrals.models import Delivery, Referral
from referrals.states import State

Kind = Delivery.Kind
SENT = ("submit", "confirm")


def words(delivery: Delivery, link: str) -> Words:
    """What the mail says, in the active language. `link` is the one that was made for this mail alone."""
    referral, kind = delivery.referral, Kind(delivery.kind)
    if referral is None:
        raise ValueError("a mail to a patient belongs to a request")
    subject, lines = _said(delivery, referral, kind)
    return Words(subject=subject, lines=lines, button=_("See it on your private page"), link=link)


def _said(delivery: Delivery, referral: Referral, kind: Kind) -> tuple[str, list[str]]:
    match kind:
        case Kind.PATIENT_REMINDER:
            return _("The clinic waits for your answer"), [_("It has a question for you and cannot decide without it.")]
        case Kind.PATIENT_LAST_REMINDER:
            ends = _("Without an answer your request ends on %(day)s.") % {"day": _last_day(referral)}
            return _("The clinic still waits for your answer"), [ends]
        case Kind.PATIENT_OFFER if not gate.not_asked_yet(referral):
            lines = [
                _("Nothing has happened with your request for a while. The clinic was reminded twice."),
                _("You can wait, or call the clinic and say the reference. No other one takes requests for this here."),
            ]
            return _("The clinic has not answered yet"), lines
        case Kind.PATIENT_OFFER:
            lines = [
                _("Nothing has happened with your request for a while. The clinic was reminded twice."),
                _("You can wait, or move on to the next nearest clinic with the same answers, if you agree again."),
            ]
            return _("You can ask another clinic"), lines
        case Kind.PATIENT_WERE_YOU_SEEN:
            return _("Were you seen?"), [_("Please say yes or no on your private page. It takes one click.")]
        case Kind.PATIENT_MESSAGE:
            return _("A message waits for you"), [_("The clinic has written to you.")]
        case Kind.PATIENT_LINK:
            lines = [
                _("This is a new link to your request. The one before it was closed after five wrong dates of birth."),
                _("Was that not you? Then somebody else may have had the old link. It opens nothing any more."),
            ]
            return _("A new link to your request"), lines
        case _:
            return _news(delivery, referral)


def _news(delivery: Delivery, referral: Referral) -> tuple[str, list[str]]:
    move = delivery.step.move if delivery.step is not None else ""
    subject = _("Your request was sent") if move in SENT else _("There is news on your request")
    if referral.state in states.ENDS:
        return subject, [_("The request has ended. The page says why, and what you can do now.")]
    if story.is_patients_turn(State(referral.state)):
        return subject, [_("Please look: there is something for you to do or to know.")]
    return subject, [_("It is the clinic’s turn. There is nothing for you to do now.")]


def _last_day(referral: Referral) -> str:
    ends = referral.changed_at + datetime.timedelta(days=settings.EXPIRE_AFTER_DAYS)
    return date_format(timezone.localtime(ends), "DATE_FORMAT")
