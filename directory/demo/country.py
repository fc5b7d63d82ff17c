"""The rest of the country: clinics and specialists by chance, in proportion to population."""

from dataclasses import dataclass

from directory.demo import austin, words
from directory.demo.dice import Dice
from directory.demo.draft import Draft
from directory.demo.towns import State, Town
from directory.models import Clinic, Practice, Site, Specialist

SEED = 62264
PEOPLE = 3000
# Denser than life, so that lists can be seen. Nobody in Montana: the nearest is far, as it is for many.
ADHESIOLYSIS_PERCENT = 11
WITHOUT_ADHESIOLYSIS = "MT"
LARGEST_STATE = "CA"

CLINIC_SIZES = [(1, 34), (2, 24), (3, 17), (4, 11), (5, 8), (6, 6)]
SITE_COUNTS = [(1, 58), (2, 30), (3, 12)]
PRIMARY_CODES = [("207LP2900X", 45), ("208VP0014X", 25), ("2081P2900X", 15), ("208VP0000X", 10), ("2084P2900X", 5)]
FURTHER_CODES = {
    "207LP2900X": "207L00000X", "208VP0014X": "207L00000X", "208VP0000X": "207L00000X", "2081P2900X": "208100000X",
    "2084P2900X": "2084N0400X",
}  # fmt: skip
CREDENTIALS = [("MD", 76), ("DO", 17), ("MD, PhD", 2), ("MD, MPH", 2), ("", 3)]
PLANS = (
    "original-medicare", "medicare-advantage", "aetna", "blue-cross-blue-shield", "cigna", "humana",
    "unitedhealthcare", "va", "workers-compensation",
)  # fmt: skip
WEEKS = (
    austin.WORKING_WEEK,
    [(1, 9, 17), (2, 9, 17), (3, 9, 17), (4, 9, 17), (5, 9, 17)],
    [(1, 8, 12), (1, 13, 17), (3, 8, 12), (3, 13, 17), (5, 8, 12)],
    [(2, 7, 16), (4, 7, 16), (6, 9, 12)],
)


@dataclass(frozen=True, slots=True)
class Office:
    """What all practices of one clinic share."""

    clinic: Clinic
    sites: list[Site]
    phones: list[str]
    joined: bool
    confirmed_days: int | None
    plans: list[str]


def add(draft: Draft, states: list[State], people: dict[str, int]) -> None:
    """Adds so many people to each state."""
    dice, access = Dice(SEED), Dice(SEED + 1)
    for state in states:
        left = people[state.code]
        office = None
        while left > 0:
            size = min(left, dice.weighted(CLINIC_SIZES))
            office = _clinic(draft, dice, state, size, neighbor=office)
            left -= size
            if office.joined:
                for site in office.sites:
                    _say_access(access, site)
    _take_out_some(draft)


def _take_out_some(draft: Draft) -> None:
    """A few whom nobody may find: they show that the rules hold. All from the largest state, so none is left empty."""
    practices = [practice for practice in draft.practices if practice.site.state == LARGEST_STATE]
    practices[10].specialist.deactivated_on = draft.days_ago(60)
    practices[20].specialist.excluded_on = draft.days_ago(200)
    practices[30].specialist.suppressed_on = draft.days_ago(20)
    practices[40].site.closed_on = draft.days_ago(100)
    practices[50].site.hidden = True


def _clinic(draft: Draft, dice: Dice, state: State, size: int, neighbor: Office | None) -> Office:
    """A clinic with so many specialists of its own. A few work at the neighbor's first site too."""
    office = _office(draft, dice, state)
    for number in range(size):
        specialist = _specialist(draft, dice)
        sites = [number % len(office.sites)]
        if len(office.sites) > size:  # no site stays empty
            sites += range(size, len(office.sites))
        elif len(office.sites) > 1 and dice.chance(13):
            sites.append((number + 1) % len(office.sites))
        practices = [_practice(draft, dice, office, specialist, index) for index in sites]
        if neighbor and dice.chance(3):
            practices.append(_practice(draft, dice, neighbor, specialist, 0))
        _offerings(draft, dice, office, practices)
    return office


def _office(draft: Draft, dice: Dice, state: State) -> Office:
    town = state.draw(dice)
    joined = dice.chance(35)
    name = f"{dice.pick(words.CLINIC_BEGINNINGS)}{dice.pick(words.CLINIC_ENDINGS)} {dice.pick(words.CLINIC_KINDS)}"
    clinic = draft.clinic(name, town.place, connected=joined, has_npi=dice.chance(70))
    nearby = state.near(town)
    count = dice.weighted(SITE_COUNTS)
    sites = [_site(draft, dice, clinic, town if n == 0 else dice.pick(nearby), n, count) for n in range(count)]
    confirmed = [(dice.between(1, 75), 70), (dice.between(95, 300), 20), (None, 10)]
    return Office(
        clinic=clinic,
        sites=sites,
        phones=[_phone(dice, state.code) for _ in sites],
        joined=joined,
        confirmed_days=dice.weighted(confirmed) if joined else None,
        plans=_plans(dice, state.code) if dice.chance(85 if joined else 25) else [],
    )


