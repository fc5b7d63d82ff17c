"""Figures as lines of text and as the tables of docs/performance.md."""

from collections.abc import Iterator, Mapping
from typing import Any

from directory.bench.bars import Bar
from directory.bench.measure import OURS

SETS = {
    "any": "25 miles, no filter",
    "adhesiolysis": "25 miles, adhesiolysis",
    "insured": "100 miles, procedure and insurer",
    "facets": "25 miles with facets",
    "mixed": "any filters, orders, pages",
}


def lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """The tables in Markdown, the bars last."""
    for size, found in figures["sizes"].items():
        yield from ("", f"{int(size):,} practices, {found['machine']['database']}", "")
        yield from searches(found)
        yield from doors(found)
    yield ""
    yield from verdicts(bars_of(figures))


def filled(text: str, figures: Mapping[str, Any]) -> str:
    """A text with the tables between the marks of their database, `<!-- sqlite -->` and `<!-- /sqlite -->`."""
    machine = next(iter(figures["sizes"].values()))["machine"]
    start, end = (f"<!-- {slash}{machine['vendor']} -->" for slash in ("", "/"))
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    on = (
        f"Measured on {figures['day']}: {machine['processor']}, {machine['cores']} cores, {machine['database']}, "
        f"Python {machine['python']}, Django {machine['django']}."
    )
    return "\n".join([before + start, on, *lines(figures), end + after])


def bars_of(figures: Mapping[str, Any]) -> list[Bar]:
    return [Bar(**bar) for bar in figures["bars"]]


def searches(found: Mapping[str, Any]) -> Iterator[str]:
    if "sets" not in found:
        return
    yield "| question | engine | p50 ms | p95 ms | p99 ms | answers/s | ours is faster by |"
    yield "|---|---|---|---|---|---|---|"
    for name, by_engine in found["sets"].items():
        for engine, figures in by_engine.items():
            ratio = f"{figures['ratio']:.1f} x" if engine != OURS else ""
            called = "**this search**" if engine == OURS else engine
            times = " | ".join(f"{figures[f'p{p}_ms']:.3g}" for p in (50, 95, 99))
            yield f"| {SETS[name]} | {called} | {times} | {figures['per_second']:,.0f} | {ratio} |"


def doors(found: Mapping[str, Any]) -> Iterator[str]:
    if "inprocess" in found or "http" in found:
        yield from ("", "| from request to answer | p50 ms | p99 ms | requests/s |", "|---|---|---|---|")
    for name, title in (("api", "API"), ("page", "results page")):
        for view, words in (
            (OURS, ""),
            ("constant results", ", search with constant results"),
            ("constant", ", constant answer"),
        ):
            if figures := found.get("inprocess", {}).get(name, {}).get(view):
                yield f"| {title}{words}, in process | {figures['p50_ms']:.3g} | {figures['p99_ms']:.3g} | |"
    for name, title in (("api", "API"), ("page", "results page"), ("naive", "naive endpoint")):
        if "http" in found:
            figures = found["http"][name]
            times = f"{figures['p50_ms']:.3g} | {figures['p99_ms']:.3g}"
            yield f"| {title}, over HTTP | {times} | {figures['per_second']:,.0f} |"


def verdicts(bars: list[Bar]) -> Iterator[str]:
    yield "| practices | bar | must be | is | |"
    yield "|---|---|---|---|---|"
    words = {True: "met", False: "MISSED", None: "not measured"}
    for bar in bars:
        figure = "" if bar.figure is None else f"{bar.figure:.3g}"
        yield f"| {int(bar.size):,} | {bar.name} | {bar.sign} {bar.bar:g} | {figure} | {words[bar.met]} |"
