"""How an answer is laid out on a page. No rules: only what stands together, and in which words."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.text import get_text_list as listed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory import places
from directory.cards import Card, ProcedureLine
from directory.evidence import ticks
from directory.models import Insurer, Language, Procedure, Specialist
from directory.places import Understood
from directory.search import SearchQuery, SearchResult
from directory.search.documents import Listing
from directory.search.query import Facet, Sort
from directory.vocabulary import Vocabulary

NAMED_INSURERS = 2
# Upper edges of the bands of a list, in miles; the last one takes the rest.
BANDS = (10, 25, 50, 100, 250)

type Row = Mapping[str, Any]
"""A card at its place in a list, with all that its template shows: no look-up there goes further than this."""
type Spot = tuple[float, float, str]
"""Where a map shows something: latitude, longitude, and the ZIP code or town in whose middle that is.

That is empty where the point is the address itself.
"""


def spot(practice: Listing) -> Spot | None:
    """Where a practice is; None where nobody knows for certain."""
    if practice["latitude"] is None:
        return None
    address, precision = practice["address"], practice["location_precision"]
    areas = {"zip": address["postal_code"], "city": f"{address['city']}, {address['state']}"}
    area = areas.get(precision, "")
    return practice["latitude"], practice["longitude"], area


def rows(cards: Sequence[Card], asked: Sequence[Procedure], vocabulary: Vocabulary, *, first: int) -> list[Row]:
    """The cards of a page as numbered rows; `first` is the number of the first, `asked` what was searched for."""
    return [_row(number, card, _line_asked_for(card, asked), vocabulary) for number, card in enumerate(cards, first)]


def _line_asked_for(card: Card, asked: Sequence[Procedure]) -> ProcedureLine | None:
    """The line of the first of these procedures that the practice offers."""
    lines = {line["slug"]: line for line in card.lines}
    return next((procedure_line(lines[one.slug], one) for one in asked if one.slug in lines), None)


def procedure_line(line: ProcedureLine, procedure: Procedure) -> ProcedureLine:
    """A line with its procedure's name and page, and so many ticks as there is evidence."""
    return {
        **line,
        "name": procedure.name,
        "url": procedure.get_absolute_url(),
        "ticks": ticks(line["evidence"]),
        "note": _emphasized(line),
    }


def _emphasized(line: ProcedureLine) -> list[tuple[str, str]]:
    """The evidence in words, cut into (text, "" or how it stands out): the number or the fact, and what to ask."""
    note, claims = line["evidence_note"], line["claims"]
    leads = {
        "claims": _("at least %(services)d") % claims if claims else "",
        "confirmed": _("The clinic confirmed"),
        "listed": _("Listed, not yet confirmed."),
    }
    parts = [(note, "")]
    for phrase, look in ((leads.get(line["evidence"], ""), "strong"), (_("Ask at which office."), "ask")):
        text = parts[-1][0]
        before, found, after = text.partition(phrase) if phrase else (text, "", "")
        if found:
            parts[-1:] = [(before, ""), (found, look), (after, "")]
    return [part for part in parts if part[0]]


def procedure_lines(card: Card, vocabulary: Vocabulary) -> list[ProcedureLine]:
    return [procedure_line(line, vocabulary.procedures[vocabulary.procedure_ids[line["slug"]]]) for line in card.lines]


def _row(number: int, card: Card, line: ProcedureLine | None, vocabulary: Vocabulary) -> Row:
    listing, practice, name = card.listing, card.listing["practice"], card.listing["name"]
    clinic = practice["clinic"]["name"]
    place = practice["address"]
    at = [clinic] if clinic != name else []
    return {
        "number": number,
        "npi": listing["npi"],
        "name": name,
        "url": card.path,
        "at": ", ".join(filter(None, [*at, place["line1"], place["city"], place["state"]])),
        "offices": card.other_practices,
        "distance_miles": card.distance_miles,
        # measured from a ZIP code or town instead of the address
        "about": practice["location_precision"] in ("zip", "city"),
        "spot": spot(practice),
        "line": line,
        "registered": "" if line else registered_as(listing, vocabulary),
        "accepting": practice["accepting_new_patients"],
        "insurers": insurers(listing, vocabulary),
        "languages": language_names(listing, vocabulary),
        "unknown": unknowns(listing, line),
        "connected": practice["connected"],
        "practice": practice["id"],
        "phone": practice["phone"],
        "packet_url": _packet_address(listing["slug"], practice["id"], line)
        if line and line["requests"] == "call"
        else "",
    }


def _packet_address(slug: str, practice: int, line: ProcedureLine) -> str:
    return f"{reverse('packet', args=[slug])}?{urlencode({'practice': practice, 'procedure': line['slug']})}"


