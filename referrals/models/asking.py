"""What is kept, for a short while, before there is a request: a draft with consent, and an address to be checked."""

import datetime
import json
import uuid
from typing import Any, Self

from django.db import models
from django.utils import timezone

from directory.models import Practice, Procedure
from referrals.vault import sealed, tokens

LEFT_LASTS = datetime.timedelta(days=4)  # longer than a mail is tried
DRAFT_LASTS = datetime.timedelta(days=1)
CODE_LASTS = datetime.timedelta(minutes=15)
MOST_TRIES = 5


def hash_of_change(referral: uuid.UUID) -> str:
    """Stands in `ContactCheck.form_hash` while the patient of this request changes the address."""
    return tokens.keyed_hash("contact-change", str(referral))


def hash_of_left(referral: uuid.UUID) -> str:
    """Stands in `ContactCheck.form_hash` while the address that the patient of this request has left is told so."""
    return tokens.keyed_hash("address-left", str(referral))


class DraftQuerySet(models.QuerySet["Draft"]):
    def valid(self, now: datetime.datetime) -> Self:
        return self.filter(expires_at__gt=now)

    def opened_by(self, token: str) -> Self:
        """The draft that this token opens, if its day is not over."""
        return self.valid(timezone.now()).filter(token_hash=tokens.keyed_hash("referral-draft", token))

    def over(self, now: datetime.datetime) -> Self:
        return self.filter(expires_at__lte=now)


class Draft(models.Model):
    """What a patient has typed so far and asked us to keep for a day. It opens by its link alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+", editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="+", editable=False)
    consent_version = models.CharField(max_length=20, editable=False)
    consented_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    typed = models.BinaryField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="draft_has_words_agreed_to", condition=~models.Q(consent_version="")),
            models.CheckConstraint(
                name="draft_ends_after_it_began", condition=models.Q(expires_at__gt=models.F("consented_at"))
            ),
        ]

    def __str__(self) -> str:
        return "draft"

    def seal(self, typed: dict[str, Any], now: datetime.datetime) -> None:
        """Puts what was typed into this row; `save` is the caller's."""
        self.typed = sealed.seal(json.dumps(typed, ensure_ascii=False), f"draft|{self.pk}", now)

    def unseal(self, now: datetime.datetime) -> dict[str, Any]:
        """What was typed. Raises VaultError."""
        text = sealed.unseal(bytes(self.typed), f"draft|{self.pk}", now, lasts=DRAFT_LASTS)
        typed: dict[str, Any] = json.loads(text)
        return typed


class ContactCheck(models.Model):
    """An address to which a six-digit code is mailed. The worker makes the code; of it only a keyed hash is kept.

    `address` is sealed and empty once the mail is out; `address_hash` stays, so that the code checks no other address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_hash = models.CharField(max_length=64, unique=True, editable=False)
    address = models.BinaryField()
    address_hash = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=2, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_made_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="contact_check_five_tries", condition=models.Q(tries__lte=MOST_TRIES)),
            models.CheckConstraint(
                name="contact_check_code_has_a_time",
                condition=models.Q(code_hash="", code_made_at=None)
                | (~models.Q(code_hash="") & models.Q(code_made_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return "contact check"

    def seal(self, address: str, now: datetime.datetime) -> None:
        self.address = sealed.seal(address, f"contact_check.address|{self.pk}", now)

    def unseal(self, now: datetime.datetime, *, lasts: datetime.timedelta = 4 * CODE_LASTS) -> str:
        """The address; "" once the mail is out. Raises VaultError, also after `lasts`: a code would come too late."""
        if not self.address:
            return ""
        return sealed.unseal(bytes(self.address), f"contact_check.address|{self.pk}", now, lasts=lasts)
