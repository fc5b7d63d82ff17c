"""Deliveries on their way: a few at once, to one receiver one after the other, so that a slow one delays itself only.

Receivers whose last delivery was slow or failed have half of the lanes together: many of them delay no other.

Threads do nothing but the call over the network. Whoever calls `turn` reads and writes the database.
"""

import concurrent.futures
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from referrals.deliveries import email, webhook
from referrals.deliveries.errors import SendFailed
from referrals.models import Delivery

SLOW_SECONDS = 2.0
MOST_REMEMBERED = 1_000  # receivers that were slow; most patients are told a few times only

# Gets the receivers to whom nothing goes now, and how many lanes are free.
Claim = Callable[[Collection[str], int], Delivery | None]
Mark = Callable[[Delivery, SendFailed | None], None]


@dataclass(frozen=True, slots=True)
class Way:
    """By mail or by web hook. `prepare` reads the database and gives the call over the network; both raise SendFailed.

    `receiver`: of whom one delivery at a time is on its way.
    """

    prepare: Callable[[Delivery], Callable[[], None]]
    receiver: Callable[[Delivery], str]
    most_at_once: int

    @property
    def most_slow(self) -> int:
        return self.most_at_once // 2


# One lane of the mails is kept for codes, for which somebody waits; some mail servers take three connections at most.
MAILS = Way(email.prepare, email.receiver, most_at_once=3)
HOOKS = Way(
    lambda delivery: partial(webhook.send, webhook.prepare(delivery)),
    lambda delivery: delivery.hook.host if delivery.hook is not None else "",
    most_at_once=6,
)


class Lanes:
    """`claim` takes the next delivery to none of the receivers given; `mark` writes down what came of one."""

    def __init__(self, way: Way, claim: Claim, mark: Mark) -> None:
        self._way, self._claim, self._mark = way, claim, mark
        self._pool = ThreadPoolExecutor(way.most_at_once, thread_name_prefix="delivery")
        self._under_way: dict[Future[None], Delivery] = {}
        self._slow: dict[str, None] = {}  # receivers, the latest last; one that takes it quickly leaves it

    @property
    def is_empty(self) -> bool:
        return not self._under_way

    def turn(self) -> int:
        """Marks what has come back and starts what is due -> how many were started."""
        self._take_back()
        started = 0
        while free := self._way.most_at_once - len(self._under_way):
            delivery = self._claim(self._not_now(), free)
            if delivery is None:
                break
            started += 1
            try:
                call = self._way.prepare(delivery)
            except SendFailed as failed:
                self._mark(delivery, failed)
            except Exception as error:  # noqa: BLE001 (a fault in one must not keep all others from going out)
                self._mark(delivery, _of(error))
            else:
                self._under_way[self._pool.submit(self._send, self._way.receiver(delivery), call)] = delivery
        return started

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Until something comes back, or so long."""
        if self._under_way:
            concurrent.futures.wait(self._under_way, timeout=seconds, return_when=FIRST_COMPLETED)
        else:
            stop.wait(seconds)

    def finish(self) -> None:
        """Waits for what is under way, which its time-outs end, and marks it."""
        concurrent.futures.wait(self._under_way)
        self._pool.shutdown()
        self._take_back()

    def _not_now(self) -> set[str]:
        """Receivers to whom nothing goes: those being told, and all slow ones once they have their half."""
        busy, slow = set(map(self._way.receiver, self._under_way.values())), set(self._slow.copy())
        return busy | slow if len(busy & slow) >= self._way.most_slow else busy

    def _send(self, receiver: str, call: Callable[[], None]) -> None:
        """In a thread of its own. Raises SendFailed."""
        started, arrived = time.monotonic(), False
        try:
            call()
            arrived = True
        finally:
            self._slow.pop(receiver, None)
            if not arrived or time.monotonic() - started >= SLOW_SECONDS:
                self._slow[receiver] = None

    def _take_back(self) -> None:
        for receiver in list(self._slow)[:-MOST_REMEMBERED]:
            self._slow.pop(receiver, None)
        for future in [future for future in self._under_way if future.done()]:
            error = future.exception()
            # Out of the list only once it is written down: where the database is away, it is tried again
            self._mark(self._under_way[future], None if error is None else _of(error))
            del self._under_way[future]


def _of(error: BaseException) -> SendFailed:
    return error if isinstance(error, SendFailed) else SendFailed(type(error).__name__[:40])
