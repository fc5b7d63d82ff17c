"""A patient corrects how they can be reached. The clinic is told that something changed; what it was is not kept."""

import dataclasses
import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from directory.templatetags.wording import phone
from referrals.correspondence import OPEN_TO_PATIENT, NotNow
from referrals.deliveries import outbox
from referrals.intake import contact
from referrals.intake.asking import Theme
from referrals.intake.questions import VERSIONS
from referrals.intake.sets.second import CONTACT
from referrals.models import Content, Delivery, Referral, ReferralLink

EMAIL, PHONE, WAY = "email", "phone", "best_way"


class NobodyReached(ValueError):
    """Neither phone nor address would be left: the clinic could not answer."""


def may_correct(referral: Referral) -> bool:
    """Whether somebody at the clinic would use it: not before it was sent, nor after it has ended."""
    return referral.state in OPEN_TO_PATIENT and referral.erased_at is None


def theme(content: Content) -> Theme:
    """The questions about it, as in the form: the preferred way where this request was asked for it."""
    asked = {question.name for question in VERSIONS[content.answers["questions"]].questions}
    hints = {
        EMAIL: _("We mail a six-digit code to a new address. The old one is used until you have typed it."),
        PHONE: _("For example: (512) 555-0186."),
    }
    chosen = [
        dataclasses.replace(question, hint=hints.get(question.name, question.hint))
        for question in CONTACT.questions
        if question.name in (EMAIL, PHONE) or (question.name == WAY and WAY in asked)
    ]
    return Theme("correct", _("How you can be reached"), tuple(chosen))


def now_given(content: Content) -> dict[str, str]:
    """What stands in the request, by the names of the questions."""
    return {EMAIL: content.email, PHONE: phone(content.phone), WAY: content.answers.get(WAY, "")}


def needs_code(referral: Referral, content: Content, address: str) -> bool:
    """Whether nobody has shown yet that mail to this address is read."""
    if not address:
        return False
    return address.casefold() != content.email.casefold() or referral.email_checked_at is None


def change(referral: Referral, given: Mapping[str, str], now: datetime.datetime, *, token: str) -> bool:
    """Writes down phone and preferred way, and takes the address out where it was emptied -> whether that is news.

    A new address waits for `use_address`; where the old one is taken out, all older links end, and one takes the place
    of that with this token. Raises NobodyReached, NotNow, VaultError; then nothing was changed.
    """
    with transaction.atomic():
        row = _locked(referral)
        content = row.unseal()
        email = content.email if given[EMAIL] else ""
        if not email and not given[PHONE]:
            raise NobodyReached("a phone number or an address is needed")
        answers = {**content.answers, WAY: given[WAY]} if WAY in given else content.answers
        new = dataclasses.replace(content, email=email, phone=given[PHONE], answers=answers)
        return _write(row, content, new, now, token=token)


def use_address(referral: Referral, address: str, now: datetime.datetime, *, token: str) -> bool:
    """The code that was mailed to this address was typed: mail goes there from now on -> whether that is news.

    The address of before is told, if it was checked, and all older links end: one takes the place of that with this
    token, another is mailed to this address. Raises NotNow, VaultError.
    """
    with transaction.atomic():
        row = _locked(referral)
        content = row.unseal()
        if not needs_code(row, content, address):
            return False
        is_news = _write(row, content, dataclasses.replace(content, email=address), now, token=token, checked=True)
        outbox.mail_other_link(row)
        return is_news


def _write(
    row: Referral, before: Content, after: Content, now: datetime.datetime, *, token: str, checked: bool = False
) -> bool:
    if after == before and not checked:
        return False
    was_left = before.email.casefold() != after.email.casefold()
    if was_left and before.email:
        # Whoever reads the old mailbox opens nothing with the links that lie in it
        row.links.all().of_patient().revoke()
        ReferralLink.objects.issue(row, after=token)
        contact.is_back(row, after.email)
        if row.email_checked_at is not None:
            contact.tell_left(row, before.email, now)
    row.seal_contact(after)
    if checked:
        row.email_checked_at = now
    elif was_left:
        row.email_checked_at = None
    row.contact_changed_at = now
    row.save(update_fields=["email", "email_hash", "phone", "answers", "email_checked_at", "contact_changed_at"])
    outbox.between_moves(row, Delivery.Kind.CLINIC_CONTACT)
    return True


def _locked(referral: Referral) -> Referral:
    """The row as it is now, kept so until the transaction ends. Raises NotNow."""
    row = Referral.objects.select_for_update().get(pk=referral.pk)
    if not may_correct(row):
        raise NotNow("the request has ended, or was not sent")
    return row
