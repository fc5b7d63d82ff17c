"""A small directory with everything that is awkward about places and people. The same for the same seed."""

import datetime
import random

from directory import npi
from directory.models import Clinic, Offering, Practice, Procedure, Site, Specialist
from directory.places import Understood
from directory.search import SearchQuery

DAY = datetime.date(2026, 1, 5)
# Austin, New York, the Aleutians on both sides of 180, Guam, the equator at 180 and at 0, and near both poles.
ANCHORS = [(30.27, -97.74), (40.71, -74.0), (51.9, 179.6), (52.2, -179.2), (13.4, 144.8), (0.0, 179.9), (0.2, 0.1),
           (89.7, 40.0), (-89.6, -120.0)]  # fmt: skip
EXACT = [(90.0, 0.0), (90.0, 77.0), (-90.0, 0.0), (-90.0, 180.0), (0.0, 180.0), (0.0, -180.0), (51.9, 180.0),
         (51.9, -180.0), (0.0, 0.0)]  # fmt: skip
GIVEN = ["Ana", "José", "Zoë", "Li", "Maria", "Ólafur", "D'Arcy", ""]
FAMILY = ["Rivera", "O'Neil", "Núñez", "Smith-Jones", "van der Berg", "Müller", "Rivers", "Ng", "de la Cruz"]
CLINICS = ["Hill Country Pain", "Río Grande Spine", "Anacostia Pain Center", "St. John's Clinic", "Núcleo Pain"]
WANTED = [*[""] * 25, "riv", "RIVERA", "nun", "ana", "o'neil", "smith-jones", "ana hill", "john", "pain",
          "zoe muller", "xyz", "d’arcy", "berg der"]  # fmt: skip
SLUGS = ["adhesiolysis", "epidural-steroid-injection", "spinal-cord-stimulation"]
NEVER_OFFERED = "never-offered"


def build(seed: int, *, people: int = 240, sites: int = 220, practices: int = 400) -> None:
    """Writes the directory."""
    dice = random.Random(seed)
    procedures = [Procedure.objects.get_or_create(slug=slug)[0] for slug in [*SLUGS, NEVER_OFFERED]][:-1]
    clinics = Clinic.objects.bulk_create(
        Clinic(name=f"{dice.choice(CLINICS)} {number % 7}", slug=f"clinic-{number}") for number in range(90)
    )
    specialists = Specialist.objects.bulk_create(
        Specialist(
            npi=npi.with_check_digit(210_000_000 + number),
            given_name=dice.choice(GIVEN),
            family_name=dice.choice(FAMILY),
            credentials=dice.choice(["MD", "DO", ""]),
            **{dice.choice(["deactivated_on", "excluded_on", "suppressed_on"]): DAY if dice.random() < 0.08 else None},
        )
        for number in dice.sample(range(people * 3), people)
    )
    points = [*EXACT]
    while len(points) < sites:
        points.append(_point(dice, points))
    rows = Site.objects.bulk_create(_site(dice, dice.choice(clinics), point) for point in points)
    # a few people practise at many places, most at one or two
    pairs = {(dice.choice(specialists[: people // 8]), dice.choice(rows)) for _ in range(practices // 4)}
    while len(pairs) < practices:
        pairs.add((dice.choice(specialists), dice.choice(rows)))
    made = Practice.objects.bulk_create(
        Practice(specialist=person, site=site, accepting_new_patients=dice.choice([True, True, False, None]))
        for person, site in sorted(pairs, key=lambda pair: dice.random())
    )
    Offering.objects.bulk_create(
        Offering(practice=practice, procedure=procedure, status=dice.choice(["open", "paused", "stopped", None]))
        for practice in made
        for procedure, share in zip(procedures, (0.1, 0.5, 0.03), strict=True)
        if dice.random() < share
    )


def _point(dice: random.Random, points: list[tuple[float, float]]) -> tuple[float, float] | None:
    kind = dice.random()
    if kind < 0.06:
        return None
    if kind < 0.25:
        return dice.choice([point for point in points if point])
    if kind < 0.3:
        return dice.uniform(-90, 90), dice.uniform(-180, 180)
    return around(dice, dice.choice(ANCHORS), dice.choice([0.05, 0.5, 3.0]))


def _site(dice: random.Random, clinic: Clinic, point: tuple[float, float] | None) -> Site:
    latitude, longitude = point or (None, None)
    return Site(
        clinic=clinic,
        line1="1 Example Way",
        city="Example",
        state="TX",
        postal_code="78701",
        latitude=latitude,
        longitude=longitude,
        location_precision=Site.Precision.ZIP if point else None,
        closed_on=DAY if dice.random() < 0.06 else None,
        hidden=dice.random() < 0.06,
    )


def around(dice: random.Random, centre: tuple[float, float], degrees: float) -> tuple[float, float]:
    """A point at random near another, also where that leads over the antimeridian."""
    latitude = min(90.0, max(-90.0, centre[0] + dice.uniform(-degrees, degrees)))
    longitude = (centre[1] + dice.uniform(-degrees, degrees) + 540.0) % 360.0 - 180.0
    return latitude, longitude


def centres(dice: random.Random, points: list[tuple[float, float]], number: int) -> list[tuple[float, float]]:
    """Places to search from: on sites, opposite them, near them, anywhere."""
    chosen = list(EXACT)
    while len(chosen) < number:
        latitude, longitude = dice.choice(points)
        opposite = (-latitude, longitude - 180.0 if longitude > 0 else longitude + 180.0)
        beside = around(dice, (latitude, longitude), 1.0)
        anywhere = (dice.uniform(-90, 90), dice.uniform(-180, 180))
        chosen.append(dice.choice([(latitude, longitude)] * 4 + [beside] * 3 + [opposite, anywhere]))
    return chosen


def question(dice: random.Random, centre: tuple[float, float] | None, radii: list[float]) -> SearchQuery:
    """A query at random from there; `radii` are radii that end exactly on a site."""
    rims = dice.sample(radii, min(4, len(radii)))
    radius = dice.choice([1.0, 25.0, 50.0, 50.0, 200.0, 500.0, dice.uniform(1, 500), *rims])
    near = Understood(
        input="there", label="There", latitude=centre[0], longitude=centre[1], precision="point", source="input"
    ) if centre else None  # fmt: skip
    return SearchQuery(
        near=near,
        radius_miles=radius if near else 50.0,
        procedures=tuple(
            dice.choice([*[[]] * 8, *[SLUGS[1:2]] * 4, *[SLUGS] * 3, SLUGS[:1], SLUGS[2:], [NEVER_OFFERED]])
        ),
        accepting=dice.random() < 0.3,
        q=dice.choice(WANTED),
        page=dice.choice([1, 1, 1, 2, 3]),
        page_size=dice.choice([1, 3, 20, 100]),
    )
