"""The people around Austin, Texas, made by hand: one of each kind that a visitor of the demonstration should meet.

The rest of the country leaves adhesiolysis in this corner to them, so the list near 78701 stays as it is.
"""

from directory.demo import words
from directory.demo.draft import Draft
from directory.models import Practice, Site, Specialist
from directory.places import table

LATITUDES, LONGITUDES = (29.2, 31.4), (-98.9, -96.5)
WORKING_WEEK = [(1, 8, 17), (2, 8, 17), (3, 8, 17), (4, 8, 17), (5, 8, 13)]
PAIN, ANESTHESIOLOGY_PAIN, REHABILITATION_PAIN = "208VP0014X", "207LP2900X", "2081P2900X"
ADHESIOLYSIS, EPIDURAL = "adhesiolysis", "epidural-steroid-injection"
# The two clinics whose front desks have a demo log-in.
HILL_COUNTRY, SOUTH_LAMAR = "Hill Country Pain", "South Lamar Spine and Pain"


def holds(site: Site) -> bool:
    """Whether a site lies, or may lie, in the corner that these people have to themselves."""
    if site.latitude is None or site.longitude is None:
        return site.state == "TX"
    return LATITUDES[0] < site.latitude < LATITUDES[1] and LONGITUDES[0] < site.longitude < LONGITUDES[1]


def add(draft: Draft) -> list[Specialist]:
    """Adds them all; returns the specialists."""
    before = len(draft.specialists)
    _hill_country(draft)
    _south_lamar(draft)
    _round_rock(draft)
    _san_marcos(draft)
    _highland_lakes(draft)
    _comal(draft)
    _blue_meadow(draft)
    return draft.specialists[before:]


def _site(
    draft: Draft,
    clinic_name: str,
    zip_code: str,
    line1: str,
    *,
    connected: bool,
    name: str = "",
    at_address: tuple[int, int] | None = None,
) -> Site:
    """The clinic's site, at its ZIP; `at_address` moves it by so many ten-thousandths of a degree to its door.

    A second site under the same name joins the first one's clinic.
    """
    place = table.zip_place(zip_code)
    if place is None:
        raise ValueError(f"the place table has no ZIP {zip_code}")
    clinic = next((clinic for clinic in draft.clinics if clinic.name == clinic_name), None)
    clinic = clinic or draft.clinic(clinic_name, place, connected=connected)
    site = draft.site(clinic, line1, place, place, name=name)
    if at_address:
        draft.move_to_door(site, *at_address)
    return site


def _hill_country(draft: Draft) -> None:
    """Connected; the strongest evidence; a second office where nobody has said whether it is done."""
    north = _site(
        draft, HILL_COUNTRY, "78756", "1200 Example Parkway", connected=True, name="North", at_address=(21, -34)
    )
    cedar_park = _site(draft, HILL_COUNTRY, "78613", "44 Model Crossing", connected=True, name="Cedar Park")
    north.step_free = north.accessible_restroom = north.interpreter = True
    cedar_park.step_free, cedar_park.interpreter = False, True
    rivera = draft.specialist("Ana", "Rivera", "MD", [PAIN, "207L00000X"], gender="female", languages=["en", "es"])
    at_north = _at_hill_country(draft, rivera, north)
    draft.offer(
        at_north,
        ADHESIOLYSIS,
        "open",
        wait_weeks=3,
        confirmed_days=43,
        requirements=words.REQUIREMENTS[0],
        needs_mri_months=12,
        needs_injections=True,
        needs_prescriber_word=True,
        needs_doctor_referral=True,
        needs_plan=True,
    )
    draft.offer(at_north, EPIDURAL, "open", wait_weeks=1, confirmed_days=43)
    draft.offer(at_north, "spinal-cord-stimulation", "paused", confirmed_days=43)
    draft.offer(_at_hill_country(draft, rivera, cedar_park), ADHESIOLYSIS, None)
    draft.claim(rivera, ADHESIOLYSIS, 4, 38)
    draft.claim(rivera, ADHESIOLYSIS, 3, 41)
    draft.claim(rivera, EPIDURAL, 3, 212)

    tran = draft.specialist("Minh", "Tran", "MD", [ANESTHESIOLOGY_PAIN], gender="male", languages=["en", "vi"])
    for site in (north, cedar_park):
        practice = _at_hill_country(draft, tran, site, telehealth=True)
        draft.offer(practice, EPIDURAL, "open", wait_weeks=1, confirmed_days=43)

    ibarra = draft.specialist("Sofia", "Ibarra", "DO", [REHABILITATION_PAIN], gender="female", languages=["en", "es"])
    practice = _at_hill_country(draft, ibarra, cedar_park)
    draft.offer(practice, "radiofrequency-ablation", "open", wait_weeks=4, confirmed_days=43)


