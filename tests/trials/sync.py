"""A partner follows `changes/` while clinics write: the copy equals a fresh read. And what the feed costs an import.

On a PostgreSQL of its own. The import is measured in turns, with the feed and with the comparison left out, on the same
directory in one run: people who are new, then the same with another phone number. `--short` is too short for a fine
figure on a machine with other work: it fails where the copy differs, or the import takes twice as long.
"""

import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import django

from scripts import postgres

MOST_RATIO, MOST_RATIO_SHORT = 1.25, 2.0
WRITERS = 4


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def without_feed() -> Any:
    """The import as it would be if nobody were told."""
    from directory.search import feed  # noqa: PLC0415 (after Django is ready)

    with mock.patch.multiple(feed, shown_now=lambda ids: {}, differences=lambda before, after: set()):
        yield


def imports(folder: Path, people: int, turns: int) -> dict[str, float]:
    """How many times as long an import takes with the feed: of new people, and of the same people changed."""
    from directory.importers.run import import_nppes  # noqa: PLC0415
    from tests.importers import registry  # noqa: PLC0415

    def seconds(first: int, **cells: str) -> float:
        rows = [registry.row(number, **cells) for number in range(first, first + people)]
        path = registry.write(folder, rows)
        began = time.perf_counter()
        import_nppes([path], lambda name, size: nullcontext(lambda read: None))
        return time.perf_counter() - began

    found: dict[str, dict[str, list[float]]] = {"new": {}, "changed": {}}
    for turn in range(turns):
        ways: list[tuple[str, Callable[[], Any]]] = [("with", nullcontext), ("without", without_feed)]
        for offset, (name, way) in enumerate(ways if turn % 2 else reversed(ways)):
            first = (2 * turn + offset) * people + 1
            with way():
                found["new"].setdefault(name, []).append(seconds(first))
                changed = seconds(first, phone="5125550177", updated="01/01/2025")
                found["changed"].setdefault(name, []).append(changed)
    ratios = {}
    for kind, ways_of in found.items():
        middle = {name: statistics.median(some) for name, some in ways_of.items()}
        ratios[kind] = middle["with"] / middle["without"]
        figures = ", ".join(f"{name} the feed {middle[name]:.2f} s" for name in ("without", "with"))
        say(f"  import of {people:,} {kind}: {figures}: {ratios[kind]:.2f} times")
    return ratios


def followed(seconds: float) -> tuple[int, int, bool]:
    """Writers at work and a partner who polls -> changes written, changes told, whether the copy is right."""
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from directory import search  # noqa: PLC0415
    from directory.models import Practice  # noqa: PLC0415
    from tests.changes.partner import Partner  # noqa: PLC0415

    ids = list(Practice.objects.order_by("pk").values_list("pk", flat=True)[:200])
    partner, until, written = Partner(Client()), time.monotonic() + seconds, []
    partner.begin()

    def write(seed: int) -> None:
        dice = random.Random(seed)
        while time.monotonic() < until:
            with transaction.atomic():
                practice = dice.choice(ids)
                Practice.objects.filter(pk=practice).update(
                    phone=f"+1512555{dice.randrange(100, 200):04d}", telehealth=dice.choice([True, False, None])
                )
                search.rebuild([practice])
                time.sleep(dice.uniform(0, 0.01))  # some are slow to commit
            written.append(practice)
        connection.close()

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    told = 0
    while any(writer.is_alive() for writer in writers):
        told += len(partner.look())
    told += len(partner.look())
    touched = Practice.objects.filter(pk__in=set(written)).values_list("specialist", flat=True)
    client, copy = Client(), partner.copy["specialist"]
    fresh = {str(npi): client.get(f"/api/v1/specialists/{npi}/").json() for npi in touched}
    # A phone number drawn twice is no change: then the copy never had that specialist, who is as before
    right = all(copy[npi] == fresh[npi] for npi in copy) and copy.keys() <= fresh.keys()
    return len(written), told, right and len(copy) >= 0.9 * len(fresh)


def main() -> int:
    short = "--short" in sys.argv
    postgres.end_in_order()
    try:
        with postgres.server() as server, tempfile.TemporaryDirectory(prefix="finder-sync-") as folder:
            # Read once, as the settings are: secrets that are worth nothing, a folder that goes at the end
            os.environ |= {"TEST_DATABASE_URL": server.url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            django.setup()
            from django.conf import settings  # noqa: PLC0415
            from django.db import connection  # noqa: PLC0415
            from django.test.utils import get_runner, setup_test_environment  # noqa: PLC0415

            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
            settings.API_READING_RATE = "100000/second"
            runner = get_runner(settings)(verbosity=0, interactive=False)
            setup_test_environment()
            old = runner.setup_databases()
            try:
                ratios = imports(Path(folder), *((400, 2) if short else (5_000, 5)))
                written, told, right = followed(5 if short else 60)
            finally:
                connection.close()
                runner.teardown_databases(old)
    except postgres.NoPostgres as error:
        say(f"It could not be measured: {error}")
        return 1
    say(f"  {WRITERS} writers made {written:,} changes; the partner was told {told:,} times")
    copy = "equals a fresh read" if right else "DIFFERS from a fresh read"
    worst = max(ratios.values())
    say("")
    say(f"sync: the copy {copy} after {written:,} changes; an import takes {worst:.2f} times as long with the feed")
    return 0 if right and worst <= (MOST_RATIO_SHORT if short else MOST_RATIO) else 1


if __name__ == "__main__":
    sys.exit(main())
