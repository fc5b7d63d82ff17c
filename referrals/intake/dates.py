"""Dates as patients type them, in separate boxes. Each complaint says how to mend it."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

ADULT_YEARS = 18
OLDEST_YEARS = 120


class DateRefused(ValueError):
    """What was typed is no such date. `part` is the box to go to: month, day or year."""

    def __init__(self, part: str, message: str) -> None:
        self.part, self.message = part, message
        super().__init__(message)


def birth(parts: Mapping[str, Any], today: datetime.date, youngest: int = ADULT_YEARS) -> datetime.date:
    """{"month", "day", "year"} as typed -> the date of birth of somebody of at least `youngest` years.

    Raises DateRefused.
    """
    if not any(parts[part] for part in ("month", "day", "year")):
        raise DateRefused("month", _("Enter your date of birth, for example 4 9 1957"))
    year, month, day = _year(parts["year"], today), _month(parts["month"]), _number(parts["day"])
    if day is None or not 1 <= day <= 31:
        raise DateRefused("day", _("Enter the day as a number from 1 to 31"))
    try:
        date = datetime.date(year, month, day)
    except ValueError as error:
        raise DateRefused("day", _("Check the day: this month does not have that many")) from error
    if date > today:
        raise DateRefused("year", _("Check the year: this date is still to come"))
    if age(date, today) >= youngest:
        return date
    if youngest == ADULT_YEARS:
        raise DateRefused("year", _("This form is for adults, 18 or older. For someone younger, call the clinic"))
    message = _("The clinic sees people of %(years)d years or older. For someone younger, call the clinic")
    raise DateRefused("year", message % {"years": youngest})


def age(born: datetime.date, today: datetime.date) -> int:
    """In full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def month_year(parts: Mapping[str, Any], today: datetime.date) -> str:
    """{"month", "year"} as typed, the month as far as it is known -> "2024-03" or "2024". Raises DateRefused."""
    if not parts["month"] and not parts["year"]:
        message = _("Enter at least the year, such as %(year)d, or tick “I don’t know”") % {"year": today.year - 1}
        raise DateRefused("year", message)
    year = _year(parts["year"], today)
    if not parts["month"]:
        return f"{year:04d}"
    month = _month(parts["month"])
    if (year, month) > (today.year, today.month):
        raise DateRefused("month", _("Check month and year: this is still to come"))
    return f"{year:04d}-{month:02d}"


def _month(text: str) -> int:
    month = _number(text)
    if month is None or not 1 <= month <= 12:
        raise DateRefused("month", _("Enter the month as a number from 1 to 12, such as 9"))
    return month


def _year(text: str, today: datetime.date) -> int:
    year = _number(text)
    if year is not None and today.year < year <= 9999:
        raise DateRefused("year", _("Check the year: this is still to come"))
    if year is None or not today.year - OLDEST_YEARS <= year <= today.year:
        raise DateRefused("year", _("Enter the year with four digits, such as %(year)d") % {"year": today.year - 1})
    return year


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
