"""Builds the place table of `directory.places` from the GeoNames and Census files.

    python -m scripts.build_places SOURCE_FOLDER [--out directory/places/places.sqlite3]

SOURCE_FOLDER holds geonames_us_postal.tsv.gz, zcta_centroids.csv.gz and geonames_us_places500.csv.gz. The same files
give the same table. What goes in:

- every ZIP code GeoNames knows in a state (its military rows lie abroad and stay out), with its point. The Census
  point of the ZIP area stands in where GeoNames has none (the territories) and where GeoNames looks wrong (`place`);
- every town of GeoNames with its population, and as a town without population every post office name that is no town;
- a ZIP code of a territory has the name of the nearest town, because the Census gives points without names.
"""

import argparse
import csv
import gzip
import math
import sqlite3
import struct
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from directory.places.folding import fold
from directory.places.table import POINT_SCALE, cell_of
from directory.states import NAMES
from scripts.county_time_zones import only_zone, zone_of

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE state (code TEXT PRIMARY KEY, only_zone INTEGER) WITHOUT ROWID;
CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, lat INTEGER NOT NULL,
    lon INTEGER NOT NULL, population INTEGER NOT NULL, zone INTEGER NOT NULL);
CREATE TABLE key (key TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (key, first)) WITHOUT ROWID;
CREATE TABLE zip (code INTEGER PRIMARY KEY, lat INTEGER NOT NULL, lon INTEGER NOT NULL, town INTEGER NOT NULL,
    zone INTEGER NOT NULL, census INTEGER NOT NULL);
CREATE TABLE cell (id INTEGER PRIMARY KEY, zips BLOB NOT NULL);
"""
META = {
    "about": "US ZIP codes and towns with points; built by scripts/build_places.py, do not edit",
    "source geonames": "GeoNames postal codes and populated places, https://www.geonames.org/, CC BY 4.0. "
    "Changed: cut to the United States and its territories, military rows left out, rounded to 4 decimals",
    "source census": "U.S. Census Bureau, ZIP Code Tabulation Area points, public domain",
    "source time zones": "49 CFR Part 71 by county, public domain; approximate, see scripts/county_time_zones.py",
}
EARTH_RADIUS_MILES = 3958.7613
FAR_APART = 10  # miles
SAME_PLACE = 20  # miles
LARGE = 20_000  # people
ESTIMATED = "1"  # GeoNames' accuracy of a point that was interpolated from its neighbors
TERRITORY_OF_PREFIX = {"006": "PR", "007": "PR", "009": "PR", "008": "VI", "967": "AS", "969": "GU"}
RENAMED = {("New York City", "NY"): "New York"}
# How people write some towns: (name, state) -> other names.
ALSO_CALLED: dict[tuple[str, str], tuple[str, ...]] = {
    ("New York", "NY"): ("New York City", "NYC"),
    ("Los Angeles", "CA"): ("LA", "L.A."),
    ("Washington", "DC"): ("DC", "Washington DC", "District of Columbia"),
    ("San Francisco", "CA"): ("SF", "San Fran"),
    ("Philadelphia", "PA"): ("Philly",),
    ("Las Vegas", "NV"): ("Vegas",),
    ("New Orleans", "LA"): ("NOLA",),
    ("Oklahoma City", "OK"): ("OKC",),
    ("Salt Lake City", "UT"): ("SLC", "Salt Lake"),
    ("Saint Petersburg", "FL"): ("St Pete",),
    ("Minneapolis", "MN"): ("Twin Cities",),
    ("Twentynine Palms", "CA"): ("29 Palms",),
    ("Indianapolis", "IN"): ("Indy",),
    ("Jacksonville", "FL"): ("Jax",),
    ("Boise", "ID"): ("Boise City",),
}


@dataclass
class Zip:
    code: str
    city: str
    state: str
    point: tuple[float, float]
    zone: str
    census: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return fold(self.city), self.state


@dataclass
class Town:
    name: str
    state: str
    point: tuple[float, float]
    population: int
    zone: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return fold(self.name), self.state


def rows(path: Path, **options: str) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.reader(file, **options)  # type: ignore[arg-type]  # csv's own options


def miles(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along the sphere. geopy's own is ten times slower, and this is asked half a million times."""
    south, north = math.radians(a[0]), math.radians(b[0])
    east = math.radians(b[1] - a[1])
    chord = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(chord))


