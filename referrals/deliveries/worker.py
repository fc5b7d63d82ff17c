"""Sends what is due: claim with a lease, send outside any transaction, then mark.

A worker that dies in between leaves its lease to run out; the delivery is then sent (again) by the next one: at least
once, never not at all.
"""

import datetime
import logging
import random
import secrets
import threading
from collections.abc import Collection

from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from directory import coverage, daily, notices
from directory.models import Notice
from referrals import blocks, clock, idempotency
from referrals.attachments import keeping, scanning
from referrals.deliveries import bounces, email, outbox
from referrals.deliveries.errors import GONE, RECIPIENT_REFUSED, SendFailed
from referrals.deliveries.lanes import HOOKS, MAILS, Lanes
from referrals.intake import contact, drafts
from referrals.models import Delivery, Heartbeat, WebHook
from referrals.models.deliveries import DeliveryQuerySet
from referrals.vault import keys

log = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=5)  # longer than one mail can take with its time-outs of 20 seconds a step
HOOK_LEASE = datetime.timedelta(minutes=1)  # longer than one call can take, look-up and all
POLL_SECONDS = 2.0
HEARTBEAT_EVERY = datetime.timedelta(seconds=15)
DAILY_EVERY = datetime.timedelta(hours=1)  # nobody need be up at midnight
TICK_EVERY = datetime.timedelta(minutes=1)
LATE_AFTER = datetime.timedelta(minutes=2)
# Before the second attempt, the third, ...: ten attempts over about 75 hours (the schedule of Standard Webhooks).
WAITS = [
    datetime.timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
]
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.1


def run(stop: threading.Event) -> None:
    """Works until told to stop; what is being sent then is finished first."""
    owner = secrets.token_hex(8)
    over = threading.Event()
    beside = [
        threading.Thread(target=_carry_hooks, args=(owner, over), name="web-hooks"),
        threading.Thread(target=_scan, args=(over,), name="scanning"),
    ]
    for thread in beside:
        thread.start()
    try:
        _work(owner, stop)
    finally:
        over.set()
        for thread in beside:
            thread.join()


def _work(owner: str, stop: threading.Event) -> None:
    """Mails and the clock."""
    mails = Lanes(MAILS, lambda busy, free: claim_mail(owner, timezone.now(), busy, free), _mark)
    try:
        _turns(mails, stop)
    finally:
        try:
            mails.finish()
        except (OperationalError, InterfaceError) as error:  # the leases run out, and what they hold goes out again
            log.warning("database not reachable (%s); mails are sent again later", type(error).__name__)


def _turns(mails: Lanes, stop: threading.Event) -> None:
    """All that is read and written for them, on the connection of this thread."""
    last_beat: datetime.datetime | None = None
    last_daily: datetime.datetime | None = None
    last_tick: datetime.datetime | None = None
    while not stop.is_set():
        now = timezone.now()
        try:
            close_old_connections()
            if last_beat is None or now - last_beat >= HEARTBEAT_EVERY:
                beat(now)
                last_beat = now
            outbox.take_notices(timezone.now())
            outbox.take_lost_links(timezone.now())
            # What is due goes first; the map of the country waits until nothing is
            idle = not mails.turn() and (not mails.is_empty or coverage.refresh_if_old(now) is None)
        except (
            OperationalError,
            InterfaceError,
        ) as error:  # it comes back, nothing is lost
            log.warning("database not reachable (%s); trying again", type(error).__name__)
            idle = False
            stop.wait(POLL_SECONDS)  # not only until something has come back, which cannot be written down
        if last_daily is None or now - last_daily >= DAILY_EVERY:
            last_daily = now  # before it is tried: what fails is not tried again at once
            new_day(now)
        if last_tick is None or now - last_tick >= TICK_EVERY:
            last_tick = now
            tick(now)
        if idle:
            mails.wait(POLL_SECONDS, stop)


def _scan(over: threading.Event) -> None:
    """Files, on a connection of their own: a scanner that takes a minute for one holds up no mail."""
    while not over.is_set():
        try:
            close_old_connections()
            if not scanning.scan_next(timezone.now()):
                over.wait(POLL_SECONDS)
        except Exception as error:  # noqa: BLE001 (of whatever kind: without this thread no file is ever shown)
            log.warning("scanning stopped (%s); trying again", type(error).__name__)
            over.wait(POLL_SECONDS)
    connections.close_all()


