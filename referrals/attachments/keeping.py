"""What is done with files that are there: list them, open them, take them along to another request, let them go."""

import datetime
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from referrals.attachments import folder, kinds
from referrals.models import Attachment, LooseFile, Referral
from referrals.vault import files
from referrals.vault.keys import DataKey, VaultError

log = logging.getLogger(__name__)

UNFINISHED_LASTS = datetime.timedelta(days=1)  # so long a file may be without its row


class NoFile(Exception):
    """The file of this row is not in the folder, or not whole there."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as pages show it. `name` is empty where it is gone, or its key is not here."""

    number: int
    name: str
    kind: str  # "PDF"
    size: int  # bytes
    at: datetime.datetime
    state: str
    state_words: str
    is_shown: bool
    is_kept: bool


def listed(referral: Referral) -> list[Listed]:
    """In the order in which they came. Whoever shows them to the clinic goes through `access.read` first."""
    rows = list(referral.attachments.all())
    try:
        key = referral.key() if rows else None
    except VaultError:
        key = None
    return [
        Listed(
            number=row.number,
            name=row.unseal_name(key) if key is not None else "",
            kind=row.get_kind_display(),
            size=row.size,
            at=row.at,
            state=row.state,
            state_words=row.get_state_display(),
            is_shown=row.is_shown,
            is_kept=row.is_kept,
        )
        for row in rows
    ]


def served_name(attachment: Attachment) -> str:
    """Under which it is given out: request-7K2F-0419-file-2.pdf. Nothing that somebody typed is in it."""
    ending = kinds.BY_CODE[attachment.kind].ending
    return f"request-{attachment.referral.reference}-file-{attachment.number}.{ending}"


def content(attachment: Attachment, key: DataKey) -> Iterator[bytes]:
    """The file in pieces, with the key of its request; the first is opened before this returns.

    Raises NoFile, VaultError; what is damaged further on raises while it is read.
    """
    file_key = attachment.unseal_file_key(key)
    try:
        if folder.size(attachment.pk) != files.sealed_size(attachment.size):
            raise NoFile(f"file {attachment.pk} is not whole")
        pieces = _pieces(attachment.pk, file_key)
        first = next(pieces)
    except OSError as error:
        raise NoFile(f"file {attachment.pk} cannot be read: {type(error).__name__}") from error
    return _chained(first, pieces)


def _pieces(pk: uuid.UUID, file_key: bytes) -> Iterator[bytes]:
    with folder.read(pk) as sealed:
        yield from files.unseal(file_key, sealed)


def _chained(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def forget(referral: Referral) -> None:
    """Inside the transaction that erases the request: rows and keys now, the files as soon as it is committed."""
    let_go(referral.attachments.with_file().values_list("pk", flat=True))
    referral.attachments.all().delete()


def let_go(pks: Iterable[uuid.UUID]) -> None:
    """Inside a transaction: these files go when it is committed; where that fails, the worker deletes them."""
    pks = list(pks)
    LooseFile.objects.bulk_create([LooseFile(pk=pk, due_at=timezone.now()) for pk in pks])
    transaction.on_commit(partial(_delete, pks), robust=True)


def loosen(pk: uuid.UUID) -> None:
    """Before a file is written: should nobody come to claim it, it is deleted in a day."""
    LooseFile.objects.create(pk=pk, due_at=timezone.now() + UNFINISHED_LASTS)


def claim(pk: uuid.UUID) -> None:
    """In the transaction that writes the row of a file."""
    LooseFile.objects.filter(pk=pk).delete()


def delete_loose(now: datetime.datetime, most: int = 200) -> int:
    """Deletes files that may go -> how many. What cannot be deleted now is tried again by the next call."""
    due = list(LooseFile.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:most])
    _delete(due)
    return len(due)


def _delete(pks: Iterable[uuid.UUID]) -> None:
    for pk in pks:
        try:
            folder.delete(pk)
        except OSError as error:
            log.error("file %s cannot be deleted (%s); trying again in an hour", pk, type(error).__name__)
        else:
            LooseFile.objects.filter(pk=pk).delete()


def prepare_copies(referral: Referral) -> Mapping[uuid.UUID, uuid.UUID]:
    """Before the transaction that takes the files along -> their numbers, and those of the copies to be made."""
    copies = {pk: uuid.uuid4() for pk in referral.attachments.with_file().values_list("pk", flat=True)}
    for copy in copies.values():
        loosen(copy)
    return copies


def take_along(old: Referral, new: Referral, copies: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """The files go along to the request that continues this one, their keys sealed under its key.

    Inside the transaction that makes the new one. The sealed file itself is the same one under another name, so that
    nobody waits while it is copied; erasing one request leaves the other's. Raises VaultError, OSError.
    """
    rows = [row for row in old.attachments.with_file() if row.pk in copies]
    if not rows:
        return
    old_key, new_key = old.key(), new.key()
    for row in rows:
        copy = Attachment(
            pk=copies[row.pk],
            referral=new,
            number=new.attachments.count() + 1,
            at=row.at,
            kind=row.kind,
            size=row.size,
            state=row.state,
            scanned_at=row.scanned_at,
            scan_due_at=row.scan_due_at,
        )
        copy.seal(new_key, name=row.unseal_name(old_key), file_key=row.unseal_file_key(old_key))
        try:
            folder.again(copy.pk, row.pk)
        except FileNotFoundError:
            log.error("file %s is not in its folder: the request goes on without it", row.pk)
            continue
        claim(copy.pk)
        copy.save(force_insert=True)


def drop(pk: uuid.UUID) -> None:
    """What was written, and is not to be kept after all."""
    _delete([pk])
