"""Titles and lines as a PDF. Knows nothing of requests; nothing is written to a disk."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A title, and lines with what announces them; that may be empty."""

    title: str
    lines: Sequence[tuple[str, str]]
    is_warning: bool = False
