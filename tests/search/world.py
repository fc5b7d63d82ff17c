"""A small directory with everything that is awkward about places and people. The same for the same seed and day."""

import datetime
import random
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from directory import evidence, npi, search
from directory.models import (
    ClaimsRecord,
    Clinic,
    Condition,
    Insurer,
    Language,
    Offering,
    Practice,
    Procedure,
    Site,
    Specialist,
)
from directory.places import Understood
from directory.search import SearchQuery

DAY = datetime.date(2026, 1, 5)
# Austin, New York, the Aleutians on both sides of 180, Guam, the equator at 180 and at 0, and near both poles.
ANCHORS = [(30.27, -97.74), (40.71, -74.0), (51.9, 179.6), (52.2, -179.2), (13.4, 144.8), (0.0, 179.9), (0.2, 0.1),
           (89.7, 40.0), (-89.6, -120.0)]  # fmt: skip
EXACT = [(90.0, 0.0), (90.0, 77.0), (-90.0, 0.0), (-90.0, 180.0), (0.0, 180.0), (0.0, -180.0), (51.9, 180.0),
         (51.9, -180.0), (0.0, 0.0)]  # fmt: skip
GIVEN = ["Ana", "José", "Zoë", "Li", "Maria", "Ólafur", "D'Arcy", ""]
FAMILY = ["Rivera", "O'Neil", "Núñez", "Smith-Jones", "van der Berg", "Müller", "Rivers", "Ng", "de la Cruz", "Rivéra"]
CLINICS = ["Hill Country Pain", "Río Grande Spine", "Anacostia Pain Center", "St. John's Clinic", "Núcleo Pain"]
WANTED = ["riv", "RIVERA", "nun", "ana", "o'neil", "smith-jones", "ana hill", "john", "pain", "zoe muller", "xyz",
          "d’arcy", "berg der", "3", "m", "jr"]  # fmt: skip

SLUGS = ["adhesiolysis", "epidural-steroid-injection", "spinal-cord-stimulation"]
NEVER_OFFERED = "never-offered"  # stopped wherever it was
OFTEN_ASKED = [SLUGS[0], SLUGS[0], *[SLUGS[1]] * 4, SLUGS[2], NEVER_OFFERED]
# What the first two of them lead to is offered; what the third leads to is not.
CONDITIONS = {"stiff-neck": SLUGS[:2], "sore-back": SLUGS[2:], "rare-pain": [NEVER_OFFERED]}
# Often taken and spoken. All others are somewhere too, so that there are many (more insurers than a word has bits), but
# the last ones of those that are asked for are nowhere.
TAKEN = ["original-medicare", "medicare-advantage", "medicaid-tx", "va", "aetna"]
INSURERS = [*TAKEN, "medicaid-wy", "humana"]
SPOKEN = ["en", "es", "vi"]
LANGUAGES = [*SPOKEN, "zh", "ase"]
STATUSES = ["open", "open", "open", "paused", "stopped", None]
WAITS = [None, None, 0, 1, 2, 2, 3, 104]
PERCENT_OFFERING = {SLUGS[0]: 25, SLUGS[1]: 60, SLUGS[2]: 10}


def confirmed_on(dice: random.Random) -> datetime.date | None:
    """A day near the one on which a confirmation ends, or still to come, or none."""
    days_ago = dice.choice([None, None, 0, 30, 89, 90, 90, 91, 91, 400, -1, -40])
    return None if days_ago is None else timezone.localdate() - datetime.timedelta(days=days_ago)


def claims_year(dice: random.Random) -> int:
    """A year near the one from which on claims count."""
    return evidence.oldest_claims_year(timezone.localdate()) + dice.choice([-3, -1, -1, -1, 0, 0, 1])


