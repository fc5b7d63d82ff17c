"""The same call twice is one request: the second gets the answer of the first.

A key is claimed in a transaction of its own before the work, with a lease, and marked as done in the transaction of
the work: whoever is killed in between leaves nothing half-written, and the lease runs out. What comes to nothing gives
the key free again: it is used up only by a request that was stored. Kept are keyed hashes and the answer, which holds
no word of the patient's.
"""

import datetime
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.models import Partner
from referrals.models import IdempotencyKey, Referral
from referrals.vault import tokens

KEPT = datetime.timedelta(days=30)
LEASE = datetime.timedelta(seconds=60)  # longer than the web server lets any call take


class OtherBody(Exception):
    """This key was used for something else."""


class UnderWay(Exception):
    """The first call with this key is not done yet. `seconds`: after so many it is, or has failed."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"the first call is under way; {seconds} s at most")


class Erased(Exception):
    """What came of this key has been erased since."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do it. `answer`: it was done before, and this was said."""

    row: IdempotencyKey
    answer: str = ""

    def done(self, referral: Referral, answer: str) -> None:
        """Inside the transaction that stored it. Raises UnderWay where the lease ran out and somebody else took it."""
        mine = IdempotencyKey.objects.filter(pk=self.row.pk, owner=self.row.owner)
        if not mine.update(owner="", leased_until=None, referral=referral, answer=answer):
            raise UnderWay(int(LEASE.total_seconds()))

    def release(self) -> None:
        """It came to nothing: nothing of it is kept, and the key can be used again."""
        IdempotencyKey.objects.filter(pk=self.row.pk, owner=self.row.owner).delete()


def claim(partner: Partner, key: str, body: Any) -> Claim:
    """Takes the key for this body (as parsed from JSON). Raises OtherBody, UnderWay, Erased."""
    key_hash = tokens.keyed_hash("idempotency-key", str(partner.pk), key)
    # The same in another order, or with other spaces, is the same
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    body_hash, now, owner = tokens.keyed_hash("idempotency-body", text), timezone.now(), secrets.token_hex(16)
    IdempotencyKey.objects.over(now - KEPT).filter(partner=partner, key_hash=key_hash).delete()
    row = IdempotencyKey(
        partner=partner, key_hash=key_hash, body_hash=body_hash, made_at=now, owner=owner, leased_until=now + LEASE
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _second(partner, key_hash, body_hash, owner, now)
    return Claim(row)


def _second(partner: Partner, key_hash: str, body_hash: str, owner: str, now: datetime.datetime) -> Claim:
    row = IdempotencyKey.objects.filter(partner=partner, key_hash=key_hash).first()
    if row is None:
        raise UnderWay(1)  # it was given free between our two looks
    if row.leased_until is None and not row.answer:
        raise Erased
    if not hmac.compare_digest(row.body_hash, body_hash):
        raise OtherBody
    if row.answer:
        return Claim(row, row.answer)
    left = (row.leased_until - now).total_seconds() if row.leased_until else 0
    same = IdempotencyKey.objects.filter(pk=row.pk, owner=row.owner).filter(leased_until__lte=now)
    if left > 0 or not same.update(owner=owner, leased_until=now + LEASE):
        raise UnderWay(max(1, round(left)))
    row.owner = owner  # whoever had it was killed
    return Claim(row)


def forget(now: datetime.datetime) -> int:
    """Deletes what is older than `KEPT` -> how many."""
    return IdempotencyKey.objects.over(now - KEPT).delete()[0]
