"""The map beside a list: what stands at one spot, what is written at it, and how it is drawn.

No rules: which point is certain was decided by directory.places.trust. Practices known by ZIP code or town only share
one mark in the middle of it; what is known by neither has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import get_text_list as listed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory import maps
from directory.maps import Drawing, Pin
from directory.places import Understood
from directory.search import SearchQuery
from directory.templatetags.wording import miles as miles_in_words
from directory.views import present
from directory.views.office import Office
from directory.views.present import Row, Spot
from directory.views.sites import Site

type Point = tuple[float, float]

LIST_SIZE = (560, 620)
OFFICES_SIZE = (420, 300)
# A picture of less than this around somebody shows nothing that he would know.
LEAST_REACH_MILES = 3.0
# Longer texts are drawn narrower, so that they fit into a pin.
FITTING_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the list, as its place on the map names it."""

    number: int
    name: str
    href: str
    spot: Spot | None  # None: nobody knows where it is
    distance_miles: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """All entries at one spot. `pin` is its place in the drawing; None where that has no room."""

    members: Sequence[Member]
    kind: str  # doctors or offices
    pin: Pin | None

    @property
    def at(self) -> str:
        """Latitude and longitude, for the page's own map."""
        latitude, longitude, _area = self._spot
        return f"{latitude:.5f},{longitude:.5f}"

    @property
    def area(self) -> str:
        return self._spot[2]

    @property
    def _spot(self) -> Spot:
        at = self.members[0].spot
        if at is None:
            raise ValueError("a mark of what has no place")
        return at

    @property
    def href(self) -> str:
        return self.members[0].href

    @property
    def text(self) -> str:
        """What is written in the pin: 3, or 3+ where more stand at that spot. All are in its name."""
        return f"{self.members[0].number}{'+' if len(self.members) > 1 else ''}"

    @property
    def is_long(self) -> bool:
        return len(self.text) > FITTING_LETTERS

    @property
    def title(self) -> str:
        """4 doctors in 78756."""
        return how_many(self.kind, len(self.members), self.area)

    @property
    def name(self) -> str:
        """The whole of it in words, for who hears the page."""
        listed = "; ".join(f"{member.number}. {member.name}" for member in self.members)
        distance = self.members[0].distance_miles
        if distance is None:
            return f"{self.title}: {listed}" if self.area else listed
        words = {"list": listed, "title": self.title, "miles": miles_in_words(distance)}
        if self.area:
            return _("%(title)s, about %(miles)s miles: %(list)s") % words
        return _("%(list)s, %(miles)s miles") % words


def how_many(kind: str, number: int, area: str) -> str:
    """4 doctors in 78756; 1 office in Austin."""
    words = {"number": number, "area": area}
    if kind == "offices":
        return ngettext("%(number)d office in %(area)s", "%(number)d offices in %(area)s", number) % words
    return ngettext("%(number)d doctor in %(area)s", "%(number)d doctors in %(area)s", number) % words


@dataclass(frozen=True)
class Map:
    """What the template shows."""

    label: str
    marks: Sequence[Mark]
    drawing: Drawing
    unplaced: int  # entries that nobody can place
    here: Point | None = None
    here_words: str = ""
    rings_words: str = ""

    @property
    def drawn(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.pin]

    @property
    def undrawn(self) -> list[Mark]:
        return [mark for mark in self.marks if not mark.pin]

    @property
    def areas(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.area]

    @property
    def here_at(self) -> str:
        return f"{self.here[0]:.5f},{self.here[1]:.5f}" if self.here else ""

    @property
    def bounds(self) -> str:
        """South, west, north and east of what the drawing shows, through its middle."""
        frame = self.drawing.frame
        across, down = frame.width / 2, frame.height / 2
        (south, _lon), (north, _lon) = frame.point(across, frame.height), frame.point(across, 0)
        (_lat, west), (_lat, east) = frame.point(0, down), frame.point(frame.width, down)
        return ",".join(f"{edge:.4f}" for edge in (south, west, north, east))

    @property
    def is_linked(self) -> bool:
        """Whether pins lead somewhere: with a single office there is nothing to choose."""
        return any(mark.href for mark in self.marks)

    @property
    def tiles(self) -> str:
        return settings.MAP_TILE_URL

    @property
    def tile_host(self) -> str:
        return tile_host()

    @property
    def attribution(self) -> str:
        return settings.MAP_ATTRIBUTION

    @property
    def files(self) -> str:
        return f"{settings.STATIC_URL}map/"


