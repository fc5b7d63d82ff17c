"""Mails to a patient who asks, or for whom somebody asks: a code to type, a question.

No name, no clinic and no word about health. A code or link is made as its mail goes, and only its hash is kept.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from referrals import blocks
from referrals.deliveries.errors import SendFailed
from referrals.deliveries.notices import Words
from referrals.intake import contact
from referrals.models import ContactCheck, Delivery, Referral, ReferralLink
from referrals.models.asking import CODE_LASTS, LEFT_LASTS
from referrals.states import State
from referrals.vault.keys import VaultError

KINDS = frozenset({Delivery.Kind.PATIENT_CODE, Delivery.Kind.PATIENT_MOVED, Delivery.Kind.PATIENT_CONFIRM})


def words(delivery: Delivery) -> tuple[str, str, Words]:
    """-> (address, language, what the mail says). Raises SendFailed where there is nobody to tell."""
    if delivery.contact_check is not None:
        told = _moved if delivery.kind == Delivery.Kind.PATIENT_MOVED else _code
        return told(delivery.contact_check)
    if delivery.referral is None or not is_open(delivery.referral):
        raise SendFailed("nothing_to_tell", permanent=True)
    return _question(delivery.referral)


def _address(check: ContactCheck, lasts: datetime.timedelta = 4 * CODE_LASTS) -> str:
    try:
        address = check.unseal(timezone.now(), lasts=lasts)
    except VaultError as error:  # too late: nobody waits for it any more
        raise SendFailed("code_too_late", permanent=True) from error
    if not address:
        raise SendFailed("sent_before", permanent=True)
    return address


def _may_be_asked(address: str) -> None:
    """Its owner may have said "I did not send this" since the mail was put here."""
    try:
        blocks.refuse(address, timezone.now())
    except blocks.MailboxBlocked as error:
        raise SendFailed("mailbox_blocked", permanent=True) from error


def _moved(check: ContactCheck) -> tuple[str, str, Words]:
    """To the address that a patient left: no request, no clinic, no link."""
    with override(check.language):
        return (
            _address(check, LEFT_LASTS),
            check.language,
            Words(
                subject=_("We mail to another address from now on"),
                lines=[
                    _("Somebody who can open a private page here, most likely you, gave us another e-mail address."),
                    _("Mails about it go there now. This address gets no more of them."),
                ],
                small=_(
                    "It was not you? Then call the clinic that you asked and tell them. The reference of your request "
                    "stands in the subject of our earlier mails."
                ),
            ),
        )


def _code(check: ContactCheck) -> tuple[str, str, Words]:
    address = _address(check)
    _may_be_asked(address)
    code = contact.new_code(check, timezone.now())
    with override(check.language):
        minutes = int(CODE_LASTS.total_seconds() // 60)
        return (
            address,
            check.language,
            Words(
                subject=_("Your code is waiting"),
                lines=[
                    _("Type this code on the page that you have open:"),
                    f"{code[:3]} {code[3:]}",
                    ngettext("It works for %(n)d minute.", "It works for %(n)d minutes.", minutes) % {"n": minutes},
                ],
                small=_("It was not you? Then do nothing: without the code nothing is sent, and nothing changes."),
            ),
        )


def is_open(referral: Referral) -> bool:
    """Whether the patient still has to say yes or no to it."""
    return referral.erased_at is None and referral.state == State.UNCONFIRMED


def _new_token(referral: Referral) -> str:
    """Of a link for this mail, committed before it goes out. Raises SendFailed where the question was answered."""
    with transaction.atomic(durable=True):
        row = Referral.objects.select_for_update().filter(pk=referral.pk).first()
        if row is None or not is_open(row):
            raise SendFailed("nothing_to_tell", permanent=True)
        return ReferralLink.objects.issue(row)


def _question(referral: Referral) -> tuple[str, str, Words]:
    address = referral.unseal().email
    if not address:
        raise SendFailed("no_address", permanent=True)
    _may_be_asked(address)
    token = _new_token(referral)
    with override(referral.language):
        if referral.partner_id is None:
            asked = _("A doctor’s office asked for an appointment in your name. Nothing is sent before you agree.")
        else:
            asked = _(
                "On another website, an appointment was asked for in your name, by you or by somebody for you. Nothing "
                "is sent before you agree."
            )
        found = Words(
            subject=_("Somebody asked for an appointment for you")
            if referral.partner_id is None
            else _("Please confirm your request for an appointment"),
            lines=[
                asked,
                _("Open the page to see what it is. There you say yes, or that it is not yours."),
            ],
            button=_("Look at it and decide"),
            link=settings.SITE_URL + reverse("referral-confirm", args=[token]),
            small=_("If you do nothing, it is erased after a week."),
        )
    return address, referral.language, found
