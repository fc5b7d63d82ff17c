"""A patient's request to be seen for a procedure."""

import datetime
import json
import uuid
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Clinic, Partner, Practice, Procedure, User
from directory.models.checks import one_of
from referrals import states
from referrals.states import State
from referrals.vault import fields, keys, tokens

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is misheard on the phone
_MISREAD = str.maketrans("ILO", "110", "- ")
REFERENCE_BITS = 40


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What the patient wrote. `email` and `phone` may be blank, not both; `answers` as intake.questions shapes them."""

    name: str
    email: str
    phone: str  # E.164
    date_of_birth: datetime.date
    answers: dict[str, Any]

    def __repr__(self) -> str:
        return "<Content of a request>"


def email_hash(address: str) -> str:
    """A keyed hash of a mail address, however it is capitalised; empty where there is none."""
    plain = address.strip().casefold()
    return tokens.keyed_hash("referral-email", plain) if plain else ""


def person_hash(content: Content) -> str:
    """A keyed hash of name and date of birth: the same person, as far as a form can know."""
    name = " ".join(content.name.casefold().split())
    return tokens.keyed_hash("referral-person", name, content.date_of_birth.isoformat())


class ReferralQuerySet(models.QuerySet["Referral"]):
    def scope(self, user: User) -> Self:
        """Rows that may be seen to exist: a clinic's own; for an operator all. Content: see `access.may_read`."""
        if user.is_superuser:
            return self
        return self.filter(clinic__in=Clinic.objects.filter(memberships__user=user).values("pk"))

    def running(self) -> Self:
        return self.exclude(state__in=states.ENDS)

    def kept(self) -> Self:
        """Whose content has not been erased."""
        return self.filter(erased_at=None)

    def of_partner(self, partner: Partner) -> Self:
        """What came through this partner: of all else a partner does not learn that it exists."""
        return self.filter(partner=partner)

    def of_email(self, address: str) -> Self:
        """Those whose patient gave this mail address; none for an empty one."""
        wanted = email_hash(address)
        return self.filter(email_hash=wanted) if wanted else self.none()

    def of_person(self, content: Content) -> Self:
        """Those that name the same person, however the name was spaced and capitalised."""
        return self.filter(person_hash=person_hash(content))

    def waiting(self) -> Self:
        """Sent, and nobody has started on them; the longest first."""
        return self.filter(state=State.SUBMITTED).order_by("submitted_at", "pk")

    def with_clinic(self) -> Self:
        """Sent, and not ended: somebody waits for the clinic, or for the day of the appointment."""
        return self.running().kept().filter(submitted_at__isnull=False)

    def with_reference(self, text: str) -> Self:
        """The request with this reference, however it was typed: 7k2f 0419, 7K2F-0419. Nothing where it is none."""
        digits = text.strip().upper().translate(_MISREAD)
        if len(digits) * 5 != REFERENCE_BITS or set(digits) - set(ALPHABET):
            return self.none()
        first = 0
        for digit in digits:
            first = first * 32 + ALPHABET.index(digit)
        rest = 128 - REFERENCE_BITS
        smallest, largest = uuid.UUID(int=first << rest), uuid.UUID(int=(first + 1 << rest) - 1)
        return self.filter(pk__gte=smallest, pk__lte=largest)


