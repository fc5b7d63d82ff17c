"""Offices as pages show them: a practice as a box, and what the offices of a doctor or a clinic say together.

No rules: who takes requests and how strong evidence is was decided in directory.cards and directory.evidence.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list as listed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import cards
from directory.cards import Card, ProcedureLine
from directory.evidence import CONFIRMATION_LASTS, TIERS
from directory.models import Offering, OpeningHours, Procedure, Site
from directory.models.practices import PracticeQuerySet
from directory.search.documents import Listing
from directory.views import present
from directory.vocabulary import Vocabulary

OUTSIDE_MAP = "https://www.openstreetmap.org/"


@dataclass(frozen=True, slots=True)
class Office:
    """One practice. `label` tells it from the others on its page: the site's name, else its town, else its street."""

    card: Card
    label: str
    lines: Sequence[ProcedureLine]
    opening: Sequence[OpeningHours]
    insurers: Sequence[str]
    access: "Access"

    @property
    def listing(self) -> Listing:
        return self.card.listing

    @property
    def practice(self) -> Listing:
        return self.card.listing["practice"]

    @property
    def site(self) -> int:
        return self.listing["site"]["id"]

    @property
    def name(self) -> str:
        """The specialist's."""
        return self.listing["name"]

    @property
    def url(self) -> str:
        """Of the specialist's page."""
        return self.card.path

    @property
    def clinic(self) -> str:
        return self.practice["clinic"]["name"]

    @property
    def clinic_url(self) -> str:
        return reverse("clinic", args=[self.practice["clinic"]["slug"]])

    @property
    def title(self) -> str:
        """Hill Country Pain, North; where the clinic is called as its only doctor, the label alone."""
        return self.label if self.clinic == self.name else f"{self.clinic}, {self.label}"

    @property
    def town(self) -> str:
        place = self.practice["address"]
        return f"{place['city']}, {place['state']}"

    @property
    def hours(self) -> list[tuple[str, str]]:
        return hours(self.opening)

    @property
    def confirmed_on(self) -> datetime.date | None:
        return present.day(self.practice["confirmed_on"])

    @property
    def confirmed_until(self) -> datetime.date | None:
        """The last day on which the clinic's word counts; None where it does not count any more, or never did."""
        last = self.confirmed_on + CONFIRMATION_LASTS if self.confirmed_on else None
        return last if last and last >= timezone.localdate() else None

    @property
    def spot(self) -> present.Spot | None:
        """Where a map shows it."""
        return present.spot(self.practice)

    @property
    def directions_url(self) -> str:
        """A route to this office on an outside map; where its point is not certain, its town there."""
        practice = self.practice
        if practice["location_precision"] == "address":
            to = f"{practice['latitude']:.5f},{practice['longitude']:.5f}"
            return f"{OUTSIDE_MAP}directions?{urlencode({'to': to})}"
        address = practice["address"]
        street = f"{address['line1']}, " if address["line1"] else ""  # hidden at the specialist's wish
        written = f"{street}{address['city']}, {address['state']} {address['postal_code']}"
        return f"{OUTSIDE_MAP}search?{urlencode({'query': written})}"

    def line(self, procedure: str) -> ProcedureLine | None:
        return next((line for line in self.lines if line["slug"] == procedure), None)

    def is_online(self, procedure: str) -> bool:
        line = self.line(procedure)
        return line is not None and line["requests"] == "online"


def offices(practices: PracticeQuerySet, vocabulary: Vocabulary) -> list[Office]:
    """These practices in the order of their numbers. Four queries, however many there are."""
    found = cards.of_practices(practices.values_list("pk", flat=True), vocabulary)
    opening: dict[int, list[OpeningHours]] = {}
    for part in OpeningHours.objects.filter(practice__in=[_id(card) for card in found]):
        opening.setdefault(part.practice_id, []).append(part)
    labels = _labels(card.listing for card in found)
    sites = Site.objects.only(*ACCESS).in_bulk({card.listing["site"]["id"] for card in found})
    return [
        Office(
            card,
            labels[card.listing["site"]["id"]],
            present.procedure_lines(card, vocabulary),
            opening.get(_id(card), []),
            present.insurer_names(card.listing, vocabulary),
            access(sites.get(card.listing["site"]["id"])),
        )
        for card in found
    ]


def _id(card: Card) -> int:
    return card.listing["practice"]["id"]


