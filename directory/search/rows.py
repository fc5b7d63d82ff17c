"""From the tables to what the search reads. Whoever changes a listing calls `rebuild` last, in the same transaction."""

import datetime
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

import orjson
from django.db import connection, models, transaction

from directory import names, streets
from directory.models import (
    AnnouncedWord,
    Change,
    ClaimsRecord,
    Clinic,
    Condition,
    DirectoryVersion,
    Insurer,
    Language,
    ListingDocument,
    Offering,
    OpeningHours,
    Practice,
    Procedure,
    ProcedureSynonym,
    SearchRow,
    Site,
    Specialist,
    SpecialistTaxonomy,
    Taxonomy,
)
from directory.models.clinics import is_connected
from directory.models.practices import PracticeQuerySet
from directory.search import feed, packing, zones

BATCH = 500
# Versions are numbered by the clock, in microseconds, and by chance: a database put back from a copy, or a change that
# was taken back, never has the number of another version. A process that has not searched for so long reads everything.
CHANCE_BITS = 8
CHANCE_BITS_BEHIND = 20  # some milliseconds
LOG_KEPT = 30 * 24 * 3600 * 1_000_000 << CHANCE_BITS

PERSON = ("npi", "given_name", "family_name", "name_suffix", "credentials", "gender", "street_hidden_on")
SITE = ("pk", "name", "line1", "line2", "city", "state", "postal_code", "latitude", "longitude", "location_precision")
CLINIC = ("slug", "name", "people_checked_on", "notification_email_confirmed_at")
PRACTICE = ("pk", "phone", "accepting_new_patients", "telehealth", "confirmed_on")
FIELDS = (
    *PRACTICE,
    *(f"specialist__{name}" for name in PERSON),
    *(f"site__{name}" for name in SITE),
    *(f"site__clinic__{name}" for name in CLINIC),
)


