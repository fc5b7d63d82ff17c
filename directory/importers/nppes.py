"""The national NPI file (NPPES dissemination file, versions 1 and 2) -> rows. Pure: no database, no printing.

Columns are found by name, so both generations are read: 329 columns, and 330 since the certification date joined them
("Provider Gender Code" later became "Provider Sex Code"). Only individuals with a pain taxonomy are kept; of the file's
8 million rows just those are taken apart that hold such a code or belong to somebody whom the directory knows.
"""

import csv
import datetime
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from directory import npi, states
from directory.importers import cells, wording
from directory.importers.errors import RowRefused
from directory.importers.report import Report

SLOTS = range(1, 16)
PRACTICE = "Provider Business Practice Location Address"
COUNTRY = f"{PRACTICE} Country Code (If outside U.S.)"
SEX_NAMES = ("Provider Sex Code", "Provider Gender Code")
COLUMNS = (
    "NPI",
    "Entity Type Code",
    "Provider Last Name (Legal Name)",
    "Provider First Name",
    "Provider Middle Name",
    "Provider Name Suffix Text",
    "Provider Credential Text",
    "Provider First Line Business Practice Location Address",
    "Provider Second Line Business Practice Location Address",
    f"{PRACTICE} City Name",
    f"{PRACTICE} State Name",
    f"{PRACTICE} Postal Code",
    COUNTRY,
    f"{PRACTICE} Telephone Number",
    "Last Update Date",
    "NPI Deactivation Date",
    "NPI Reactivation Date",
    *(f"Healthcare Provider Taxonomy Code_{slot}" for slot in SLOTS),
    *(f"Healthcare Provider Primary Taxonomy Switch_{slot}" for slot in SLOTS),
)
INDIVIDUAL, ORGANIZATION = "1", "2"
GENDERS = {"F": "female", "M": "male"}
HOME = frozenset({"", "US", "USA", "UNITED STATES"})
STATE_CODES = {name.upper(): code for code, name in states.NAMES.items()}
TAXONOMY_CODE = re.compile(r"[0-9A-Z]{9}X")

# A row is about 1.3 kB; 64 kB is far more than its 330 columns can hold.
LONGEST_ROW = 1 << 16
BEGINS_ROW = re.compile(rb'"?[0-9]{10}(?:\.0)?"?,')
HOLDS_PAIN_CODE = re.compile("|".join(sorted(npi.PAIN_TAXONOMIES)).encode())
PROGRESS_EVERY = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotThisFile(ValueError):
    """A table of another layout. The reason says which, as far as its first line tells."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One of the fifteen slots of specialty codes."""

    code: str
    is_primary: bool
    position: int


@dataclass(frozen=True, slots=True)
class Address:
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Listing:
    """An individual with a pain taxonomy, active in the registry as of the day of the last change there."""

    npi: int
    as_of: datetime.date
    reactivated_on: datetime.date | None
    taxonomies: tuple[Registered, ...]
    given_name: str
    middle_name: str
    family_name: str
    name_suffix: str
    credentials: str
    gender: str | None
    address: Address
    phone: str


@dataclass(frozen=True, slots=True)
class NoLongerPain:
    """An active individual without any pain taxonomy; of interest only where the directory has them."""

    npi: int
    as_of: datetime.date
    reactivated_on: datetime.date | None
    taxonomies: tuple[Registered, ...]


@dataclass(frozen=True, slots=True)
class Deactivated:
    npi: int
    as_of: datetime.date


Row = Listing | NoLongerPain | Deactivated


def parse(row: Mapping[str, str], today: datetime.date) -> Row | None:
    """One row by its column names (COLUMNS, and "sex"); None for an organization. Raises RowRefused."""
    number = cells.individual_npi(row["NPI"])
    try:
        return _parse(number, row, today)
    except RowRefused as refused:
        refused.npi = number
        raise


