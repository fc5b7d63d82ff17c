"""Towns that somebody may have meant: by how a name begins, and by names spelled nearly like it."""

from string import ascii_lowercase

from directory.places import table
from directory.places.folding import fold
from directory.places.table import Place

LONGEST = 40  # no town's key is longer; what is longer is cut
CANDIDATES_PER_START = 60
START = 4


def distance(a: str, b: str, most: int) -> int:
    """Letters to change, add, drop or swap to turn one into the other; `most + 1` as soon as it is more than `most`."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def _starts(key: str) -> set[str]:
    """The first letters of the key as they are and with one slip: the names that are worth comparing."""
    start = key[:START]
    halves = [(start[:n], start[n:]) for n in range(len(start) + 1)]
    slips = {left + right[1:] for left, right in halves if right}
    slips |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    slips |= {left + letter + right[1:] for left, right in halves if right for letter in ascii_lowercase}
    slips |= {(left + letter + right)[:START] for left, right in halves for letter in ascii_lowercase}
    return {slip for slip in slips if len(slip) >= START - 1}


def nearly_written(name: str, state: str = "", limit: int = 5) -> list[Place]:
    """Towns whose name is a slip or two away, the nearest spelling first. A few milliseconds, whatever the text."""
    key = fold(name)[:LONGEST]
    if len(key) < 3:
        return []
    most = 1 if len(key) < 5 else 2 if len(key) < 9 else 3
    keys = {near for start in _starts(key) for near in table.keys_starting(start, CANDIDATES_PER_START)}
    keys |= set(table.keys_starting(key[:3], 10 * CANDIDATES_PER_START))
    near = sorted((d, near) for near in keys if (d := distance(key, near, most)) <= most)
    found = [(d, place) for d, near_key in near[:200] for place in table.towns_of_key(near_key, state)]
    found.sort(key=lambda pair: (pair[0], -pair[1].population, pair[1].label))
    return list(dict.fromkeys(place for _, place in found))[:limit]


def suggest(prefix: str, limit: int = 8) -> tuple[str, ...]:
    """Labels that complete a text: ZIP codes for digits, else towns by population. Each is understood as a place."""
    text = prefix[:200].strip()
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return tuple(place.label for place in table.zips_starting(text, limit))
    name, _, state = text.partition(",")
    key, state = fold(name)[:LONGEST], state.strip().upper()
    if not key:
        return ()
    return tuple(place.label for place in table.towns_starting(key, limit, state if len(state) == 2 else ""))
