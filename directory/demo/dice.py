"""Chance that falls the same on every machine and under every version of Python."""

import random
from collections.abc import Sequence


class Dice:
    """Built on `Random.random()` alone: the one method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invents people, guards nothing

    def below(self, end: int) -> int:
        """0 to end - 1."""
        return int(self._random.random() * end)

    def between(self, first: int, last: int) -> int:
        """Both ends included."""
        return first + self.below(last - first + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick[T](self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def some[T](self, choices: Sequence[T], count: int) -> list[T]:
        """Different ones, in the order of the choices."""
        left = list(range(len(choices)))
        taken = [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]
        return [choices[index] for index in sorted(taken)]

    def weighted[T](self, choices: Sequence[tuple[T, int]]) -> T:
        """Each with the chance that its whole number has among the others."""
        mark = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            mark -= weight
            if mark < 0:
                return choice
        raise ValueError("no choices")
