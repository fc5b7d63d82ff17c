"""What partners are told of a new version: written by `rebuild` itself, so that no door can forget it.

Two rows of a number never become visible out of order: whoever writes them holds the directory's version until the
commit (see `directory.search.rows`), and who waits for it counts on from what was committed.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from directory.models import (
    AnnouncedWord,
    Insurer,
    ListingChange,
    Offering,
    Practice,
    Procedure,
    ProcedureSynonym,
    SpecialistTaxonomy,
    Taxonomy,
)

Kind = ListingChange.Kind
BATCH = 1_000

type Subject = tuple[str, str]
"""Of what is told: its kind, and its NPI or slug."""
type Shown = Mapping[int, tuple[int, bytes | None]]
"""By practice: the NPI, and the document. A practice that is not listed is missing."""


def shown_now(practices: Sequence[int]) -> dict[int, tuple[int, bytes | None]]:
    """What the search rows say of these practices until they are written anew. One query."""
    places = ", ".join(["%s"] * len(practices))
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN.format(places), list(practices))
        return {practice: (npi, None if document is None else bytes(document)) for practice, npi, document in cursor}


_SHOWN = """
SELECT r.practice, r.npi, d.content FROM directory_searchrow r
LEFT JOIN directory_listingdocument d ON d.practice = r.practice AND d.number = r.number
WHERE length(r.fixed) > 0 AND r.practice IN ({})
"""


def differences(before: Shown, after: Shown) -> set[Subject]:
    """The specialists and clinics of whom something else is shown now."""
    found: set[Subject] = set()
    for practice in {*before, *after}:
        old, new = before.get(practice), after.get(practice)
        if old == new:
            continue
        found.update((Kind.SPECIALIST.value, str(npi)) for npi, _document in filter(None, (old, new)))
        clinics = [_of_clinic(*one) for one in (old, new) if one is not None]
        if len({repr(one) for one in clinics}) != 1 or len(clinics) == 1:
            found.update((Kind.CLINIC.value, slug) for slug, *_rest in clinics if slug)
    return found


def _of_clinic(npi: int, document: bytes | None) -> tuple[Any, ...]:
    """What the clinic's own record is made of."""
    if document is None:
        return ("",)
    try:
        content = orjson.loads(document)
        practice, clinic = content["practice"], content["practice"]["clinic"]
        place = (practice["address"], practice["latitude"], practice["longitude"], practice["location_precision"])
        return (clinic["slug"], clinic["name"], practice["connected"], content["site"], *place, npi)
    except (KeyError, TypeError, orjson.JSONDecodeError):  # damaged past the program: what is written anew is told
        return ("",)


def write(number: int, subjects: Collection[Subject]) -> None:
    """Tells of these, in the order of their kinds: what a listing refers to comes before it. Holds the version."""
    if not subjects:
        return
    last = ListingChange.objects.aggregate(last=models.Max("seq"))["last"] or 0
    now = timezone.now()
    ListingChange.objects.bulk_create(
        (
            ListingChange(seq=seq, number=number, kind=kind, key=key, at=now)
            for seq, (kind, key) in enumerate(sorted(subjects, key=_in_order), last + 1)
        ),
        batch_size=BATCH,
    )


ORDER = (Kind.PROCEDURE, Kind.INSURER, Kind.CLINIC, Kind.SPECIALIST)


def _in_order(subject: Subject) -> tuple[int, str]:
    return ORDER.index(Kind(subject[0])), subject[1]


def forget(before: int) -> None:
    """Forgets what was written before that version, save the newest of it: somebody may have read as far as that."""
    newest = ListingChange.objects.filter(number__lt=before).order_by("-number", "-seq").values("seq")[:1]
    ListingChange.objects.filter(seq__lt=models.Subquery(newest)).delete()


def kept() -> datetime.timedelta:
    return datetime.timedelta(days=settings.CHANGES_KEPT_DAYS)


# ---- words: procedures, insurers, specialties ------------------------------------------------------------------------


def words() -> set[Subject]:
    """What is new of the words since partners were told of them, with the specialists whose listings name them.

    Remembers what it gives. Five queries where nothing is new.
    """
    found: set[Subject] = set()
    told = {(word.kind, word.row): word for word in AnnouncedWord.objects.all()}
    for word in _words_now():
        before = told.pop((word.kind, word.row), None)
        if before is not None and (before.key, before.digest) == (word.key, word.digest):
            continue
        found.update(_subjects(word, before))
        AnnouncedWord.objects.update_or_create(
            kind=word.kind, row=word.row, defaults={"key": word.key, "digest": word.digest}
        )
    for gone in told.values():
        found.update(_subjects(gone, None))
        gone.delete()
    return found


def _subjects(word: AnnouncedWord, before: AnnouncedWord | None) -> set[Subject]:
    """The word under its name and under the one before, and who is shown otherwise because of it."""
    found = {(word.kind, one.key) for one in (word, before) if one is not None and word.kind != SPECIALTY}
    if before is not None and (word.kind == SPECIALTY or before.key != word.key):
        found.update((Kind.SPECIALIST.value, str(npi)) for npi in NAMED_BY[word.kind](word.row))
    return found


SPECIALTY = "specialty"  # not told of by itself: it stands in the records of specialists
NAMED_BY: Mapping[str, Callable[[str], Iterable[int]]] = {
    Kind.PROCEDURE: lambda pk: _people(Offering.objects.filter(procedure=int(pk)).values("practice")),
    Kind.INSURER: lambda pk: _people(Practice.insurers.through.objects.filter(insurer=int(pk)).values("practice")),
    SPECIALTY: lambda pk: _people(
        Practice.objects.filter(
            specialist__in=SpecialistTaxonomy.objects.filter(taxonomy=pk).values("specialist")
        ).values("pk")
    ),
}


def _people(practices: models.QuerySet[Any, Any]) -> Iterable[int]:
    listed = Practice.objects.listed().filter(pk__in=practices)
    return listed.order_by().values_list("specialist", flat=True).distinct()


def _words_now() -> Iterable[AnnouncedWord]:
    synonyms: dict[int, list[tuple[str, str]]] = {}
    for procedure, *synonym in ProcedureSynonym.objects.order_by("pk").values_list("procedure", "language", "name"):
        synonyms.setdefault(procedure, []).append((synonym[0], synonym[1]))
    for pk, slug, *rest in Procedure.objects.values_list("pk", "slug", "name_en", "name_es"):
        yield _word(Kind.PROCEDURE, pk, slug, [*rest, synonyms.get(pk, [])])
    for pk, slug, *rest in Insurer.objects.values_list("pk", "slug", "name_en", "name_es", "kind", "state"):
        yield _word(Kind.INSURER, pk, slug, rest)
    for code, *rest in Taxonomy.objects.values_list("code", "name_en", "name_es"):
        yield _word(SPECIALTY, code, code, rest)


def _word(kind: str, pk: object, key: str, shown: Sequence[object]) -> AnnouncedWord:
    digest = blake2b(repr(shown).encode(), digest_size=16).hexdigest()
    return AnnouncedWord(kind=str(kind), row=str(pk), key=key, digest=digest)
