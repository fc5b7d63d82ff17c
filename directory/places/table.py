"""The embedded place table: ZIP codes and towns of the United States, read from one small file that never changes.

`scripts/build_places.py` makes the file and says where its rows come from. Every look-up takes microseconds, those
that say so a few milliseconds at most; nothing is loaded at start.
"""
# ruff: noqa: S608 (the statements are joined from the constants below; values are always bound)

import math
import os
import sqlite3
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geopy.distance import great_circle

from directory.places.folding import fold

PATH = Path(__file__).with_name("places.sqlite3")
POINT_SCALE = 10_000  # degrees are kept as whole numbers of 1/10,000, about 36 feet
CELLS_PER_DEGREE = 2
EARTH_RADIUS_KM = 6371.0088
MILES_PER_DEGREE = 69.0  # a little less than on the sphere, so that boxes are a little too large
# APO, FPO, DPO: AE (090-099), AA (340), AP (962-966).
MILITARY_PREFIXES = frozenset([*(f"09{n}" for n in range(10)), "340", *(f"96{n}" for n in range(2, 7))])

TOWN = "town.name, town.state, town.lat, town.lon, town.population, zone.name"
TOWN_ZONE = "JOIN zone ON zone.id = town.zone"
ZIP = "zip.code, town.name, town.state, zip.lat, zip.lon, zone.name, zip.census"
ZIP_TOWN = "JOIN town ON town.id = zip.town JOIN zone ON zone.id = zip.zone"

type Point = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True, slots=True)
class Place:
    """A town, or the area of a ZIP code."""

    town: str
    state: str
    latitude: float
    longitude: float
    time_zone: str
    source: str
    zip_code: str = ""
    population: int = 0

    @property
    def label(self) -> str:
        """`Austin, TX` or `Austin, TX 78701`; it is understood when it comes back as a question."""
        return f"{self.town}, {self.state} {self.zip_code}".rstrip()

    @property
    def point(self) -> Point:
        return self.latitude, self.longitude


class _Connection(sqlite3.Connection):
    def __del__(self) -> None:
        self.close()  # its thread has ended


_thread = threading.local()


def _db() -> sqlite3.Connection:
    """This thread's connection. A forked process opens its own."""
    if getattr(_thread, "process", None) != os.getpid():
        uri = f"{PATH.as_uri()}?mode=ro&immutable=1"
        _thread.db = sqlite3.connect(uri, uri=True, check_same_thread=False, factory=_Connection)
        _thread.process = os.getpid()
    db: sqlite3.Connection = _thread.db
    return db


def _town(row: tuple[str, str, int, int, int, str]) -> Place:
    name, state, lat, lon, population, zone = row
    return Place(name, state, lat / POINT_SCALE, lon / POINT_SCALE, zone, "geonames", population=population)


def _zip(row: tuple[int, str, str, int, int, str, int]) -> Place:
    code, town, state, lat, lon, zone, census = row
    source = "census" if census else "geonames"
    return Place(town, state, lat / POINT_SCALE, lon / POINT_SCALE, zone, source, zip_code=f"{code:05}")


def miles(a: Point, b: Point) -> float:
    """Great-circle miles on the sphere that the whole project measures on."""
    return float(great_circle(a, b, radius=EARTH_RADIUS_KM).miles)


def is_military(zip_code: str) -> bool:
    """Whether the five digits belong to APO, FPO or DPO, which have no place on the map."""
    return zip_code[:3] in MILITARY_PREFIXES and zip_place(zip_code) is None


def zip_place(zip_code: str) -> Place | None:
    """The place of five ASCII digits; None for unknown and military codes."""
    found = _db().execute(f"SELECT {ZIP} FROM zip {ZIP_TOWN} WHERE zip.code = ?", [int(zip_code)]).fetchone()
    return _zip(found) if found else None


def zips_starting(digits: str, limit: int) -> list[Place]:
    """The first ZIP codes that begin with one to five digits."""
    low = int(digits.ljust(5, "0"))
    sql = f"SELECT {ZIP} FROM zip {ZIP_TOWN} WHERE zip.code BETWEEN ? AND ? ORDER BY zip.code LIMIT ?"
    return [_zip(row) for row in _db().execute(sql, [low, low + 10 ** (5 - len(digits)) - 1, limit])]


def towns(name: str, state: str = "") -> list[Place]:
    """The towns written like this, in the state if one is given, the most populous first."""
    return towns_of_key(fold(name), state)


