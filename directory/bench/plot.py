"""The figures as a picture: SVG by hand, readable on light and dark ground."""

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil, floor, log10
from typing import Any

from directory.bench.measure import OURS
from directory.bench.report import SETS

WIDTH = 820
LEFT, RIGHT = 250, 80
BAR, GAP, HEADING, TOP = 15, 4, 30, 66
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1b1b1b }
  .h { font-weight: 600 } .t { font-size: 16px; font-weight: 600 } .m { fill: #565c65 }
  .g { stroke: #a9aeb1; stroke-opacity: .5 } .o { fill: #a8a29a } .us { fill: #0f6b6b }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f0f0 } .m { fill: #b5b9be } .g { stroke: #71767a } .o { fill: #7d776f } .us { fill: #3fbfb2 }
  }
"""


def drawn(figures: Mapping[str, Any], *, size: str = "") -> str:
    """p50 and p99 of every engine at one size (the largest measured), a group of bars for each kind of question."""
    size = size or max(figures["sizes"], key=int)
    found = figures["sizes"][size]
    groups = {name: engines for name, engines in found["sets"].items() if name in SETS}
    scale = Scale(
        [figure[key] for group in groups.values() for figure in group.values() for key in ("p50_ms", "p99_ms")]
    )
    rows = list(_rows(groups, scale))
    height = TOP + sum(len(group) * (BAR + GAP) + HEADING for group in groups.values()) + 24
    title = f"{int(size):,} practices, {found['machine']['database']}: milliseconds for one answer"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(_in_words(groups))}</desc>',
            f"<style>{STYLE}</style>",
            _text(16, 26, title, "t"),
            _text(16, 46, "The bar ends at the median, the thin line at the 99th percentile. Logarithmic.", "m"),
            *_grid(scale, height),
            *rows,
            "</svg>",
            "",
        ]
    )


class Scale:
    """Milliseconds to pixels, by their logarithm; whole powers of ten at both ends."""

    def __init__(self, values: list[float]) -> None:
        self.low, self.high = floor(log10(min(values))), ceil(log10(max(values)))

    def x(self, milliseconds: float) -> float:
        share = (log10(milliseconds) - self.low) / max(1, self.high - self.low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def marks(self) -> Iterator[float]:
        yield from (10.0**power for power in range(self.low, self.high + 1))


def _grid(scale: Scale, height: int) -> Iterator[str]:
    for mark in scale.marks():
        x = scale.x(mark)
        yield f'<line class="g" x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{height - 22}"/>'
        yield _text(x, height - 6, f"{mark:g} ms", "m", anchor="middle")


def _rows(groups: Mapping[str, Any], scale: Scale) -> Iterator[str]:
    y = TOP
    for name, engines in groups.items():
        yield _text(16, y + 16, SETS[name], "h")
        y += HEADING - 6
        for engine, figures in engines.items():
            called = "this search" if engine == OURS else engine
            middle, end = scale.x(figures["p50_ms"]), scale.x(figures["p99_ms"])
            centre = y + BAR / 2
            style = "us" if engine == OURS else "o"
            yield _text(LEFT - 8, y + 12, called, "h" if engine == OURS else "", anchor="end")
            yield _bar(style, LEFT, y, max(2.0, middle - LEFT), BAR)
            yield _bar(style, middle, centre - 1, max(0.0, end - middle), 2)
            yield _text(end + 6, y + 12, f"{figures['p50_ms']:.3g}", "m")
            y += BAR + GAP
        y += 6


def _bar(style: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}"/>'


def _text(x: float, y: float, words: str, style: str, *, anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _in_words(groups: Mapping[str, Any]) -> str:
    sentences = []
    for name, engines in groups.items():
        medians = ", ".join(
            f"{'this search' if engine == OURS else engine} {figures['p50_ms']:.3g}"
            for engine, figures in engines.items()
        )
        sentences.append(f"{SETS[name]}: {medians}.")
    return " ".join(["Medians.", *sentences])
