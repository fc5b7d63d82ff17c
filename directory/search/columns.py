"""Search rows as columns of numbers: which rows lie in a circle, which pass the filters. Never changed once made.

All arrays have one entry for each listed practice, sorted by band of latitude and longitude; those without a point
come last. A set of rows is an array of their indices (int32), in rising order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from directory.places import Understood
from directory.search import packing, zones
from directory.search.packing import Array, Lists, Packed

# Band and longitude in one number of 32 bits: 10 for the band, 22 for the longitude, which are steps of 10 meters.
LONGITUDE_STEPS = 2**22 - 1
UNPLACED = np.uint32(2**32 - 1)
# A site whose distance is the radius is inside, also where the asker's arithmetic differs from ours in the last digit.
RIM_MILES = 1e-9


class Circle:
    """A place to search around. `radius_miles` beyond the farthest point is the whole globe."""

    def __init__(self, near: Understood, radius_miles: float) -> None:
        self.centre = zones.unit_vector(near.latitude, near.longitude)
        self.is_everything = radius_miles >= zones.FARTHEST_MILES
        self.squared_chord = zones.squared_chord(radius_miles + RIM_MILES)
        spans = [] if self.is_everything else zones.spans(near.latitude, near.longitude, radius_miles)
        self.lows = np.array([_key(span.band, span.west) for span in spans], np.uint32)
        self.highs = np.array([_key(span.band, span.east) for span in spans], np.uint32)


def _key(band: int, longitude: float) -> int:
    return (band << 22) | int((longitude + 180.0) / 360.0 * LONGITUDE_STEPS)


class Marks:
    """Which of some codes (procedures, insurers, languages) each row has: a bit for each, in words of up to 64."""

    def __init__(self, codes: Array, lists: Lists, bits: Array, rows: int) -> None:
        self.codes = codes  # sorted
        self.words: list[Array] = []
        for first in range(0, len(codes), 64):
            width = min(len(codes) - first, 64)
            word = np.zeros(rows, np.min_scalar_type(2**width - 1))
            for bit in range(width):
                # No row has a code twice, so that adding is the same as setting the bit
                word[lists.rows[bits == first + bit]] |= word.dtype.type(1 << bit)
            self.words.append(word)

    @classmethod
    def of(cls, lists: Lists, rows: int) -> Self:
        codes, bits = np.unique(lists.entries, return_inverse=True)
        return cls(codes, lists, bits.astype(np.uint16), rows)

    def any_of(self, codes: Iterable[Any]) -> list[tuple[Array, Any]]:
        """The words to look at, each with the bits of these codes."""
        wanted = [0] * len(self.words)
        for code in codes:
            bit = int(np.searchsorted(self.codes, np.asarray(code, self.codes.dtype)))
            if bit < len(self.codes) and self.codes[bit] == np.asarray(code, self.codes.dtype):
                wanted[bit // 64] |= 1 << bit % 64
        return [(word, word.dtype.type(mask)) for word, mask in zip(self.words, wanted, strict=True) if mask]


@dataclass(frozen=True, slots=True)
class Postings:
    """The offerings of one procedure that are not stopped, by row."""

    rows: Array  # int32, rising
    online: Array  # bool: takes requests here
    status: Array
    wait: Array  # weeks; packing.NO_WAIT
    confirmed: Array  # day numbers
    claims_year: Array  # year numbers

    def find(self, rows: Array) -> tuple[Array, Array]:
        """For each of these rows whether it is here, and where."""
        at = np.minimum(np.searchsorted(self.rows, rows), max(len(self.rows) - 1, 0))
        return (self.rows[at] == rows) if len(self.rows) else np.zeros(len(rows), bool), at


class Columns:
    """The columns of some practices, all practices of each of their specialists among them."""

    def __init__(
        self, fixed: Array, offerings: Lists, insurers: Lists, languages: Lists, words: Sequence[bytes]
    ) -> None:
        order, key = _order(fixed)
        fixed, self.key = fixed[order], key[order]
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        self.placed_rows = int(np.count_nonzero(fixed["placed"]))
        self.x, self.y, self.z = (np.ascontiguousarray(fixed[name]) for name in "xyz")
        self.npi = fixed["npi"].astype(np.uint32)
        self.practice = fixed["practice"].astype(np.min_scalar_type(int(fixed["practice"].max(initial=0))))
        self.accepting, self.telehealth, self.gender = (
            np.ascontiguousarray(fixed[name]) for name in ("accepting", "telehealth", "gender")
        )
        self.sibling = _siblings(self.npi)
        self.insurers = Marks.of(Lists(rank[insurers.rows], insurers.entries), len(order))
        self.languages = Marks.of(Lists(rank[languages.rows], languages.entries), len(order))
        self._take_offerings(fixed, Lists(rank[offerings.rows], offerings.entries))
        self._take_words([words[row] for row in order])

    @classmethod
    def read(cls, rows: Sequence[Packed]) -> Self:
        """From rows as they are stored."""
        fixed = packing.read_fixed(row.fixed for row in rows)
        return cls(
            fixed,
            packing.read_list((row.offerings for row in rows), packing.OFFERING, fixed["offerings"]),
            packing.read_list((row.insurers for row in rows), "<u2", fixed["insurers"]),
            packing.read_list((row.languages for row in rows), f"S{packing.LONGEST_LANGUAGE}", fixed["languages"]),
            [row.words for row in rows],
        )

    def __len__(self) -> int:
        return len(self.npi)

    def _take_offerings(self, fixed: Array, offerings: Lists) -> None:
        entries = offerings.entries
        offered = entries["status"] != packing.STATUSES["stopped"]
        rows, entries = offerings.rows[offered], entries[offered]
        self.procedures = Marks.of(Lists(rows, entries["procedure"]), len(fixed))
        self.postings: dict[int, Postings] = {}
        takes = (fixed["connected"] == 1) & (fixed["accepting"] != packing.NO)
        order = np.lexsort((rows, entries["procedure"]))
        rows, entries = rows[order], entries[order]
        for code in self.procedures.codes:
            piece = slice(*(np.searchsorted(entries["procedure"], code, side) for side in ("left", "right")))
            part, at = entries[piece], rows[piece]
            self.postings[int(code)] = Postings(
                rows=at.copy(),
                online=(part["status"] == packing.STATUSES["open"]) & takes[at],
                status=part["status"].copy(),
                wait=part["wait"].copy(),
                confirmed=part["confirmed"].copy(),
                claims_year=part["claims_year"].astype(np.uint8),
            )

    def _take_words(self, words: Sequence[bytes]) -> None:
        self.words = b"".join(words)
        self.ends = np.cumsum([len(each) for each in words], dtype=np.uint32) if words else np.zeros(0, np.uint32)

    # ---- names -------------------------------------------------------------------------------------------------

    def words_of(self, row: int) -> bytes:
        return self.words[self.ends[row - 1] if row else 0 : self.ends[row]]

    def name_key(self, row: int) -> tuple[bytes, int]:
        """What a specialist is sorted by: family name, given name, NPI."""
        family, given, _rest = self.words_of(row).split(b"\0", 2)
        return family + b"\0" + given, int(self.npi[row])

    @cached_property
    def by_name(self) -> Array:
        """All rows in the order of their names."""
        keys = [self.name_key(row) for row in range(len(self))]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int32)

    @cached_property
    def name_rank(self) -> Array:
        """For each row its place in the order of the names."""
        rank = np.empty(len(self), np.int32)
        rank[self.by_name] = np.arange(len(self), dtype=np.int32)
        return rank

    def prepare_names(self) -> None:
        """Sorts the names now, so that no question has to wait for it."""
        _ = self.name_rank

    def named(self, wanted: Sequence[bytes], rows: Array) -> Array:
        """For each of the rows whether each of these words begins one of its names'."""
        if len(rows) * 20 < len(self):
            names = [self.words_of(row) for row in rows.tolist()]
            return np.array([all(b" " + word in name for word in wanted) for name in names], bool)
        return np.logical_and.reduce([self._begins(word)[rows] for word in wanted])

    def _begins(self, word: bytes) -> Array:
        """For each row whether one of its words begins so."""
        letters = np.frombuffer(self.words, np.uint8)
        needle = b" " + word
        last = len(letters) - len(needle) + 1
        found = np.zeros(len(self), bool)
        if last <= 0:
            return found
        # The first two letters everywhere, the others only where those are
        at = np.flatnonzero((letters[:last] == needle[0]) & (letters[1 : last + 1] == needle[1]))
        for offset in range(2, len(needle)):
            at = at[letters[at + offset] == needle[offset]]
        found[np.searchsorted(self.ends, at, side="right")] = True
        return found

    # ---- places ------------------------------------------------------------------------------------------------

    def spans(self, circle: Circle | None) -> list[tuple[int, int]]:
        """Pieces of the columns that together hold all rows in the circle; without one, all of them."""
        if circle is None:
            return [(0, len(self))]
        if circle.is_everything:
            return [(0, self.placed_rows)]
        starts = np.searchsorted(self.key, circle.lows, side="left")
        ends = np.searchsorted(self.key, circle.highs, side="right")
        return [(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True) if start < end]

    def squared_chords(self, circle: Circle, rows: Array) -> Array:
        """From the centre to each of the rows."""
        return _squared_chords(circle, self.x[rows], self.y[rows], self.z[rows])

    def miles(self, circle: Circle, rows: Array) -> Array:
        """The great-circle distances from the centre, exact everywhere: see zones.miles_between."""
        chord = np.sqrt(self.squared_chords(circle, rows))
        opposite = np.sqrt(_squared_chords(circle, -self.x[rows], -self.y[rows], -self.z[rows]))
        return 2.0 * zones.EARTH_RADIUS_MILES * np.arctan2(chord, opposite)

    def miles_from(self, circle: Circle, row: int) -> float:
        return zones.miles_between(circle.centre, (float(self.x[row]), float(self.y[row]), float(self.z[row])))

    def inside(self, circle: Circle, spans: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        """The rows in the circle, with their squared chords; read in one go, piece by piece."""
        squared = _squared_chords(circle, _joined(self.x, spans), _joined(self.y, spans), _joined(self.z, spans))
        inside = np.flatnonzero(squared <= circle.squared_chord)
        return row_numbers(spans, inside), squared[inside]

    def siblings(self, rows: Array) -> tuple[Array, Array]:
        """All rows of the same specialists: pairs of (which of `rows`, row), each row itself left out."""
        which, found = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
        at, following = np.arange(len(rows)), self.sibling[rows]
        while True:
            more = following != rows[at]
            at, following = at[more], following[more]
            if not len(at):
                return np.concatenate(which), np.concatenate(found)
            which.append(at)
            found.append(following)
            following = self.sibling[following]


def _order(fixed: Array) -> tuple[Array, Array]:
    """The order of the columns, and the key of each row as it came."""
    placed = fixed["placed"] == 1
    band = ((fixed["latitude"] + 90.0) / zones.BAND_DEGREES).astype(np.uint32)
    step = ((fixed["longitude"] + 180.0) / 360.0 * LONGITUDE_STEPS).astype(np.uint32)
    key = np.where(placed, band << np.uint32(22) | step, UNPLACED)
    return np.lexsort((fixed["practice"], key)), key


def _siblings(npi: Array) -> Array:
    """For each row the next one of the same specialist, after the last the first: itself where there is no other."""
    order = np.argsort(npi, kind="stable").astype(np.int32)
    following = np.roll(order, -1)
    ordered = npi[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
    following[is_last] = order[is_first]
    sibling = np.empty(len(npi), np.int32)
    sibling[order] = following
    return sibling


def _squared_chords(circle: Circle, x: Array, y: Array, z: Array) -> Array:
    east, north, up = x - circle.centre[0], y - circle.centre[1], z - circle.centre[2]
    east *= east
    north *= north
    up *= up
    east += north
    east += up
    return east


def _joined(column: Array, spans: Sequence[tuple[int, int]]) -> Array:
    if len(spans) == 1:
        return column[spans[0][0] : spans[0][1]]
    return np.concatenate([column[start:end] for start, end in spans]) if spans else column[:0]


def row_numbers(spans: Sequence[tuple[int, int]], positions: Array) -> Array:
    """Positions in the joined pieces -> indices of rows."""
    numbers = [np.arange(start, end, dtype=np.int32) for start, end in spans]
    return np.concatenate(numbers)[positions] if numbers else np.zeros(0, np.int32)