def to_nearest(point: tuple[float, float], others: Iterable["Town | Zip"]) -> float:
    return min(miles(point, other.point) for other in others)


def by_key[Named: ("Town", "Zip")](places: list[Named]) -> dict[tuple[str, str], list[Named]]:
    groups: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for named in places:
        groups[named.key].append(named)
    return groups


def census_points(folder: Path) -> dict[str, tuple[float, float]]:
    _, *points = rows(folder / "zcta_centroids.csv.gz")
    return {code: (float(lat), float(lon)) for code, lat, lon in points}


def place(z: Zip, accuracy: str, census: tuple[float, float], towns: list[Town]) -> None:
    """Moves a ZIP code to its Census point where GeoNames looks wrong.

    That is where the two lie over 10 miles apart, and the Census point is nearer to a town of that name or, where
    there is no such town, GeoNames only estimated. Measured on 10,487 hospitals and the like: the farthest from its
    ZIP code's point comes from 315 miles to 56.
    """
    if miles(z.point, census) <= FAR_APART:
        return
    if (to_nearest(census, towns) < to_nearest(z.point, towns)) if towns else accuracy == ESTIMATED:
        z.point, z.census = census, True


def read_zips(folder: Path, towns: list[Town]) -> list[Zip]:
    """The ZIP codes GeoNames puts in a state."""
    census, namesakes = census_points(folder), by_key(towns)
    zips = {}
    for row in rows(folder / "geonames_us_postal.tsv.gz", delimiter="\t", quotechar="\x00"):
        _, code, city, _, state, county = row[:6]
        if state not in NAMES:
            continue  # military
        found = Zip(code, city, state, (float(row[9]), float(row[10])), zone_of(code, state, county))
        if code in census:
            place(found, row[11], census[code], namesakes.get((fold(city), state), []))
        zips[code] = found
    return list(zips.values())


def read_towns(folder: Path) -> list[Town]:
    """The towns of GeoNames; a state may have several that are written the same."""
    towns = []
    for _, name, admin1, country, lat, lon, population, _ in list(rows(folder / "geonames_us_places500.csv.gz"))[1:]:
        if "historical" in name or "/" in name:
            continue  # gone, or a piece of a city that nobody would type
        state = admin1 if country == "US" else country
        name = name.partition("(")[0].partition(",")[0].strip()
        if name == "City of Milford":
            name = "Milford"
        towns.append(Town(RENAMED.get((name, state), name), state, (float(lat), float(lon)), int(population)))
    return towns


def one_of_each(towns: list[Town], zips: list[Zip]) -> Iterator[Town]:
    """Of the towns in a state that are written the same the one that addresses mean.

    That is the most populous near a post office of that name; where there is such an office and no such town near it,
    the office will stand for the name, unless the town is large.
    """
    offices = by_key(zips)
    for key, namesakes in by_key(towns).items():
        namesakes.sort(key=lambda t: (-t.population, t.point))
        near = [t for t in namesakes if key not in offices or to_nearest(t.point, offices[key]) <= SAME_PLACE]
        if near or namesakes[0].population >= LARGE:
            yield (near or namesakes)[0]


def territory_zips(folder: Path, known: set[str], towns: list[Town]) -> Iterator[Zip]:
    """The ZIP codes only the Census has, named after the nearest town of their territory."""
    for code, point in census_points(folder).items():
        state = TERRITORY_OF_PREFIX.get(code[:3])
        if code in known or state is None:
            continue
        if state == "GU" and code >= "96950":
            state = "MP"
        nearest = min((t for t in towns if t.state == state), key=lambda t: (miles(t.point, point), t.name))
        yield Zip(code, nearest.name, state, point, zone_of(code, state, ""), census=True)