def _parse(number: int, row: Mapping[str, str], today: datetime.date) -> Row | None:
    deactivated_on = cells.date(row["NPI Deactivation Date"], "NPI Deactivation Date", today)
    reactivated_on = cells.date(row["NPI Reactivation Date"], "NPI Reactivation Date", today)
    if deactivated_on and (reactivated_on is None or reactivated_on < deactivated_on):
        return Deactivated(number, deactivated_on)
    entity = cells.digits_of(row["Entity Type Code"])
    if entity == ORGANIZATION:
        return None
    if entity != INDIVIDUAL:
        raise RowRefused("its Entity Type Code is neither 1 (individual) nor 2 (organization)")
    updated_on = cells.date(row["Last Update Date"], "Last Update Date", today)
    if updated_on is None:
        raise RowRefused("it has no Last Update Date, so nobody can tell whether it is the newest word")
    as_of = max(updated_on, reactivated_on or updated_on)
    taxonomies = _taxonomies(row)
    if npi.PAIN_TAXONOMIES.isdisjoint(registered.code for registered in taxonomies):
        return NoLongerPain(number, as_of, reactivated_on, taxonomies)
    return Listing(
        npi=number,
        as_of=as_of,
        reactivated_on=reactivated_on,
        taxonomies=taxonomies,
        **_name(row),
        gender=GENDERS.get(row["sex"].strip().upper()),
        address=_address(row),
        phone=cells.phone(row[f"{PRACTICE} Telephone Number"]),
    )


def _taxonomies(row: Mapping[str, str]) -> tuple[Registered, ...]:
    """The codes in the order of their slots, each once; the first that is marked is the primary one."""
    slots: dict[str, int] = {}
    primary = ""
    for slot in SLOTS:
        code = row[f"Healthcare Provider Taxonomy Code_{slot}"].strip().upper()
        if not TAXONOMY_CODE.fullmatch(code):
            continue
        slots.setdefault(code, slot)
        if not primary and row[f"Healthcare Provider Primary Taxonomy Switch_{slot}"].strip().upper() == "Y":
            primary = code
    return tuple(Registered(code, code == primary, slot) for code, slot in slots.items())


def _name(row: Mapping[str, str]) -> dict[str, str]:
    family = wording.family_name(cells.text(row["Provider Last Name (Legal Name)"]))
    if not any(character.isalpha() for character in family):
        raise RowRefused("it has no last name")
    given = wording.given_name(cells.text(row["Provider First Name"]))
    middle = wording.given_name(cells.text(row["Provider Middle Name"]))
    suffix = wording.suffix(cells.text(row["Provider Name Suffix Text"]))
    credentials = wording.credentials(cells.text(row["Provider Credential Text"]))
    return {
        "given_name": cells.within(given, 60, "first name"),
        "middle_name": cells.within(middle, 60, "middle name"),
        "family_name": cells.within(family, 80, "last name"),
        "name_suffix": cells.within(suffix, 20, "name suffix"),
        "credentials": cells.within(credentials, 60, "credential"),
    }


def _address(row: Mapping[str, str]) -> Address:
    """Where patients are seen: the practice location, never the mailing address."""
    given_state = cells.text(row[f"{PRACTICE} State Name"]).upper()
    country = cells.text(row[COUNTRY]).upper()
    if country in states.TERRITORIES and given_state in ("", country):
        given_state = country
    elif country not in HOME:
        raise RowRefused("its practice address is outside the United States")
    state = given_state if given_state in states.NAMES else STATE_CODES.get(given_state, "")
    if not state:
        raise RowRefused("no usable practice address: its state is none of the United States or its territories")
    first = cells.text(row["Provider First Line Business Practice Location Address"])
    second = cells.text(row["Provider Second Line Business Practice Location Address"])
    city = wording.town(cells.text(row[f"{PRACTICE} City Name"]))
    if not first:
        first, second = second, ""
    if not first or not city:
        raise RowRefused(f"no usable practice address: it has no {'city' if first else 'street'}")
    return Address(
        line1=cells.within(wording.street(first), 120, "street"),
        line2=cells.within(wording.street(second), 120, "second line of the address"),
        city=cells.within(city, 60, "city"),
        state=state,
        postal_code=cells.zip_code(row[f"{PRACTICE} Postal Code"], state),
    )


def read(
    stream: BinaryIO,
    *,
    known: Container[int],
    today: datetime.date,
    report: Report,
    progress: Callable[[int], object] = lambda count: None,
) -> dict[int, Row]:
    """The rows of a table that matter, by NPI, counted and refused in the report.

    `known` holds the NPIs that the directory has already; `progress` is told how many more bytes were read. Raises
    NotThisFile. Memory holds the kept rows and nothing else of the file.
    """
    first_line = stream.readline(LONGEST_ROW)
    table = Layout.of(first_line)
    rows: dict[int, Row] = {}
    unreported = len(first_line)
    for line, record in records(stream):
        unreported += len(record)
        if len(record) < 3 and not record.strip():
            continue
        report.read += 1
        if report.read % PROGRESS_EVERY == 0:
            progress(unreported)
            unreported = 0
        if table.npi_is_first and record.endswith(b"\n") and not HOLDS_PAIN_CODE.search(record):
            begun = record[1:11] if record.startswith(b'"') else record[:10]
            if not (begun.isdigit() and (int(begun) in known or int(begun) in rows)):
                continue
        try:
            row = parse(table.row(record, report), today)
        except RowRefused as refused:
            report.refuse(line, refused.reason, refused.npi)
            continue
        if row and (isinstance(row, Listing) or row.npi in known or row.npi in rows):
            _keep(row, rows, report)
    progress(unreported)
    if not report.read:
        raise NotThisFile("the file holds only the names of the columns and no row.")
    report.kept = sum(isinstance(row, Listing) for row in rows.values())
    report.phones_left_blank = sum(isinstance(row, Listing) and not row.phone for row in rows.values())
    return rows


