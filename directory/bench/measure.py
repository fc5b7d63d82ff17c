"""Several engines answer the same questions in turns, so that whatever else the machine does hits all of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TURN = 20  # questions at a time
WARM_UP = 10
LEAST = 5
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that each question took, in their order."""

    seconds: Sequence[float]

    @property
    def per_second(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    def percentile(self, percent: float) -> float:
        """By nearest rank, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100.0))]

    def first(self, number: int) -> "Times":
        return Times(self.seconds[:number])

    def figures(self) -> dict[str, Any]:
        """For the report: milliseconds, to three digits or so."""
        return {
            "queries": len(self.seconds),
            "per_second": rounded(self.per_second),
            "mean_ms": rounded(1000.0 * sum(self.seconds) / len(self.seconds)),
            **{f"p{p}_ms": rounded(1000.0 * self.percentile(p)) for p in (50, 95, 99)},
        }


def rounded(value: float) -> float:
    """To four significant digits."""
    return float(f"{value:.4g}")


def in_turns[Question](
    engines: Mapping[str, Callable[[Question], object]], questions: Sequence[Question], *, most_seconds: float
) -> dict[str, Times]:
    """The times of each engine. One that has used up its seconds stops: it has answered the first N questions."""
    for engine in engines.values():
        _ask(engine, questions[:WARM_UP], [], most_seconds / 4.0)
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for start in range(0, len(questions), TURN):
        for name, engine in engines.items():
            if len(seconds[name]) == start:
                _ask(engine, questions[start : start + TURN], seconds[name], most_seconds)
    return {name: Times(taken) for name, taken in seconds.items()}


def _ask[Question](
    engine: Callable[[Question], object], questions: Sequence[Question], seconds: list[float], most_seconds: float
) -> None:
    """Adds the seconds of each question, until they are used up; the first few are asked in any case."""
    for question in questions:
        if len(seconds) >= LEAST and sum(seconds) > most_seconds:
            return
        began = time.perf_counter()
        engine(question)
        seconds.append(time.perf_counter() - began)


def compared(times: Mapping[str, Times]) -> dict[str, dict[str, Any]]:
    """Figures by engine; `ratio` is our throughput to theirs over the questions that they answered too."""
    ours = times[OURS]
    figures = {}
    for name, theirs in times.items():
        figures[name] = theirs.figures()
        if name != OURS:
            same = ours.first(len(theirs.seconds))
            figures[name]["ratio"] = rounded(same.per_second / theirs.per_second)
    return figures
