"""Web hooks on their way: a few at once, and to one host one after the other, so that a slow one delays itself only.

Hosts whose last call was slow or failed have half of the lanes together: many of them delay no host that answers.

Threads do nothing but the call over the network. Whoever calls `turn` reads and writes the database.
"""

import concurrent.futures
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor

from referrals.deliveries import webhook
from referrals.deliveries.errors import SendFailed
from referrals.models import Delivery

MOST_AT_ONCE = 6
MOST_SLOW = MOST_AT_ONCE // 2
SLOW_SECONDS = 2.0

Claim = Callable[[Collection[str]], Delivery | None]
Mark = Callable[[Delivery, SendFailed | None], None]


class Lanes:
    """`claim` takes the next delivery to none of the hosts given; `mark` writes down what came of one."""

    def __init__(self, claim: Claim, mark: Mark) -> None:
        self._claim, self._mark = claim, mark
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="web-hook")
        self._under_way: dict[Future[None], Delivery] = {}
        self._slow: set[str] = set()  # hosts; one that answers quickly leaves it

    @property
    def is_empty(self) -> bool:
        return not self._under_way

    def turn(self) -> int:
        """Marks what has come back and starts what is due -> how many were started."""
        self._take_back()
        started = 0
        while len(self._under_way) < MOST_AT_ONCE:
            delivery = self._claim(self._not_now())
            if delivery is None:
                break
            started += 1
            try:
                call = webhook.prepare(delivery)
            except SendFailed as failed:
                self._mark(delivery, failed)
            except Exception as error:  # noqa: BLE001 (a fault in one must not keep all others from going out)
                self._mark(delivery, _of(error))
            else:
                self._under_way[self._pool.submit(self._send, _host(delivery), call)] = delivery
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
        """Hosts to which nothing goes: those being called, and all slow ones once they have their half."""
        busy, slow = {_host(delivery) for delivery in self._under_way.values()}, self._slow.copy()
        return busy | slow if len(busy & slow) >= MOST_SLOW else busy

    def _send(self, host: str, call: webhook.Call) -> None:
        """In a thread of its own. Raises SendFailed."""
        started, arrived = time.monotonic(), False
        try:
            webhook.send(call)
            arrived = True
        finally:
            if arrived and time.monotonic() - started < SLOW_SECONDS:
                self._slow.discard(host)
            else:
                self._slow.add(host)

    def _take_back(self) -> None:
        for future in [future for future in self._under_way if future.done()]:
            error = future.exception()
            # Out of the list only once it is written down: where the database is away, it is tried again
            self._mark(self._under_way[future], None if error is None else _of(error))
            del self._under_way[future]


def _host(delivery: Delivery) -> str:
    return delivery.hook.host if delivery.hook is not None else ""


def _of(error: BaseException) -> SendFailed:
    return error if isinstance(error, SendFailed) else SendFailed(type(error).__name__[:40])