def tile_host() -> str:
    """The host that is asked for pictures of the map; empty: none is."""
    return urlsplit(settings.MAP_TILE_URL.replace("{s}.", "")).hostname or ""


def of_results(rows: Sequence[Row], query: SearchQuery, *, widened: bool) -> Map | None:
    """The map of a page of results; None where no place is known of any of them."""
    members = [
        Member(row["number"], row["name"], f"#s{row['number']}", row["spot"], row["distance_miles"]) for row in rows
    ]
    groups, unplaced = _by_spot(members)
    if not groups:
        return None
    spots = _points(groups)
    if query.near is None:
        drawing = maps.together(spots, *LIST_SIZE)
        marks = _marks(groups, "doctors", drawing)
        return Map(_("Map: the places in the list"), marks, drawing, unplaced)
    here = (query.near.latitude, query.near.longitude)
    farthest = max(row["distance_miles"] for row in rows)
    rings, reach = _rings(farthest, None if widened else query.radius_miles)
    labels = [(ring, _("%(miles)s mi") % {"miles": f"{ring:g}"}) for ring in rings]
    drawing = maps.near(here, spots, labels, reach, *LIST_SIZE)
    return Map(
        _("Map: the places in the list, with rings of distance from you"),
        _marks(groups, "doctors", drawing),
        drawing,
        unplaced,
        here,
        _place_in_words(query.near),
        _rings_in_words([ring.miles for ring in reversed(drawing.rings)]),
    )


def _by_spot(members: Sequence[Member]) -> tuple[list[list[Member]], int]:
    """The entries that share a mark, in the order of the list, and how many have none.

    Those of one address share it, and those of which no more is known than the same ZIP code or town.
    """
    groups: dict[str | Point, list[Member]] = {}
    for member in members:
        if member.spot:
            latitude, longitude, area = member.spot
            groups.setdefault(area or (round(latitude, 4), round(longitude, 4)), []).append(member)
    return list(groups.values()), sum(member.spot is None for member in members)


def _points(groups: Sequence[Sequence[Member]]) -> list[Point]:
    return [(at[0], at[1]) for group in groups if (at := group[0].spot)]


def _marks(groups: Sequence[Sequence[Member]], kind: str, drawing: Drawing) -> list[Mark]:
    pins = [*drawing.pins, *[None] * (len(groups) - len(drawing.pins))]
    return [Mark(group, kind, pin) for group, pin in zip(groups, pins, strict=True)]


def _rings(farthest: float, radius: float | None) -> tuple[list[float], float]:
    """The miles of the rings, those of the list's headings, and how far the picture must reach.

    `farthest` is the last of the list, `radius` what was asked for, where the list ends.
    """
    edge = next((float(each) for each in present.BANDS if each >= farthest), None)
    outer = min(each for each in (edge, radius) if each) if edge or radius else None
    inner = [float(each) for each in present.BANDS if outer is None or each < outer]
    return [*inner, outer] if outer else inner, max(outer or farthest, LEAST_REACH_MILES)


def _rings_in_words(miles: Sequence[float]) -> str:
    if len(miles) == 1:
        return _("Ring: %(miles)s") % {"miles": present.radius_in_words(miles[0])}
    return _("Rings: %(miles)s miles") % {"miles": listed([f"{each:g}" for each in miles], _("and"))} if miles else ""


def _place_in_words(near: Understood) -> str:
    if near.precision in ("zip", "city"):
        return _("Your place: middle of %(place)s") % {"place": near.label}
    return _("Your place: %(place)s") % {"place": present.point_in_words(near) or near.label}


def of_offices(offices: Sequence[Office]) -> Map | None:
    """The map of a doctor's offices; pins lead to their boxes on the page. None where none can be placed."""
    return _of_boxes([(office.title, office.spot) for office in offices])


def of_sites(sites: Sequence[Site]) -> Map | None:
    """The same of a clinic's."""
    return _of_boxes([(site.label, site.first.spot) for site in sites])


def _of_boxes(boxes: Sequence[tuple[str, Spot | None]]) -> Map | None:
    members = [
        Member(number, name, f"#office-{number}" if len(boxes) > 1 else "", at)
        for number, (name, at) in enumerate(boxes, 1)
    ]
    groups, unplaced = _by_spot(members)
    if not groups:
        return None
    drawing = maps.together(_points(groups), *OFFICES_SIZE, maps.IN_COLUMN)
    label = ngettext("Map: where the office is", "Map: where the offices are", len(boxes))
    return Map(label, _marks(groups, "offices", drawing), drawing, unplaced)
