"""Rows for tests: plain functions with defaults that the database accepts. All people are fictional.

Defaults are a listed, placed practice in Austin of which little is known (unknown stays null).
"""

import itertools
from typing import Any

from django.utils import timezone

from directory import keys, npi, search
from directory.models import (
    ClaimsRecord,
    Clinic,
    Insurer,
    Language,
    ListingClaim,
    Membership,
    Offering,
    OpeningHours,
    Partner,
    Practice,
    Procedure,
    Report,
    Site,
    Specialist,
    SpecialistTaxonomy,
    Taxonomy,
    User,
)

PASSWORD = "a long password for tests"
INTERVENTIONAL_PAIN = "208VP0014X"
AUSTIN = (30.2711, -97.7437)

_serial = itertools.count(1)


def fictional_npi() -> int:
    """A number that no other call of this run returns; its check digit is right and it begins with 2."""
    return npi.with_check_digit(290_000_000 + next(_serial))


def phone() -> str:
    """555-01xx is kept for fiction; each call the next of eighty.

    The last twenty are patients': whoever looks for a patient's number must find no clinic's.
    """
    return f"+1512555{next(_serial) % 80 + 100:04d}"


def user(email: str = "", password: str = PASSWORD, **fields: Any) -> User:
    """Somebody who logs in; `is_superuser=True, is_staff=True` makes an operator."""
    return User.objects.create_user(email or f"person-{next(_serial)}@example.org", password, **fields)


def operator(**fields: Any) -> User:
    return user(**{"is_staff": True, "is_superuser": True} | fields)


def member(clinic: Clinic, **fields: Any) -> User:
    """Somebody on the staff of this clinic, who may log in to the admin."""
    person = user(**{"is_staff": True} | fields)
    Membership.objects.create(user=person, clinic=clinic)
    return person


def clinic(**fields: Any) -> Clinic:
    """A clinic that is not connected."""
    number = next(_serial)
    return Clinic.objects.create(**{"name": f"Example Pain Clinic {number}", "slug": f"example-{number}"} | fields)


def connected_clinic(**fields: Any) -> Clinic:
    """A clinic that takes requests: its people are checked and its address is confirmed."""
    now = timezone.now()
    connected = {
        "people_checked_on": timezone.localdate(now),
        "notification_email": f"requests-{next(_serial)}@example.org",
        "notification_email_confirmed_at": now,
    }
    return clinic(**connected | fields)


def site(**fields: Any) -> Site:
    """An open site in Austin, of a clinic of its own where none is given. `latitude=None` makes it unplaced."""
    latitude, longitude = AUSTIN
    defaults = {
        "line1": f"{1000 + next(_serial)} Example Parkway",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
        "latitude": latitude,
        "longitude": longitude,
        "location_precision": Site.Precision.ADDRESS,
        "location_source": "test",
        "time_zone": "America/Chicago",
    }
    if "latitude" in fields and fields["latitude"] is None:
        defaults |= {"longitude": None, "location_precision": None, "location_source": ""}
    fields.setdefault("clinic", None)
    fields["clinic"] = fields["clinic"] or clinic()
    return Site.objects.create(**defaults | fields)


def specialist(
    taxonomy: str | None = INTERVENTIONAL_PAIN, languages: tuple[str, ...] = (), **fields: Any
) -> Specialist:
    """An active specialist, registered under one code (None: under none)."""
    defaults = {"npi": fictional_npi(), "given_name": "Ana", "family_name": "Rivera", "credentials": "MD"}
    person = Specialist.objects.create(**defaults | fields)
    if taxonomy is not None:
        SpecialistTaxonomy.objects.create(
            specialist=person, taxonomy=Taxonomy.objects.get(code=taxonomy), is_primary=True
        )
    person.languages.set(Language.objects.filter(code__in=languages))
    return person


def practice(insurers: tuple[str, ...] = (), **fields: Any) -> Practice:
    """One specialist at one site; both are made where they are not given. `clinic=` puts a new site there."""
    at_clinic = fields.pop("clinic", None)
    if "site" not in fields:
        fields["site"] = site(clinic=at_clinic)
    if "specialist" not in fields:
        fields["specialist"] = specialist()
    made = Practice.objects.create(**{"phone": phone()} | fields)
    made.insurers.set(Insurer.objects.filter(slug__in=insurers))
    search.rebuild([made.pk])
    return made


def procedure(slug: str = "adhesiolysis") -> Procedure:
    """A row of the reference data."""
    return Procedure.objects.get(slug=slug)


def offering(procedure_slug: str = "adhesiolysis", **fields: Any) -> Offering:
    """An open offering; `clinic=` puts its practice there. Other fields of the practice: make the practice first."""
    at_clinic = fields.pop("clinic", None)
    if "practice" not in fields:
        fields["practice"] = practice(clinic=at_clinic)
    if "procedure" not in fields:
        fields["procedure"] = procedure(procedure_slug)
    made = Offering.objects.create(**{"status": Offering.Status.OPEN} | fields)
    search.rebuild([made.practice_id])
    return made


def claims(specialist: Specialist, procedure_slug: str = "adhesiolysis", **fields: Any) -> ClaimsRecord:
    """A record of public Medicare claims that still counts today."""
    defaults = {"year": timezone.localdate().year - 3, "services": 41}
    made = ClaimsRecord.objects.create(specialist=specialist, procedure=procedure(procedure_slug), **defaults | fields)
    search.rebuild(search.concerned(made).values_list("pk", flat=True))
    return made


def hours(practice: Practice, weekday: int = 1, opens_at: str = "08:00", closes_at: str = "17:00") -> OpeningHours:
    """Open on one day of the week; 1 is Monday."""
    made = OpeningHours.objects.create(practice=practice, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
    search.rebuild([practice.pk])
    return made


def report(practice: Practice, remark: str = "", **fields: Any) -> Report:
    """A mistake at this office that nobody has looked into yet; with the visitor's words where some are given."""
    about = {"specialist": practice.specialist, "clinic": practice.site.clinic, "site": practice.site}
    defaults = {"kind": Report.Kind.PHONE, "about": f"practice:{practice.pk}", "practice": practice}
    made = Report.objects.create(**defaults | about | fields)
    if remark:
        made.remarks.create(text=remark)
    return made


def listing_claim(practice: Practice, **fields: Any) -> ListingClaim:
    """Somebody asks for this specialist's listing at this office; nobody has checked it yet."""
    who = {"name": "Maria Lopez", "role": "manager", "email": f"maria-{next(_serial)}@example.org"}
    defaults = {"specialist": practice.specialist, "phone": "+15125550101", "language": "en"}
    made = ListingClaim.objects.create(**defaults | who | fields)
    made.sites.set([practice.site])
    return made


def partner(**fields: Any) -> Partner:
    """A site that may send requests over the API."""
    return Partner.objects.create(**{"name": "Back Help", "contact_email": "it@back-help.test"} | fields)


def api_key(owner: Partner | None = None, **fields: Any) -> str:
    """A key of this partner, or of a new one, as it is given away."""
    return keys.make(owner or partner(), **fields)[1]