def _at_hill_country(draft: Draft, person: Specialist, site: Site, *, telehealth: bool | None = None) -> Practice:
    in_town = site.city == "Austin"
    practice = draft.practice(
        person,
        site,
        "+15125550100" if in_town else "+15125550103",
        accepting_new_patients=True,
        telehealth=telehealth,
        confirmed_days=43,
        insurers=["original-medicare", "aetna", "blue-cross-blue-shield", "cigna", "humana", "unitedhealthcare"],
    )
    draft.open_hours(practice, WORKING_WEEK if in_town else [(2, 8, 17), (4, 8, 17)])
    return practice


def _south_lamar(draft: Draft) -> None:
    """Connected; the clinic's word, no public record."""
    site = _site(draft, SOUTH_LAMAR, "78704", "48 Sample Street", connected=True, at_address=(-15, 22))
    bell = draft.specialist("Marcus", "Bell", "DO", [REHABILITATION_PAIN], gender="male", languages=["en"])
    practice = draft.practice(
        bell,
        site,
        "+15125550117",
        accepting_new_patients=True,
        telehealth=False,
        confirmed_days=55,
        insurers=["original-medicare", "blue-cross-blue-shield", "medicare-advantage", "workers-compensation"],
    )
    draft.offer(practice, ADHESIOLYSIS, "open", wait_weeks=6, confirmed_days=55)
    draft.offer(practice, "trigger-point-injection", "open", wait_weeks=2, confirmed_days=55)
    draft.open_hours(practice, WORKING_WEEK)


def _round_rock(draft: Draft) -> None:
    """Not joined; listed, never confirmed; little is known."""
    site = _site(draft, "Round Rock Pain Center", "78664", "900 Placeholder Avenue", connected=False)
    nair = draft.specialist("Priya", "Nair", "MD", [PAIN], gender="female", languages=["en", "hi"])
    draft.offer(draft.practice(nair, site, "+15125550142"), ADHESIOLYSIS, "open")


def _san_marcos(draft: Draft) -> None:
    """Connected; much experience, a long wait."""
    site = _site(draft, "San Marcos Back Clinic", "78666", "15 Model Road", connected=True, at_address=(-40, 31))
    okafor = draft.specialist("Thomas", "Okafor", "MD", [ANESTHESIOLOGY_PAIN, "207L00000X"], gender="male")
    practice = draft.practice(
        okafor,
        site,
        "+15125550163",
        accepting_new_patients=True,
        confirmed_days=22,
        insurers=["original-medicare", "medicaid-tx", "va", "aetna", "cigna", "humana", "molina", "oscar"],
    )
    draft.offer(practice, ADHESIOLYSIS, "open", wait_weeks=9, confirmed_days=22)
    draft.offer(practice, "medial-branch-block", "open", wait_weeks=5, confirmed_days=22)
    draft.open_hours(practice, WORKING_WEEK)
    draft.claim(okafor, ADHESIOLYSIS, 3, 118)


def _highland_lakes(draft: Draft) -> None:
    """Connected, but takes no new patients now."""
    site = _site(draft, "Highland Lakes Pain", "78654", "7 Specimen Lane", connected=True)
    sandoval = draft.specialist("Helen", "Sandoval", "MD", [PAIN], gender="female", languages=["en", "es"])
    practice = draft.practice(
        sandoval,
        site,
        "+18305550128",
        accepting_new_patients=False,
        confirmed_days=6,
        insurers=["original-medicare", "cigna"],
    )
    draft.offer(practice, ADHESIOLYSIS, "open", confirmed_days=6)


def _comal(draft: Draft) -> None:
    """Not joined; known from public claims only, so nobody can say at which of the two offices."""
    first = _site(draft, "Comal Spine", "78130", "310 Example Bend", connected=False, at_address=(12, 18))
    second = _site(draft, "Comal Spine", "78132", "21 Imaginary Terrace", connected=False)
    whitcomb = draft.specialist("James", "Whitcomb", "MD", ["208VP0000X", "207L00000X"], gender="male")
    for site in (first, second):
        draft.offer(draft.practice(whitcomb, site, "+18305550151"), ADHESIOLYSIS, None)
    draft.claim(whitcomb, ADHESIOLYSIS, 4, 12)


def _blue_meadow(draft: Draft) -> None:
    """Connected; the procedure is paused."""
    site = _site(draft, "Blue Meadow Pain Clinic", "78626", "60 Pretend Court", connected=True)
    kowal = draft.specialist(
        "Renata", "Kowalchyn", "MD", [ANESTHESIOLOGY_PAIN], gender="female", languages=["en", "pl"]
    )
    practice = draft.practice(
        kowal, site, "+15125550175", accepting_new_patients=True, telehealth=True, confirmed_days=30, insurers=["aetna"]
    )
    draft.offer(practice, ADHESIOLYSIS, "paused", confirmed_days=30)
    draft.offer(practice, "sympathetic-block", "open", wait_weeks=2, confirmed_days=30)
