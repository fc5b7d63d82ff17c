"""The directory as it was last committed, in this process: columns, kept true by the log of changes.

Every question begins with one look at the log. A few changed practices are read at once and laid over the columns.
After a large change (an import) the columns are read anew in the background; until then the state before it is served,
with the small changes that came later. Where the log does not go on from what this process knows (a database put back
from a copy, a transaction that was rolled back) everything is read again before answering.
"""

import ctypes
import logging
import threading
import time
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import batched

import numpy as np
from django.db import connection, models

from directory.models import Change, DirectoryVersion, SearchRow
from directory.search import packing, rows
from directory.search.columns import NO_ROWS, Columns
from directory.search.packing import Array, Packed
from directory.vocabulary import Vocabulary

# More changed practices than this at once are not laid over the columns: these are read anew.
MANY = 2_000
# So long after it the state before a large change may still be served.
PASSED_OVER_SECONDS = 60.0
RETRY_SECONDS = 5.0
# Databases take only so many values in one question.
FEW = 500
# So many rows are fetched at a time.
FETCHED = 20_000

logger = logging.getLogger(__name__)


class RowsOfAnotherLayout(Exception):
    """The search rows were written by another version of this program: `manage.py check_search` writes them again."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Columns, and which of their rows still count (None: all of them)."""

    columns: Columns
    live: Array | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is searched: all listed practices as of a version, each specialist in one of the segments only."""

    number: int  # the version
    base: Segment
    changed: Segment | None = None  # what changed since the base was read
    rows_changed: dict[int, Sequence[Packed]] = field(default_factory=dict)  # the same as it was read, by NPI
    passed_over: frozenset[int] = frozenset()  # versions of large changes that these columns do not hold
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    is_frozen: bool = False  # the rows are of another release now: it is as of that version, and stays so

    @property
    def segments(self) -> tuple[Segment, ...]:
        return (self.base,) if self.changed is None else (self.base, self.changed)


# The version of a directory in which nothing was ever listed.
NO_VERSION = 0

_nothing = Snapshot(-1, Segment(Columns(NO_ROWS)))
_latest = _nothing
_changing = threading.RLock()
_reloading: threading.Thread | None = None
_reload_not_before = 0.0  # by time.monotonic


def latest() -> Snapshot:
    """The directory as of the last commit. One query where nothing has changed."""
    global _latest
    snapshot = _latest
    if not (_goes_on(log := _log_since(snapshot.number), snapshot) and len(log) <= 1):
        with _changing:
            _latest = snapshot = _caught_up(_latest)
    if snapshot.passed_over or len(snapshot.rows_changed) > MANY:
        _reload_in_background()
    return snapshot


def known() -> Snapshot:
    """The directory as this process saw it last, without asking."""
    return latest() if _latest is _nothing else _latest


def _log_since(number: int) -> list[tuple[int, int, bool]]:
    """That version, if the log has it, and all later ones: number, practices, whether the vocabulary changed."""
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [number])
        return list(cursor.fetchall())


_LOG = "SELECT number, practices, vocabulary FROM directory_change WHERE number >= %s ORDER BY number"


def _goes_on(log: Sequence[tuple[int, int, bool]], snapshot: Snapshot) -> bool:
    """Whether the log knows the version of the snapshot, so that what follows it is all that is new."""
    return log[0][0] == snapshot.number if log else snapshot.number == NO_VERSION


def _caught_up(snapshot: Snapshot) -> Snapshot:
    """The snapshot with all that is new. Only one thread of a process does this at a time."""
    log = _log_since(snapshot.number)
    if _goes_on(log, snapshot):
        if len(log) <= 1:
            return snapshot
        if not _layout_is_ours():
            # The program was updated under this process, which goes on with what it has until it is started again
            if not snapshot.is_frozen:
                logger.error("The search rows are of another release of this program. Restart the web server.")
            return replace(snapshot, is_frozen=True)
        if _can_be_laid_over(log[1:]):
            return _with_changes(snapshot, log[1:])
    snapshot = _read()
    log = _log_since(snapshot.number)
    return _with_changes(snapshot, log[1:]) if len(log) > 1 else snapshot


def _can_be_laid_over(log: Sequence[tuple[int, int, bool]]) -> bool:
    """Whether the columns may go on being served. Otherwise everything is read before answering.

    A large change may be passed over while it is new, not by a process that slept through it. A small change before it
    cannot be told from it any more.
    """
    large = [number for number, practices, _vocabulary in log if practices > MANY]
    small = [(number, practices) for number, practices, _vocabulary in log if practices <= MANY]
    if sum(practices for _number, practices in small) > MANY:
        return False
    if not large:
        return True
    is_new = large[0] > rows.version_of_time(time.time() - PASSED_OVER_SECONDS)
    return is_new and not any(number < large[-1] and practices for number, practices in small)


def _layout_is_ours() -> bool:
    layout = DirectoryVersion.objects.values_list("layout", flat=True).first()
    return layout in (None, packing.LAYOUT)


def _with_changes(snapshot: Snapshot, log: Sequence[tuple[int, int, bool]]) -> Snapshot:
    large = [number for number, practices, _vocabulary in log if practices > MANY]
    changed = SearchRow.objects.filter(number__gt=snapshot.number).exclude(number__in=large)
    vocabulary = snapshot.vocabulary
    if any(changed for _number, _practices, changed in log):
        vocabulary = Vocabulary.read()
    caught_up = replace(
        snapshot,
        number=log[-1][0],
        is_frozen=False,
        vocabulary=vocabulary,
        passed_over=snapshot.passed_over.union(large),
    )
    rows = list(changed.values_list("practice", "npi")) if any(practices for _, practices, _ in log) else []
    return _overlaid(caught_up, rows) if rows else caught_up


def _overlaid(snapshot: Snapshot, changed: Sequence[tuple[int, int]]) -> Snapshot:
    """The snapshot with these practices, and all others of the same specialists, as they are now."""
    npis = {npi for _practice, npi in changed}
    fresh = [row for some in batched(sorted(npis), FEW) for row in _rows_of(some)]
    # A practice may have been given to another specialist: it is nowhere but where it was read
    practices = {practice for practice, _npi in changed} | {practice for practice, _npi, _packed in fresh}
    kept = {npi: _without(rows, practices) for npi, rows in snapshot.rows_changed.items() if npi not in npis}
    new: dict[int, list[Packed]] = {npi: [] for npi in npis}
    for _practice, npi, packed in fresh:
        new[npi].append(packed)
    base = snapshot.base
    live = np.ones(len(base.columns), bool) if base.live is None else base.live.copy()
    live[np.isin(base.columns.npi, np.array(list(npis), np.uint32))] = False
    live[np.isin(base.columns.practice, np.array(list(practices), np.int64))] = False
    rows_changed = {**kept, **new}
    listed = [row for rows_of_one in rows_changed.values() for row in rows_of_one if row.fixed]
    return replace(
        snapshot,
        base=Segment(base.columns, live),
        changed=Segment(Columns.of(listed)) if listed else None,
        rows_changed=rows_changed,
    )


def _rows_of(npis: Sequence[int]) -> Iterator[tuple[int, int, Packed]]:
    found = SearchRow.objects.filter(npi__in=npis).values_list("practice", "npi", *Packed._fields)
    return ((practice, npi, Packed(*map(bytes, packed))) for practice, npi, *packed in found)


def _without(rows: Sequence[Packed], practices: Set[int]) -> Sequence[Packed]:
    return [row for row in rows if row.fixed and int(packing.read_fixed(row.fixed)["practice"][0]) not in practices]


def _read() -> Snapshot:
    """All of it from the tables."""
    if not _layout_is_ours():
        raise RowsOfAnotherLayout("the search rows are of another release: run manage.py check_search")
    number = Change.objects.aggregate(last=models.Max("number"))["last"] or NO_VERSION
    vocabulary = Vocabulary.read()
    columns = Columns(_fetch_all())
    columns.prepare_names()
    _give_back_memory()
    # What is read may be of a later version than the number that was read first: it is then applied once more
    return Snapshot(number, Segment(columns), vocabulary=vocabulary)


def _give_back_memory() -> None:
    """What was only needed to read the rows, several times as much as they are, goes back to the system (glibc's)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _fetch_all() -> Packed:
    """Whatever is listed, joined."""
    parts: list[list[bytes]] = [[] for _ in Packed._fields]
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while some := cursor.fetchmany(FETCHED):
            for part, values in zip(parts, zip(*some, strict=True), strict=True):
                part.append(b"".join(values))
    return Packed(*(b"".join(part) for part in parts))


_ROWS = f"SELECT {', '.join(Packed._fields)} FROM directory_searchrow WHERE length(fixed) > 0"  # noqa: S608 (our own)


def _reload_in_background() -> None:
    """Unless it is under way, or failed just now. Asked again by each search for as long as it is needed."""
    global _reloading
    if _reloading is not None and _reloading.is_alive():
        return
    if time.monotonic() >= _reload_not_before:
        _reloading = threading.Thread(target=_reload, name="search reload", daemon=True)
        _reloading.start()


def _reload() -> None:
    """Reads everything anew and puts it in the place of what is served, with what came meanwhile."""
    global _latest, _reload_not_before
    try:
        fresh = _read()
        with _changing:
            _latest = _caught_up(fresh)
    except Exception:
        _reload_not_before = time.monotonic() + RETRY_SECONDS
        logger.exception("The search could not be read anew; the state before is served, and it is tried again.")
    finally:
        connection.close()
