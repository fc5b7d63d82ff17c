"""What changed since a partner last asked: the feed of directory.models.changes, each subject as it is now."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from rest_framework.request import Request
from rest_framework.response import Response

from directory import cards, search, versions
from directory.api import problems, shape
from directory.api.views import Directory, refuse_parameters
from directory.models import Insurer, ListingChange, Practice, Procedure
from directory.models.practices import PracticeQuerySet
from directory.vocabulary import Vocabulary

PAGE = 100
CURSOR = re.compile(r"([0-9]{1,18})-([0-9a-f]{1,15})", re.ASCII)
NOTHING_YET = "0-0"
FIRST = 1


class Changes(Directory):
    """`?since=` the `next` of the answer before. Without it: no changes, and the cursor of now."""

    def tag(self, request: Request, snapshot: search.Snapshot) -> str:
        """With the newest change: what has only aged is told without another version of what is searched."""
        return versions.extended(super().tag(request, snapshot), _cursor(_newest()))

    def read(self, request: Request, snapshot: search.Snapshot) -> Response:
        refuse_parameters(name for name in request.query_params if name != "since")
        given = request.query_params.getlist("since")
        if not any(given):
            return Response({"results": [], "next": _cursor(_newest())})
        found = _since(_place_of(given))
        # Read after the changes, words too: what is told is then never older than what it is told of
        records = _records(found, Vocabulary.read()) if found else {}
        results = [_result(change, records.get((change.kind, change.key))) for change in found]
        return Response({"results": results, "next": _cursor(found[-1]) if found else given[0]})


def _place_of(given: Sequence[str]) -> int:
    """The number up to which the partner has read. Raises CursorNotOurs, CursorExpired.

    Who has read of an empty log has missed nothing as long as the first change is still kept.
    """
    match = CURSOR.fullmatch(given[0])
    if match is None or len(given) > 1:
        raise problems.CursorNotOurs
    seq, number = int(match[1]), int(match[2], 16)
    if given[0] == NOTHING_YET:
        is_known = ListingChange.objects.filter(seq=FIRST).exists() or not ListingChange.objects.exists()
    else:
        is_known = ListingChange.objects.filter(seq=seq, number=number).exists()
    if not is_known:
        raise problems.CursorExpired
    return seq


def _newest() -> ListingChange | None:
    return ListingChange.objects.order_by("-seq").first()


def _cursor(change: ListingChange | None) -> str:
    """With the version: a database put back from a copy numbers anew, and never has the same version again."""
    return NOTHING_YET if change is None else f"{change.seq}-{change.number:x}"


def _since(seq: int) -> list[ListingChange]:
    """Some of what came later, in order. Of what changed again since only the last: each is told as it is now."""
    again = ListingChange.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), seq__gt=OuterRef("seq"))
    return list(ListingChange.objects.filter(~Exists(again), seq__gt=seq).order_by("seq")[:PAGE])


def _result(change: ListingChange, record: shape.Json | None) -> shape.Json:
    return {
        "seq": change.seq,
        "kind": change.kind,
        "id": change.key,
        "op": "delete" if record is None else "upsert",
        "at": change.at,
        "record": record,
    }


type Subject = tuple[str, str]


def _records(changes: Iterable[ListingChange], vocabulary: Vocabulary) -> dict[Subject, shape.Json]:
    """By kind and id, of what is there now. Eight queries at most."""
    keys: dict[str, list[str]] = {}
    for change in changes:
        keys.setdefault(change.kind, []).append(change.key)
    return {
        (kind, key): record for kind, some in keys.items() for key, record in RECORDS[kind](some, vocabulary).items()
    }


def _specialists(npis: Sequence[str], vocabulary: Vocabulary) -> dict[str, shape.Json]:
    """Those of whom a practice is listed."""
    listed = Practice.objects.listed().filter(specialist__in=list(map(int, npis)))
    return {
        npi: shape.specialist(some[0].listing, some[0].path, some, vocabulary)
        for npi, some in _by(lambda listing: listing["npi"], listed, vocabulary).items()
    }


def _clinics(slugs: Sequence[str], vocabulary: Vocabulary) -> dict[str, shape.Json]:
    """Those at which somebody is listed."""
    listed = Practice.objects.listed().filter(site__clinic__slug__in=slugs)
    grouped = _by(lambda listing: listing["practice"]["clinic"]["slug"], listed, vocabulary)
    return {slug: shape.clinic(some) for slug, some in grouped.items()}


def _by(
    key: Callable[[Any], str], practices: PracticeQuerySet, vocabulary: Vocabulary
) -> Mapping[str, list[cards.Card]]:
    grouped: dict[str, list[cards.Card]] = {}
    for card in cards.of_practices(practices.values_list("pk", flat=True), vocabulary):
        grouped.setdefault(key(card.listing), []).append(card)
    return grouped


def _procedures(slugs: Sequence[str], vocabulary: Vocabulary) -> dict[str, shape.Json]:
    found = Procedure.objects.filter(slug__in=slugs).prefetch_related("synonyms")
    return {one.slug: shape.procedure(one) for one in found}


def _insurers(slugs: Sequence[str], vocabulary: Vocabulary) -> dict[str, shape.Json]:
    return {one.slug: shape.insurer(one) for one in Insurer.objects.filter(slug__in=slugs)}


Kind = ListingChange.Kind
RECORDS: Mapping[str, Callable[[Sequence[str], Vocabulary], dict[str, shape.Json]]] = {
    Kind.SPECIALIST: _specialists,
    Kind.CLINIC: _clinics,
    Kind.PROCEDURE: _procedures,
    Kind.INSURER: _insurers,
}
