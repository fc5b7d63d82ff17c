"""The cells of a table that passed through many hands (CMS, Excel, pandas) -> clean values. Pure.

Each raises RowRefused where a cell that must be right is not.
"""

import datetime
import re
import unicodedata

import phonenumbers

from directory import npi
from directory.importers.errors import RowRefused

FLOAT = re.compile(r"([0-9]+)\.0*")
MONTH_DAY_YEAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
YEAR_MONTH_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00:00)?")
PARTED = re.compile(r"(?<=[0-9])[ -]+(?=[0-9])")
NOT_GIVEN = frozenset({"<UNAVAIL>", "NAN", "NULL", "N/A", "NONE"})
# ZIP codes that begin with 00, so that a lost zero may be two lost zeros.
TWO_ZEROS = frozenset({"PR", "VI"})


def text(cell: str) -> str:
    """One line of text without characters that cannot be seen; blank where the registry has a word for "nothing"."""
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", cell))
    clean = " ".join(seen.split())
    return "" if clean.upper() in NOT_GIVEN else clean


def digits_of(cell: str) -> str:
    """A number without the `.0` that pandas adds."""
    clean = cell.strip()
    floating = FLOAT.fullmatch(clean)
    return floating[1] if floating else clean


def individual_npi(cell: str) -> int:
    """The NPI, with its check digit."""
    try:
        number = npi.parse(digits_of(cell))
    except ValueError as error:
        raise RowRefused(str(error)) from None
    if npi.is_fictional(number):
        raise RowRefused("an NPI that begins with 2 was never issued; the demo directory's people have such numbers")
    return number


def date(cell: str, name: str, today: datetime.date) -> datetime.date | None:
    """MM/DD/YYYY, M/D/YY (always after 2000: the registry began in 2005) or YYYY-MM-DD; None for a blank cell."""
    clean = cell.strip()
    if not clean or clean.upper() in NOT_GIVEN:
        return None
    american, international = MONTH_DAY_YEAR.fullmatch(clean), YEAR_MONTH_DAY.fullmatch(clean)
    if american:
        month, day, year = (int(part) for part in american.groups())
    elif international:
        year, month, day = (int(part) for part in international.groups())
    else:
        raise RowRefused(f"the {name} is not a date like 06/30/2025")
    try:
        found = datetime.date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        raise RowRefused(f"the {name} is not a day of the calendar") from None
    if found > today:
        raise RowRefused(f"the {name} is in the future")
    return found


def zip_code(cell: str, state: str) -> str:
    """The five digits of a ZIP code.

    A table program may have taken leading zeros: four or eight digits lost one. Three or seven lost two, which only
    happens where ZIP codes begin with 00; any other number of digits is no ZIP code.
    """
    digits = PARTED.sub("", digits_of(cell)).rstrip(" -")
    if digits.isascii() and digits.isdigit() and set(digits) != {"0"}:
        lost_two = state in TWO_ZEROS
        if len(digits) in (5, 9):
            return digits[:5]
        if len(digits) == 4 or (len(digits) == 3 and lost_two):
            return digits.zfill(5)
        if len(digits) == 8 or (len(digits) == 7 and lost_two):
            return digits.zfill(9)[:5]
    raise RowRefused("no usable practice address: its ZIP code is not one")


def phone(cell: str) -> str:
    """The number as +15125550100; blank where there is none or it cannot be one."""
    given = digits_of(text(cell))
    try:
        number = phonenumbers.parse(given, "US")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def within(value: str, longest: int, name: str) -> str:
    if len(value) > longest:
        raise RowRefused(f"the {name} is longer than {longest} characters")
    return value
