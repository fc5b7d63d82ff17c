"""Whether somebody reads mail at the address they gave: six digits are mailed to it, and typed back before sending."""

import datetime
import hmac
import secrets
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F

from referrals import blocks
from referrals.models import ContactCheck, Delivery, Referral
from referrals.models.asking import CODE_LASTS, MOST_TRIES, hash_of_left
from referrals.vault import tokens

KEPT = datetime.timedelta(days=1)


class CodeRefused(Exception):
    """These digits do not check the address. `left` is how many tries there are; none: a new code is needed."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"wrong code, {left} tries left")


def ask(form_hash: str, address: str, language: str, now: datetime.datetime) -> None:
    """Has a code mailed to the address. An older code of the same form is worth nothing from now on.

    Raises MailboxBlocked.
    """
    blocks.refuse(address, now)
    with suppress(IntegrityError), transaction.atomic():  # the other click of a double one has put its mail in line
        ContactCheck.objects.filter(form_hash=form_hash).delete()
        _mail(Delivery.Kind.PATIENT_CODE, form_hash, address, language, now)


def tell_left(referral: Referral, address: str, now: datetime.datetime) -> None:
    """Has an address told that the request uses another one from now on. Nothing is typed back.

    Of several that are left one after the other the first is told: it was there before whoever changes them now. The
    mail goes out though the request be erased meanwhile: it is the owner's only sign.
    """
    left = ContactCheck.objects.filter(form_hash=hash_of_left(referral.pk))
    if left.filter(deliveries__in=Delivery.objects.unsent()).exists():
        return
    left.delete()
    _mail(Delivery.Kind.PATIENT_MOVED, hash_of_left(referral.pk), address, referral.language, now)


def is_back(referral: Referral, address: str) -> None:
    """The request uses this address again: a mail that it was left, if it has not gone yet, would be untrue."""
    left = ContactCheck.objects.filter(form_hash=hash_of_left(referral.pk), address_hash=_address_hash(address))
    left.filter(deliveries__in=Delivery.objects.unsent()).delete()


def new_code(check: ContactCheck, now: datetime.datetime) -> str:
    """Six digits for the mail that goes out now; their hash is committed first. The one before is worth nothing."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    rows = ContactCheck.objects.filter(pk=check.pk)
    rows.update(code_hash=_code_hash(check, code), code_made_at=now, tries=0)
    return code


def mailed(check: ContactCheck) -> None:
    """The mail is out: the address is kept no longer."""
    ContactCheck.objects.filter(pk=check.pk).update(address=b"")


def is_to(check: ContactCheck, address: str) -> bool:
    """Whether this is the address that is checked."""
    return hmac.compare_digest(check.address_hash, _address_hash(address))


def can_be_typed(form_hash: str, address: str, now: datetime.datetime) -> bool:
    """Whether a code for this address is under way, or was made and is still worth something."""
    asked = ContactCheck.objects.filter(form_hash=form_hash, address_hash=_address_hash(address), tries__lt=MOST_TRIES)
    made = asked.filter(code_made_at__gt=now - CODE_LASTS, deliveries__sent_at__isnull=False)
    return made.exists() or asked.filter(deliveries__in=Delivery.objects.unsent()).exists()


def confirm(form_hash: str, address: str, code: str, now: datetime.datetime) -> None:
    """Returns if these are the digits that were mailed to this address for this form. Raises CodeRefused.

    Each call is a try, and counts before it is looked at: who tries from many places at once has five tries too.
    """
    check = ContactCheck.objects.filter(form_hash=form_hash, address_hash=_address_hash(address)).first()
    if check is None or check.code_made_at is None or now - check.code_made_at > CODE_LASTS:
        raise CodeRefused(0)
    tried = ContactCheck.objects.filter(pk=check.pk, code_hash=check.code_hash, tries__lt=MOST_TRIES)
    if not tried.update(tries=F("tries") + 1):
        raise CodeRefused(0)
    if not hmac.compare_digest(check.code_hash, _code_hash(check, code)):
        check.refresh_from_db(fields=["tries"])
        raise CodeRefused(MOST_TRIES - check.tries)


def done(form_hash: str) -> None:
    """The request was sent: nothing of the check is kept."""
    ContactCheck.objects.filter(form_hash=form_hash).delete()


def forget(now: datetime.datetime) -> int:
    """Deletes what was never finished -> how many."""
    on_the_way = Delivery.objects.unsent().filter(kind=Delivery.Kind.PATIENT_MOVED)
    old = ContactCheck.objects.filter(created_at__lte=now - KEPT).exclude(deliveries__in=on_the_way)
    return old.delete()[0]


def _mail(kind: Delivery.Kind, form_hash: str, address: str, language: str, now: datetime.datetime) -> None:
    check = ContactCheck(form_hash=form_hash, address_hash=_address_hash(address), language=language, created_at=now)
    check.seal(address, now)
    check.save(force_insert=True)
    Delivery.objects.create(kind=kind, contact_check=check)


def _address_hash(address: str) -> str:
    return tokens.keyed_hash("contact-check-address", address.casefold())


def _code_hash(check: ContactCheck, code: str) -> str:
    return tokens.keyed_hash("contact-check-code", str(check.pk), code)
