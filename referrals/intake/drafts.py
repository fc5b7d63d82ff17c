"""What a patient has typed so far, kept for a day because they asked for it. Deleted when sent, or a day later."""

import datetime

from django.utils import timezone

from directory.models import Procedure
from referrals.intake import contact, course
from referrals.intake.course import Course
from referrals.models import Draft
from referrals.models.asking import DRAFT_LASTS
from referrals.vault import tokens

CONSENT_VERSION = "1"  # of the words in templates/referrals/parts/keep.html


def keep(typed: Course) -> None:
    """Writes down how far it is; the first time it makes the link that leads back, which `typed` then carries."""
    now = timezone.now()
    if typed.draft:
        draft = of(typed)
        if draft is None:
            typed.draft = ""  # its day is over, or it was deleted: it is not kept again unasked
            return
    else:
        typed.draft = tokens.new()
        draft = Draft(
            token_hash=tokens.keyed_hash("referral-draft", typed.draft),
            practice_id=typed.practice_id,
            procedure=Procedure.objects.get(slug=typed.procedure),
            consent_version=CONSENT_VERSION,
            consented_at=now,
            expires_at=now + DRAFT_LASTS,
        )
    draft.seal(typed.as_data(), now)
    draft.save()


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
    if token:
        Draft.objects.filter(token_hash=tokens.keyed_hash("referral-draft", token)).delete()


def forget(now: datetime.datetime) -> int:
    """Deletes drafts whose day is over, and codes that nobody typed -> how many."""
    return Draft.objects.over(now).delete()[0] + contact.forget(now)
