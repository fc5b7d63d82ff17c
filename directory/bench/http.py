"""Over HTTP under the production server: requests per second, the memory of a worker, the time to the first answer."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from directory.bench.inprocess import API, PAGE, RADIUS
from directory.bench.measure import Times, rounded
from directory.bench.server import WORKERS, Server, running

NAIVE = "/bench/naive/"
CONNECTIONS = 4  # as many as the workers together answer well at once
PAUSE_QUERIES = 1_000  # after so many the memory of a worker is read
MEGABYTE = 1024 * 1024


class LoadFailed(Exception):
    """The server refused requests."""


def addresses(path: str, texts: Sequence[str]) -> list[str]:
    return [f"{path}?{urlencode({'near': text, 'radius': RADIUS})}" for text in texts]


def figures(texts: Sequence[str], *, seconds: float) -> dict[str, Any]:
    """API, results page and naive endpoint in turns under one server."""
    first = addresses(API, texts[:1])[0]
    taken: dict[str, list[tuple[int, float, list[float]]]] = {}
    with running(first) as server:
        for path in (API, PAGE, NAIVE):  # warm
            load(server, addresses(path, texts), min(1.0, seconds))
        for _ in range(2):
            for path in (API, NAIVE, PAGE):
                done = load(server, addresses(path, texts), seconds / 2)
                taken.setdefault(path, []).append((done["requests"], done["seconds"], done["taken"]))
    names = {API: "api", PAGE: "page", NAIVE: "naive"}
    found: dict[str, Any] = {names[path]: _summed(turns) for path, turns in taken.items()}
    found["ratio"] = rounded(found["api"]["per_second"] / found["naive"]["per_second"])
    return found | {"workers": WORKERS, "connections": CONNECTIONS}


def _summed(turns: list[tuple[int, float, list[float]]]) -> dict[str, Any]:
    times = Times([one for _, _, taken in turns for one in taken])
    per_second = sum(requests for requests, _, _ in turns) / sum(seconds for _, seconds, _ in turns)
    return times.figures() | {"per_second": rounded(per_second)}


def load(server: Server, paths: list[str], seconds: float) -> dict[str, Any]:
    """From a process of its own. Raises LoadFailed."""
    work = {"port": server.port, "paths": paths, "seconds": seconds, "connections": CONNECTIONS}
    done = subprocess.run(
        [sys.executable, "-m", "directory.bench.load"],
        input=json.dumps(work), capture_output=True, text=True, check=True, cwd=settings.BASE_DIR,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer["problems"]:
        raise LoadFailed(answer["problems"][0])
    return answer


def memory(texts: Sequence[str]) -> dict[str, Any]:
    """PSS of the web processes after a thousand questions: their own pages and their share of common ones."""
    paths = addresses(API, texts)
    with running(paths[0]) as server:
        asked = 0
        while asked < PAUSE_QUERIES * WORKERS:
            asked += load(server, paths, 1.0)["requests"]
        sizes = [pss(pid) / MEGABYTE for pid in server.workers()]
    return {"requests": asked, "largest_worker_mb": rounded(max(sizes)), "workers_mb": [rounded(one) for one in sizes]}


def pss(pid: int) -> int:
    """Bytes of memory that a process has, pages that others have too by its share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no Pss")


def starts(text: str, empty_url: str, *, times: int = 3) -> dict[str, Any]:
    """Seconds from start to first answer, with this directory and with an empty one in turns; medians."""
    first = addresses(API, [text])[0]
    here, empty = list[float](), list[float]()
    for _ in range(times):
        with running(first, database_url=empty_url) as server:
            empty.append(server.seconds)
        with running(first) as server:
            here.append(server.seconds)
    full, bare = statistics.median(here), statistics.median(empty)
    return {"seconds": rounded(full), "empty_seconds": rounded(bare), "more_seconds": rounded(full - bare)}
