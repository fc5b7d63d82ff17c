"""The whole directory as numpy columns, every row of which is looked at for every question. The measure of exactness.

It reads the tables themselves, shares no code with the search but the folding of names, and measures by the haversine.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from directory import evidence, names
from directory.bench.answers import Answer, Facets, Row
from directory.bench.geometry import EARTH_RADIUS_MILES, EVERYWHERE, GROWTH, RIM_MILES
from directory.search import SearchQuery
from directory.search.query import WIDENED_TO

CHUNK = 100_000

type Bools = NDArray[np.bool_]
type Numbers = NDArray[np.int64]
type Bits = NDArray[np.uint64]

PRACTICES = """
    SELECT p.id, p.specialist_id, s.clinic_id, s.latitude, s.longitude, p.accepting_new_patients, p.telehealth,
        c.people_checked_on IS NOT NULL AND c.notification_email_confirmed_at IS NOT NULL
    FROM directory_practice p
    JOIN directory_specialist d ON d.npi = p.specialist_id
    JOIN directory_site s ON s.id = p.site_id
    JOIN directory_clinic c ON c.id = s.clinic_id
    WHERE d.deactivated_on IS NULL AND d.excluded_on IS NULL AND d.suppressed_on IS NULL
    AND s.closed_on IS NULL AND NOT s.hidden
    ORDER BY p.id
"""
OFFERINGS = """
    SELECT practice_id, procedure_id, COALESCE(wait_weeks, -1),
        CASE status WHEN 'open' THEN 3 WHEN 'paused' THEN 2 WHEN 'stopped' THEN 1 ELSE 0 END,
        CASE WHEN confirmed_on >= %s THEN 1 ELSE 0 END
    FROM directory_offering
"""
DONE_FOR = """
    SELECT c.slug, p.slug FROM directory_condition c
    JOIN directory_condition_procedures cp ON cp.condition_id = c.id
    JOIN directory_procedure p ON p.id = cp.procedure_id
"""
CLAIMS = "SELECT specialist_id, procedure_id FROM directory_claimsrecord WHERE year >= %s"
PEOPLE = "SELECT npi, gender, given_name, family_name, name_suffix, credentials FROM directory_specialist ORDER BY npi"
STOPPED, OPEN = 1, 3


def read(sql: str, *values: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a statement, some at a time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def numbers(sql: str, *values: Any, width: int) -> Numbers:
    """A statement's whole numbers, a column each."""
    parts = [np.array(rows, np.int64) for rows in read(sql, *values)]
    return np.concatenate(parts).T if parts else np.zeros((width, 0), np.int64)


class Vocabulary:
    """The bit of each procedure, insurer or language, by its slug or code."""

    def __init__(self, table: str, key: str, slug: str) -> None:
        # Names of our own tables
        rows = [row for chunk in read(f"SELECT {key}, {slug} FROM {table} ORDER BY {slug}") for row in chunk]  # noqa: S608
        self.slugs = [str(row[1]) for row in rows]
        self.bit_of_key = {row[0]: bit for bit, row in enumerate(rows)}

    def mask(self, slugs: Sequence[str]) -> np.uint64:
        return np.uint64(sum(1 << self.slugs.index(slug) for slug in set(slugs) if slug in self.slugs))

    def bits(self, keys: Numbers) -> Bits:
        """Of each key, a number with its bit set."""
        ordered = np.array(sorted(self.bit_of_key))
        positions = np.array([self.bit_of_key[key] for key in ordered.tolist()], np.uint64)
        return np.left_shift(np.uint64(1), positions[np.searchsorted(ordered, keys)])


