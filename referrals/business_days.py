"""Working days of an office: Monday to Friday without the federal holidays, in its own time zone."""

import datetime
import zoneinfo
from collections.abc import Container
from functools import cache

DAY = datetime.timedelta(days=1)


@cache
def _holidays() -> Container[datetime.date]:
    """Of the United States as a whole, with the days on which they are observed; years are added as they are asked."""
    import holidays  # noqa: PLC0415 (half a second, at each start of anything)

    return holidays.country_holidays("US", observed=True)


def is_business_day(day: datetime.date) -> bool:
    return day.weekday() < 5 and day not in _holidays()


def after(start: datetime.datetime, days: int, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """The moment so many business days after `start` (aware), by the clock on the office's wall.

    What comes in on a day off counts as come in when the next business day begins. The hour stays the same over a
    change to summer time. `days` from 0.
    """
    local = start.astimezone(zone)
    day, hour = local.date(), local.time()
    if not is_business_day(day):
        hour = datetime.time(0)
    while not is_business_day(day):
        day += DAY
    for _count in range(days):
        day += DAY
        while not is_business_day(day):
            day += DAY
    return datetime.datetime.combine(day, hour, tzinfo=zone)


def passed(start: datetime.datetime, now: datetime.datetime, zone: zoneinfo.ZoneInfo) -> int:
    """How many business days of the office have begun since the day of `start` (both aware); 0 on that day."""
    day, today = start.astimezone(zone).date(), now.astimezone(zone).date()
    count = 0
    while day < today:
        day += DAY
        count += is_business_day(day)
    return count
