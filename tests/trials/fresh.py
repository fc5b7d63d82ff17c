"""Writers edit while other processes search: no answer is older than what was committed when it was asked for.

Each target is a specialist that one writer changes again and again, each time in the same manner, so that an answer
tells after how many changes it was made. A search notes how many were committed before it began, and how many had been
begun when it ended: what it found must lie between.
"""

import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

from scripts import postgres

WRITERS = SEARCHERS = 4
SHORT_WRITERS = SHORT_SEARCHERS = 2  # each process takes seconds to start
LEAST_SHARP = 0.25  # of the answers: exactly one number of changes was possible
DATABASE = f"finder_fresh_{os.getpid()}"
STEP_DEGREES = 0.0001


class Kind:
    """One manner of changing a specialist, and of telling from a search how often it was done."""

    def __init__(self, change: Callable[[Any, int], object], seen: Callable[[Any], Callable[[int], bool]]) -> None:
        self.change, self.seen = change, seen


def kinds() -> dict[str, Kind]:
    """Made in each process, after Django is ready."""
    from directory import search  # noqa: PLC0415
    from directory.models import Clinic, Insurer, Offering, Practice, Site, Specialist  # noqa: PLC0415
    from directory.places import Understood  # noqa: PLC0415

    aetna = Insurer.objects.get(slug="aetna")

    def found(target: Any, **filters: Any) -> list[Any]:
        latitude, longitude = target["point"]
        near = Understood("there", "There", latitude, longitude, "point", "input")
        result = search.find(search.SearchQuery(near=near, radius_miles=30, **filters))
        return [hit for hit in result.hits if hit.npi == target["npi"] and not result.widened]

    def move(target: Any, number: int) -> None:
        latitude = target["point"][0] + number * STEP_DEGREES
        Site.objects.filter(pk=target["site"]).update(latitude=latitude)

    def moved(target: Any) -> Callable[[int], bool]:
        (hit,) = found(target)
        # a degree of latitude is 69.093 miles on this sphere
        steps = round(hit.distance_miles / 69.0934 / STEP_DEGREES)
        return lambda number: number == steps

    def close(target: Any, number: int) -> None:
        Site.objects.filter(pk=target["site"]).update(hidden=number % 2 == 1)

    def insure(target: Any, number: int) -> None:
        practice = Practice.objects.get(pk=target["practice"])
        practice.insurers.set([aetna] if number % 2 == 0 else [])

    def rename(target: Any, number: int) -> None:
        Clinic.objects.filter(pk=target["clinic"]).update(name=f"Clinic number{number}x")

    def renamed(target: Any) -> Callable[[int], bool]:
        # Which number it has can be asked only one by one
        return lambda number: bool(found(target, q=f"number{number}x"))

    def stop(target: Any, number: int) -> None:
        status = "open" if number % 2 == 0 else "stopped"
        Offering.objects.filter(practice=target["practice"]).update(status=status)

    def replace(target: Any, number: int) -> None:
        """Deleted at every second change, there again (as another practice) at the next."""
        if number % 2 == 1:
            Practice.objects.filter(specialist=target["npi"]).delete()
        else:
            Practice.objects.create(specialist=Specialist.objects.get(pk=target["npi"]), site_id=target["site"])

    def even(**filters: Any) -> Callable[[Any], Callable[[int], bool]]:
        def seen(target: Any) -> Callable[[int], bool]:
            there = bool(found(target, **filters))
            return lambda number: (number % 2 == 0) == there

        return seen

    return {
        "moved": Kind(move, moved),
        "hidden": Kind(close, even()),
        "insured": Kind(insure, even(insurers=("aetna",))),
        "stopped": Kind(stop, even(procedures=("adhesiolysis",))),
        "replaced": Kind(replace, even()),
        "renamed": Kind(rename, renamed),
    }