def bands(shown: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows under the headings of the distance rings; without distance all stand under none."""
    for heading, members in groupby(shown, key=_band):
        yield heading, list(members)


def _band(row: Row) -> str:
    distance = row["distance_miles"]
    if distance is None:
        return ""
    nearer = 0
    for edge in BANDS:
        if distance <= edge:
            words = {"from": nearer, "to": edge}
            return (_("%(from)d to %(to)d miles") if nearer else _("Within %(to)d miles")) % words
        nearer = edge
    return _("Over %(from)d miles") % {"from": nearer}


def registered_as(listing: Listing, vocabulary: Vocabulary) -> str:
    return ", ".join(
        vocabulary.taxonomies[code].name for code in listing["specialties"] if code in vocabulary.taxonomies
    )


def language_names(listing: Listing, vocabulary: Vocabulary) -> str:
    known = [vocabulary.languages[code] for code in listing["languages"] or () if code in vocabulary.languages]
    return ", ".join(sorted(str(language) for language in known))


def insurer_names(listing: Listing, vocabulary: Vocabulary) -> list[str]:
    """Original Medicare first: most of those who search here have it."""
    known = [insurer for pk in listing["practice"]["insurers"] if (insurer := vocabulary.insurers.get(pk))]
    known.sort(key=lambda insurer: (insurer.kind != Insurer.Kind.ORIGINAL_MEDICARE, insurer.kind, insurer.name))
    return [str(insurer) for insurer in known]


def insurers(listing: Listing, vocabulary: Vocabulary) -> str:
    """Takes Original Medicare, Aetna and 4 more; empty where none is known."""
    names = insurer_names(listing, vocabulary)
    if not names:
        return ""
    more = len(names) - NAMED_INSURERS
    if more > 0:
        return _("Takes %(names)s and %(more)d more") % {"names": ", ".join(names[:NAMED_INSURERS]), "more": more}
    return _("Takes %(names)s") % {"names": ", ".join(names)}


def unknowns(listing: Listing, line: ProcedureLine | None) -> str:
    """Ask about new patients, wait and insurers: all that nobody has told us; empty where all is said."""
    asked = []
    if listing["practice"]["accepting_new_patients"] is None:
        asked.append(_("new patients"))
    if line is not None and line["wait_weeks"] is None:
        asked.append(_("the wait"))
    if not listing["practice"]["insurers"]:
        asked.append(_("insurers"))
    return _("Ask about %(things)s") % {"things": listed(asked, _("and"))} if asked else ""


def radius_in_words(miles: float) -> str:
    """50 miles, 1 mile, 12.5 miles."""
    return ngettext("%(miles)s mile", "%(miles)s miles", 1 if miles == 1 else 2) % {"miles": f"{miles:g}"}


def point_in_words(near: Understood | None) -> str:
    """The town of a point that was given as numbers, by the nearest ZIP code; empty for all other places."""
    if near is None or near.precision != "point":
        return ""
    town = places.town_near(near.latitude, near.longitude)
    return _("a point near %(town)s") % {"town": town} if town else ""


def day(written: str | None) -> datetime.date | None:
    """A date as documents have it."""
    return datetime.date.fromisoformat(written) if written else None


def filters_in_words(query: SearchQuery, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """What narrows the list, besides place and procedure: the parameter and what it asks for, in words."""

    def any_of(slugs: Iterable[str], words: Mapping[Any, Any]) -> str:
        named = {getattr(word, "slug", word.pk): str(word) for word in words.values()}
        return listed([named.get(slug, slug) for slug in slugs], _("or"))

    if query.conditions:
        yield "condition", _("Done for: %(words)s") % {"words": any_of(query.conditions, vocabulary.conditions)}
    if query.insurers:
        yield "insurer", _("Takes %(words)s") % {"words": any_of(query.insurers, vocabulary.insurers)}
    if query.languages:
        yield "language", _("Speaks %(words)s") % {"words": any_of(query.languages, vocabulary.languages)}
    if query.genders:
        yield "gender", listed([str(capfirst(Specialist.Gender(gender).label)) for gender in query.genders], _("or"))
    if query.accepting:
        yield "accepting", _("Accepting new patients")
    if query.telehealth:
        yield "telehealth", _("Video visits")
    if query.requests_online:
        yield "requests", _("Takes requests here")
    if query.evidence:
        yield "evidence", str(EVIDENCE_LABELS[query.evidence])
    if query.near and query.q:
        yield "q", _("Name “%(name)s”") % {"name": listed(list(query.q), _("or"))}


type Choice = tuple[str, str, bool]
"""Value, what it is called, whether it is chosen."""


def choices(result: SearchResult, facet: Facet, chosen: Sequence[str], vocabulary: Vocabulary) -> list[Choice]:
    """The values of a filter that somebody here has, with how many, and those that are chosen."""
    counts = {one.slug: one.count for one in (result.facets or {}).get(facet, ())}
    words: Mapping[Any, Insurer | Language] = vocabulary.insurers if facet == "insurer" else vocabulary.languages
    slugs = [(str(getattr(word, "slug", word.pk)), str(word)) for word in words.values()]
    return [
        (slug, f"{name} ({counts.get(slug, 0)})", slug in chosen)
        for slug, name in slugs
        if slug in counts or slug in chosen
    ]


def orders(query: SearchQuery) -> list[Choice]:
    """The orders that this question may have."""
    possible: list[Sort] = ["distance"] if query.near else []
    possible += ["evidence", "wait"] if len(query.procedures) == 1 else []
    return [(order, str(ORDER_LABELS[order]), order == query.order) for order in (*possible, "name")]


ORDER_LABELS: dict[str, Promise] = {
    "distance": gettext_lazy("Nearest first"),
    "evidence": gettext_lazy("Most evidence first"),
    "wait": gettext_lazy("Shortest wait first"),
    "name": gettext_lazy("By name"),
}
EVIDENCE_LABELS: dict[str, Promise] = {
    "listed": gettext_lazy("Listed, confirmed or on public record"),
    "confirmed": gettext_lazy("Confirmed by the clinic or on public record"),
    "claims": gettext_lazy("On public record"),
}
# What dropping a filter is called where nothing is near.
DROP_LABELS = {
    "procedure": gettext_lazy("Any procedure"),
    "condition": gettext_lazy("Any condition"),
    "insurer": gettext_lazy("Any insurer"),
    "language": gettext_lazy("Any language"),
    "gender": gettext_lazy("Women and men"),
    "accepting": gettext_lazy("Also those not known to accept new patients"),
    "telehealth": gettext_lazy("Also without video visits"),
    "requests": gettext_lazy("Also clinics that you must call"),
    "evidence": gettext_lazy("Less evidence"),
    "q": gettext_lazy("Any name"),
}
