"""Which rows pass: every filter of a question, on columns."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from directory import evidence, names
from directory.search import packing
from directory.search.columns import Circle, Columns, Marks, Postings, row_numbers
from directory.search.packing import Array
from directory.search.query import SearchQuery
from directory.vocabulary import Vocabulary

TIER_NUMBERS = {tier: number for number, tier in enumerate(evidence.TIERS, start=1)}


@dataclass(frozen=True, slots=True)
class Filters:
    """A question's filters in the columns' own numbers; None where the question says nothing.

    An empty tuple is a filter whose values nobody can have: nothing passes.
    """

    today: datetime.date
    procedures: tuple[int, ...] | None = None
    conditions: tuple[int, ...] | None = None  # the procedures that are done for them
    insurers: tuple[int, ...] | None = None
    languages: tuple[int, ...] | None = None
    genders: tuple[int, ...] | None = None
    accepting: bool = False
    telehealth: bool = False
    requests_online: bool = False
    least_tier: int = 0
    names: tuple[tuple[bytes, ...], ...] = ()  # the words of each name

    @classmethod
    def of(cls, query: SearchQuery, vocabulary: Vocabulary, today: datetime.date) -> "Filters":
        done_for = {pk for slug in query.conditions for pk in vocabulary.done_for.get(slug, ())}
        return cls(
            today,
            procedures=_given(query.procedures, _known(query.procedures, vocabulary.procedure_ids.get)),
            conditions=_given(query.conditions, sorted(done_for)),
            insurers=_given(query.insurers, _known(query.insurers, vocabulary.insurer_ids.get)),
            languages=_given(query.languages, map(packing.language_number, query.languages)),
            genders=_given(query.genders, _known(query.genders, packing.GENDERS.get)),
            accepting=query.accepting,
            telehealth=query.telehealth,
            requests_online=query.requests_online,
            least_tier=TIER_NUMBERS[query.evidence] if query.evidence else 0,
            names=tuple(tuple(word.encode() for word in names.wanted_words(name)) for name in query.q),
        )

    @property
    def of_offering(self) -> bool:
        """Whether the offering of the procedure itself must meet something."""
        return self.requests_online or self.least_tier > 0

    def without_procedures(self) -> "Filters":
        return replace(self, procedures=None, requests_online=False, least_tier=0)

    def suits(self, postings: Postings, at: Array | slice) -> Array:
        """For offerings of one procedure whether they meet what is asked of the offering."""
        good = self.tiers(postings, at) >= self.least_tier
        return good & postings.online[at] if self.requests_online else good

    def tiers(self, postings: Postings, at: Array | slice) -> Array:
        """0 where nobody says so any more, 1 to 3 for the tiers of evidence: directory.evidence.tier in columns."""
        claims = packing.year_number(evidence.oldest_claims_year(self.today))
        confirmed = packing.day_number(evidence.confirmed_since(self.today))
        return np.select(
            [postings.claims_year[at] >= claims, postings.confirmed[at] >= confirmed, postings.status[at] > 0],
            [np.uint8(3), np.uint8(2), np.uint8(1)],
            np.uint8(0),
        )


def _given[Number](asked: tuple[str, ...], numbers: Iterable[Number]) -> tuple[Number, ...] | None:
    return tuple(numbers) if asked else None


def _known(slugs: Iterable[str], number: Callable[[str], int | None]) -> list[int]:
    return [found for slug in slugs if (found := number(slug)) is not None]


def select(columns: Columns, filters: Filters, circle: Circle | None) -> tuple[Array, Array | None]:
    """The rows that pass all filters within the circle, with their squared chords (None without a circle).

    The narrowest column is read first, in whole pieces; the others only for what is left.
    """
    spans = columns.spans(circle)
    if filters.names:
        rows = columns.names.rows_called(filters.names)
        rows = rows if circle is None else rows[rows < columns.placed_rows]
        filters = replace(filters, names=())
    elif filters.procedures is not None and len(filters.procedures) == 1:
        rows = _offering_rows(columns, filters, filters.procedures[0], spans)
        filters = filters.without_procedures()
    elif marked := _marked(columns, filters, spans):
        rows, filters = marked
    elif circle is not None:
        rows, chords = columns.inside(circle, spans)
        kept = passing(columns, filters, rows)
        return (rows, chords) if kept is None else (rows[kept], chords[kept])
    else:
        rows = row_numbers(spans, np.arange(len(columns)))
    squared: Array | None = None
    if circle is not None:
        squared = columns.squared_chords(circle, rows)
        inside = squared <= circle.squared_chord
        rows, squared = rows[inside], squared[inside]
    kept = passing(columns, filters, rows)
    if kept is None:
        return rows, squared
    return rows[kept], squared if squared is None else squared[kept]


def _offering_rows(columns: Columns, filters: Filters, procedure: int, spans: list[tuple[int, int]]) -> Array:
    """Rows of the pieces where this procedure is offered as asked for."""
    postings = columns.postings.get(procedure)
    if postings is None or not spans:
        return np.zeros(0, np.int32)
    edges = np.searchsorted(postings.rows, np.array(spans, np.int32).ravel()).tolist()
    pieces = [slice(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    if not pieces:
        return np.zeros(0, np.int32)
    if not filters.of_offering:
        return np.concatenate([postings.rows[piece] for piece in pieces])
    return np.concatenate([postings.rows[piece][filters.suits(postings, piece)] for piece in pieces])


def _marked(columns: Columns, filters: Filters, spans: list[tuple[int, int]]) -> tuple[Array, Filters] | None:
    """The rows of the pieces that have one of the codes of one filter, and the filters that are left."""
    choices: list[tuple[Iterable[int] | None, Marks, Filters]] = [
        (filters.insurers, columns.insurers, replace(filters, insurers=None)),
        (filters.languages, columns.languages, replace(filters, languages=None)),
        (filters.conditions, columns.procedures, replace(filters, conditions=None)),
    ]
    for codes, marks, others in choices:
        if codes is None:
            continue
        found = np.zeros(sum(end - start for start, end in spans), bool)
        for word, bits in marks.any_of(codes):
            at = 0
            for start, end in spans:
                found[at : at + end - start] |= (word[start:end] & bits) != 0
                at += end - start
        return row_numbers(spans, np.flatnonzero(found)), others
    return None


def has_any(marks: Marks, codes: Iterable[int], rows: Array) -> Array:
    """For each row whether it has one of the codes."""
    found = np.zeros(len(rows), bool)
    for word, bits in marks.any_of(codes):
        found |= (word[rows] & bits) != 0
    return found


def offers(columns: Columns, filters: Filters, rows: Array) -> Array:
    """For each row whether one of the procedures asked for is offered there as asked for."""
    procedures = filters.procedures or ()
    if not filters.of_offering:
        return has_any(columns.procedures, procedures, rows)
    found = np.zeros(len(rows), bool)
    for procedure in procedures:
        found |= offers_one(columns, filters, procedure, rows)
    return found


def offers_one(columns: Columns, filters: Filters, procedure: int, rows: Array) -> Array:
    """For each row whether this procedure is offered there as asked for."""
    postings = columns.postings.get(procedure)
    if postings is None:
        return np.zeros(len(rows), bool)
    there, at = postings.find(rows)
    return there & filters.suits(postings, at)


def passing(columns: Columns, filters: Filters, rows: Array) -> Array | None:
    """The positions of those rows that pass; None where nothing was asked."""
    tests: list[Array] = []
    if filters.accepting:
        tests.append(columns.accepting[rows] == packing.YES)
    if filters.telehealth:
        tests.append(columns.telehealth[rows] == packing.YES)
    if filters.genders is not None:
        tests.append(np.isin(columns.gender[rows], filters.genders))
    if filters.procedures is not None:
        tests.append(offers(columns, filters, rows))
    if filters.conditions is not None:
        tests.append(has_any(columns.procedures, filters.conditions, rows))
    if filters.insurers is not None:
        tests.append(has_any(columns.insurers, filters.insurers, rows))
    if filters.languages is not None:
        tests.append(has_any(columns.languages, filters.languages, rows))
    if not tests and not filters.names:
        return None
    kept = np.flatnonzero(np.logical_and.reduce(tests)) if tests else np.arange(len(rows))
    if filters.names:
        kept = kept[np.flatnonzero(columns.names.are_called(filters.names, rows[kept]))]
    return kept
