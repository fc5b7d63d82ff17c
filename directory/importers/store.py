"""Rows of the national NPI file -> the directory's tables, all of them in one transaction.

What the registry knows goes into the specialist, the clinic of their own name, the site at the practice address and the
practice there. What people decided stays: suppressed, excluded, hidden, closed, and what a clinic has confirmed.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from itertools import batched

from django.db import connection, models, transaction
from django.db.models import Count

from directory import listings, names, search
from directory.importers.errors import AnotherImport, DemoDatabase
from directory.importers.nppes import Address, Deactivated, Listing, NoLongerPain, Registered, Row
from directory.importers.report import Report
from directory.models import (
    Clinic,
    ImportRun,
    PastSlug,
    Practice,
    Site,
    Specialist,
    SpecialistTaxonomy,
    Taxonomy,
)
from directory.npi import PAIN_TAXONOMIES
from directory.places import Placed, place_address

BATCH = 500
# Any number will do: it names the lock of the imports in PostgreSQL.
ADVISORY_LOCK = 80840
FROM_REGISTRY = ("given_name", "middle_name", "family_name", "name_suffix", "credentials", "gender")
ADDRESS = ("line1", "line2", "city", "state", "postal_code")
PLACE = ("latitude", "longitude", "location_precision", "location_source", "time_zone")


@dataclass(frozen=True, slots=True)
class FileRead:
    """What the parser made of one file."""

    sha256: str
    rows: Mapping[int, Row]
    report: Report


def refuse_demo() -> None:
    if Specialist.objects.fictional().exists():
        raise DemoDatabase


def known_npis() -> set[int]:
    return set(Specialist.objects.values_list("npi", flat=True))


def save(files: Sequence[FileRead]) -> None:
    """Applies the files in their order and fills in their reports. All or nothing, whenever it is stopped."""
    placed = _places(files)
    with transaction.atomic():
        _one_import_at_a_time()
        refuse_demo()
        codes = frozenset(Taxonomy.objects.values_list("code", flat=True))
        touched = _Touched()
        for file in files:
            for rows in batched(file.rows.values(), BATCH):
                _Batch(rows, codes, placed, file.report, touched).apply()
            _record(file)
        if touched.is_something:
            search.hold()
            search.rebuild(touched.practices())


def _one_import_at_a_time() -> None:
    """SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if cursor.fetchone() != (True,):
                raise AnotherImport


def _places(files: Iterable[FileRead]) -> dict[Address, Placed]:
    """The points of all new addresses, found before the transaction: a geocoder asked over a network is slow."""
    placed: dict[Address, Placed] = {}
    for file in files:
        for rows in batched((row for row in file.rows.values() if isinstance(row, Listing)), BATCH):
            there = Practice.objects.filter(site__from_registry=True, specialist__in=[row.npi for row in rows])
            stored = set(there.values_list("specialist", *(f"site__{name}" for name in ADDRESS)))
            for address in {row.address for row in rows if (row.npi, *astuple(row.address)) not in stored}:
                if address not in placed:
                    placed[address] = place_address(address.line1, address.city, address.state, address.postal_code)
    return placed


def _record(file: FileRead) -> None:
    """The run is written down, unless the very same file was imported before and changed nothing now."""
    report = file.report
    kind = ImportRun.Kind.NPPES
    if not report.has_changes and ImportRun.objects.filter(kind=kind, file_sha256=file.sha256).exists():
        report.already_imported = True
        return
    ImportRun.objects.create(
        kind=kind,
        file_name=report.file_name[:200],
        file_sha256=file.sha256,
        read=report.read,
        kept=report.kept,
        new=report.new,
        changed=report.changed,
        deactivated=report.deactivated,
        refused=report.refused,
    )


@dataclass
class _Changed:
    """What is to be written: new rows, and rows of which some fields changed."""

    new_specialists: list[Specialist] = field(default_factory=list)
    new_clinics: list[Clinic] = field(default_factory=list)
    new_sites: list[Site] = field(default_factory=list)
    new_practices: list[Practice] = field(default_factory=list)
    specialists: list[Specialist] = field(default_factory=list)
    clinics: list[Clinic] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    registrations: dict[int, Sequence[Registered]] = field(default_factory=dict)
    """By NPI: the codes that stand in the place of those stored."""

    def write(self, touched: "_Touched") -> None:
        Specialist.objects.bulk_create(self.new_specialists)
        Clinic.objects.bulk_create(self.new_clinics)
        Site.objects.bulk_create(self.new_sites)
        Practice.objects.bulk_create(self.new_practices)
        _update_all(self.specialists, [*FROM_REGISTRY, "registry_updated_on", "deactivated_on"])
        _update_all(self.clinics, ["name"])
        _update_all(self.sites, [*ADDRESS, *PLACE, "closed_on"])
        _update_all(self.practices, ["phone"])
        SpecialistTaxonomy.objects.filter(specialist__in=self.registrations).delete()
        SpecialistTaxonomy.objects.bulk_create(
            SpecialistTaxonomy(
                specialist_id=npi,
                taxonomy_id=registered.code,
                is_primary=registered.is_primary,
                position=registered.position,
            )
            for npi, codes in self.registrations.items()
            for registered in codes
        )
        touched.people.update(row.npi for row in (*self.new_specialists, *self.specialists))
        touched.people.update(self.registrations)
        touched.people.update(row.specialist_id for row in (*self.new_practices, *self.practices))
        touched.sites.update(row.pk for row in self.sites)
        touched.clinics.update(row.pk for row in self.clinics)