class Columns:
    """All listed practices as of a day, a row each, by id."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.procedures = Vocabulary("directory_procedure", "id", "slug")
        self.insurers_known = Vocabulary("directory_insurer", "id", "slug")
        self.languages_known = Vocabulary("directory_language", "code", "code")
        self.done_for: dict[str, list[str]] = {}
        for condition, procedure in (row for chunk in read(DONE_FOR) for row in chunk):
            self.done_for.setdefault(condition, []).append(procedure)
        self._read_practices()
        self._read_people()
        self._read_clinics()
        self._read_offerings()
        rows = numbers("SELECT practice_id, insurer_id FROM directory_practice_insurers", width=2)
        self.insurers = self._by_practice(rows[0], self.insurers_known.bits(rows[1]))

    def _read_practices(self) -> None:
        parts = [
            np.array([[np.nan if value is None else value for value in row] for row in rows], np.float64)
            for rows in read(PRACTICES)
        ]
        table = np.concatenate(parts).T if parts else np.zeros((8, 0))
        self.practice, self.npi, self.clinic = (table[index].astype(np.int64) for index in range(3))
        self.latitude, self.longitude = table[3].copy(), table[4].copy()  # NaN: no trusted point
        # One place has one spelling, so that its distance is the same to the last digit
        self.longitude[np.abs(self.latitude) == 90.0] = 0.0
        self.longitude[self.longitude == -180.0] = 180.0
        self.accepting, self.telehealth = table[5] == 1, table[6] == 1
        self.refusing = table[5] == 0
        self.connected = table[7] == 1
        self.people, self.person = np.unique(self.npi, return_inverse=True)
        self.phi, self.lam = np.radians(self.latitude), np.radians(self.longitude)
        self.cos_phi = np.cos(self.phi)

    def _read_people(self) -> None:
        """Gender, languages and names; names by number, because few are different."""
        rows = [row for chunk in read(PEOPLE) for row in chunk]
        at = np.searchsorted(np.array([row[0] for row in rows], np.int64), self.npi)
        codes = {"female": 1, "male": 2}
        self.gender = np.array([codes.get(row[1], 0) for row in rows], np.int8)[at]
        folded: dict[str, str] = {}
        keys = [(_fold(folded, row[3]), _fold(folded, row[2])) for row in rows]
        rank = {key: number for number, key in enumerate(sorted(set(keys)))}
        self.name_rank = np.array([rank[key] for key in keys])[at]
        texts = [f"{given} {family} {_fold(folded, row[4])} {_fold(folded, row[5])}"
                 for row, (family, given) in zip(rows, keys, strict=True)]  # fmt: skip
        self.person_texts, number = _numbered(texts)
        self.person_text = number[at]
        codes_of = [row for chunk in read("SELECT specialist_id, language_id FROM directory_specialist_languages")
                    for row in chunk]  # fmt: skip
        bits = {code: 1 << bit for code, bit in self.languages_known.bit_of_key.items()}
        spoken = np.zeros(len(self.people), np.uint64)
        self._or_into(spoken, np.array([row[0] for row in codes_of], np.int64),
                      np.array([bits[row[1]] for row in codes_of], np.uint64))  # fmt: skip
        self.languages = spoken[self.person]

    def _read_clinics(self) -> None:
        rows = [row for chunk in read("SELECT id, name FROM directory_clinic ORDER BY id") for row in chunk]
        folded: dict[str, str] = {}
        self.clinic_texts, number = _numbered([_fold(folded, row[1]) for row in rows])
        at = np.searchsorted(np.array([row[0] for row in rows], np.int64), self.clinic)
        self.clinic_text = number[at] if len(rows) else at

    def _read_offerings(self) -> None:
        """Bits of procedures: what is offered at all, what takes requests here, and with which evidence."""
        since = self.today - evidence.CONFIRMATION_LASTS
        practice, procedure, wait, status, recent = numbers(OFFERINGS, since, width=5)
        kept = status != STOPPED
        practice, procedure, wait, status, recent = (a[kept] for a in (practice, procedure, wait, status, recent))
        bits = self.procedures.bits(procedure)
        self.offered = self._by_practice(practice, bits)
        self.open = self._by_practice(practice[status == OPEN], bits[status == OPEN])
        self.open[self.refusing | ~self.connected] = 0
        said, fresh = status > 0, recent == 1
        person, claimed = numbers(CLAIMS, evidence.oldest_claims_year(self.today), width=2)
        proven = np.zeros(len(self.people), np.uint64)
        self._or_into(proven, person, self.procedures.bits(claimed))
        self.claims = proven[self.person] & self.offered
        self.confirmed = self.claims | self._by_practice(practice[fresh], bits[fresh])
        self.listed = self.confirmed | self._by_practice(practice[said], bits[said])
        key = practice * 64 + np.log2(bits.astype(np.float64)).astype(np.int64)
        order = np.argsort(key)
        self.wait_key, self.wait_weeks = key[order], wait[order]

    def _by_practice(self, practice: Numbers, bits: Bits) -> Bits:
        result = np.zeros(len(self.practice), np.uint64)
        at = np.searchsorted(self.practice, practice)
        at[at == len(self.practice)] = 0
        there = self.practice[at] == practice if len(self.practice) else np.zeros(len(at), bool)
        np.bitwise_or.at(result, at[there], bits[there])
        return result

    def _or_into(self, result: Bits, npis: Numbers, bits: Bits) -> None:
        at = np.searchsorted(self.people, npis)
        at[at == len(self.people)] = 0
        there = self.people[at] == npis if len(self.people) else np.zeros(len(at), bool)
        np.bitwise_or.at(result, at[there], bits[there])

    # ---- the question --------------------------------------------------------------------------------------------

    def performs(self, query: SearchQuery) -> Bits:
        """Of each practice, the procedures that meet what is asked of a procedure, whichever it is."""
        tiers = {None: self.offered, "listed": self.listed, "confirmed": self.confirmed, "claims": self.claims}
        bits = self.offered & tiers[query.evidence]
        return bits & self.open if query.requests_online else bits

    def matching(self, query: SearchQuery, *, without: str = "") -> Bools:
        """Which rows pass all filters, or all but one. A procedure's own filters fall away with it only by value."""
        passes = np.ones(len(self.practice), bool)
        if query.procedures and without != "procedure":
            passes &= (self.performs(query) & self.procedures.mask(query.procedures)) != 0
        if query.conditions:
            procedures = [procedure for condition in query.conditions for procedure in self.done_for[condition]]
            passes &= (self.offered & self.procedures.mask(procedures)) != 0
        if query.insurers and without != "insurer":
            passes &= (self.insurers & self.insurers_known.mask(query.insurers)) != 0
        if query.languages and without != "language":
            passes &= (self.languages & self.languages_known.mask(query.languages)) != 0
        if query.genders:
            passes &= np.isin(self.gender, [{"female": 1, "male": 2}[gender] for gender in query.genders])
        if query.accepting:
            passes &= self.accepting
        if query.telehealth:
            passes &= self.telehealth
        if query.q:
            passes &= np.logical_or.reduce([self._called(name) for name in query.q])
        return passes

    def _called(self, name: str) -> NDArray[np.bool_]:
        called = np.ones(len(self.person_text), bool)
        for word in names.wanted_words(name):
            in_person = np.array([f" {word}" in f" {text}" for text in self.person_texts])
            in_clinic = np.array([f" {word}" in f" {text}" for text in self.clinic_texts])
            called &= in_person[self.person_text] | in_clinic[self.clinic_text]
        return called

    def miles(self, query: SearchQuery) -> NDArray[np.float64]:
        """The distance of each row, NaN where its place is not known."""
        assert query.near
        phi, lam = np.radians(query.near.latitude), np.radians(query.near.longitude)
        half = np.sin((self.phi - phi) / 2.0) ** 2
        half += np.cos(phi) * self.cos_phi * np.sin((self.lam - lam) / 2.0) ** 2
        return cast(NDArray[np.float64], 2.0 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(half, 1.0))))

    def answer(self, query: SearchQuery) -> Answer:
        passes = self.matching(query)
        miles = self.miles(query) if query.near else np.full(len(self.practice), np.nan)
        inside = miles <= query.radius_miles + RIM_MILES if query.near else np.ones(len(miles), bool)
        found = self._nearest(np.flatnonzero(passes & inside), miles)
        facets = self._facets(query, inside) if query.facets else None
        if not len(found) and query.near:
            found = self._widened(passes, miles, query.radius_miles)
            rows = self._rows(found, passes, miles, query) if query.page == 1 else []
            return Answer(len(found), rows, facets, widened=len(found) > 0)
        found = found[np.lexsort(self._order(query, found, miles))]
        start = (query.page - 1) * query.page_size
        return Answer(len(found), self._rows(found[start : start + query.page_size], passes, miles, query), facets)

    def _nearest(self, rows: Numbers, miles: NDArray[np.float64]) -> Numbers:
        """Of each specialist the nearest of these rows, the lowest id where several are; without miles, the lowest."""
        rows = rows[np.lexsort((self.practice[rows], miles[rows]))]
        return rows[np.unique(self.person[rows], return_index=True)[1]]

    def _order(self, query: SearchQuery, rows: Numbers, miles: NDArray[np.float64]) -> list[NDArray[Any]]:
        """Sort keys, the most important last."""
        keys: list[NDArray[Any]] = [self.npi[rows], miles[rows]]
        if query.order == "name":
            keys.append(self.name_rank[rows])
        elif query.order == "wait":
            wait = self.wait(rows, query.procedures[0])
            keys.append(np.where(wait < 0, 1_000, wait))
        elif query.order == "evidence":
            bit = self.procedures.mask(query.procedures)
            keys.append(
                -sum(((tier[rows] & bit) != 0).astype(int) for tier in (self.listed, self.confirmed, self.claims))
            )
        return keys

    def wait(self, rows: Numbers, slug: str) -> Numbers:
        """Weeks of wait for the procedure at these rows, which all offer it; -1 where nobody said."""
        key = self.practice[rows] * 64 + self.procedures.slugs.index(slug)
        return self.wait_weeks[np.searchsorted(self.wait_key, key)]

    def _widened(self, passes: Bools, miles: NDArray[np.float64], radius: float) -> Numbers:
        while True:
            radius = min(radius * GROWTH, EVERYWHERE)
            found = self._nearest(np.flatnonzero(passes & (miles <= radius + RIM_MILES)), miles)
            if len(found) >= WIDENED_TO or radius >= EVERYWHERE:
                return found[np.lexsort((self.npi[found], miles[found]))][:WIDENED_TO]

    def _rows(self, rows: Numbers, passes: Bools, miles: NDArray[np.float64], query: SearchQuery) -> list[Row]:
        of_them = passes & np.isin(self.person, self.person[rows])
        matching = dict(zip(*np.unique(self.npi[of_them], return_counts=True), strict=True))
        return [
            Row(npi, practice, far if query.near else None, int(matching[npi]) - 1)
            for npi, practice, far in zip(
                self.npi[rows].tolist(), self.practice[rows].tolist(), miles[rows].tolist(), strict=True
            )
        ]

    def _facets(self, query: SearchQuery, inside: Bools) -> Facets:
        values: dict[str, tuple[Bits, Vocabulary]] = {
            "procedure": (self.performs(query), self.procedures),
            "insurer": (self.insurers, self.insurers_known),
            "language": (self.languages, self.languages_known),
        }
        facets = {}
        for name, (bits, vocabulary) in values.items():
            rows = np.flatnonzero(inside & self.matching(query, without=name))
            facets[name] = count_bits(self.person[rows], bits[rows], vocabulary.slugs)
        return facets


def count_bits(person: Numbers, bits: Bits, slugs: Sequence[str]) -> dict[str, int]:
    """How many different people have each bit in one of their rows; none of 0."""
    order = np.argsort(person, kind="stable")
    person, bits = person[order], bits[order]
    if not len(person):
        return {}
    starts = np.flatnonzero(np.concatenate(([True], person[1:] != person[:-1])))
    of_person = np.bitwise_or.reduceat(bits, starts)
    counts = ((of_person[:, None] >> np.arange(len(slugs), dtype=np.uint64)) & np.uint64(1)).sum(axis=0)
    return {slug: int(count) for slug, count in zip(slugs, counts, strict=True) if count}


def _fold(known: dict[str, str], text: str) -> str:
    if text not in known:
        known[text] = names.fold(text)
    return known[text]


def _numbered(texts: list[str]) -> tuple[list[str], Numbers]:
    """The different texts, and the number of each one of the list among them."""
    number = {text: index for index, text in enumerate(dict.fromkeys(texts))}
    return list(number), np.array([number[text] for text in texts], np.int64)
