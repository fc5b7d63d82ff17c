"""A new encryption key: the key of each request, and of each web hook's secret, is wrapped again under it.

What they seal is not touched. Killed or stopped, it goes on where it stood: what is wrapped under the newest is done.
Beside a running site it harms nobody: each row is written only if it still is as it was read, in short transactions.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from referrals.deliveries import worker
from referrals.models import Heartbeat, Referral, WebHook
from referrals.vault import keys
from referrals.vault.keys import VaultError

Holder = type[Referral] | type[WebHook]
HOLDERS: tuple[Holder, ...] = (Referral, WebHook)
BATCH = 200  # rows: a transaction of some milliseconds, so that nobody waits long for SQLite's one writer


class NotKnownYet(Exception):
    """The running worker was started before the newest key was set: what is wrapped under it would open nowhere."""

    def __init__(self) -> None:
        super().__init__(
            f"The running worker does not know the newest key, {keys.newest()!r}, yet. Restart the web server and the "
            "worker with the new FIELD_ENCRYPTION_KEYS, wait half a minute, and run this again. Nothing was changed."
        )


@dataclass(slots=True)
class Rotated:
    """What came of it. `failed` counts requests and web hooks by the id of the key under which they do not open."""

    wrapped: int = 0
    hooks: int = 0  # of those, web hooks
    overtaken: int = 0  # somebody changed or erased them just then
    failed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class InUse:
    """How many requests and web hooks need this wrapping key."""

    key_id: str
    requests: int
    hooks: int
    is_newest: bool
    is_here: bool  # in FIELD_ENCRYPTION_KEYS


def in_use() -> list[InUse]:
    """Every key of the setting in its order, then those that requests need and that are not there."""
    requests, hooks = (
        dict(_with_key(model).order_by().values_list("data_key_id").annotate(Count("pk"))) for model in HOLDERS
    )
    here = list(settings.FIELD_ENCRYPTION_KEYS)
    missing = sorted({*requests, *hooks} - set(here))
    return [
        InUse(key, requests.get(key, 0), hooks.get(key, 0), key == keys.newest(), key in here)
        for key in [*here, *missing]
    ]


def left() -> int:
    """How many requests and web hooks are not wrapped under the newest key."""
    return sum(_old(model).count() for model in HOLDERS)


def check_worker() -> None:
    """Raises NotKnownYet where a worker is alive that was started without the newest key."""
    now = timezone.now()
    knows = Heartbeat.objects.filter(name=worker.knows(keys.newest()), at__gt=now - worker.LATE_AFTER)
    if not worker.is_late(now) and not knows.exists():
        raise NotKnownYet


def rotate(progress: Callable[[int], object] = lambda count: None) -> Rotated:
    """Wraps every data key under the newest of FIELD_ENCRYPTION_KEYS. `progress` is told how many more were looked at.

    What does not open stays as it is and is counted.
    """
    done = Rotated()
    for model in HOLDERS:
        _rotate(model, done, progress)
    return done


def _rotate(model: Holder, done: Rotated, progress: Callable[[int], object]) -> None:
    for batch in _batches(model):
        ready = []
        for pk, wrapped, key_id in batch:
            try:
                ready.append((pk, wrapped, key_id, *keys.rewrap(pk, wrapped, key_id)))
            except VaultError:
                done.failed[key_id] += 1
        with transaction.atomic():
            for pk, wrapped, key_id, again, newest in ready:
                as_read = model.objects.filter(pk=pk, data_key_id=key_id, data_key=wrapped)
                changed = as_read.update(data_key=again, data_key_id=newest)
                done.wrapped += changed
                done.hooks += changed if model is WebHook else 0
                done.overtaken += 1 - changed
        progress(len(batch))


def _with_key(model: Holder) -> QuerySet[Any]:
    return model.objects.exclude(data_key=b"")  # the key of an erased request is gone


def _old(model: Holder) -> QuerySet[Any]:
    return _with_key(model).exclude(data_key_id=keys.newest())


def _batches(model: Holder) -> Iterator[list[tuple[uuid.UUID, bytes, str]]]:
    """Those that are to be done, by their number, so that one that fails is not read twice."""
    after: uuid.UUID | None = None
    while True:
        rows = _old(model) if after is None else _old(model).filter(pk__gt=after)
        batch = [
            (pk, bytes(wrapped), key_id)
            for pk, wrapped, key_id in rows.order_by("pk").values_list("pk", "data_key", "data_key_id")[:BATCH]
        ]
        if not batch:
            return
        yield batch
        after = batch[-1][0]