def towns_of_key(key: str, state: str = "") -> list[Place]:
    """The same for a name that is folded already."""
    sql = f"SELECT {TOWN} FROM key JOIN town ON town.id BETWEEN key.first AND key.last {TOWN_ZONE} WHERE key.key = ?"
    found = [_town(row) for row in _db().execute(sql, [key])]
    return by_population(place for place in found if state in ("", place.state))


def by_population(places: Iterator[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (-place.population, place.label))


def largest_towns(state: str, limit: int) -> list[Place]:
    """The most populous towns of a state. Reads the whole table: milliseconds."""
    sql = f"SELECT {TOWN} FROM town {TOWN_ZONE} WHERE town.state = ? ORDER BY population DESC, town.id LIMIT ?"
    return [_town(row) for row in _db().execute(sql, [state, limit])]


def towns_starting(key: str, limit: int, state: str = "") -> list[Place]:
    """The most populous towns whose folded name begins with a folded text. Short texts take milliseconds."""
    sql = (
        f"SELECT DISTINCT {TOWN} FROM key JOIN town ON town.id BETWEEN key.first AND key.last {TOWN_ZONE} "
        "WHERE key.key >= ? AND key.key < ? AND ? IN ('', town.state) ORDER BY population DESC, town.id LIMIT ?"
    )
    return [_town(row) for row in _db().execute(sql, [key, key + "\U0010ffff", state, limit])]


def keys_starting(start: str, limit: int) -> list[str]:
    """Folded town names that begin with a folded text, in alphabetical order."""
    sql = "SELECT DISTINCT key FROM key WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
    return [key for (key,) in _db().execute(sql, [start, start + "\U0010ffff", limit])]


def only_zone(state: str) -> str:
    """The time zone of a state that keeps one clock everywhere; "" for the others and for what is no state."""
    sql = "SELECT zone.name FROM state JOIN zone ON zone.id = state.only_zone WHERE state.code = ?"
    found: tuple[str] | None = _db().execute(sql, [state]).fetchone()
    return found[0] if found else ""


def sources() -> dict[str, str]:
    """What the file says about where its rows come from, and under which licence."""
    return dict(_db().execute("SELECT name, value FROM meta"))


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the half-degree square that holds the point."""
    return _cell(math.floor((latitude + 90) * CELLS_PER_DEGREE), math.floor((longitude + 180) * CELLS_PER_DEGREE))


def _cell(row: int, column: int) -> int:
    around = 360 * CELLS_PER_DEGREE
    return row * around + column % around


def _degrees_around(latitude: float, within_miles: float) -> tuple[float, float]:
    """How far north and how far east the distance reaches at most."""
    up = within_miles / MILES_PER_DEGREE
    # No ZIP code lies where meridians crowd; the clamp only keeps the arithmetic away from the pole.
    return up, up / max(math.cos(math.radians(min(abs(latitude) + up, 85))), 0.05)


def _cells_around(point: Point, up: float, side: float) -> set[int]:
    latitude, longitude = point
    low, high = ((latitude + 90 + d) * CELLS_PER_DEGREE for d in (-up, up))
    west, east = ((longitude + 180 + d) * CELLS_PER_DEGREE for d in (-side, side))
    return {
        _cell(row, column)
        for row in range(math.floor(low), math.floor(high) + 1)
        for column in range(math.floor(west), math.floor(east) + 1)
    }


def zips_near(point: Point, within_miles: float) -> list[tuple[float, Place]]:
    """The ZIP codes within up to 100 miles with their distances, the nearest first. Milliseconds in dense places."""
    db, found = _db(), []
    up, side = _degrees_around(point[0], within_miles)
    for cell in _cells_around(point, up, side):
        held = db.execute("SELECT zips FROM cell WHERE id = ?", [cell]).fetchone()
        codes = [code for (code,) in struct.iter_unpack("<I", held[0])] if held else []
        sql = f"SELECT {ZIP} FROM zip {ZIP_TOWN} WHERE zip.code IN ({','.join('?' * len(codes))})"
        found += [
            (miles(point, place.point), place)
            for place in map(_zip, db.execute(sql, codes))
            if abs(place.latitude - point[0]) <= up and abs((place.longitude - point[1] + 180) % 360 - 180) <= side
        ]
    return sorted(
        ((distance, place) for distance, place in found if distance <= within_miles),
        key=lambda pair: (pair[0], pair[1].zip_code),
    )
