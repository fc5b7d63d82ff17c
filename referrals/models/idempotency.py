"""What a partner's `Idempotency-Key` has come to. Nothing of what was sent is here, only keyed hashes of it."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.models import Partner
from referrals.models.referrals import Referral


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def over(self, before: datetime.datetime) -> "IdempotencyKeyQuerySet":
        return self.filter(made_at__lte=before)


class IdempotencyKey(models.Model):
    """One key of one partner. Under way: `leased_until` is set; done: it is not, and `answer` is what was said.

    Where the request has been erased since, both hash of the body and answer are gone.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+", editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    body_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    owner = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    referral = models.ForeignKey(
        Referral, on_delete=models.SET_NULL, null=True, related_name="idempotency_keys", editable=False
    )
    answer = models.TextField(blank=True, editable=False)  # as JSON, to be said again as it was

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("partner", "key_hash", name="idempotency_key_once_per_partner"),
            models.CheckConstraint(
                name="idempotency_key_is_leased_until_it_is_done",
                condition=Q(leased_until=None, owner="") | (Q(leased_until__isnull=False, answer="") & ~Q(owner="")),
            ),
        ]

    def __str__(self) -> str:
        return "idempotency key"
