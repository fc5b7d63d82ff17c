"""The words of names: which rows have a word that begins so, and in which order the names stand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from directory.search.packing import Array

# So many letters of a name are compared as numbers; longer ones that are alike up to there are compared as they are.
COMPARED = 24
# So many names are laid out at a time.
LAID_OUT = 100_000
# For so few rows it is quicker to look at each.
FEW = 64


class Names:
    """The words of all rows, one after the other as they were read: `directory.search.rows` says how.

    Each word begins after a blank; the first zero ends the family name, the second one the given name.
    """

    def __init__(self, words: bytes, lengths: Array, rank: Array, order: Array) -> None:
        """`lengths`: of the words of each row; `rank`: the row of each place in `words`; `order`: the way back."""
        self.rank, self.place = rank, order.astype(np.int32)
        placed_lengths = np.empty(len(lengths), np.uint16)
        placed_lengths[self.place] = lengths
        self.ends = np.cumsum(placed_lengths, dtype=np.uint32)
        self.words = words
        letters = np.frombuffer(words + b"\0\0", np.uint8)
        starts = np.flatnonzero(letters == ord(" ")) + 1
        two_letters = letters[starts].astype(np.uint16) << 8 | letters[starts + 1]
        by_letters = np.argsort(two_letters, kind="stable")
        # All beginnings of words in the order of their first two letters, and where each pair of letters begins
        self.starts = starts[by_letters].astype(np.uint32)
        self.pairs = np.searchsorted(two_letters[by_letters], np.arange(2**16 + 1)).astype(np.uint32)

    def of(self, row: int) -> bytes:
        place = self.place[row]
        return self.words[self.ends[place - 1] if place else 0 : self.ends[place]]

    def key(self, row: int) -> bytes:
        """Family and given name, to sort by."""
        return self.of(row).rsplit(b"\0", 1)[0]

    def rows_called(self, names: Sequence[Sequence[bytes]]) -> Array:
        """The rows with one of these names, in rising order: each word of it begins a word of theirs."""
        return np.flatnonzero(self._called(names)).astype(np.int32)

    def are_called(self, names: Sequence[Sequence[bytes]], rows: Array) -> Array:
        """For each of the rows whether it has one of these names."""
        if len(rows) >= FEW:
            return self._called(names)[rows]
        found = [self.of(row) for row in rows.tolist()]
        return np.array([any(all(b" " + word in of for word in name) for name in names) for of in found], bool)

    def _called(self, names: Sequence[Sequence[bytes]]) -> Array:
        have_each = [np.logical_and.reduce([self._have(word) for word in name]) for name in names]
        return np.logical_or.reduce(have_each)

    def _have(self, word: bytes) -> Array:
        """For every row whether one of its words begins so."""
        first, last = (word[0] << 8, (word[0] << 8) + 255) if len(word) == 1 else [word[0] << 8 | word[1]] * 2
        at = self.starts[self.pairs[first] : self.pairs[last + 1]]
        letters = np.frombuffer(self.words, np.uint8)
        for offset in range(2, len(word)):
            at = at[np.take(letters, at + np.uint32(offset), mode="clip") == word[offset]]
        has = np.zeros(len(self.rank), bool)
        has[self.rank[np.searchsorted(self.ends, at, side="right")]] = True
        return has

    def order(self, npi: Array) -> tuple[Array, Array]:
        """The rows sorted by family name, given name and NPI, and which of them in that order begins another name."""
        if not len(npi):
            return np.zeros(0, np.int32), np.zeros(0, bool)
        letters = np.frombuffer(self.words, np.uint8)
        starts = np.concatenate([[0], self.ends[:-1]])[self.place].astype(np.int64)
        # Two zeros in each row; the second ends what is compared
        lengths = np.flatnonzero(letters == 0)[1::2][self.place] - starts
        compared = np.zeros((len(npi), COMPARED), np.uint8)
        for first in range(0, len(npi), LAID_OUT):
            some = slice(first, first + LAID_OUT)
            at = starts[some, None] + np.arange(COMPARED)
            within = np.arange(COMPARED) < lengths[some, None]
            compared[some] = np.where(within, np.take(letters, at, mode="clip"), 0)
        numbers = compared.view(">u8").astype(np.uint64)
        order = np.lexsort((npi, *numbers.T[::-1])).astype(np.int32)
        is_other = np.append(True, (numbers[order[1:]] != numbers[order[:-1]]).any(axis=1))
        self._tell_long_names_apart(order, is_other, lengths, npi)
        return order, is_other

    def _tell_long_names_apart(self, order: Array, is_other: Array, lengths: Array, npi: Array) -> None:
        """Where names are alike as far as they were compared and one goes on: sorts and compares all of them."""
        groups = np.cumsum(is_other)
        for group in np.unique(groups[lengths[order] > COMPARED]):
            members = slice(*np.searchsorted(groups, (group, group + 1)))
            keyed = sorted((self.key(row), int(npi[row]), row) for row in order[members].tolist())
            order[members] = [row for _name, _npi, row in keyed]
            is_other[members] = [True, *(one[0] != before[0] for before, one in pairwise(keyed))]
