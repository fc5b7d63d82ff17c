"""How many specialists there are for each value of a filter, with all the other filters as they are."""

from collections import Counter
from dataclasses import replace

import numpy as np

from directory.search.columns import Circle, Columns, Marks
from directory.search.filters import Filters, has_any, offers, offers_one, select
from directory.search.packing import Array, language_code
from directory.search.query import Facet

# Below this many rows their bits are counted one by one, above by the values of their bytes.
FEW = 256


def distinct(columns: Columns, rows: Array) -> int:
    """How many specialists practise at these rows."""
    group = columns.group[rows]
    several = group[group >= 0]
    seen = np.zeros(columns.groups, bool)
    seen[several] = True
    return len(rows) - len(several) + int(np.count_nonzero(seen))


def count(
    columns: Columns, filters: Filters, circle: Circle | None, live: Array | None, found: Array
) -> dict[Facet, Counter]:
    """For each facet the specialists by code.

    `live`: which rows count at all (None: every one); `found`: the rows that pass all filters within the circle.
    """
    common = replace(filters.without_procedures(), insurers=None, languages=None)
    if common == filters:
        everybody = _People(columns, found)
        return {
            "procedure": everybody.marks("procedures"),
            "insurer": everybody.marks("insurers"),
            "language": _by_code(everybody.marks("languages")),
        }
    rows, _squared = select(columns, common, circle)
    if live is not None:
        rows = rows[live[rows]]
    everyone = np.ones(len(rows), bool)
    offered = offers(columns, filters, rows) if filters.procedures is not None else everyone
    insured = has_any(columns.insurers, filters.insurers, rows) if filters.insurers is not None else everyone
    spoken = has_any(columns.languages, filters.languages, rows) if filters.languages is not None else everyone
    for_procedures = _People(columns, rows[insured & spoken])
    return {
        "procedure": for_procedures.offerings(filters) if filters.of_offering else for_procedures.marks("procedures"),
        "insurer": _People(columns, rows[offered & spoken]).marks("insurers"),
        "language": _by_code(_People(columns, rows[offered & insured]).marks("languages")),
    }


def _by_code(counts: Counter) -> Counter:
    return Counter({language_code(number): many for number, many in counts.items()})


class _People:
    """Rows, parted into specialists with one practice in all and those with several."""

    def __init__(self, columns: Columns, rows: Array) -> None:
        self.columns, self.rows = columns, rows
        group = columns.group[rows]
        self.alone, self.several = rows[group < 0], rows[group >= 0]
        self.group = group[group >= 0]

    def marks(self, name: str) -> Counter:
        """Specialists by each code that these columns mark."""
        marks: Marks = getattr(self.columns, name)
        counts: Counter = Counter()
        for number, word in enumerate(marks.words):
            together = np.zeros(self.columns.groups, word.dtype)
            np.bitwise_or.at(together, self.group, word[self.several])
            bits = bit_counts(word[self.alone]) + bit_counts(together[together > 0])
            codes = marks.codes[number * 64 : number * 64 + 64].tolist()
            counts.update({code: many for code, many in zip(codes, bits.tolist(), strict=False) if many})
        return counts

    def offerings(self, filters: Filters) -> Counter:
        """Specialists by each procedure that is offered as asked for."""
        found = {
            procedure: distinct(self.columns, self.rows[offers_one(self.columns, filters, procedure, self.rows)])
            for procedure in self.columns.postings
        }
        return Counter({procedure: many for procedure, many in found.items() if many})


# For each value of a byte which of its bits are set.
_BITS_OF_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.int64)


def bit_counts(words: Array) -> Array:
    """For each bit of an array of unsigned integers in how many it is set."""
    octets = (
        words.astype(words.dtype.newbyteorder("<"), copy=False).view(np.uint8).reshape(len(words), words.dtype.itemsize)
    )
    if len(words) < FEW:
        return np.unpackbits(octets, axis=1, bitorder="little").sum(axis=0, dtype=np.int64)
    counted = [np.bincount(octets[:, byte], minlength=256) @ _BITS_OF_BYTE for byte in range(octets.shape[1])]
    return np.concatenate(counted)