def _labels(listings: Iterable[Listing]) -> dict[int, str]:
    """By site: its name, or its town where it has none; two that would be called the same are told apart by street."""
    places = {one["site"]["id"]: (one["site"]["name"], one["practice"]["address"]) for one in listings}
    short = {site: name or place["city"] for site, (name, place) in places.items()}
    often = Counter(short.values())
    return {
        site: label if often[label] == 1 else f"{label}, {places[site][1]['line1'] or places[site][1]['postal_code']}"
        for site, label in short.items()
    }


# ---- whom to ask ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about which procedure. `others` are further offices that may be asked in the same manner."""

    procedure: Procedure
    office: Office
    online: bool
    others: Sequence[Office]

    @property
    def line(self) -> ProcedureLine | None:
        """What is known of the procedure there; None where nobody has said that it is done there."""
        return self.office.line(self.procedure.slug)


def contact(found: Sequence[Office], asked: str, vocabulary: Vocabulary) -> Contact | None:
    """Whom to ask about `asked`, a slug: the one asked for where it is offered, else the first on the site's list.

    Where none of the offices is known to offer anything, one still calls to ask about the first of the site's list.
    """
    if not found or not vocabulary.procedures:
        return None
    offered = {line["slug"] for office in found for line in office.lines}
    in_order = [one for one in vocabulary.procedures.values() if one.slug in offered]
    first = next(iter(in_order or vocabulary.procedures.values()))
    procedure = next((one for one in in_order if one.slug == asked), first)
    online = [office for office in found if office.is_online(procedure.slug)]
    offering = [office for office in found if office.line(procedure.slug)] or list(found)
    # Whom one can only call is of use with a number.
    best, *others = online or sorted(offering, key=lambda office: not office.practice["phone"])
    return Contact(procedure, best, bool(online), others)


# ---- what several offices say together ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Where:
    """A procedure at one office; `place` is empty where the page has no other office."""

    place: str
    office: Office
    line: ProcedureLine


@dataclass(frozen=True, slots=True)
class Known:
    """The same words of evidence, and the offices for which they hold (none: for all)."""

    places: str
    line: ProcedureLine


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    name: str
    url: str
    evidence: Sequence[Known]
    where: Sequence[Where]


def by_procedure(found: Sequence[Office], vocabulary: Vocabulary) -> list[ProcedureRow]:
    """What a doctor does, each procedure once, with all offices where it is offered. In the order of lists."""
    return [
        _procedure_row(offered, alone=len(found) == 1)
        for one in vocabulary.procedures.values()
        if (offered := [(office, line) for office in found if (line := office.line(one.slug))])
    ]


def _procedure_row(offered: Sequence[tuple[Office, ProcedureLine]], *, alone: bool) -> ProcedureRow:
    notes: dict[str, list[tuple[Office, ProcedureLine]]] = {}
    for office, line in offered:
        notes.setdefault(line["evidence_note"], []).append((office, line))
    strongest = sorted(notes.values(), key=lambda same: -_strength(same[0][1]))
    known = [
        Known("" if len(notes) == 1 else ", ".join(office.label for office, _line in same), same[0][1])
        for same in strongest
    ]
    where = [Where("" if alone else office.label, office, line) for office, line in offered]
    return ProcedureRow(offered[0][1]["name"], offered[0][1]["url"], known, where)


