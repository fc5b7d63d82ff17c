"""Whether the search rows say what the tables say; and putting right those that do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched

from django.db import transaction

from directory.models import DirectoryVersion, ListingDocument, Practice, SearchRow
from directory.search import packing, rows

BATCH = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared, and the practices whose rows were wrong."""

    practices: int = 0
    wrong: list[int] = field(default_factory=list)
    layout_is_old: bool = False

    @property
    def is_right(self) -> bool:
        return not self.wrong and not self.layout_is_old


def check() -> Checked:
    """Compares every search row and document with what the tables give now. Writes nothing.

    Some hundred at a time, each lot in a transaction in which nobody changes the version.
    """
    version = DirectoryVersion.objects.first()
    if version is None or version.layout != packing.LAYOUT:
        return Checked(Practice.objects.listed().count(), layout_is_old=Practice.objects.exists())
    wrong: list[int] = []
    practices = 0
    for ids in batched(_all_ids(), BATCH):
        with transaction.atomic():
            DirectoryVersion.objects.select_for_update().get(pk=version.pk)
            listed = {each.practice: each for each in rows.packed_rows(ids)}
            wrong += _wrong(ids, listed)
        practices += len(listed)
    return Checked(practices, wrong)


def check_and_mend() -> Checked:
    """Writes again what is wrong, and lets all processes read the words anew; what is returned is how it was."""
    found = check()
    if found.layout_is_old:
        rows.rebuild_all()
    else:  # words (procedures, insurers, ...) have no rows: who searches reads them anew
        rows.rebuild(found.wrong, vocabulary=True)
    ListingDocument.objects.exclude(practice__in=Practice.objects.listed().values("pk")).delete()
    return found


def _all_ids() -> Iterator[int]:
    """Every practice that is listed or has a search row, once."""
    listed = Practice.objects.listed().values_list("pk", flat=True)
    kept = SearchRow.objects.exclude(practice__in=Practice.objects.listed().values("pk"))
    return iter([*listed.iterator(chunk_size=10_000), *kept.values_list("practice", flat=True)])


def _wrong(ids: Iterable[int], listed: dict[int, rows.PackedRow]) -> list[int]:
    stored = {row.practice: row for row in SearchRow.objects.filter(practice__in=ids)}
    documents: dict[int, bytes] = {}
    for practice, content in (
        ListingDocument.objects.filter(practice__in=ids).order_by("number").values_list("practice", "content")
    ):
        documents[practice] = bytes(content)
    return [
        practice
        for practice in ids
        if not _is_same(stored.get(practice), listed.get(practice), documents.get(practice))
    ]


def _is_same(stored: SearchRow | None, now: rows.PackedRow | None, document: bytes | None) -> bool:
    if now is None:
        return stored is None or not bytes(stored.fixed)
    if stored is None or document != now.document or stored.npi != now.npi:
        return False
    kept = packing.Packed(*(bytes(getattr(stored, name)) for name in packing.Packed._fields))
    return kept == now.packed._replace(fixed=packing.with_number(now.packed.fixed, stored.number))