@dataclass
class _Touched:
    """Of whom and of what something was written."""

    people: set[int] = field(default_factory=set)
    sites: set[int] = field(default_factory=set)
    clinics: set[int] = field(default_factory=set)

    @property
    def is_something(self) -> bool:
        return bool(self.people or self.sites or self.clinics)

    def practices(self) -> set[int]:
        """All whose listings are now others."""
        found: set[int] = set()
        for lookup, ids in (
            ("specialist__in", self.people),
            ("site__in", self.sites),
            ("site__clinic__in", self.clinics),
        ):
            for some in batched(ids, BATCH):
                found.update(Practice.objects.filter(**{lookup: some}).values_list("pk", flat=True))
        return found


def _update_all(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Writes these fields of stored rows. As an insert that meets its own key: ten times as fast as bulk_update."""
    for model in {type(row) for row in rows}:
        key = model._meta.pk.name
        model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=fields)


class _Batch:
    """Some hundred rows and what the directory has about the same people."""

    def __init__(
        self,
        rows: Sequence[Row],
        codes: frozenset[str],
        placed: Mapping[Address, Placed],
        report: Report,
        touched: _Touched,
    ) -> None:
        npis = [row.npi for row in rows]
        self.rows = rows
        self.codes = codes
        self.placed = placed
        self.report = report
        self.touched = touched
        self.changed = _Changed()
        # Locked on PostgreSQL, so that what an admin page saves meanwhile is not written over.
        self.specialists = Specialist.objects.select_for_update().in_bulk(npis)
        self.practices: dict[int, list[Practice]] = defaultdict(list)
        locked = Practice.objects.select_for_update().select_related("site__clinic").order_by("pk")
        for practice in locked.filter(specialist__in=npis):
            self.practices[practice.specialist_id].append(practice)
        self.registrations: dict[int, set[Registered]] = defaultdict(set)
        for stored in SpecialistTaxonomy.objects.filter(specialist__in=npis):
            registered = Registered(stored.taxonomy_id, stored.is_primary, stored.position)
            self.registrations[stored.specialist_id].add(registered)
        sites = {practice.site_id for practices in self.practices.values() for practice in practices}
        counted = Practice.objects.filter(site__in=sites).values_list("site").annotate(Count("pk"))
        self.people_at = dict(counted.order_by("site"))
        self.taken_slugs = self._taken_slugs()

    def apply(self) -> None:
        for row in self.rows:
            specialist = self.specialists.get(row.npi)
            if specialist is None:
                if isinstance(row, Listing):
                    self._add(row)
            elif _is_older(row, specialist):
                self.report.older += 1
            elif isinstance(row, Deactivated):
                self._deactivate(specialist, row.as_of)
            else:
                self._update(specialist, row)
        self.changed.write(self.touched)

    def _add(self, row: Listing) -> None:
        specialist = Specialist(npi=row.npi)
        _set(specialist, _from_registry(row))
        self.changed.new_specialists.append(specialist)
        self.changed.registrations[row.npi] = self._known(row)
        self._add_practice(specialist, row)
        self.report.new += 1

    def _add_practice(self, specialist: Specialist, row: Listing) -> None:
        """A clinic of the specialist's own name with a site at the practice address."""
        clinic = Clinic(name=specialist.name[:160], slug=self._free_slug(specialist))
        site = Site(clinic=clinic, from_registry=True)
        self._move(site, row.address)
        self.changed.new_clinics.append(clinic)
        self.changed.new_sites.append(site)
        self.changed.new_practices.append(Practice(specialist=specialist, site=site, phone=row.phone))

    def _move(self, site: Site, address: Address) -> bool:
        is_new_place = _set(site, {name: getattr(address, name) for name in ADDRESS})
        if is_new_place:
            listings.place(site, self.placed.get(address))
        return is_new_place

    def _deactivate(self, specialist: Specialist, day: datetime.date) -> None:
        was_active = specialist.deactivated_on is None
        if _set(specialist, {"deactivated_on": day}):
            self.changed.specialists.append(specialist)
            self.report.deactivated += was_active
            self.report.changed += not was_active

    def _update(self, specialist: Specialist, row: Listing | NoLongerPain) -> None:
        old_name = specialist.name[:160]
        fields = _from_registry(row) if isinstance(row, Listing) else _dates(row)
        changes = _set(specialist, fields)
        if changes:
            self.changed.specialists.append(specialist)
        changes |= self._update_registrations(row)
        own = [practice for practice in self.practices[row.npi] if practice.site.from_registry][:1]
        for practice in own:
            changes |= self._update_practice(practice, row, old_name, specialist.name[:160])
        if isinstance(row, Listing) and not self.practices[row.npi]:
            self._add_practice(specialist, row)
            changes = True
        self.report.changed += changes

    def _update_registrations(self, row: Listing | NoLongerPain) -> bool:
        codes = self._known(row)
        if set(codes) == self.registrations[row.npi]:
            return False
        self.changed.registrations[row.npi] = codes
        return True

    def _update_practice(self, practice: Practice, row: Listing | NoLongerPain, old_name: str, name: str) -> bool:
        """The practice at the registry's address. What the clinic confirmed, and a shared site's address, stay."""
        site, clinic = practice.site, practice.site.clinic
        is_shared = self.people_at[site.pk] > 1
        changes = renamed = clinic.name == old_name and _set(clinic, {"name": name})
        if renamed:
            self.changed.clinics.append(clinic)
        if practice.confirmed_on is not None:
            return changes
        moved = not is_shared and self._open_or_close(site, row)
        if isinstance(row, Listing):
            moved |= not is_shared and self._move(site, row.address)
            if _set(practice, {"phone": row.phone}):
                self.changed.practices.append(practice)
                changes = True
        if moved:
            self.changed.sites.append(site)
        return changes or moved

    def _open_or_close(self, site: Site, row: Listing | NoLongerPain) -> bool:
        """Closed when the last pain taxonomy goes, open again when one comes back; otherwise as people left it."""
        was_pain = any(registered.code in PAIN_TAXONOMIES for registered in self.registrations[row.npi])
        if was_pain and isinstance(row, NoLongerPain):
            self.report.no_longer_pain += 1
            return _set(site, {"closed_on": site.closed_on or row.as_of})
        if not was_pain and isinstance(row, Listing):
            return _set(site, {"closed_on": None})
        return False

    def _known(self, row: Listing | NoLongerPain) -> list[Registered]:
        """The codes that the directory has a name for."""
        return [registered for registered in row.taxonomies if registered.code in self.codes]

    def _taken_slugs(self) -> set[str]:
        """Of the addresses that new clinics would have, those that some page has or had."""
        without = [row for row in self.rows if isinstance(row, Listing) and not self.practices[row.npi]]
        wanted = [slug for row in without for slug in _slugs(Specialist(npi=row.npi, **_from_registry(row)))]
        taken = set(Clinic.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        return taken | set(PastSlug.objects.filter(slug__in=wanted).values_list("slug", flat=True))

    def _free_slug(self, specialist: Specialist) -> str:
        return next(slug for slug in _slugs(specialist) if slug not in self.taken_slugs)


def _slugs(specialist: Specialist) -> Iterator[str]:
    """Addresses for the page of the clinic of their own name, the best first. They end in the NPI: nobody else's."""
    best = f"{names.slug(specialist.name)}-{specialist.npi}"
    yield best
    yield from (f"{best}-{number}" for number in range(2, 5))


def _from_registry(row: Listing) -> dict[str, object]:
    return {name: getattr(row, name) for name in FROM_REGISTRY} | _dates(row)


def _dates(row: Listing | NoLongerPain) -> dict[str, object]:
    return {"registry_updated_on": row.as_of, "deactivated_on": None}


def _is_older(row: Row, specialist: Specialist) -> bool:
    """Whether the directory's word is newer.

    A row of the day on which the NPI was deactivated is from before that, unless it says that it was reactivated.
    """
    if specialist.registry_updated_on and row.as_of < specialist.registry_updated_on:
        return True
    gone = specialist.deactivated_on
    if gone is None or isinstance(row, Deactivated):
        return gone is not None and row.as_of < gone
    return row.as_of < gone or (row.as_of == gone and row.reactivated_on != gone)


def _set(row: object, values: Mapping[str, object]) -> bool:
    """Sets the attributes; whether one of them changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)
