"""The directory as it was last committed, in this process: columns, kept true by the log of changes.

Every question begins with one look at the log. A few changed practices are read at once and laid over the columns.
After a large change (an import) the columns are read anew in the background; until then the state before it is served,
with the small changes that came later. Where the log does not go on from what this process knows (a database put back
from a copy, a transaction that was rolled back) everything is read again before answering.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
from django.db import DatabaseError, connection, models

from directory.models import Change, DirectoryVersion, SearchRow
from directory.search import packing
from directory.search.columns import Columns
from directory.search.packing import Array, Packed
from directory.vocabulary import Vocabulary

# More changed practices than this at once are not laid over the columns: these are read anew.
MANY = 2_000
# So many rows are fetched at a time.
FETCHED = 20_000
COLUMNS = ("fixed", "offerings", "insurers", "languages", "words")

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

    @property
    def segments(self) -> tuple[Segment, ...]:
        return (self.base,) if self.changed is None else (self.base, self.changed)


_nothing = Snapshot(-1, Segment(Columns.read([])))
_latest = _nothing
_changing = threading.RLock()
_reloading: threading.Thread | None = None


def latest() -> Snapshot:
    """The directory as of the last commit. One query where nothing has changed."""
    snapshot = _latest
    if _is_last(_log_since(snapshot.number), snapshot):
        return snapshot
    with _changing:
        return _catch_up()


def known() -> Snapshot:
    """The directory as this process saw it last, without asking: for words that hardly change."""
    return _latest if _latest is not _nothing else latest()


def _log_since(number: int) -> list[tuple[int, int, bool]]:
    """That version, if the log has it, and all later ones: number, practices, whether the vocabulary changed."""
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [number])
        return list(cursor.fetchall())


_LOG = "SELECT number, practices, vocabulary FROM directory_change WHERE number >= %s ORDER BY number"


def _is_last(log: Sequence[tuple[int, int, bool]], snapshot: Snapshot) -> bool:
    return len(log) == 1 and log[0][0] == snapshot.number


def _catch_up() -> Snapshot:
    """Applies what is new; only one thread of a process does."""
    global _latest
    log = _log_since(_latest.number)
    if not log or log[0][0] != _latest.number or _latest is _nothing:
        _latest = _read()
        log = _log_since(_latest.number)
    if len(log) > 1:
        _latest = _with_changes(_latest, log[1:])
        if _latest.passed_over or len(_latest.rows_changed) > MANY:
            _reload_in_background()
    return _latest


def _with_changes(snapshot: Snapshot, log: Sequence[tuple[int, int, bool]]) -> Snapshot:
    small = [number for number, practices, _vocabulary in log if 0 < practices <= MANY]
    large = [number for number, practices, _vocabulary in log if practices > MANY]
    if sum(practices for _number, practices, _vocabulary in log if practices <= MANY) > MANY:
        large, small = large + small, []
    vocabulary = snapshot.vocabulary
    if any(changed for _number, _practices, changed in log):
        vocabulary = Vocabulary.read()
    snapshot = replace(
        snapshot, number=log[-1][0], vocabulary=vocabulary, passed_over=snapshot.passed_over.union(large)
    )
    changed = list(SearchRow.objects.filter(number__in=small).values_list("practice", "npi")) if small else []
    return _overlaid(snapshot, changed) if changed else snapshot


def _overlaid(snapshot: Snapshot, changed: Sequence[tuple[int, int]]) -> Snapshot:
    """The snapshot with these practices, and all others of the same specialists, as they are now."""
    practices = [practice for practice, _npi in changed]
    npis = {npi for _practice, npi in changed}
    rows = {npi: kept for npi, kept in snapshot.rows_changed.items() if npi not in npis}
    rows = {npi: _without(kept, practices) for npi, kept in rows.items()}
    for npi, *packed in SearchRow.objects.filter(npi__in=npis).values_list("npi", *COLUMNS):
        rows[npi] = [*rows.get(npi, ()), Packed(*map(bytes, packed))]
    rows |= {npi: () for npi in npis if npi not in rows}
    base = snapshot.base
    live = np.ones(len(base.columns), bool) if base.live is None else base.live.copy()
    live[np.isin(base.columns.npi, np.array(list(npis), np.uint32))] = False
    live[np.isin(base.columns.practice, np.array(practices, np.int64))] = False
    listed = [row for kept in rows.values() for row in kept if row.fixed]
    return replace(
        snapshot,
        base=Segment(base.columns, live),
        changed=Segment(Columns.read(listed)) if listed else None,
        rows_changed=rows,
    )


def _without(rows: Sequence[Packed], practices: Iterable[int]) -> Sequence[Packed]:
    """A practice may have been given to another specialist."""
    gone = set(practices)
    return [row for row in rows if row.fixed and int(packing.read_fixed([row.fixed])["practice"][0]) not in gone]


def _read() -> Snapshot:
    """All of it from the tables."""
    layout = DirectoryVersion.objects.values_list("layout", flat=True).first()
    if layout not in (None, packing.LAYOUT):
        raise RowsOfAnotherLayout(f"search rows of layout {layout}, not {packing.LAYOUT}: run manage.py check_search")
    number = Change.objects.aggregate(last=models.Max("number"))["last"] or 0
    vocabulary = Vocabulary.read()
    fixed, parts = _fetch_all()
    columns = Columns(
        fixed,
        packing.read_list(parts["offerings"], packing.OFFERING, fixed["offerings"]),
        packing.read_list(parts["insurers"], "<u2", fixed["insurers"]),
        packing.read_list(parts["languages"], f"S{packing.LONGEST_LANGUAGE}", fixed["languages"]),
        parts["words"],
    )
    columns.prepare_names()
    # Rows are read in one statement, which may see a version later than the number that was read before
    return Snapshot(max(number, int(fixed["number"].max(initial=0))), Segment(columns), vocabulary=vocabulary)


def _fetch_all() -> tuple[Array, dict[str, list[bytes]]]:
    """Whatever is listed: the fixed part as an array, the lists as they are."""
    parts: dict[str, list[bytes]] = {name: [] for name in COLUMNS}
    rows = SearchRow.objects.exclude(fixed=b"").values_list(*COLUMNS).iterator(chunk_size=FETCHED)
    with closing(rows):  # type: ignore[type-var]  # a generator
        for row in rows:
            for part, value in zip(parts.values(), row, strict=True):
                part.append(bytes(value))
    return packing.read_fixed(parts.pop("fixed")), parts


def _reload_in_background() -> None:
    global _reloading
    if _reloading is None or not _reloading.is_alive():
        _reloading = threading.Thread(target=_reload, name="search reload", daemon=True)
        _reloading.start()


def _reload() -> None:
    """Reads everything anew and puts it in the place of what is served; what came meanwhile is applied by the next."""
    global _latest
    try:
        fresh = _read()
        with _changing:
            _latest = fresh
    except DatabaseError:
        logger.exception("The search could not be read anew; the state before is served, and it is tried again.")
    finally:
        connection.close()
