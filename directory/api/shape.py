"""Listings as the JSON of the API. What is not known is null."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from directory.cards import Card, ProcedureLine
from directory.models import Insurer, Practice, Procedure, Specialist
from directory.places import Understood
from directory.search import Relaxed

type Json = dict[str, Any]


def absolute(path: str) -> str:
    """An address of this site as others see it."""
    return f"{settings.SITE_URL}{path}"


def miles(distance: float | None) -> float | None:
    return None if distance is None else round(distance, 2)


def result(card: Card) -> Json:
    """One specialist of a search, at one practice."""
    return _person(card.specialist) | {
        "distance_miles": miles(card.distance_miles),
        "practice": _practice(card.practice),
        "procedures": [_line(line) for line in card.lines],
        "other_practices": card.other_practices,
        "url": absolute(card.specialist.get_absolute_url()),
    }


def specialist(person: Specialist, cards: Sequence[Card]) -> Json:
    """One specialist with all listed practices."""
    return _person(person) | {
        "practices": [
            _practice(card.practice) | {"procedures": [_line(line) for line in card.lines]} for card in cards
        ],
        "url": absolute(person.get_absolute_url()),
    }


def _person(person: Specialist) -> Json:
    return {
        "npi": str(person.npi),
        "slug": person.slug,
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "credentials": person.credentials,
        "gender": person.gender,
        "specialties": [
            {
                "code": registered.taxonomy.code,
                "name": registered.taxonomy.name_en,
                "name_es": registered.taxonomy.name_es,
            }
            for registered in person.registered_as.all()
        ],
        "languages": sorted(language.code for language in person.languages.all()) or None,
    }


def _practice(practice: Practice) -> Json:
    site = practice.site
    return {
        "id": practice.pk,
        "clinic": {"slug": site.clinic.slug, "name": site.clinic.name},
        "address": {
            "line1": site.line1,
            "line2": site.line2,
            "city": site.city,
            "state": site.state,
            "postal_code": site.postal_code,
        },
        "latitude": site.latitude,
        "longitude": site.longitude,
        "location_precision": site.location_precision,
        "phone": practice.phone or None,
        "accepting_new_patients": practice.accepting_new_patients,
        "telehealth": practice.telehealth,
        "insurers": sorted(insurer.slug for insurer in practice.insurers.all()) or None,
        "connected": site.clinic.connected,
        "confirmed_on": practice.confirmed_on and practice.confirmed_on.isoformat(),
    }


def _line(line: ProcedureLine) -> Json:
    return {
        "slug": line.offering.procedure.slug,
        "status": line.offering.status,
        "wait_weeks": line.offering.wait_weeks,
        "requests": line.requests,
        "evidence": line.evidence,
        "claims": line.claims and {"year": line.claims.year, "services": line.claims.services},
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