def _keep(row: Row, rows: dict[int, Row], report: Report) -> None:
    """Of several rows about one person the newest counts; of two of the same day the one further down."""
    before = rows.get(row.npi)
    report.repeated += before is not None
    if before is None or row.as_of >= before.as_of:
        rows[row.npi] = row


def records(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The rows after the header with the number of the line where each begins.

    A line feed inside quotation marks joins lines. Where a mark was left open by mistake, the next line that begins
    like a row ends the damage; so does the length that no row has.
    """
    held, held_from, number = b"", 0, 1
    while line := stream.readline(LONGEST_ROW):
        number += 1
        if len(line) == LONGEST_ROW and not line.endswith(b"\n"):
            for rest in iter(partial(stream.readline, LONGEST_ROW), b""):
                if rest.endswith(b"\n"):
                    break
        if held:
            if BEGINS_ROW.match(line) or held.count(b'"') % 2 == 0 or len(held) + len(line) > LONGEST_ROW:
                yield held_from, held
            else:
                held += line
                continue
        held, held_from = line, number
    if held:
        yield held_from, held


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of one table stand."""

    width: int
    places: Mapping[str, int]

    @classmethod
    def of(cls, first_line: bytes) -> "Layout":
        """The layout by the line with the names. Raises NotThisFile."""
        if not first_line.strip():
            raise NotThisFile("the file is empty.")
        try:
            header = _cells(first_line.removeprefix(BYTE_ORDER_MARK).decode("utf-8"))
        except (UnicodeDecodeError, RowRefused):
            raise NotThisFile("this is not a CSV table.") from None
        stands_at = {" ".join(name.split()).casefold(): place for place, name in reversed(list(enumerate(header)))}
        places = {name: stands_at[name.casefold()] for name in COLUMNS if name.casefold() in stands_at}
        for name in SEX_NAMES:
            if name.casefold() in stands_at:
                places.setdefault("sex", stands_at[name.casefold()])
        missing = [name for name in COLUMNS if name not in places] + ([] if "sex" in places else [SEX_NAMES[0]])
        if missing:
            raise NotThisFile(_what_it_is(stands_at, missing))
        return cls(len(header), places)

    @property
    def npi_is_first(self) -> bool:
        return self.places["NPI"] == 0

    def row(self, record: bytes, report: Report) -> dict[str, str]:
        """The cells of one row by the names of their columns. Raises RowRefused where the line is broken."""
        try:
            decoded = record.decode("utf-8")
        except UnicodeDecodeError:
            decoded = record.decode("latin-1")
            report.latin_1 += 1
        try:
            found = _cells(decoded)
            if len(found) != self.width:
                raise RowRefused(f"the line has {len(found)} cells where the header has {self.width}")
        except RowRefused:
            if record.endswith(b"\n"):
                raise
            raise RowRefused("the file ends in the middle of this row: was it downloaded to its end?") from None
        return {name: found[place] for name, place in self.places.items()}


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        raise RowRefused("the line is broken: a quotation mark or a line end is where none may be") from None


def _what_it_is(names: Mapping[str, int], missing: list[str]) -> str:
    """The reason for a table that lacks columns, by the names that it has (folded)."""
    if any("secondary practice location" in name for name in names):
        return "this is the file of further practice locations, which is not read yet. Give the main file alone."
    if any("nppes deactivat" in name for name in names):
        return "this is the report of deactivated NPIs, which this command does not read."
    if len(missing) > len(COLUMNS) // 2 and "npi" not in names:
        return "this is a table of another kind."
    more = f" and {len(missing) - 2} more" if len(missing) > 2 else ""
    return f"this is not the file as it is published: it lacks the columns {', '.join(missing[:2])}{more}."
