"""Files that a patient added to a request. The row knows the file by its number; the file lies sealed in a folder."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import User
from directory.models.checks import one_of
from referrals.models.referrals import Referral
from referrals.vault import fields
from referrals.vault.keys import DataKey

LONGEST_NAME = 120  # characters of the name on the patient's device


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def scope(self, user: User) -> Self:
        return self.filter(referral__in=Referral.objects.scope(user).values("pk"))

    def with_file(self) -> Self:
        """Of which a file is kept."""
        return self.filter(state__in=Attachment.WITH_FILE)

    def shown(self) -> Self:
        """Whose file may be opened: by the patient, and by whoever may read the request."""
        return self.filter(state__in=_shown_now())

    def to_scan(self, now: datetime.datetime) -> Self:
        """At which nobody has looked for viruses, the longest due first."""
        return self.filter(scan_due_at__lte=now).order_by("scan_due_at", "pk")


class Attachment(models.Model):
    """One file. Its row stays when the file goes, so that what the clinic opened keeps its number."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        CLEAN = "clean", _("checked for viruses")
        UNSCANNED = "unscanned", _("not checked for viruses")
        REFUSED = "refused", _("refused: a virus was found")
        DELETED = "deleted", _("deleted by the patient")

    WITH_FILE = (State.CLEAN, State.UNSCANNED, State.WAITING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="attachments", editable=False)
    number = models.PositiveSmallIntegerField(_("number"), editable=False)  # within its request, from 1 on
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    kind = models.CharField(
        _("kind"), max_length=4, choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")], editable=False
    )
    size = models.PositiveIntegerField(_("size"), editable=False)  # bytes of the file as it was sent
    state = models.CharField(_("state"), max_length=9, choices=State, editable=False)
    scanned_at = models.DateTimeField(_("checked for viruses"), null=True, editable=False)
    # When a scanner is to look at it next, where one is connected.
    scan_due_at = models.DateTimeField(null=True, editable=False)
    name = models.BinaryField()
    # The key of the file, sealed under that of the request: with the row it is gone, whatever a disk still holds.
    file_key = models.BinaryField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of the patient")
        verbose_name_plural = _("files of the patient")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("referral", "number", name="attachment_once_per_number"),
            models.CheckConstraint(
                name="attachment_is_of_a_kind_and_size",
                condition=one_of("kind", ["pdf", "jpeg", "png"])
                & models.Q(number__gte=1, size__gte=1, size__lte=20 * 1024 * 1024),
            ),
            models.CheckConstraint(
                name="attachment_state_is_whole",
                condition=(
                    one_of("state", ["waiting", "unscanned"])
                    & models.Q(scanned_at=None, scan_due_at__isnull=False)
                    & ~models.Q(file_key=b"")
                )
                | (models.Q(state="clean", scanned_at__isnull=False, scan_due_at=None) & ~models.Q(file_key=b""))
                | models.Q(state="refused", scanned_at__isnull=False, scan_due_at=None, file_key=b"")
                | models.Q(state="deleted", scan_due_at=None, file_key=b"", name=b""),
            ),
        ]
        indexes = [
            models.Index("scan_due_at", name="attachment_to_scan", condition=models.Q(scan_due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_shown(self) -> bool:
        return self.state in _shown_now()

    @property
    def is_kept(self) -> bool:
        return self.state in self.WITH_FILE

    def seal(self, key: DataKey, *, name: str, file_key: bytes) -> None:
        """Puts the name and the file's own key into this row, under the key of the request; `save` is the caller's."""
        self.name = fields.seal(key, f"attachment.{self.pk}.name", name)
        self.file_key = fields.seal(key, f"attachment.{self.pk}.file_key", file_key.hex())

    def unseal_name(self, key: DataKey) -> str:
        """As it was called on the patient's device; empty where that is gone. Raises VaultError."""
        return fields.unseal(key, f"attachment.{self.pk}.name", self.name) if self.name else ""

    def unseal_file_key(self, key: DataKey) -> bytes:
        """Raises VaultError."""
        return bytes.fromhex(fields.unseal(key, f"attachment.{self.pk}.file_key", self.file_key))


def _shown_now() -> list[Attachment.State]:
    """As soon as a scanner is connected, what came before it waits for it too."""
    clean, unscanned = Attachment.State.CLEAN, Attachment.State.UNSCANNED
    return [clean] if settings.ATTACHMENT_SCANNER else [clean, unscanned]


class LooseFile(models.Model):
    """A file that may go: its row is gone, or never came. Committed before a file is written, or with what ends it."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the attachment
    due_at = models.DateTimeField(db_index=True, editable=False)

    def __str__(self) -> str:
        return "loose file"
