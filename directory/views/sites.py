"""A clinic's offices as its page shows them: by site, by doctor, and which procedure is done where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory import cards
from directory.cards import ProcedureLine
from directory.evidence import ticks
from directory.views.office import Office
from directory.vocabulary import Vocabulary

# More sites than this do not fit beside each other as columns of a table.
COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Site:
    """One address, with what the practices there have in common."""

    label: str
    offices: Sequence[Office]

    @property
    def first(self) -> Office:
        """The one whose address is shown: a colleague's, where somebody had theirs hidden."""
        listing = cards.with_street([office.listing for office in self.offices])
        return next(office for office in self.offices if office.listing is listing)

    @property
    def phones(self) -> list[tuple[str, str]]:
        """Each number once, and whose it is where there are several."""
        return _shared({office.name: office.practice["phone"] for office in self.offices if office.practice["phone"]})

    @property
    def hours(self) -> list[tuple[list[tuple[str, str]], str]]:
        """Opening hours, and whose they are where doctors have different ones. Who has none told is left out."""
        told = [office for office in self.offices if office.opening]
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for office in told:
            groups.setdefault(tuple(office.hours), []).append(office.name)
        return [
            (list(same), "" if len(names) == len(self.offices) else "; ".join(names)) for same, names in groups.items()
        ]

    @property
    def is_accepting(self) -> bool:
        return any(office.practice["accepting_new_patients"] for office in self.offices)


def _shared(values: Mapping[str, str]) -> list[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for name, value in values.items():
        groups.setdefault(value, []).append(name)
    return [(value, "; ".join(names) if len(groups) > 1 else "") for value, names in groups.items()]


def sites(found: Sequence[Office]) -> list[Site]:
    """In the order of their first practice."""
    groups: dict[int, list[Office]] = {}
    for office in found:
        groups.setdefault(office.site, []).append(office)
    made = [Site(same[0].label, same) for same in groups.values()]
    return [Site(site.first.label, site.offices) for site in made]


@dataclass(frozen=True, slots=True)
class Done:
    """Who does a procedure at a site within the same wait. `line` is that of one of them."""

    line: ProcedureLine
    names: str


@dataclass(frozen=True, slots=True)
class Cell:
    site: Site
    done: Sequence[Done]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    url: str
    cells: Sequence[Cell]


def where_done(places: Sequence[Site], vocabulary: Vocabulary) -> list[Row]:
    """Which procedure is done at which site, and by whom. A row has a cell for each site, also where none does it."""
    rows = []
    for procedure in vocabulary.procedures.values():
        cells = [Cell(site, _done(site, procedure.slug)) for site in places]
        if any(cell.done for cell in cells):
            rows.append(Row(procedure.name, procedure.get_absolute_url(), cells))
    return rows


def _done(site: Site, procedure: str) -> list[Done]:
    same: dict[tuple[str | None, int | None], list[tuple[Office, ProcedureLine]]] = {}
    for office in site.offices:
        if line := office.line(procedure):
            same.setdefault((line["status"], line["wait_weeks"]), []).append((office, line))
    return [Done(who[0][1], "; ".join(office.name for office, _line in who)) for who in same.values()]


@dataclass(frozen=True, slots=True)
class Person:
    """A specialist of the clinic. `line` is the strongest evidence of the page's procedure; None: not known."""

    name: str
    url: str
    labels: str
    offices: Sequence[Office]
    line: ProcedureLine | None
    procedures: str  # by name, where the page's procedure is not among them

    @property
    def first(self) -> Office:
        return self.offices[0]


def people(found: Sequence[Office], procedure: str) -> list[Person]:
    """By family name; each once, however many offices they have."""
    groups: dict[str, list[Office]] = {}
    for office in sorted(found, key=lambda one: (one.listing["family_name"], one.listing["given_name"])):
        groups.setdefault(office.listing["npi"], []).append(office)
    return [_person(same, procedure) for same in groups.values()]


def _person(same: Sequence[Office], procedure: str) -> Person:
    lines = [line for office in same if (line := office.line(procedure))]
    names = dict.fromkeys(line["name"] for office in same for line in office.lines)
    return Person(
        same[0].name,
        same[0].url,
        ", ".join(dict.fromkeys(office.label for office in same)),
        same,
        max(lines, key=lambda line: ticks(line["evidence"]), default=None),
        "" if lines else ", ".join(names),
    )


def insurer_names(found: Sequence[Office]) -> list[str]:
    """Those that any of the offices takes, each once."""
    return list(dict.fromkeys(name for office in found for name in office.insurers))


def language_names(found: Sequence[Office], vocabulary: Vocabulary) -> list[str]:
    """Those that any of the doctors speaks."""
    codes = {code for office in found for code in office.listing["languages"] or ()}
    return sorted(str(vocabulary.languages[code]) for code in codes if code in vocabulary.languages)