class Referral(models.Model):
    """One request at one practice. Everything that the patient wrote is sealed; states, dates and places are not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("practice"), editable=False
    )
    # The clinic that the patient named when agreeing: it stays, whatever becomes of the practice's site.
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("clinic"), editable=False
    )
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("procedure"), editable=False
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # counts the moves: two at once cannot both win
    submitted_at = models.DateTimeField(_("sent"), null=True, editable=False)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)
    consent_version = models.CharField(_("words agreed to"), max_length=20, editable=False)
    # Of the pages on which it was written: in these words the patient agreed, and likely wants to be called.
    language = models.CharField(_("language"), max_length=2, default="en", db_default="en", editable=False)
    consented_at = models.DateTimeField(_("agreed"), editable=False)
    form_key_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    # Whose site sent it for the patient; empty: it was written on ours.
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        related_name="referrals",
        verbose_name=_("partner"),
        editable=False,
    )
    # Finds the requests of somebody who lost the link, and nobody without the key.
    email_hash = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # Of name and date of birth: finds the running request of the same person, and nobody without the key.
    person_hash = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # When the patient typed the code that was mailed to the address: no other mail goes to one that nobody has checked.
    email_checked_at = models.DateTimeField(_("address checked"), null=True, editable=False)
    # When the patient last corrected phone, preferred way or address; what it was before is not kept.
    contact_changed_at = models.DateTimeField(_("contact changed"), null=True, editable=False)
    # The patient wants it erased, and a legal hold still stands: done when the hold is released.
    erase_asked_at = models.DateTimeField(_("erasing asked for"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    appointment_at = models.DateTimeField(_("appointment"), null=True, editable=False)
    # The request that the patient moved on from. The patient alone may know: the clinics' pages never follow it.
    continues = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, related_name="continued_by", editable=False
    )

    data_key = models.BinaryField()
    data_key_id = models.CharField(max_length=16, editable=False)
    name = models.BinaryField()
    email = models.BinaryField()
    phone = models.BinaryField()
    date_of_birth = models.BinaryField()
    answers = models.BinaryField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-submitted_at", "pk"]
        indexes = [
            models.Index("clinic", "state", "submitted_at", name="referral_inbox"),
            models.Index("email_hash", name="referral_by_email", condition=~models.Q(email_hash="")),
            models.Index("clinic", "person_hash", name="referral_of_a_person"),
        ]
        constraints = [
            models.CheckConstraint(name="referral_state_is_known", condition=one_of("state", State.values)),
            # Only what ended without having been sent, or still can be sent, has no date of sending.
            models.CheckConstraint(
                name="referral_sent_has_a_date",
                condition=models.Q(submitted_at__isnull=False)
                | one_of("state", ["draft", "unconfirmed", "withdrawn", "redirected", "expired"]),
            ),
            models.CheckConstraint(
                name="referral_with_a_date_has_one",
                condition=~models.Q(state="scheduled") | models.Q(appointment_at__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_does_not_continue_itself",
                condition=models.Q(continues=None) | ~models.Q(continues=models.F("pk")),
            ),
            models.CheckConstraint(
                name="referral_erased_holds_nothing",
                condition=models.Q(erased_at=None)
                | models.Q(data_key=b"", name=b"", email=b"", phone=b"", date_of_birth=b"", answers=b"", email_hash=""),
            ),
            models.CheckConstraint(name="referral_has_words_agreed_to", condition=~models.Q(consent_version="")),
            models.CheckConstraint(name="referral_language_is_ours", condition=one_of("language", ["en", "es"])),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Short, to be said on the phone, and neutral: 7K2F-0419. It opens nothing."""
        number = self.pk.int >> (128 - REFERENCE_BITS)
        digits = "".join(ALPHABET[number >> shift & 31] for shift in range(REFERENCE_BITS - 5, -1, -5))
        return f"{digits[:4]}-{digits[4:]}"

    @property
    def has_ended(self) -> bool:
        return self.state in states.ENDS

    def seal(self, content: Content) -> None:
        """Puts the content into this row under a fresh key of its own; `save` is the caller's."""
        key, self.data_key, self.data_key_id = keys.new(self.pk)
        self.name = fields.seal(key, "name", content.name)
        self.email = fields.seal(key, "email", content.email)
        self.email_hash = email_hash(content.email)
        self.phone = fields.seal(key, "phone", content.phone)
        self.date_of_birth = fields.seal(key, "date_of_birth", content.date_of_birth.isoformat())
        self.person_hash = person_hash(content)
        self.answers = fields.seal(key, "answers", json.dumps(content.answers, ensure_ascii=False))

    def seal_contact(self, content: Content) -> None:
        """Puts address, phone and answers into this row under the key that it has; `save` is the caller's.

        Messages and files are sealed under that key too. Raises VaultError.
        """
        key = self.key()
        self.email = fields.seal(key, "email", content.email)
        self.email_hash = email_hash(content.email)
        self.phone = fields.seal(key, "phone", content.phone)
        self.answers = fields.seal(key, "answers", json.dumps(content.answers, ensure_ascii=False))

    def key(self) -> keys.DataKey:
        """The key of all that belongs to this request. Raises VaultError."""
        return keys.unwrap(self.pk, bytes(self.data_key), self.data_key_id)

    def unseal(self) -> Content:
        """The content. Whoever shows it to somebody goes through `access.read`. Raises VaultError."""
        key = self.key()
        return Content(
            name=fields.unseal(key, "name", self.name),
            email=fields.unseal(key, "email", self.email),
            phone=fields.unseal(key, "phone", self.phone),
            date_of_birth=datetime.date.fromisoformat(fields.unseal(key, "date_of_birth", self.date_of_birth)),
            answers=json.loads(fields.unseal(key, "answers", self.answers)),
        )
