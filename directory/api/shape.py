"""Listings as the JSON of the API. What is not known is null."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from directory.cards import Card, address
from directory.models import Insurer, Procedure
from directory.places import Understood
from directory.search import FacetCount, Relaxed
from directory.search.documents import Listing
from directory.vocabulary import Vocabulary

type Json = dict[str, Any]


def absolute(path: str) -> str:
    """An address of this site as others see it."""
    return f"{settings.SITE_URL}{path}"


def miles(distance: float | None) -> float | None:
    return None if distance is None else round(distance, 2)


def result(card: Card, vocabulary: Vocabulary) -> Json:
    """One specialist of a search, at one practice."""
    return {
        **_person(card.listing, vocabulary),
        "distance_miles": miles(card.distance_miles),
        "practice": _practice(card.listing, vocabulary),
        "procedures": card.lines,
        "other_practices": card.other_practices,
        "url": absolute(address(card.listing)),
    }


def specialist(person: Listing, cards: Sequence[Card], vocabulary: Vocabulary) -> Json:
    """One specialist with all listed practices."""
    practices = [{**_practice(card.listing, vocabulary), "procedures": card.lines} for card in cards]
    return {**_person(person, vocabulary), "practices": practices, "url": absolute(address(person))}


def _person(listing: Listing, vocabulary: Vocabulary) -> Json:
    known = [vocabulary.taxonomies[code] for code in listing["taxonomies"] if code in vocabulary.taxonomies]
    return {
        **listing["person"],
        "specialties": [{"code": one.code, "name": one.name_en, "name_es": one.name_es} for one in known],
        "languages": listing["languages"] or None,
    }


def _practice(listing: Listing, vocabulary: Vocabulary) -> Json:
    slugs = vocabulary.slugs["insurer"]
    return {**listing["practice"], "insurers": sorted(slugs[pk] for pk in listing["insurers"] if pk in slugs) or None}


def location(near: Understood | None) -> Json | None:
    """What was understood as the place."""
    if near is None:
        return None
    return {
        "input": near.input,
        "label": near.label,
        "latitude": near.latitude,
        "longitude": near.longitude,
        "precision": near.precision,
        "source": near.source,
        "alternatives": list(near.alternatives),
    }


def relaxed(one: Relaxed) -> Json:
    return {"drop": one.drop, "count": one.count, "nearest_miles": miles(one.nearest_miles)}


def facet(counts: Sequence[FacetCount]) -> list[Json]:
    return [{"slug": one.slug, "count": one.count} for one in counts]


def procedure(one: Procedure) -> Json:
    synonyms = one.synonyms.all()
    return {
        "slug": one.slug,
        "name": one.name_en,
        "name_es": one.name_es,
        "synonyms": [synonym.name for synonym in synonyms if synonym.language == "en"],
        "synonyms_es": [synonym.name for synonym in synonyms if synonym.language == "es"],
        "url": absolute(one.get_absolute_url()),
    }


def insurer(one: Insurer) -> Json:
    return {
        "slug": one.slug,
        "name": one.name_en,
        "name_es": one.name_es,
        "kind": one.kind,
        "state": one.state or None,
    }
