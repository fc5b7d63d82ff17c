"""A directory before it is written: rows of the models, not saved, that refer to each other."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from directory import names, npi
from directory.models import (
    ClaimsRecord,
    Clinic,
    Offering,
    OpeningHours,
    Practice,
    Procedure,
    Site,
    Specialist,
    SpecialistTaxonomy,
)
from directory.places.table import Place

# Nine digits each, far from each other; the check digit follows.
FIRST_SPECIALIST, SPECIALIST_STEP = 200_000_000, 7_919
FIRST_CLINIC, CLINIC_STEP = 280_000_000, 3_571

type Hours = Iterable[tuple[int, int, int]]


class Draft:
    """Collects rows. Whatever depends on the date counts back from `today`."""

    def __init__(self, today: datetime.date, procedures: Mapping[str, Procedure]) -> None:
        self.today = today
        self.procedures = procedures
        self.clinics: list[Clinic] = []
        self.sites: list[Site] = []
        self.specialists: list[Specialist] = []
        self.registrations: list[SpecialistTaxonomy] = []
        self.practices: list[Practice] = []
        self.offerings: list[Offering] = []
        self.hours: list[OpeningHours] = []
        self.claims: list[ClaimsRecord] = []
        self.languages: list[tuple[Specialist, str]] = []
        self.insurers: list[tuple[Practice, str]] = []
        self._slugs: set[str] = set()

    def days_ago(self, days: int | None) -> datetime.date | None:
        return None if days is None else self.today - datetime.timedelta(days=days)

    def clinic(self, name: str, town: Place, *, connected: bool, has_npi: bool = True) -> Clinic:
        """A clinic with a page of its own; `connected` gives it checked people and a confirmed address."""
        slug = self._slug(name, town)
        clinic = Clinic(name=name, slug=slug, website=f"https://{slug}.example.org/")
        if has_npi:
            clinic.npi = npi.with_check_digit(FIRST_CLINIC + CLINIC_STEP * len(self.clinics))
        if connected:
            day = self.today - datetime.timedelta(days=200)
            clinic.people_checked_on = day
            clinic.notification_email = f"requests@{slug}.example.org"
            clinic.notification_email_confirmed_at = datetime.datetime.combine(
                day, datetime.time(15, 0), tzinfo=datetime.UTC
            )
        self.clinics.append(clinic)
        return clinic

    def _slug(self, name: str, town: Place) -> str:
        """A host name's part too, so 63 characters at most."""
        slugs = [names.slug(name, longest=60), names.slug(f"{name} {town.town} {town.state}", longest=60)]
        slug = next(slug for slug in (*slugs, f"{slugs[0][:50]}-{len(self.clinics)}") if slug not in self._slugs)
        self._slugs.add(slug)
        return slug

    def site(self, clinic: Clinic, line1: str, zip_place: Place, at: Place | None, **fields: Any) -> Site:
        """A site whose ZIP is that of `zip_place`. Its point is that of `at`: the ZIP's, the town's or none."""
        site = Site(
            clinic=clinic,
            line1=line1,
            city=zip_place.town,
            state=zip_place.state,
            postal_code=zip_place.zip_code,
            time_zone=zip_place.time_zone,
            **fields,
        )
        if at:
            site.latitude, site.longitude = at.point
            site.location_precision = Site.Precision.ZIP if at.zip_code else Site.Precision.CITY
            site.location_source = at.source
        self.sites.append(site)
        return site

    def move_to_door(self, site: Site, north: int, east: int) -> None:
        """From the ZIP's point to a door near it, in ten-thousandths of a degree: 36 feet, or less to the east.

        Moves of a mile need no check on each load: the points are always the same, and a test has them all trusted.
        """
        if site.latitude is None or site.longitude is None:
            return
        site.latitude = round(site.latitude + north / 10_000, 4)
        site.longitude = round(site.longitude + east / 10_000, 4)
        site.location_precision, site.location_source = Site.Precision.ADDRESS, "demonstration"

    def specialist(
        self, given_name: str, family_name: str, credentials: str, taxonomies: Iterable[str], **fields: Any
    ) -> Specialist:
        """The first of the taxonomies is the primary one. `languages=` are codes; none: not said."""
        languages = fields.pop("languages", ())
        specialist = Specialist(
            npi=npi.with_check_digit(FIRST_SPECIALIST + SPECIALIST_STEP * len(self.specialists)),
            given_name=given_name,
            family_name=family_name,
            credentials=credentials,
            **fields,
        )
        self.specialists.append(specialist)
        self.languages += [(specialist, code) for code in languages]
        self.registrations += [
            SpecialistTaxonomy(specialist=specialist, taxonomy_id=code, position=position, is_primary=position == 1)
            for position, code in enumerate(taxonomies, start=1)
        ]
        return specialist

    def practice(self, specialist: Specialist, site: Site, phone: str, **fields: Any) -> Practice:
        """`confirmed_days` ago the clinic confirmed the listing; `insurers=` are slugs; none: not said."""
        insurers = fields.pop("insurers", ())
        confirmed_on = self.days_ago(fields.pop("confirmed_days", None))
        practice = Practice(specialist=specialist, site=site, phone=phone, confirmed_on=confirmed_on, **fields)
        self.practices.append(practice)
        self.insurers += [(practice, slug) for slug in insurers]
        return practice

    def offer(self, practice: Practice, procedure: str, status: str | None, **fields: Any) -> Offering:
        """`confirmed_days` ago the clinic confirmed it."""
        confirmed_on = self.days_ago(fields.pop("confirmed_days", None))
        offering = Offering(
            practice=practice,
            procedure=self.procedures[procedure],
            status=status,
            confirmed_on=confirmed_on,
            **fields,
        )
        self.offerings.append(offering)
        return offering

    def claim(self, specialist: Specialist, procedure: str, years_ago: int, services: int) -> None:
        """2 to 4 years ago counts as evidence; what is older does not."""
        year = self.today.year - years_ago
        self.claims.append(
            ClaimsRecord(specialist=specialist, procedure=self.procedures[procedure], year=year, services=services)
        )

    def open_hours(self, practice: Practice, week: Hours) -> None:
        """(weekday 1 to 7, from, to) in full hours."""
        self.hours += [
            OpeningHours(practice=practice, weekday=day, opens_at=datetime.time(opens), closes_at=datetime.time(closes))
            for day, opens, closes in week
        ]
