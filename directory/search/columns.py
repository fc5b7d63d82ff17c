"""Search rows as columns of numbers: which rows lie in a circle, which pass the filters. Never changed once made.

All arrays have one entry for each listed practice, sorted by band of latitude and longitude; those without a point
come last. A set of rows is an array of their indices (int32), in rising order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, Self

import numpy as np

from directory.places import Understood
from directory.search import packing, zones
from directory.search.names_index import Names
from directory.search.packing import Array, Lists, Packed

# Band and longitude in one number of 32 bits: 10 for the band, 22 for the longitude, which are steps of 10 meters.
LONGITUDE_STEPS = 2**22 - 1
UNPLACED = np.uint32(2**32 - 1)
# Numbers up to here are counted in a table, greater ones are sorted.
LARGEST_COUNTED = 2**20
NO_ROWS = Packed(b"", b"", b"", b"", b"")
# A site whose distance is the radius is inside, also where the asker's arithmetic differs from ours in the last digit.
RIM_MILES = 1e-9


class Circle:
    """A place to search around. `radius_miles` beyond the farthest point is the whole globe."""

    def __init__(self, near: Understood, radius_miles: float) -> None:
        self.centre = zones.unit_vector(near.latitude, near.longitude)
        self.is_everything = radius_miles >= zones.FARTHEST_MILES
        self.squared_chord = inf if self.is_everything else zones.squared_chord(radius_miles + RIM_MILES)
        spans = [] if self.is_everything else zones.spans(near.latitude, near.longitude, radius_miles)
        self.lows = np.array([_key(span.band, span.west) for span in spans], np.uint32)
        self.highs = np.array([_key(span.band, span.east) for span in spans], np.uint32)


def _key(band: int, longitude: float) -> int:
    return (band << 22) | int((longitude + 180.0) / 360.0 * LONGITUDE_STEPS)


class Marks:
    """Which of some codes (procedures, insurers, languages) each row has: a bit for each, in words of up to 64."""

    def __init__(self, lists: Lists, rows: int) -> None:
        self.codes, bits = _numbered(lists.entries)
        self.words: list[Array] = []
        for first in range(0, len(self.codes), 64):
            width = min(len(self.codes) - first, 64)
            word = np.zeros(rows, np.min_scalar_type(2**width - 1))
            for bit in range(width):
                word[lists.rows[bits == first + bit]] |= word.dtype.type(1 << bit)
            self.words.append(word)

    def any_of(self, codes: Iterable[int]) -> list[tuple[Array, Any]]:
        """The words to look at, each with the bits of these codes."""
        wanted = [0] * len(self.words)
        for bit in np.flatnonzero(np.isin(self.codes, np.array(list(codes), self.codes.dtype))).tolist():
            wanted[bit // 64] |= 1 << bit % 64
        return [(word, word.dtype.type(mask)) for word, mask in zip(self.words, wanted, strict=True) if mask]


def _numbered(entries: Array) -> tuple[Array, Array]:
    """The codes that there are, sorted, and for each entry the place of its code among them."""
    if entries.dtype.itemsize > 4 or entries.max(initial=0) > LARGEST_COUNTED:
        codes, numbers = np.unique(entries, return_inverse=True)
        return codes, numbers.astype(np.uint16)
    codes = np.flatnonzero(np.bincount(entries)).astype(entries.dtype) if len(entries) else entries
    places = np.zeros(int(codes.max(initial=0)) + 1, np.uint16)
    places[codes] = np.arange(len(codes))
    return codes, places[entries]


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

    def __init__(self, packed: Packed) -> None:
        """From rows as they are stored, joined."""
        fixed = packing.read_fixed(packed.fixed)
        offerings = packing.read_list(packed.offerings, packing.OFFERING, fixed["offerings"])
        insurers = packing.read_list(packed.insurers, "<u4", fixed["insurers"])
        languages = packing.read_list(packed.languages, "<u8", fixed["languages"])
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
        # The versions that wrote these rows, most of which one or two have written
        self.versions, place = np.unique(fixed["number"], return_inverse=True)
        self.version = place.astype(np.min_scalar_type(len(self.versions)))
        self.sibling, self.group, self.groups = _siblings(self.npi)
        self.insurers = Marks(Lists(rank[insurers.rows], insurers.entries), len(order))
        self.languages = Marks(Lists(rank[languages.rows], languages.entries), len(order))
        self._take_offerings(fixed, Lists(rank[offerings.rows], offerings.entries))
        self.names = Names(packed.words, fixed["words"], rank, order)

    @classmethod
    def of(cls, rows: Iterable[Packed]) -> Self:
        return cls(Packed(*(b"".join(part) for part in zip(*rows, strict=True))) if rows else NO_ROWS)

    def __len__(self) -> int:
        return len(self.npi)

    def _take_offerings(self, fixed: Array, offerings: Lists) -> None:
        entries = offerings.entries
        offered = entries["status"] != packing.STATUSES["stopped"]
        rows, entries = offerings.rows[offered], entries[offered]
        self.procedures = Marks(Lists(rows, entries["procedure"]), len(fixed))
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

    # ---- names -------------------------------------------------------------------------------------------------

    @cached_property
    def _by_name(self) -> tuple[Array, Array]:
        order, is_other = self.names.order(self.npi)
        number = np.empty(len(self), np.int32)
        number[order] = np.cumsum(is_other)
        return order, number

    @property
    def by_name(self) -> Array:
        """All rows in the order of family name, given name and NPI."""
        return self._by_name[0]

    @property
    def name_number(self) -> Array:
        """For each row a number that is the greater the later its name comes, and the same for the same name."""
        return self._by_name[1]

    def prepare_names(self) -> None:
        """Sorts the names now, so that no question has to wait for it."""
        _ = self._by_name

    def in_order_of_names(self, rows: Array) -> Array:
        """The same rows, sorted by name and NPI."""
        if len(rows) * 8 < len(self):
            return rows[np.lexsort((self.npi[rows], self.name_number[rows]))]
        chosen = np.zeros(len(self), bool)
        chosen[rows] = True
        return self.by_name[chosen[self.by_name]]

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


def _siblings(npi: Array) -> tuple[Array, Array, int]:
    """Who practises at several rows: the next row, the number of the specialist, and how many such specialists are.

    The next row of the same specialist is after the last the first: the row itself where there is no other. The number
    is -1 there.
    """
    order = np.argsort(npi, kind="stable").astype(np.int32)
    ordered = npi[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
    is_last = np.append(is_first[1:], True)[: len(order)]
    following = np.roll(order, -1)
    following[is_last] = order[is_first]
    is_alone = is_first & is_last
    groups = int(np.count_nonzero(is_first & ~is_alone))
    numbers = np.where(is_alone, -1, np.cumsum(is_first & ~is_alone) - 1)
    sibling, group = np.empty(len(npi), np.int32), np.empty(len(npi), np.int32)
    sibling[order], group[order] = following, numbers
    return sibling, group, groups


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