def _carry_hooks(owner: str, over: threading.Event) -> None:
    """Web hooks, on a connection of their own: a mail server that hangs does not hold them up, nor they a mail."""
    lanes = _lanes(owner)
    while not over.is_set():
        try:
            close_old_connections()
            if not lanes.turn():
                lanes.wait(POLL_SECONDS, over)
        except Exception as error:  # noqa: BLE001 (of whatever kind: without this thread no web hook goes out any more)
            log.warning("web hooks stopped (%s); trying again", type(error).__name__)
            over.wait(POLL_SECONDS)
    try:
        lanes.finish()
    except (OperationalError, InterfaceError) as error:  # the leases run out, and what they hold goes out again
        log.warning("database not reachable (%s); web hooks are sent again later", type(error).__name__)
    finally:
        connections.close_all()


def _lanes(owner: str) -> Lanes:
    return Lanes(HOOKS, lambda busy, free: claim_for_hook(owner, timezone.now(), busy), _mark)


def run_once() -> int:
    """Sends all that is due now -> how many deliveries were tried."""
    owner = secrets.token_hex(8)
    beat(timezone.now())
    tried = _send_all(owner)
    new_day(timezone.now())
    tick(timezone.now())
    while scanning.scan_next(timezone.now()):
        pass
    return tried + _send_all(owner)  # and what the new day, the clock and the scanner have to tell


def _send_all(owner: str) -> int:
    while outbox.take_notices(timezone.now()):
        pass
    outbox.take_lost_links(timezone.now())
    tried = 0
    lanes, never = _lanes(owner), threading.Event()
    while (mailed := send_next(owner) is not None) | (started := lanes.turn()) or not lanes.is_empty:
        tried += mailed + started
        if not mailed and not started:
            lanes.wait(POLL_SECONDS, never)
    lanes.finish()
    return tried


def new_day(now: datetime.datetime) -> None:
    """What a new day brings, after what is due has started; a fault in it keeps no mail from going out."""
    try:
        drafts.forget(now)
        blocks.forget(now)
        keeping.delete_loose(now)
        idempotency.forget(now)
        WebHook.objects.all().forget_older_secrets(now)
        daily.run(now)
    except Exception as error:  # noqa: BLE001 (of whatever kind; it is tried again in an hour)
        log.error("what a new day brings was not done (%s); trying again in an hour", type(error).__name__)


def tick(now: datetime.datetime) -> None:
    """Reminders, ends and erasing of requests; a fault in them keeps no mail from going out."""
    try:
        done = clock.tick(now)
    except Exception as error:  # noqa: BLE001 (of whatever kind; it is tried again in a minute)
        log.error("the clock of requests stopped (%s); trying again in a minute", type(error).__name__)
        return
    if done.is_worth_a_line:
        log.info(
            "requests: %d reminders, %d expired, %d completed, %d erased",
            done.reminded,
            done.expired,
            done.completed,
            done.erased,
        )


def send_next(owner: str) -> Delivery | None:
    """Claims a mail and sends it, one after the other; None where nothing is due."""
    delivery = claim(owner, timezone.now())
    if delivery is None:
        return None
    try:
        email.send(delivery)
    except SendFailed as failed:
        _mark(delivery, failed)
    except Exception as error:  # noqa: BLE001 (a fault in one mail must not keep all others from going out)
        _mark(delivery, SendFailed(type(error).__name__[:40]))
    else:
        _mark(delivery, None)
    return delivery


def claim(owner: str, now: datetime.datetime) -> Delivery | None:
    """Takes a code, else the mail that is due longest, while the lease lasts. The attempt counts from here on."""
    return _claim(Delivery.objects.due(now).mails().codes_first(), owner, now, LEASE)


def claim_mail(owner: str, now: datetime.datetime, busy: Collection[str], free: int) -> Delivery | None:
    """The same to none of the receivers given. The last free lane is for codes: no mail ever has them all."""
    rows = Delivery.objects.due(now).mails().codes_first()
    rows = email.to_none_of(rows, busy) if busy else rows
    return _claim(rows.codes() if free == 1 else rows, owner, now, LEASE)


def claim_for_hook(owner: str, now: datetime.datetime, busy: Collection[str]) -> Delivery | None:
    """The same for web hooks, of which none goes to a host that is being called or a receiver that asked to wait.

    Two workers may call one host at once; each of them calls it once at a time.
    """
    rows = Delivery.objects.due(now).to_hooks().exclude(hook__not_before__gt=now)
    return _claim(rows.exclude(hook__host__in=busy) if busy else rows, owner, now, HOOK_LEASE)