def _strength(line: ProcedureLine) -> int:
    return -1 if line["evidence"] is None else TIERS.index(line["evidence"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a clinic asks for before it sees somebody, and for which procedure and offices (empty: all)."""

    procedure: str
    places: str
    items: Sequence[str]


def requirements(found: Sequence[Office], vocabulary: Vocabulary, *, first: str) -> list[Asked]:
    """In the clinics' own words, those of the procedure `first` before the others. One query."""
    labels = {office.practice["id"]: office.label for office in found}
    said: dict[tuple[int, str], list[str]] = {}
    offerings = Offering.objects.offered().filter(practice__in=labels).exclude(requirements="").order_by("practice")
    for procedure, text, practice in offerings.values_list("procedure", "requirements", "practice"):
        said.setdefault((procedure, text.strip()), []).append(labels[practice])
    order = vocabulary.procedure_order
    known = sorted(
        (one for one in said if one[0] in vocabulary.procedures and one[1]),
        key=lambda one: (vocabulary.procedures[one[0]].slug != first, order[one[0]]),
    )
    return [
        Asked(
            vocabulary.procedures[procedure].name,
            "" if len(labels) == 1 else ", ".join(said[procedure, text]),
            [line.strip() for line in text.splitlines() if line.strip()],
        )
        for procedure, text in known
    ]


@dataclass(frozen=True, slots=True)
class Plans:
    """Offices of the same word about insurers; `places` is empty where it holds for all of them."""

    places: str
    names: Sequence[str]
    said_on: datetime.date | None


def plans(found: Sequence[Office]) -> list[Plans]:
    groups: dict[tuple[tuple[str, ...], datetime.date | None], list[str]] = {}
    for office in found:
        groups.setdefault((tuple(office.insurers), office.confirmed_on), []).append(office.label)
    return [
        Plans("" if len(groups) == 1 else ", ".join(labels), names, said_on)
        for (names, said_on), labels in groups.items()
    ]


def towns(found: Sequence[Office]) -> str:
    """Austin, TX and Cedar Park, TX."""
    return listed(list(dict.fromkeys(office.town for office in found)), _("and"))


def claims_year(found: Iterable[Office]) -> int | None:
    """The newest year of public claims that is shown of these offices."""
    years = [line["claims"]["year"] for office in found for line in office.lines if line["claims"]]
    return max(years, default=None)


# ---- access ---------------------------------------------------------------------------------------------------------

# By field of a site: how a page says that it is so, that it is not, and what to ask where nobody has said.
ACCESS = {
    "step_free": (
        gettext_lazy("Step-free way in"),
        gettext_lazy("Steps on the way in"),
        gettext_lazy("a step-free way in"),
    ),
    "accessible_restroom": (
        gettext_lazy("Accessible restroom"),
        gettext_lazy("No accessible restroom"),
        gettext_lazy("an accessible restroom"),
    ),
    "lowering_table": (
        gettext_lazy("Exam table that can be lowered"),
        gettext_lazy("No exam table that can be lowered"),
        gettext_lazy("an exam table that can be lowered"),
    ),
    "interpreter": (
        gettext_lazy("Interpreter, if you ask before your visit"),
        gettext_lazy("No interpreter"),
        gettext_lazy("an interpreter"),
    ),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What an office says about getting in and being understood, in words; `ask`: what nobody has said."""

    has: Sequence[str]
    lacks: Sequence[str]
    ask: Sequence[str]

    @property
    def known(self) -> bool:
        return bool(self.has or self.lacks)

    @property
    def ask_about(self) -> str:
        """A step-free way in, an accessible restroom or an interpreter."""
        return listed(list(self.ask), _("or"))


def access(site: Site | None) -> Access:
    """In the order of `ACCESS`. Without a site nothing is known."""
    said = {field: getattr(site, field, None) for field in ACCESS}
    return Access(
        [str(ACCESS[field][0]) for field, answer in said.items() if answer is True],
        [str(ACCESS[field][1]) for field, answer in said.items() if answer is False],
        [str(ACCESS[field][2]) for field, answer in said.items() if answer is None],
    )


# ---- hours ----------------------------------------------------------------------------------------------------------


def hours(parts: Sequence[OpeningHours]) -> list[tuple[str, str]]:
    """Days and their hours, following days of the same hours together: Monday to Thursday, 8 am to 5 pm.

    A day that is not named between two others is never drawn into their range.
    """
    days: list[tuple[list[int], str]] = []
    for weekday, same_day in groupby(parts, key=lambda part: part.weekday):
        times = listed(
            [
                _("%(opens)s to %(closes)s") % {"opens": clock(part.opens_at), "closes": clock(part.closes_at)}
                for part in same_day
            ],
            _("and"),
        )
        if days and days[-1][1] == times:
            days[-1][0].append(weekday)
        else:
            days.append(([weekday], times))
    return [(_days(weekdays), times) for weekdays, times in days]


def _days(weekdays: Sequence[int]) -> str:
    """Monday to Thursday; Tuesday, Thursday."""
    names = [str(OpeningHours.Weekday(weekday).label) for weekday in weekdays]
    if len(names) > 2 and weekdays[-1] - weekdays[0] == len(names) - 1:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)


def clock(moment: datetime.time) -> str:
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    written = _("%(time)s am") if moment.hour < 12 else _("%(time)s pm")
    return written % {"time": f"{hour}{minutes}"}
