"""Places from the embedded table alone: what was taken apart becomes a point, or is refused with suggestions."""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.places import table
from directory.places.errors import PlaceNotUnderstood, Reason
from directory.places.reading import HOUSE_NUMBER, Written, city_of_that_name, read
from directory.places.spelling import nearly_written
from directory.places.table import Place
from directory.states import MILITARY

MOST_ALTERNATIVES = 20
MOST_SUGGESTIONS = 5
BEFORE_TOWN = ("city of ", "town of ", "village of ", "township of ", "downtown ", "near ")


@dataclass(frozen=True, slots=True)
class Understood:
    """A point, and what was understood by the text. `approximate`: an address answered by its ZIP code or town."""

    input: str
    label: str
    latitude: float
    longitude: float
    precision: str
    """`point`, `address`, `zip` or `city`."""
    source: str
    """`input`, `geonames`, `census`, or the name of the geocoder that placed the address."""
    alternatives: tuple[str, ...] = ()
    approximate: bool = False


def locate(text: str) -> Understood:
    """The place of a text, by the table alone. Raises PlaceNotUnderstood."""
    return place(read(text))


def place(written: Written) -> Understood:
    """The place of a text that was taken apart, by the table alone. Raises PlaceNotUnderstood."""
    if written.point:
        latitude, longitude = written.point
        label = f"{degrees(latitude)}, {degrees(longitude)}"
        return Understood(written.text, label, latitude, longitude, "point", "input")
    if written.zip_code:
        return _by_zip(written)
    if written.state in MILITARY:
        raise PlaceNotUnderstood(written.text, Reason.MILITARY_STATE)
    if not written.parts:
        return _by_state(written) if written.state else _refuse_town(written, written.text)
    return _by_town(written)


# Nearly every point has a ZIP code within the first radius; the second is for the emptiest land.
NEAR_MILES = (10.0, 60.0)


def town_near(latitude: float, longitude: float) -> str:
    """The town of the nearest ZIP code, as `Austin, TX`; empty where there is none within 60 miles. Milliseconds."""
    for radius in NEAR_MILES:
        if near := table.zips_near((latitude, longitude), radius):
            _distance, found = near[0]
            return f"{found.town}, {found.state}"
    return ""


def degrees(value: float) -> str:
    """At most six decimals, which is inches."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _answer(written: Written, found: Place, others: Iterable[Place] = (), *, approximate: bool = False) -> Understood:
    labels = dict.fromkeys(other.label for other in others if other.label != found.label)
    return Understood(
        input=written.text,
        label=found.label,
        latitude=found.latitude,
        longitude=found.longitude,
        precision="zip" if found.zip_code else "city",
        source=found.source,
        alternatives=tuple(labels)[:MOST_ALTERNATIVES],
        approximate=approximate,
    )


def _by_zip(written: Written) -> Understood:
    found = table.zip_place(written.zip_code)
    if found is None:
        if table.is_military(written.zip_code):
            raise PlaceNotUnderstood(written.text, Reason.MILITARY_ZIP)
        towns, _ = _towns(written)
        if towns and (written.state or written.is_street_address):
            return _answer(written, towns[0], towns if not written.state else (), approximate=True)
        raise PlaceNotUnderstood(written.text, Reason.UNKNOWN_ZIP, _zips_like(written.zip_code))
    if written.state not in ("", found.state):
        towns, _ = _towns(written)
        suggestions = (found.label, *(town.label for town in towns[:1]))
        raise PlaceNotUnderstood(written.text, Reason.CONTRADICTION, suggestions)
    return _answer(written, found, approximate=written.is_street_address or len(written.parts) > 1)


def _zips_like(code: str) -> tuple[str, ...]:
    for length in (4, 3, 2):
        if near := table.zips_starting(code[:length], MOST_SUGGESTIONS):
            return tuple(found.label for found in near)
    return ()


def _by_state(written: Written) -> Understood:
    """The whole text is a state; a few are also what people call a big town."""
    namesakes = table.towns(written.text)
    if city := city_of_that_name(written.text):
        return _answer(written, city, namesakes)
    suggested = [*namesakes[:2], *table.largest_towns(written.state, MOST_SUGGESTIONS)]
    raise PlaceNotUnderstood(written.text, Reason.WHOLE_STATE, _labels(suggested))


def _by_town(written: Written) -> Understood:
    towns, extra = _towns(written)
    if len(written.parts) > 1 and not written.state and not written.is_street_address:
        towns = []  # "Paris, France" must not become the town of France
    if not towns:
        if written.is_street_address and len(written.parts) == 1 and not written.state:
            raise PlaceNotUnderstood(written.text, Reason.NO_TOWN)
        return _refuse_town(written, written.parts[-1] if written.state else written.parts[0])
    return _answer(written, towns[0], () if written.state else towns, approximate=extra)


def _towns(written: Written) -> tuple[list[Place], bool]:
    """The towns that the text may name, and whether it holds more than the town: then it is an address."""
    for part in reversed(written.parts):
        if found := _towns_called(part, written.state):
            return found, len(written.parts) > 1
    if written.state and written.is_street_address:
        return _towns_at_end(written.parts[-1], written.state), True
    return [], False


def towns_named(written: Written) -> list[Place]:
    """The towns an address may lie in."""
    return _towns(written)[0]


def _towns_called(name: str, state: str) -> list[Place]:
    if found := table.towns(name, state):
        return found
    for before in BEFORE_TOWN:
        if name.casefold().startswith(before):
            return table.towns(name[len(before) :], state)
    return []


def _towns_at_end(text: str, state: str) -> list[Place]:
    """`1100 Congress Ave Austin` -> Austin: the longest end of the text that is a town."""
    tokens = text.split(" ")
    first = 2 if HOUSE_NUMBER.match(text) else 1
    for start in range(max(first, len(tokens) - 4), len(tokens)):
        if found := table.towns(" ".join(tokens[start:]), state):
            return found
    return []


def _refuse_town(written: Written, name: str) -> Understood:
    """Raises PlaceNotUnderstood with what may have been meant: another spelling, a town in the text, another state."""
    meant = [*nearly_written(name, written.state, MOST_SUGGESTIONS), *_towns_at_end(name, written.state)[:2]]
    if written.state and not meant:
        meant = table.towns(name) or nearly_written(name, "", MOST_SUGGESTIONS)
    if len(written.parts) > 1 and not written.state:
        meant = table.towns(name) + meant  # "Austin, Texass"
    raise PlaceNotUnderstood(written.text, Reason.NO_SUCH_PLACE, _labels(meant))


def _labels(places: Iterable[Place]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.label for found in places))[:MOST_SUGGESTIONS]