def hold() -> None:
    """From here to the end of the transaction nobody else changes the version: what others committed before is seen.

    Whoever looks up which practices a change concerns does so after this. Rows are written before: who holds the
    version waits for nobody's rows.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '25s'")  # an import that is about to end is waited for
    _next_version()


def rebuild(practices: Iterable[int], *, vocabulary: bool = False) -> None:
    """Writes what the search reads of these practices as the tables have them now, as one new version; tells partners.

    To be called last in the transaction that changed them: from here on others wait who change listings. Practices that
    were deleted or are not listed any more are given too. `vocabulary`: procedures, insurers or other words changed.
    """
    ids = sorted(set(practices))
    with transaction.atomic():
        number = _next_version()
        if len(ids) > BATCH:
            _count_anew()
        told = feed.words() if vocabulary else set()
        for batch in batched(ids, BATCH):
            told |= _write(batch, number)
        feed.write(number, told)
        _forget_old_versions(number)
        Change.objects.create(number=number, practices=len(ids), vocabulary=vocabulary)


def _forget_old_versions(number: int) -> None:
    """All but the last one, which a process may still have that has not been asked anything for a long time."""
    last = Change.objects.aggregate(last=models.Max("number"))["last"] or 0
    Change.objects.filter(number__lt=min(last, number - LOG_KEPT)).delete()
    feed.forget(version_of_time(time.time() - feed.kept().total_seconds()))


def tell(people: Iterable[int]) -> None:
    """Tells partners of these specialists anew, of whom nothing was written: what is known of them has aged."""
    with transaction.atomic():
        feed.write(_next_version(), {(feed.Kind.SPECIALIST.value, str(npi)) for npi in people})


def rebuild_all() -> None:
    """Writes all search rows from the tables."""
    with transaction.atomic():
        number = _next_version()
        _count_anew()
        known = set(SearchRow.objects.values_list("practice", flat=True))
        listed = Practice.objects.listed().order_by("pk").values_list("pk", flat=True)
        many, told = 0, feed.words()
        for batch in batched(listed.iterator(chunk_size=10_000), BATCH):
            told |= _write(batch, number)
            known.difference_update(batch)
            many += len(batch)
        for batch in batched(sorted(known), BATCH):
            told |= _write(batch, number)
            many += len(batch)
        feed.write(number, told)
        DirectoryVersion.objects.update(layout=packing.LAYOUT)
        Change.objects.create(number=number, practices=many, vocabulary=True)


def _count_anew() -> None:
    """PostgreSQL plans by what it counted last: tables filled in this very transaction may be empty to it, and what
    reads them then takes many times as long.
    """
    if connection.vendor == "postgresql":
        models_read = (*PARTS_OF_LISTINGS, Practice.insurers.through, Specialist.languages.through)
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models_read)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {tables}")


@transaction.atomic
def rebuild_if_outdated() -> None:
    """Writes the search rows where there are none although there are listings, or where their layout is another.

    Tells partners of words that came with the program.
    """
    needed = {DirectoryVersion._meta.db_table, AnnouncedWord._meta.db_table}
    if not needed.issubset(connection.introspection.table_names()):
        return  # only some of the migrations were asked for
    layout = DirectoryVersion.objects.values_list("layout", flat=True).first()
    if layout != packing.LAYOUT and Practice.objects.exists():
        rebuild_all()
    elif told := feed.words():  # the release has other procedures than the one before
        feed.write(_next_version(), told)


VOCABULARY = (Procedure, ProcedureSynonym, Condition, Insurer, Language, Taxonomy)
PARTS_OF_LISTINGS = (Practice, Offering, OpeningHours, Specialist, SpecialistTaxonomy, ClaimsRecord, Site, Clinic)


def concerned(row: models.Model) -> PracticeQuerySet:
    """The practices of whose listing a row is part."""
    practices = Practice.objects.all()
    match row:
        case Practice():
            return practices.filter(pk=row.pk)
        case Offering() | OpeningHours():
            return practices.filter(pk=row.practice_id)
        case Specialist():
            return practices.filter(specialist=row.pk)
        case SpecialistTaxonomy() | ClaimsRecord():
            return practices.filter(specialist=row.specialist_id)
        case Site():
            return practices.filter(site=row.pk)
        case Clinic():
            return practices.filter(site__clinic=row.pk)
        case Insurer():
            return practices.filter(insurers=row.pk)
        case Language():
            return practices.filter(specialist__languages=row.pk)
    return practices.none()


def version_of_time(seconds: float) -> int:
    """The number that a version made at that time (seconds since 1970) has at least."""
    return int(seconds * 1_000_000) << CHANCE_BITS


def time_of_version(number: int) -> datetime.datetime:
    """When a version was made."""
    return datetime.datetime.fromtimestamp((number >> CHANCE_BITS) / 1_000_000, datetime.UTC)


def _next_version() -> int:
    """Raises the version. From here to the end of the transaction nobody else does: whoever waits sees our commit."""
    clock = version_of_time(time.time()) | secrets.randbits(CHANCE_BITS)
    raised = models.Case(
        # A clock that was put back must not count on either to where a change that was taken back has been
        models.When(number__gte=clock, then=models.F("number") + 1 + secrets.randbits(CHANCE_BITS_BEHIND)),
        default=models.Value(clock),
        output_field=models.BigIntegerField(),
    )
    if not DirectoryVersion.objects.filter(pk=1).update(number=raised):
        DirectoryVersion.objects.get_or_create(pk=1, defaults={"layout": packing.LAYOUT})
        DirectoryVersion.objects.filter(pk=1).update(number=raised)
    return DirectoryVersion.objects.values_list("number", flat=True).get(pk=1)


def _write(ids: Sequence[int], number: int) -> set[feed.Subject]:
    """The rows and documents of some practices; those before the last one go. Gives of whom something else is shown."""
    before = feed.shown_now(ids)
    listed = list(packed_rows(ids, number))
    rows = [(each.practice, each.npi, number, *each.packed) for each in listed]
    gone = set(ids) - {each.practice for each in listed}
    rows += [(pk, npi, number, *[b""] * len(each)) for pk, npi, *each in _known_rows(gone)]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT_ROW, rows)
        cursor.executemany(_INSERT_DOCUMENT, [(each.practice, number, each.document) for each in listed])
    _forget_older_documents(ids, number)
    return feed.differences(before, {each.practice: (each.npi, each.document) for each in listed})


_UPSERT_ROW = """
INSERT INTO directory_searchrow (practice, npi, number, fixed, offerings, insurers, languages, words)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (practice) DO UPDATE SET npi = excluded.npi, number = excluded.number, fixed = excluded.fixed,
offerings = excluded.offerings, insurers = excluded.insurers, languages = excluded.languages, words = excluded.words
"""
_INSERT_DOCUMENT = "INSERT INTO directory_listingdocument (practice, number, content) VALUES (%s, %s, %s)"


def _known_rows(ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    return SearchRow.objects.filter(practice__in=ids).values_list(
        "practice", "npi", "fixed", "offerings", "insurers", "languages", "words"
    )


def _forget_older_documents(ids: Sequence[int], number: int) -> None:
    """All but the new one and the one before it, which a process may still be showing."""
    before = (
        ListingDocument.objects.filter(practice=models.OuterRef("practice"), number__lt=number)
        .order_by("-number")
        .values("number")[:1]
    )
    ListingDocument.objects.filter(practice__in=ids, number__lt=models.Subquery(before)).delete()


@dataclass(frozen=True, slots=True)
class PackedRow:
    practice: int
    npi: int
    packed: packing.Packed
    document: bytes  # JSON: a search result as the API shows it, with numbers and codes in the place of words


def packed_rows(ids: Sequence[int], number: int = 0) -> Iterator[PackedRow]:
    """Those of these practices that are listed, as the search reads them. Six queries."""
    found = list(Practice.objects.listed().filter(pk__in=ids).order_by("pk").values_list(*FIELDS))
    people = {values[len(PRACTICE)] for values in found}
    insurers = _grouped(Practice.insurers.through.objects.filter(practice__in=ids), "practice", "insurer")
    languages = _grouped(Specialist.languages.through.objects.filter(specialist__in=people), "specialist", "language")
    taxonomies = _grouped(
        SpecialistTaxonomy.objects.filter(specialist__in=people).order_by("-is_primary", "position", "taxonomy"),
        "specialist",
        "taxonomy",
    )
    claims = {
        (npi, procedure): (year, services)
        for npi, procedure, year, services in ClaimsRecord.objects.filter(specialist__in=people)
        .order_by("year")
        .values_list("specialist", "procedure", "year", "services")
    }
    offerings: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for practice, *offering in (
        Offering.objects.filter(practice__in=ids)
        .order_by("procedure")
        .values_list("practice", "procedure", "status", "wait_weeks", "confirmed_on")
    ):
        offerings[practice].append(tuple(offering))
    for values in found:
        practice, npi = values[0], values[len(PRACTICE)]
        yield _packed(
            values,
            [(*offering, *claims.get((npi, offering[0]), (None, None))) for offering in offerings[practice]],
            sorted(insurers[practice]),
            sorted(languages[npi]),
            taxonomies[npi],
            number,
        )


def _grouped(rows: models.QuerySet[Any], key: str, value: str) -> Mapping[Any, list[Any]]:
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for one, other in rows.values_list(key, value):
        grouped[one].append(other)
    return grouped


def _packed(
    values: Sequence[Any],
    offerings: Sequence[tuple[Any, ...]],
    insurers: Sequence[int],
    languages: Sequence[str],
    taxonomies: Sequence[str],
    number: int,
) -> PackedRow:
    parts = iter(values)
    practice, person, site, clinic = (
        {name: next(parts) for name in names} for names in (PRACTICE, PERSON, SITE, CLINIC)
    )
    if person["street_hidden_on"]:
        site = streets.hidden(site)
    connected = is_connected(clinic["people_checked_on"], clinic["notification_email_confirmed_at"])
    placed = site["latitude"] is not None
    latitude, longitude = (site["latitude"], site["longitude"]) if placed else (0.0, 0.0)
    words = _words(person, clinic["name"])
    fixed = packing.pack_fixed(
        practice["pk"],
        person["npi"],
        number,
        latitude,
        longitude,
        *(zones.unit_vector(latitude, longitude) if placed else (0.0, 0.0, 0.0)),
        placed,
        packing.yes_or_no(practice["accepting_new_patients"]),
        packing.yes_or_no(practice["telehealth"]),
        packing.GENDERS[person["gender"] or ""],
        connected,
        len(offerings),
        len(insurers),
        len(languages),
        len(words),
    )
    packed = packing.Packed(
        fixed,
        b"".join(packing.pack_offering(*offering[:5]) for offering in offerings),
        packing.pack_numbers(insurers),
        packing.pack_languages(languages),
        words,
    )
    document = {
        **person_document(Specialist(**person), taxonomies, languages),
        "practice": _practice_document(practice, site, clinic, insurers, connected=connected),
        # procedure, status, wait in weeks, confirmed on, year and services of the newest claims
        "procedures": [offering for offering in offerings if offering[1] != Offering.Status.STOPPED],
        "url": None,
        "site": {"id": site["pk"], "name": site["name"]},
    }
    return PackedRow(practice["pk"], person["npi"], packed, orjson.dumps(document))


type Fields = Mapping[str, Any]


def _practice_document(
    practice: Fields, site: Fields, clinic: Fields, insurers: Sequence[int], *, connected: bool
) -> dict[str, Any]:
    return {
        "id": practice["pk"],
        "clinic": {"slug": clinic["slug"], "name": clinic["name"]},
        "address": {name: site[name] for name in ("line1", "line2", "city", "state", "postal_code")},
        "latitude": site["latitude"],
        "longitude": site["longitude"],
        "location_precision": site["location_precision"],
        "phone": practice["phone"] or None,
        "accepting_new_patients": practice["accepting_new_patients"],
        "telehealth": practice["telehealth"],
        "insurers": insurers,
        "connected": connected,
        "confirmed_on": practice["confirmed_on"],
    }


def person_document(specialist: Specialist, taxonomies: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:
    """What is said of a specialist at each of their practices; specialty codes in the registry's order."""
    return {
        "npi": str(specialist.npi),
        "slug": specialist.slug,
        "name": specialist.name,
        "given_name": specialist.given_name,
        "family_name": specialist.family_name,
        "credentials": specialist.credentials,
        "gender": specialist.gender,
        "specialties": taxonomies,
        "languages": languages or None,
    }


def _words(person: Mapping[str, Any], clinic: str) -> bytes:
    """The words of the specialist's and the clinic's names, each after a blank; a zero ends family and given name."""
    rest = " ".join([person["name_suffix"], person["credentials"], clinic])
    folded = [names.fold(text) for text in (person["family_name"], person["given_name"], rest)]
    return "\0".join(f" {text}" for text in folded).encode()
