"""What a patient has typed so far, kept for a day because they asked for it. Deleted when sent, or a day later."""

import datetime
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import limits
from directory.models import Procedure
from referrals.intake import contact, course
from referrals.intake.course import Course
from referrals.models import Draft
from referrals.models.asking import DRAFT_LASTS
from referrals.vault import tokens

CONSENT_VERSION = "1"  # of the words in templates/referrals/parts/keep.html


def keep(typed: Course, subscriber: str) -> None:
    """Writes down how far it is; the first time it makes the link that leads back, which `typed` then carries.

    A form has one draft, however often its page is sent: the token follows from the form. `subscriber` is the network
    that it came from. Raises TooManyToday, for a new one.
    """
    now = timezone.now()
    token = typed.draft or _token(typed)
    draft = Draft.objects.opened_by(token).first()
    if draft is None and typed.draft:
        typed.draft = ""  # its day is over, or it was deleted: it is not kept again unasked
        return
    typed.draft = token
    if draft is None:
        _begin(typed, subscriber, now)
        return
    draft.seal(typed.as_data(), now)
    if not Draft.objects.filter(pk=draft.pk).update(typed=draft.typed):
        typed.draft = ""  # deleted on this very moment


def _begin(typed: Course, subscriber: str, now: datetime.datetime) -> None:
    limits.count("referral-draft", subscriber, most=settings.REQUESTS_PER_ADDRESS)
    draft = Draft(
        token_hash=tokens.keyed_hash("referral-draft", typed.draft),
        practice_id=typed.practice_id,
        procedure=Procedure.objects.get(slug=typed.procedure),
        consent_version=CONSENT_VERSION,
        consented_at=now,
        expires_at=now + DRAFT_LASTS,
    )
    draft.seal(typed.as_data(), now)
    with suppress(IntegrityError), transaction.atomic():  # the other click of a double one has kept the same
        Draft.objects.over(now).filter(token_hash=draft.token_hash).delete()
        draft.save(force_insert=True)


def _token(typed: Course) -> str:
    return tokens.after(typed.form)


def of(typed: Course) -> Draft | None:
    """Its draft, if one is kept."""
    return Draft.objects.opened_by(typed.draft).first() if typed.draft else None


def restore(draft: Draft, token: str) -> Course:
    """What was typed, to go on with; it is kept on under the same link. Raises VaultError."""
    typed = course.restore(draft.practice_id, draft.procedure.slug, draft.unseal(timezone.now()))
    typed.draft = token
    typed.begun_at = timezone.now().isoformat()  # taken up anew: the form is good for another day, the draft is not
    typed.agreed_at = ""
    return typed


def delete(token: str) -> None:
    """Nothing of it stays."""
    Draft.objects.filter(token_hash=tokens.keyed_hash("referral-draft", token)).delete()


def delete_of(typed: Course) -> None:
    """The same for all that was kept of this form, also where this page of it does not know."""
    hashes = [tokens.keyed_hash("referral-draft", token) for token in (typed.draft, _token(typed)) if token]
    kept = Draft.objects.filter(token_hash__in=hashes)
    if kept.exists():  # most forms have none: no lock for that
        kept.delete()


def forget(now: datetime.datetime) -> int:
    """Deletes drafts whose day is over, and codes that nobody typed -> how many."""
    return Draft.objects.over(now).delete()[0] + contact.forget(now)