def _claim(rows: DeliveryQuerySet, owner: str, now: datetime.datetime, lease: datetime.timedelta) -> Delivery | None:
    while True:
        pk = rows.values_list("pk", flat=True).first()
        if pk is None:
            return None
        taken = (
            Delivery.objects.due(now)
            .order_by()
            .filter(pk=pk)
            .update(lease_owner=owner, leased_until=now + lease, attempts=F("attempts") + 1)
        )
        if not taken:
            continue  # another worker was faster: the next one
        delivery = Delivery.objects.with_reader().filter(pk=pk).first()
        if delivery is None:
            continue  # what it was to tell has become untrue this very moment
        if delivery.attempts <= MOST_ATTEMPTS:
            return delivery
        # Only reached where attempt after attempt ended without a word, with the worker itself.
        _give_up(delivery, "worker_died")


def beat(now: datetime.datetime) -> None:
    """Leaves word that a worker is alive, and that it was started with the newest key."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": now})
    Heartbeat.objects.update_or_create(name=knows(keys.newest()), defaults={"at": now})


def knows(key_id: str) -> str:
    """The name under which a worker says that it wraps with this key; `rotate_keys` looks for it."""
    return f"key:{key_id}"


def is_late(now: datetime.datetime) -> bool:
    """Whether no worker has given a sign of life for a while (or ever)."""
    return not Heartbeat.objects.filter(name="worker", at__gt=now - LATE_AFTER).exists()


def wait_before_next(attempts: int) -> datetime.timedelta:
    """How long to wait after so many attempts, a little more or less each time."""
    return WAITS[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret)


def _mark(delivery: Delivery, failed: SendFailed | None) -> None:
    """Writes down what came of an attempt."""
    if failed is None:
        _sent(delivery)
    else:
        _failed(delivery, failed)


def _sent(delivery: Delivery) -> None:
    with transaction.atomic():
        Delivery.objects.unsent().filter(pk=delivery.pk).update(
            sent_at=timezone.now(), lease_owner="", leased_until=None, last_error=""
        )
        if delivery.contact_check is not None:
            contact.mailed(delivery.contact_check)
    log.info("delivery %s sent at attempt %d", delivery.pk, delivery.attempts)


def _failed(delivery: Delivery, failed: SendFailed) -> None:
    if failed.permanent or delivery.attempts >= MOST_ATTEMPTS:
        _give_up(delivery, failed.code)
        return
    wait, now = wait_before_next(delivery.attempts), timezone.now()
    with transaction.atomic():
        if failed.not_before is not None and delivery.hook is not None:
            wait = max(wait, failed.not_before)
            # All that goes to it waits, not this one alone; at a newer address nobody has asked for that
            WebHook.objects.filter(pk=delivery.hook.pk, url=delivery.hook.url).update(
                not_before=now + failed.not_before
            )
        _mine(delivery).update(due_at=now + wait, lease_owner="", leased_until=None, last_error=failed.code)
    log.warning("delivery %s failed (%s) at attempt %d", delivery.pk, failed.code, delivery.attempts)


def _give_up(delivery: Delivery, code: str) -> None:
    with transaction.atomic():
        given_up = _mine(delivery).update(dead_at=timezone.now(), lease_owner="", leased_until=None, last_error=code)
        if given_up and code == RECIPIENT_REFUSED:
            bounces.address_is_dead(delivery)
        if given_up and code == GONE and delivery.hook is not None:
            _switch_off(delivery.hook)
    log.error("delivery %s given up (%s) after %d attempts", delivery.pk, code, delivery.attempts)


def _switch_off(hook: WebHook) -> None:
    """Its receiver is there no more: nothing is written for it until somebody switches it on again."""
    still_there = WebHook.objects.switched_on().filter(pk=hook.pk, url=hook.url)  # a newer address stays
    if still_there.update(is_on=False, off_because=WebHook.OffBecause.GONE):
        page = reverse("admin:referrals_webhook_change", args=[hook.pk])
        notices.put(Notice.Kind.HOOK_OFF, page, hook.clinic)


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, if the lease is still ours: a slow sender must not overwrite what a faster one has written."""
    return Delivery.objects.unsent().filter(pk=delivery.pk, lease_owner=delivery.lease_owner)
