"""What a run of the benchmark is to do."""

from dataclasses import dataclass

PARTS = ("search", "inprocess", "http", "memory")
SIZES = (50_000, 1_000_000)
# Kinds of questions that every engine can answer; those with any filter and order are for those that know them all.
SIMPLE = ("any", "adhesiolysis", "insured", "facets")

# Those that ask for one procedure.
ONE_PROCEDURE = ("adhesiolysis", "insured")


@dataclass(frozen=True)
class Options:
    """Of one size."""

    practices: int
    queries: int = 1_000  # of each set
    seconds: float = 20.0  # each engine, set and address at most, beyond its first turn
    checked: int = 2_000  # questions for exactness
    parts: tuple[str, ...] = PARTS
    only_spatial: bool = False  # of the other engines those with a spatial index, and brute force
    empty_url: str = ""  # a database without listings, for the time to the first answer


def checked_for(practices: int) -> int:
    """Brute force takes milliseconds at 50,000 practices and tens of them at a million."""
    return 2_000 if practices <= 100_000 else 300
