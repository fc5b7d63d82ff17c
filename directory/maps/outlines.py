"""Outlines of areas that share their lines: joined to one where they touch, and written as an SVG path. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

type Corner = tuple[int, int]
type Outline = list[Corner]


def joined(rings: Iterable[Sequence[int]], arcs: Sequence[Sequence[Corner]]) -> list[Outline]:
    """The outlines of all these areas together: a line that two of them share is inside and goes.

    A ring is a row of arcs by number from 1, negative where it runs backwards; `arcs` are their points. An outline
    ends where it began, without saying that corner twice.
    """
    uses = Counter(arc for ring in rings for arc in ring)
    rim = [arc for arc, many in uses.items() for _ in range(many - uses.get(-arc, 0))]
    lines = [list(arcs[arc - 1]) if arc > 0 else list(arcs[-arc - 1])[::-1] for arc in rim]
    starting: dict[Corner, list[Outline]] = defaultdict(list)
    for line in reversed(lines):
        starting[line[0]].append(line)
    # As many lines begin at a corner as end there, so whoever follows them comes back to where he began.
    outlines = []
    for first in lines:
        while starting[first[0]]:
            outline: Outline = [first[0]]
            while starting[outline[-1]]:
                outline += starting[outline[-1]].pop()[1:]
            outlines.append(outline[:-1])
    return outlines


def path(outlines: Iterable[Sequence[Corner]], *, closed: bool) -> str:
    """The `d` of an SVG path: each outline from a fixed point, then in steps, which are short."""
    return "".join(_path(outline, closed=closed) for outline in outlines if len(outline) > (2 if closed else 1))


def _path(outline: Sequence[Corner], *, closed: bool) -> str:
    (x, y), *rest = outline
    parts = [f"M{x} {y}"]
    command = "M"
    for next_x, next_y in rest:
        right, down = next_x - x, next_y - y
        if not (right or down):
            continue
        if not down:
            text, letter = str(right), "h"
        elif not right:
            text, letter = str(down), "v"
        else:
            text, letter = f"{right}{'' if down < 0 else ' '}{down}", "l"
        joint = "" if letter != command else "" if text.startswith("-") else " "
        parts.append(f"{letter}{text}" if letter != command else f"{joint}{text}")
        command = letter
        x, y = next_x, next_y
    return "".join(parts) + ("z" if closed else "")
