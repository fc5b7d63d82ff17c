"""The results of a search as JSON. Of each practice it is made once a version, and kept while there is room."""

import datetime
from collections.abc import Sequence
from functools import lru_cache

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from directory import cards
from directory.api import shape
from directory.search import Hit
from directory.vocabulary import Vocabulary

# Of less than two kilobytes each. When there is no room left all are thrown away: those that are asked for come back.
MOST_KEPT = 16_384

type Parts = tuple[bytes, ...]
"""A result as JSON without what depends on the question: person, practice and procedures, address of the page."""
type Kept = dict[tuple[int, int], Parts]
"""By practice and version."""


def as_json(hits: Sequence[Hit], vocabulary: Vocabulary) -> list[orjson.Fragment]:
    """What was found, in its order; what was deleted for good meanwhile is left out. One query at most."""
    kept = _kept(timezone.localdate(), get_language(), settings.SITE_URL, vocabulary)
    made: dict[int, Parts | None] = {hit.practice_id: kept.get((hit.practice_id, hit.version)) for hit in hits}
    missing = [hit for hit in hits if made[hit.practice_id] is None]
    if missing:
        if len(kept) > MOST_KEPT:
            kept.clear()
        versions = {hit.practice_id: hit.version for hit in missing}
        for card in cards.of_hits(missing, vocabulary):
            practice, version = card.listing["practice"]["id"], card.listing["version"]
            made[practice] = parts = tuple(orjson.dumps(part)[1:-1] for part in shape.result(card, vocabulary))
            if version == versions[practice]:
                kept[practice, version] = parts
    return [orjson.Fragment(_whole(hit, *found)) for hit in hits if (found := made[hit.practice_id])]


def _whole(hit: Hit, person: bytes, practice: bytes, address: bytes) -> bytes:
    distance = orjson.dumps(shape.miles(hit.distance_miles))
    others = hit.other_practices
    return b'{%b,"distance_miles":%b,%b,"other_practices":%d,%b}' % (person, distance, practice, others, address)


@lru_cache(maxsize=2)
def _kept(today: datetime.date, language: str | None, site_url: str, vocabulary: Vocabulary) -> Kept:
    """What is kept for one day, one language, one site and one state of the vocabulary."""
    return {}
