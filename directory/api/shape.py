"""Listings as the JSON of the API. What is not known is null."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from directory.cards import Card, ProcedureLine
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
    listing = card.listing
    return {
        **_person(listing, vocabulary),
        "distance_miles": miles(card.distance_miles),
        "practice": _practice(listing, vocabulary),
        "procedures": [_line(line) for line in card.lines],
        "other_practices": card.other_practices,
        "url": _address(listing),
    }


def specialist(person: Listing, cards: Sequence[Card], vocabulary: Vocabulary) -> Json:
    """One specialist with all listed practices."""
    return {
        **_person(person, vocabulary),
        "practices": [
            _practice(card.listing, vocabulary) | {"procedures": [_line(line) for line in card.lines]} for card in cards
        ],
        "url": _address(person),
    }


def _address(listing: Listing) -> str:
    return absolute(reverse("specialist", args=[listing["slug"]]))


def _person(listing: Listing, vocabulary: Vocabulary) -> Json:
    known = [vocabulary.taxonomies[code] for code in listing["taxonomies"] if code in vocabulary.taxonomies]
    return {
        "npi": str(listing["npi"]),
        "slug": listing["slug"],
        "name": listing["name"],
        "given_name": listing["given_name"],
        "family_name": listing["family_name"],
        "credentials": listing["credentials"],
        "gender": listing["gender"],
        "specialties": [{"code": one.code, "name": one.name_en, "name_es": one.name_es} for one in known],
        "languages": listing["languages"] or None,
    }


def _practice(listing: Listing, vocabulary: Vocabulary) -> Json:
    site, clinic = listing["site"], listing["clinic"]
    insurers = sorted(vocabulary.insurers[pk].slug for pk in listing["insurers"] if pk in vocabulary.insurers)
    return {
        "id": listing["id"],
        "clinic": {"slug": clinic["slug"], "name": clinic["name"]},
        "address": {name: site[name] for name in ("line1", "line2", "city", "state", "postal_code")},
        "latitude": site["latitude"],
        "longitude": site["longitude"],
        "location_precision": site["location_precision"],
        "phone": listing["phone"] or None,
        "accepting_new_patients": listing["accepting_new_patients"],
        "telehealth": listing["telehealth"],
        "insurers": insurers or None,
        "connected": clinic["connected"],
        "confirmed_on": listing["confirmed_on"],
    }


def _line(line: ProcedureLine) -> Json:
    return {
        "slug": line.procedure.slug,
        "status": line.status,
        "wait_weeks": line.wait_weeks,
        "requests": line.requests,
        "evidence": line.evidence,
        "claims": line.claims,
        "evidence_note": line.note,
    }


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
