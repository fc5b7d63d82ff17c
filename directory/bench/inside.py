"""The measurements on one database, in a process of their own: `bars` and `report` make sense of the figures."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from directory import search
from directory.bench import country, engines, exactness, http, inprocess, loading, measure, questions
from directory.bench.brute import Columns
from directory.bench.dataset import SEED, Dataset, Reference
from directory.bench.options import Options
from directory.models import Insurer, Practice, Procedure

type Say = Callable[[str], object]

MARK = "bench_dataset"  # the table that says what was built
AGREEMENT = 40  # questions for which each other engine is checked too
TEXTS = 500


class NotOurs(Exception):
    """The database holds listings that the benchmark did not write."""


@contextmanager
def step(name: str, seconds: dict[str, float], say: Say) -> Iterator[None]:
    """Notes how long it takes, and says so."""
    began = time.perf_counter()
    yield
    seconds[name] = measure.rounded(time.perf_counter() - began)
    say(f"  {name}: {seconds[name]:.1f} s")


def build(practices: int, seconds: dict[str, float], say: Say) -> None:
    """The directory, unless it is there already. Raises NotOurs."""
    with step("migrate", seconds, say):
        call_command("migrate", verbosity=0)
    wanted = f"{practices} practices, seed {SEED}, {timezone.localdate()}"
    if MARK in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT what FROM {MARK}")  # noqa: S608 (a constant)
            if cursor.fetchone() == (wanted,):
                say(f"  kept from before: {wanted}")
                return
        raise NotOurs("It was built for another size or day: delete it, or leave --keep out.")
    if Practice.objects.exists():
        raise NotOurs("It holds listings that the benchmark did not write.")
    with step("draw and write the practices", seconds, say):
        reference = Reference(
            procedures=list(Procedure.objects.order_by("position", "slug").values_list("pk", flat=True)),
            insurers=dict(Insurer.objects.values_list("slug", "pk")),
            country_wide=list(Insurer.objects.filter(state="").order_by("pk").values_list("pk", flat=True)),
        )
        dataset = Dataset(practices, country=country.country(), reference=reference, today=timezone.localdate())
        rows = loading.load(dataset.tables())
    say(f"  {rows:,} rows in all")
    with step("write the search rows", seconds, say):
        search.rebuild_all()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (what text)")
        cursor.execute(f"INSERT INTO {MARK} VALUES (%s)", [wanted])  # noqa: S608 (a constant)


def searches(options: Options, found: engines.Engines, columns: Columns, figures: dict[str, Any], say: Say) -> None:
    """Speed of every engine on every set, and whether they agree."""
    sets = questions.sets(options.queries)
    figures["sets"], figures["disagree"] = {}, {}
    for name, asked in sets.items():
        times = measure.in_turns(found.of_set(name), asked, most_seconds=options.seconds)
        figures["sets"][name] = measure.compared(times)
        for engine, values in figures["sets"][name].items():
            ratio = f"{values['ratio']:8.1f} x slower than ours" if "ratio" in values else ""
            say(f"  {name:13} {engine:30} p50 {values['p50_ms']:9.3f}  p99 {values['p99_ms']:9.3f} ms "
                f"{values['per_second']:9.1f}/s of {values['queries']:5} {ratio}")  # fmt: skip
    for name, engine in found.others.items():
        kinds = found.sets_of(name)
        asked = [query for kind in kinds for query in sets[kind][: AGREEMENT // len(kinds)]]
        wrong = exactness.different(engine, columns.answer, asked)
        figures["disagree"][name] = {"queries": len(asked), "different": len(wrong)}
        say(f"  {name}: {len(wrong)} of {len(asked)} answers differ from brute force")


def measured(options: Options, say: Say) -> dict[str, Any]:
    """All figures of one size. Raises NotOurs."""
    seconds: dict[str, float] = {}
    figures: dict[str, Any] = {"practices": options.practices, "seconds": seconds, "machine": machine()}
    build(options.practices, seconds, say)
    with step("read all rows for brute force", seconds, say):
        columns = Columns(timezone.localdate())
    figures["listed"] = len(columns.practice)
    with step("tables and indexes of the others", seconds, say):
        found = engines.prepare(columns, only_spatial=options.only_spatial)
    figures["missing"] = dict(found.missing)
    for name, why in found.missing.items():
        say(f"  NOT MEASURED, {name}: {why}")
    with step("our columns", seconds, say):
        search.latest()
    if options.checked:
        with step("exactness", seconds, say):
            figures["exactness"] = exactness.ours_checked(columns, questions.sets(options.checked), options.checked)
        say("  {different} of {queries} answers of ours differ from brute force".format(**figures["exactness"]))
    if "search" in options.parts:
        searches(options, found, columns, figures, say)
    del columns, found  # what follows measures memory and time of others on this machine
    texts = questions.texts(TEXTS)
    if "inprocess" in options.parts:
        with step("from request to answer in this process", seconds, say):
            call_command("collectstatic", interactive=False, verbosity=0)  # pages name files as they were collected
            figures["inprocess"] = inprocess.against_constants(texts, most_seconds=options.seconds)
    connection.close()
    if "http" in options.parts:
        with step("over HTTP", seconds, say):
            figures["http"] = http.figures(texts, seconds=options.seconds)
    if "memory" in options.parts:
        with step("memory and start", seconds, say):
            figures["memory"] = http.memory(texts)
            figures["start"] = http.starts(texts[0], options.empty_url)
    return figures


def machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0].split(" ")[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "database": f"{connection.display_name} {version}",
        "vendor": connection.vendor,
        "python": platform.python_version(),
        "django": django.get_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cores": cores,
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.processor())