def post_offices(zips: list[Zip], towns: list[Town]) -> Iterator[Town]:
    """The names of ZIP codes that are no towns, each at that one of its ZIP points which is nearest to their middle."""
    known = {town.key for town in towns}
    for key, group in by_key(zips).items():
        if key not in known:
            middle = (sum(z.point[0] for z in group) / len(group), sum(z.point[1] for z in group) / len(group))
            best = min(group, key=lambda z: (miles(z.point, middle), z.code))
            yield Town(best.city, best.state, best.point, 0, best.zone)


def add_zones(towns: list[Town], zips: list[Zip]) -> None:
    """A town keeps the time of the nearest ZIP point of its state."""
    by_state: dict[str, list[Zip]] = defaultdict(list)
    for z in zips:
        by_state[z.state].append(z)

    def flat(town: Town, z: Zip) -> tuple[float, str]:
        east = (town.point[1] - z.point[1]) * math.cos(math.radians(town.point[0]))
        return (town.point[0] - z.point[0]) ** 2 + east**2, z.code

    for town in towns:
        if not town.zone:
            town.zone = only_zone(town.state) or min(by_state[town.state], key=lambda z: flat(town, z)).zone


def scaled(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0] * POINT_SCALE), round(point[1] * POINT_SCALE)


def write(path: Path, zips: list[Zip], towns: list[Town]) -> None:
    zips.sort(key=lambda z: z.code)
    towns.sort(key=lambda t: (t.key, t.name))
    zones = {name: n for n, name in enumerate(sorted({z.zone for z in zips} | {t.zone for t in towns}))}
    ids = {town.key: n for n, town in enumerate(towns, 1)}
    # Towns written the same follow each other: one row of `key` names them all.
    groups = [(key, [ids[t.key] for t in group]) for key, group in groupby(towns, key=lambda t: t.key[0])]
    keys = {(key, numbers[0], numbers[-1]) for key, numbers in groups}
    for (name, state), others in ALSO_CALLED.items():
        if number := ids.get((fold(name), state)):
            keys |= {(fold(other), number, number) for other in others}
    cells: dict[int, list[int]] = defaultdict(list)
    for z in zips:
        cells[cell_of(*z.point)].append(int(z.code))
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    with db:
        db.executescript(SCHEMA)
        db.executemany("INSERT INTO meta VALUES (?, ?)", sorted(META.items()))
        db.executemany("INSERT INTO zone VALUES (?, ?)", [(n, name) for name, n in zones.items()])
        states = sorted({t.state for t in towns})
        db.executemany("INSERT INTO state VALUES (?, ?)", [(s, zones.get(only_zone(s) or "")) for s in states])
        db.executemany(
            "INSERT INTO town VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(ids[t.key], t.name, t.state, *scaled(t.point), t.population, zones[t.zone]) for t in towns],
        )
        db.executemany("INSERT INTO key VALUES (?, ?, ?)", sorted(keys))
        db.executemany(
            "INSERT INTO zip VALUES (?, ?, ?, ?, ?, ?)",
            [(int(z.code), *scaled(z.point), ids[z.key], zones[z.zone], z.census) for z in zips],
        )
        db.executemany(
            "INSERT INTO cell VALUES (?, ?)", [(c, struct.pack(f"<{len(n)}I", *n)) for c, n in sorted(cells.items())]
        )
    db.execute("VACUUM")
    db.close()


def build(folder: Path, out: Path) -> dict[str, int]:
    """Writes the table; how many rows of each kind it holds."""
    towns = read_towns(folder)
    zips = read_zips(folder, towns)
    towns = list(one_of_each(towns, zips))
    zips += territory_zips(folder, {z.code for z in zips}, towns)
    offices = list(post_offices(zips, towns))
    add_zones(towns, zips)
    write(out, zips, towns + offices)
    return {"zips": len(zips), "towns": len(towns), "post offices": len(offices), "bytes": out.stat().st_size}


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Builds the place table from the GeoNames and Census files.")
    parser.add_argument("folder", type=Path, metavar="SOURCE_FOLDER")
    parser.add_argument("--out", type=Path, default=ROOT / "directory" / "places" / "places.sqlite3")
    options = parser.parse_args(list(arguments) if arguments is not None else None)
    for name, count in build(options.folder, options.out).items():
        sys.stdout.write(f"{count:>9,} {name}\n")


if __name__ == "__main__":
    main()
