"""How a practice is written as numbers, and how those are read back as columns. The layout and nothing else."""

import datetime
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from directory.models import Offering, Specialist

# Raised with every change of the formats below: rows of another layout are written again.
LAYOUT = 1

UNKNOWN, NO, YES = 0, 1, 2
GENDERS = {"": 0, Specialist.Gender.FEMALE: 1, Specialist.Gender.MALE: 2}
STATUSES = {"": 0, Offering.Status.OPEN: 1, Offering.Status.PAUSED: 2, Offering.Status.STOPPED: 3}
NO_WAIT = 255
LONGEST_LANGUAGE = 8

FIXED = np.dtype(
    [
        ("practice", "<i8"), ("npi", "<i8"), ("number", "<i8"),
        ("latitude", "<f8"), ("longitude", "<f8"), ("x", "<f8"), ("y", "<f8"), ("z", "<f8"),
        ("placed", "u1"), ("accepting", "u1"), ("telehealth", "u1"), ("gender", "u1"), ("connected", "u1"),
        ("offerings", "<u2"), ("insurers", "<u2"), ("languages", "<u2"), ("words", "<u2"),
    ]
)  # fmt: skip
_fixed = struct.Struct("<qqqdddddBBBBBHHHH")

# `confirmed`: days since 2000 plus one, 0 where nobody confirmed; `claims_year`: years since 2000, 0 where none
OFFERING = np.dtype(
    [("procedure", "<u4"), ("status", "u1"), ("wait", "u1"), ("confirmed", "<u2"), ("claims_year", "<u2")]
)
_offering = struct.Struct("<IBBHH")
_EPOCH = datetime.date(2000, 1, 1).toordinal() - 1

type Array = npt.NDArray[Any]


class Packed(NamedTuple):
    """One practice, or many joined: bytes for each of the formats, the lists as long as `fixed` says."""

    fixed: bytes
    offerings: bytes
    insurers: bytes
    languages: bytes
    words: bytes


def day_number(day: datetime.date | None) -> int:
    """1 for the first of January 2000; 0 for no day. A day outside of what fits counts as the nearest that does."""
    return 0 if day is None else min(max(day.toordinal() - _EPOCH, 1), 65_535)


def year_number(year: int | None) -> int:
    """24 for 2024; 0 for none."""
    return 0 if year is None else min(max(year - 2000, 1), 65_535)


def yes_or_no(value: bool | None) -> int:
    return UNKNOWN if value is None else YES if value else NO


def pack_fixed(*values: Any) -> bytes:
    """The values of FIXED in its order."""
    return _fixed.pack(*values)


def with_number(fixed: bytes, number: int) -> bytes:
    """The same row as another version would have written it."""
    values = list(_fixed.unpack(fixed))
    values[2] = number
    return _fixed.pack(*values)


def pack_offering(
    procedure: int, status: str | None, wait: int | None, confirmed_on: datetime.date | None, claims_year: int | None
) -> bytes:
    return _offering.pack(
        procedure,
        STATUSES[status or ""],
        NO_WAIT if wait is None else wait,
        day_number(confirmed_on),
        year_number(claims_year),
    )


def pack_numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def language_number(code: str) -> int:
    """The letters of the code as one number, so that there is nothing to keep numbers in."""
    return int.from_bytes(code.encode()[:LONGEST_LANGUAGE], "little")


def language_code(number: int) -> str:
    return number.to_bytes(LONGEST_LANGUAGE, "little").rstrip(b"\0").decode()


def pack_languages(codes: Sequence[str]) -> bytes:
    return struct.pack(f"<{len(codes)}Q", *map(language_number, codes))


class Lists(NamedTuple):
    """Entries of all rows in one array, and of which row each is."""

    rows: Array  # int32
    entries: Array


def read_fixed(joined: bytes) -> Array:
    return np.frombuffer(joined, FIXED)


def read_list(joined: bytes, dtype: Any, counts: Array) -> Lists:
    """`counts`: how many entries each row has."""
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Lists(rows, np.frombuffer(joined, dtype))