def build(seed: int, *, people: int = 240, sites: int = 220, practices: int = 400) -> None:
    """Writes the directory."""
    dice = random.Random(seed)
    clinics = Clinic.objects.bulk_create(_clinic(dice, number) for number in range(90))
    specialists = Specialist.objects.bulk_create(
        _specialist(dice, number) for number in dice.sample(range(people * 3), people)
    )
    points: list[tuple[float, float] | None] = [*EXACT]
    while len(points) < sites:
        points.append(_point(dice, points))
    rows = Site.objects.bulk_create(_site(dice, dice.choice(clinics), point) for point in points)
    # a few people practise at many places, most at one or two
    often = range(people // 8)
    pairs = {(dice.choice(often), dice.randrange(len(rows))) for _ in range(practices // 4)}
    while len(pairs) < practices:
        pairs.add((dice.randrange(people), dice.randrange(len(rows))))
    made = Practice.objects.bulk_create(
        Practice(
            specialist=specialists[person],
            site=rows[site],
            accepting_new_patients=dice.choice([True, True, False, None]),
            telehealth=dice.choice([True, False, None]),
        )
        for person, site in dice.sample(sorted(pairs), len(pairs))
    )
    _write_choices(dice, specialists, made)
    _write_procedures(dice, specialists, made)
    search.rebuild_all()


def _clinic(dice: random.Random, number: int) -> Clinic:
    """Connected, or half connected."""
    checked, confirmed = dice.choice([(True, True), (True, True), (True, True), (True, False), (False, True)])
    return Clinic(
        name=f"{dice.choice(CLINICS)} {number % 7}",
        slug=f"clinic-{number}",
        people_checked_on=DAY if checked else None,
        notification_email=f"requests-{number}@example.org" if confirmed else "",
        notification_email_confirmed_at=timezone.now() if confirmed else None,
    )


def _specialist(dice: random.Random, number: int) -> Specialist:
    return Specialist(
        npi=npi.with_check_digit(210_000_000 + number),
        given_name=dice.choice(GIVEN),
        family_name=dice.choice(FAMILY),
        name_suffix=dice.choice(["", "", "", "Jr.", "III"]),
        credentials=dice.choice(["MD", "DO", ""]),
        gender=dice.choice(["female", "male", None]),
        **{dice.choice(["deactivated_on", "excluded_on", "suppressed_on"]): DAY if dice.random() < 0.08 else None},
    )


def _write_choices(dice: random.Random, specialists: list[Specialist], practices: list[Practice]) -> None:
    """Languages and insurers; of a third of the people and practices nothing is known."""
    for number in range(20):
        Insurer.objects.get_or_create(slug=f"small-plan-{number}", defaults={"kind": Insurer.Kind.COMMERCIAL})
    insurers = {insurer.slug: insurer.pk for insurer in Insurer.objects.all()}
    rare = [(dice.choice(practices), slug) for slug in sorted(insurers) if slug not in INSURERS[:5] + INSURERS[-1:]]
    often = [(practice, slug) for practice in practices for slug in dice.sample(TAKEN, dice.choice([0, 1, 2]))]
    Practice.insurers.through.objects.bulk_create(
        Practice.insurers.through(practice=practice, insurer_id=insurers[slug]) for practice, slug in often + rare
    )
    codes = sorted(Language.objects.exclude(code__in=[*SPOKEN, LANGUAGES[-1]]).values_list("code", flat=True))
    spoken = [(dice.choice(specialists), code) for code in codes]
    spoken += [(person, code) for person in specialists for code in dice.sample(SPOKEN, dice.choice([0, 1, 2]))]
    Specialist.languages.through.objects.bulk_create(
        Specialist.languages.through(specialist=person, language_id=code) for person, code in spoken
    )


def _write_procedures(dice: random.Random, specialists: list[Specialist], practices: list[Practice]) -> None:
    """What is done for which condition, who offers it, and who was paid for it, also without offering it."""
    procedures = {slug: Procedure.objects.get_or_create(slug=slug)[0] for slug in [*SLUGS, NEVER_OFFERED]}
    for slug, leads_to in CONDITIONS.items():
        condition, _ = Condition.objects.get_or_create(slug=slug)
        condition.procedures.set([procedures[slug] for slug in leads_to])
    offered = [
        Offering(
            practice=practice,
            procedure=procedures[slug],
            status=dice.choice(STATUSES),
            wait_weeks=dice.choice(WAITS),
            confirmed_on=confirmed_on(dice),
        )
        for practice in practices
        for slug, percent in PERCENT_OFFERING.items()
        if dice.random() * 100 < percent
    ]
    stopped = [Offering(practice=practice, procedure=procedures[NEVER_OFFERED], status="stopped", confirmed_on=DAY)
               for practice in dice.sample(practices, min(40, len(practices)))]  # fmt: skip
    Offering.objects.bulk_create(offered + stopped)
    ClaimsRecord.objects.bulk_create(
        ClaimsRecord(specialist=person, procedure=procedure, year=year, services=11)
        for person in specialists
        for procedure in procedures.values()
        for year in {claims_year(dice) for _ in range(dice.choice([0, 0, 0, 1, 3]))}
    )


def _point(dice: random.Random, points: list[tuple[float, float] | None]) -> tuple[float, float] | None:
    kind = dice.random()
    if kind < 0.06:
        return None
    if kind < 0.25:
        return dice.choice([point for point in points if point])
    if kind < 0.3:
        return dice.uniform(-90, 90), dice.uniform(-180, 180)
    latitude, longitude = around(dice, dice.choice(ANCHORS), 3.0)
    on_line = round(latitude * 4) / 4  # where a search may cut the globe; seen from a pole two sites on one would tie
    if kind < 0.36 and all(abs(point[0]) != abs(on_line) for point in points if point):
        return on_line, longitude
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


FILTERS = ["procedure", "condition", "insurer", "language", "gender", "accepting", "telehealth", "requests", "evidence",
           "q"]  # fmt: skip


def question(dice: random.Random, centre: tuple[float, float] | None, radii: list[float]) -> SearchQuery:
    """A query at random from there; `radii` are radii that end exactly on a site."""
    rims = dice.sample(radii, min(4, len(radii)))
    near = Understood(
        input="there", label="There", latitude=centre[0], longitude=centre[1], precision="point", source="input"
    ) if centre else None  # fmt: skip
    given = filters(dice)
    return SearchQuery(
        near=near,
        radius_miles=dice.choice([1.0, 25.0, 50.0, 50.0, 200.0, 500.0, dice.uniform(1, 500), *rims]) if near else 50.0,
        sort=_sort(dice, has_place=near is not None, has_one_procedure=len(given.get("procedures", ())) == 1),
        page=dice.choice([1, 1, 1, 1, 2, 3, 40]),
        page_size=dice.choice([1, 3, 20, 100]),
        facets=dice.random() < 0.5,
        **given,
    )


def filters(dice: random.Random) -> dict[str, Any]:
    """Few enough of them that many questions have an answer."""
    names = set(dice.sample(FILTERS, dice.choice([0, 0, 1, 1, 1, 2, 2, 3, 4])))
    if names & {"requests", "evidence"}:
        names |= {"procedure", *(["requests", "evidence"] if dice.random() < 0.3 else [])}
    drawn = {
        "procedure": ("procedures", _some(dice, OFTEN_ASKED)),
        "condition": ("conditions", _some(dice, list(CONDITIONS))),
        "insurer": ("insurers", _some(dice, INSURERS)),
        "language": ("languages", _some(dice, LANGUAGES)),
        "gender": ("genders", _some(dice, ["female", "male"])),
        "accepting": ("accepting", True),
        "telehealth": ("telehealth", True),
        "requests": ("requests_online", True),
        "evidence": ("evidence", dice.choice(evidence.TIERS)),
        "q": ("q", tuple(dice.sample(WANTED, dice.choice([1, 1, 1, 2])))),
    }
    return dict(drawn[name] for name in FILTERS if name in names)


def _some(dice: random.Random, values: Sequence[str]) -> tuple[str, ...]:
    """One of them mostly, or up to three different ones."""
    return tuple(dict.fromkeys(dice.choice(values) for _ in range(dice.choice([1, 1, 1, 2, 3]))))


def _sort(dice: random.Random, *, has_place: bool, has_one_procedure: bool) -> Any:
    sorts: list[str | None] = [None, None, "name"]
    if has_place:
        sorts.append("distance")
    if has_one_procedure:
        sorts += ["evidence", "wait"] * 2
    return dice.choice(sorts)
