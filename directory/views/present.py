"""How an answer is laid out on a page. No rules: only what stands together, and in which words."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import get_text_list as listed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.cards import Card, ProcedureLine
from directory.models import Insurer, OpeningHours, Practice, Site

NAMED_INSURERS = 2
# Upper edges of the bands of a list, in miles; the last one takes the rest.
BANDS = (10, 25, 50, 100, 250)


@dataclass(frozen=True, slots=True)
class Row:
    """A card at its place in a list, with the procedure that was asked for."""

    number: int
    card: Card
    line: ProcedureLine | None

    @property
    def about(self) -> bool:
        """Whether the distance is measured from a ZIP code or town instead of the address."""
        return self.card.practice.site.location_precision in ("zip", "city")

    @property
    def unknown(self) -> str:
        """What to ask about, in one line; empty where all is said."""
        return unknowns(self.card.practice, self.line)

    @property
    def insurers(self) -> str:
        return insurers(self.card.practice)

    @property
    def languages(self) -> str:
        return ", ".join(str(language) for language in self.card.specialist.languages.all())


def rows(cards: Sequence[Card], procedures: Sequence[str], *, first: int) -> list[Row]:
    """The cards of a page as numbered rows; `first` is the number of the first."""
    return [Row(number, card, card.line(*procedures)) for number, card in enumerate(cards, start=first)]


def bands(shown: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows under the headings of the distance rings; without distance all stand under none."""
    for heading, members in groupby(shown, key=_band):
        yield heading, list(members)


def _band(row: Row) -> str:
    distance = row.card.distance_miles
    if distance is None:
        return ""
    nearer = 0
    for edge in BANDS:
        if distance <= edge:
            words = {"from": nearer, "to": edge}
            return (_("%(from)d to %(to)d miles") if nearer else _("Within %(to)d miles")) % words
        nearer = edge
    return _("Over %(from)d miles") % {"from": nearer}


def insurer_names(practice: Practice) -> list[str]:
    """Original Medicare first: most of those who search here have it."""
    first = sorted(practice.insurers.all(), key=lambda insurer: insurer.kind != Insurer.Kind.ORIGINAL_MEDICARE)
    return [str(insurer) for insurer in first]


def office_name(site: Site) -> str:
    """North, Austin, TX; without its name where that is the town's."""
    town = f"{site.city}, {site.state}"
    return f"{site.name}, {town}" if site.name and site.name != site.city else town


def insurers(practice: Practice) -> str:
    """Takes Original Medicare, Aetna and 4 more; empty where none is known."""
    names = insurer_names(practice)
    if not names:
        return ""
    more = len(names) - NAMED_INSURERS
    if more > 0:
        return _("Takes %(names)s and %(more)d more") % {"names": ", ".join(names[:NAMED_INSURERS]), "more": more}
    return _("Takes %(names)s") % {"names": ", ".join(names)}


def unknowns(practice: Practice, line: ProcedureLine | None) -> str:
    """Ask about new patients, wait and insurers: all that nobody has told us."""
    asked = []
    if practice.accepting_new_patients is None:
        asked.append(_("new patients"))
    if line is not None and line.offering.wait_weeks is None:
        asked.append(_("the wait"))
    if not practice.insurers.all():
        asked.append(_("insurers"))
    return _("Ask about %(things)s") % {"things": listed(asked, _("and"))} if asked else ""


def hours(practice: Practice) -> list[tuple[str, str]]:
    """Days and their hours, days of the same hours together: Monday to Thursday, 8 a.m. to 5 p.m."""
    days: list[tuple[list[str], str]] = []
    for weekday, parts in groupby(practice.hours.all(), key=lambda part: part.weekday):
        times = listed([f"{_clock(part.opens_at)} {_('to')} {_clock(part.closes_at)}" for part in parts], _("and"))
        name = str(OpeningHours.Weekday(weekday).label)
        if days and days[-1][1] == times:
            days[-1][0].append(name)
        else:
            days.append(([name], times))
    return [(f"{names[0]} {_('to')} {names[-1]}" if len(names) > 2 else ", ".join(names), at) for names, at in days]


def _clock(moment: datetime.time) -> str:
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"


# What dropping a filter is called where nothing is near.
DROP_LABELS = {
    "procedure": gettext_lazy("Any procedure"),
    "accepting": gettext_lazy("Also those not known to accept new patients"),
    "q": gettext_lazy("Any name"),
}