def make_targets(writers: int) -> list[dict[str, Any]]:
    """One for each writer and kind, each alone within a hundred miles."""
    from tests import factories  # noqa: PLC0415

    targets = []
    for number in range(writers * len(kinds())):
        point = (-60.0 + 5 * (number // 6), -150.0 + 20 * (number % 6))
        clinic = factories.clinic(name="Clinic number0x")
        site = factories.site(clinic=clinic, latitude=point[0], longitude=point[1])
        practice = factories.practice(site=site, insurers=("aetna",))
        factories.offering(practice=practice)
        targets.append(
            {
                "point": point,
                "npi": practice.specialist_id,
                "practice": practice.pk,
                "site": practice.site_id,
                "clinic": practice.site.clinic_id,
                "kind": list(kinds())[number % len(kinds())],
                "writer": number // len(kinds()),
            }
        )
    return targets


def set_up(url: str) -> None:
    os.environ["TEST_DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()


def write(url: str, me: int, targets: list[dict[str, Any]], begun: Any, committed: Any, done: Any) -> None:
    """Changes this writer's targets in turn until the searches are done."""
    set_up(url)
    from django.db import transaction  # noqa: PLC0415

    from directory import search  # noqa: PLC0415
    from directory.models import Practice  # noqa: PLC0415

    ways = kinds()
    mine = [(number, target) for number, target in enumerate(targets) if target["writer"] == me]
    dice = random.Random(me)
    while not done.value:
        number, target = dice.choice(mine)
        begun[number] += 1
        with transaction.atomic():
            before = set(Practice.objects.filter(specialist=target["npi"]).values_list("pk", flat=True))
            ways[target["kind"]].change(target, begun[number])
            after = set(Practice.objects.filter(specialist=target["npi"]).values_list("pk", flat=True))
            search.rebuild(before | after)
        committed[number] += 1
        time.sleep(dice.uniform(0, 0.02))  # so that many searches fall between two changes


def ask(
    url: str, me: int, targets: list[dict[str, Any]], begun: Any, committed: Any, searches: int, found: Any
) -> None:
    """Asks about targets at random; counts answers, those that had one right number only, and the stale ones."""
    set_up(url)
    ways = kinds()
    dice = random.Random(1000 + me)
    for _ in range(searches):
        number = dice.randrange(len(targets))
        least = committed[number]
        is_right = ways[targets[number]["kind"]].seen(targets[number])
        most = begun[number]
        if targets[number]["kind"] == "renamed":  # asks while it compares: only a count that stood still can be judged
            if least != most:
                continue
            right = is_right(least) or begun[number] != least
        else:
            right = any(is_right(each) for each in range(least, most + 1))
        found[3 * me] += 1
        found[3 * me + 1] += least == most
        found[3 * me + 2] += not right


def trial(url: str, writing: int, searching: int, searches: int) -> tuple[int, int, int, int]:
    """Answers judged, sharp ones among them, stale ones among them, and changes committed."""
    context = multiprocessing.get_context("spawn")
    prepared = context.Process(target=_prepare, args=(url, writing, queue := context.Queue()))
    prepared.start()
    targets = queue.get(timeout=120)
    prepared.join()
    begun, committed = (context.Array("q", len(targets), lock=False) for _ in range(2))
    found = context.Array("q", 3 * searching, lock=False)
    done = context.Value("b", 0, lock=False)
    writers = [context.Process(target=write, args=(url, me, targets, begun, committed, done)) for me in range(writing)]
    askers = [
        context.Process(target=ask, args=(url, me, targets, begun, committed, searches, found))
        for me in range(searching)
    ]
    for process in (*writers, *askers):
        process.start()
    for process in askers:
        process.join()
    done.value = 1
    for process in writers:
        process.join()
    if any(process.exitcode for process in (*writers, *askers)):
        raise SystemExit("a process of the trial failed")
    return sum(found[0::3]), sum(found[1::3]), sum(found[2::3]), sum(committed)


def _prepare(url: str, writers: int, targets: Any) -> None:
    set_up(url)
    from tests import tables  # noqa: PLC0415

    tables.make()
    targets.put(make_targets(writers))


def main() -> int:
    short = "--short" in sys.argv
    writing, searching = (SHORT_WRITERS, SHORT_SEARCHERS) if short else (WRITERS, SEARCHERS)
    searches = 200 if short else 3_000
    failed = False
    total_stale = total = 0
    with tempfile.TemporaryDirectory() as folder:
        runs = [("SQLite", f"sqlite:///{Path(folder) / 'fresh.sqlite3'}")]
        with postgres.server() as server:
            admin = psycopg.connect(server.url, dbname="postgres", autocommit=True)
            admin.execute(f"CREATE DATABASE {DATABASE}")
            runs.append((f"PostgreSQL {server.version}", urlsplit(server.url)._replace(path=f"/{DATABASE}").geturl()))
            for name, url in runs:
                answers, sharp, stale, changes = trial(url, writing, searching, searches)
                line = f"{name}: {stale} stale of {answers} answers ({sharp} sharp), {changes} changes meanwhile"
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
                failed |= stale > 0 or answers < searches * searching / 2 or sharp < answers * LEAST_SHARP
                total, total_stale = total + answers, total_stale + stale
            admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            admin.close()
    sys.stdout.write(f"fresh: {total_stale} stale of {total} answers on both databases\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
