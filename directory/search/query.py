"""The question and the answer of a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from directory.evidence import Tier
from directory.places import Understood

DEFAULT_RADIUS_MILES = 50.0
SMALLEST_RADIUS_MILES, LARGEST_RADIUS_MILES = 1.0, 500.0
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 20, 100
WIDENED_TO = 5

Sort = Literal["distance", "evidence", "wait", "name"]
SORTS: tuple[Sort, ...] = ("distance", "evidence", "wait", "name")
# What is counted for each of its values.
Facet = Literal["procedure", "insurer", "language"]
FACETS: tuple[Facet, ...] = ("procedure", "insurer", "language")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: all filters must hold at one and the same practice. Values have been checked.

    Several values of one filter mean any of them. `requests_online` and `evidence` speak of the procedures given: one
    offering of one of them must meet both.
    """

    near: Understood | None = None
    radius_miles: float = DEFAULT_RADIUS_MILES
    procedures: tuple[str, ...] = ()  # slugs
    conditions: tuple[str, ...] = ()  # slugs
    insurers: tuple[str, ...] = ()  # slugs
    languages: tuple[str, ...] = ()  # codes
    genders: tuple[str, ...] = ()  # female, male
    accepting: bool = False
    telehealth: bool = False
    requests_online: bool = False  # needs procedures
    evidence: Tier | None = None  # at least this; needs procedures
    q: tuple[str, ...] = ()  # names; of any of them every word must begin a word of a practice's names
    sort: Sort | None = None  # None: by distance where `near` is given, else by name; evidence, wait: one procedure
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    facets: bool = False

    @property
    def order(self) -> Sort:
        """How the answer is ordered."""
        return self.sort or ("distance" if self.near else "name")


class PageNotFound(Exception):
    """A page past the last one."""

    def __init__(self, page: int, pages: int) -> None:
        super().__init__(f"page {page} of {pages}")
        self.page = page
        self.pages = pages


@dataclass(frozen=True, slots=True)
class Hit:
    """A specialist at the nearest matching practice."""

    npi: int
    practice_id: int
    distance_miles: float | None  # unrounded; None without `near`
    other_practices: int  # further matching practices of the specialist, wherever they are
    version: int = field(default=0, compare=False)  # of the directory, which wrote the practice's listing


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What leaving out one filter would give within the same radius."""

    drop: str  # the parameter's name
    count: int
    nearest_miles: float | None  # unrounded


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many specialists there would be with this value alone in the place of the filter's own."""

    slug: str  # of a language its code
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: SearchQuery
    hits: Sequence[Hit]  # of the page asked for
    count: int  # specialists, exactly
    widened: bool = False  # nothing within the radius: these are the nearest that match, however far
    relax: Sequence[Relaxed] = ()  # only where nothing lies within the radius
    facets: Mapping[Facet, Sequence[FacetCount]] | None = None  # the most frequent first, then by slug; none of 0

    @property
    def pages(self) -> int:
        """How many pages there are; an empty answer has one."""
        return max(1, -(-self.count // self.query.page_size)) if not self.widened else 1