def _site(draft: Draft, dice: Dice, clinic: Clinic, town: Town, number: int, count: int) -> Site:
    zip_place = dice.pick(town.zips)
    known = dice.weighted([("address", 66), ("zip", 24), ("city", 8), ("", 2)])
    site = draft.site(
        clinic,
        f"{dice.between(1, 99) * 20 + number} {dice.pick(words.STREETS)} {dice.pick(words.STREET_KINDS)}",
        zip_place,
        {"address": zip_place, "zip": zip_place, "city": town.place}.get(known),
        line2=f"Suite {dice.between(1, 40) * 10}" if dice.chance(40) else "",
        name=words.SITE_NAMES[number * 2 + dice.below(2)] if count > 1 else "",
    )
    if known == "address":
        draft.move_to_door(site, dice.between(-110, 110), dice.between(-110, 110))
    return site


def _say_access(dice: Dice, site: Site) -> None:
    """Most say how one gets in; fewer what else there is."""
    site.step_free = dice.weighted([(True, 70), (False, 8), (None, 22)])
    site.accessible_restroom = dice.weighted([(True, 55), (False, 8), (None, 37)])
    site.lowering_table = dice.weighted([(True, 25), (False, 15), (None, 60)])
    site.interpreter = dice.weighted([(True, 45), (False, 5), (None, 50)])


def _phone(dice: Dice, state: str) -> str:
    """555-0100 to 555-0199 are kept for fiction in every area."""
    return f"+1{dice.pick(words.AREA_CODES[state].split())}55501{dice.below(100):02}"


def _plans(dice: Dice, state: str) -> list[str]:
    return [*dice.some(PLANS, dice.between(1, 8)), *([f"medicaid-{state.lower()}"] if dice.chance(45) else [])]


def _specialist(draft: Draft, dice: Dice) -> Specialist:
    people = dice.weighted([(people, people.weight) for people in words.PEOPLE])
    gender = dice.pick(["female", "male"])
    code = dice.weighted(PRIMARY_CODES)
    further = [FURTHER_CODES[code]] if dice.chance(35) else []
    languages = dice.some(people.languages, 1) if dice.chance(45) else []
    return draft.specialist(
        dice.pick(people.women if gender == "female" else people.men),
        dice.pick(people.families),
        dice.weighted(CREDENTIALS),
        [code, *further],
        gender=gender if dice.chance(85) else None,
        middle_name=dice.pick("ABCDEFGHJKLMNPRSTVW") if dice.chance(30) else "",
        name_suffix=dice.pick(["Jr.", "III"]) if gender == "male" and dice.chance(3) else "",
        languages=["en", *languages] if languages or dice.chance(40) else [],
        registry_updated_on=draft.days_ago(dice.between(30, 3000)),
    )


def _practice(draft: Draft, dice: Dice, office: Office, specialist: Specialist, index: int) -> Practice:
    """A clinic that has joined says much, the public files say little."""
    yes, no = ((68, 14) if office.joined else (18, 6)), ((34, 26) if office.joined else (6, 4))
    practice = draft.practice(
        specialist,
        office.sites[index],
        office.phones[index] if dice.chance(98) else "",
        accepting_new_patients=dice.weighted([(True, yes[0]), (False, yes[1]), (None, 100 - sum(yes))]),
        telehealth=dice.weighted([(True, no[0]), (False, no[1]), (None, 100 - sum(no))]),
        confirmed_days=office.confirmed_days,
        insurers=office.plans,
    )
    if office.confirmed_days and dice.chance(85):
        draft.open_hours(practice, dice.pick(WEEKS))
    return practice


def _offerings(draft: Draft, dice: Dice, office: Office, practices: list[Practice]) -> None:
    """Of a quarter of the specialists nothing is known: they are listed, and never shown as performing anything."""
    sites = [practice.site for practice in practices]
    may_have_it = sites[0].state != WITHOUT_ADHESIOLYSIS and not any(map(austin.holds, sites))
    others = [slug for slug in draft.procedures if slug != austin.ADHESIOLYSIS]
    performed = dice.some(others, dice.between(2, 6)) if dice.chance(75) else []
    if dice.chance(ADHESIOLYSIS_PERCENT) and may_have_it:
        performed.insert(0, austin.ADHESIOLYSIS)
    for slug in performed:
        _offering(draft, dice, office, practices, slug)


def _offering(draft: Draft, dice: Dice, office: Office, practices: list[Practice], slug: str) -> None:
    specialist = practices[0].specialist
    if dice.chance(12 if office.joined else 40):  # known from public claims only: they reach every office
        for practice in practices:
            draft.offer(practice, slug, None)
        _claims(draft, dice, specialist, slug, years_ago=dice.between(2, 4))
        return
    status = dice.weighted([("open", 84), ("paused", 9), ("stopped", 7)])
    own = [practice for practice in practices if practice.site.clinic is office.clinic]
    for practice in own if dice.chance(50) else own[:1]:
        draft.offer(
            practice,
            slug,
            status,
            wait_weeks=dice.between(1, 16) if status == "open" and dice.chance(75 if office.joined else 8) else None,
            requirements=dice.pick(words.REQUIREMENTS) if office.joined and dice.chance(30) else "",
            confirmed_days=office.confirmed_days if dice.chance(85) else None,
        )
    if dice.chance(30):
        _claims(draft, dice, specialist, slug, years_ago=dice.between(2, 6))  # the oldest count no longer


def _claims(draft: Draft, dice: Dice, specialist: Specialist, slug: str, years_ago: int) -> None:
    for year in range(years_ago, years_ago + dice.between(1, 2)):
        draft.claim(specialist, slug, year, 11 + dice.below(30) + dice.below(3) * dice.below(90))
