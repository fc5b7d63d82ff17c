"""Listings as the JSON of the API. What is not known is null."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from directory.cards import Card
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


def result(card: Card, vocabulary: Vocabulary) -> tuple[Json, Json, Json]:
    """One specialist at one practice: the document with words in the place of numbers and codes.

    In three parts, between which stands what depends on the question: see directory.api.results.
    """
    practice = {"practice": _practice(card.listing["practice"], vocabulary), "procedures": card.lines}
    return _person(card.listing, vocabulary), practice, {"url": absolute(card.path)}


def specialist(person: Listing, path: str, cards: Sequence[Card], vocabulary: Vocabulary) -> Json:
    """One specialist with all listed practices."""
    return {
        **_person(person, vocabulary),
        "practices": [{**_practice(card.listing["practice"], vocabulary), "procedures": card.lines} for card in cards],
        "url": absolute(path),
    }


def clinic(cards: Sequence[Card]) -> Json:
    """A clinic with its listed sites and who practises there, from the cards of all its practices."""
    about = cards[0].listing["practice"]["clinic"]
    sites: dict[int, Json] = {}
    for card in cards:
        practice, site = card.listing["practice"], card.listing["site"]
        place = {name: practice[name] for name in PLACE}
        known = sites.setdefault(site["id"], {"name": site["name"], **place, "specialists": []})
        if not known["address"]["line1"]:  # hidden at the wish of one of them; a colleague's shows it
            known.update({"name": site["name"], **place})
        known["specialists"].append(card.listing["npi"])
    return {
        "slug": about["slug"],
        "name": about["name"],
        "connected": cards[0].listing["practice"]["connected"],
        "sites": list(sites.values()),
        "url": absolute(reverse("clinic", args=[about["slug"]])),
    }


PLACE = ("address", "latitude", "longitude", "location_precision")
PERSON = ("npi", "slug", "name", "given_name", "family_name", "credentials", "gender", "specialties", "languages")


def _person(document: Listing, vocabulary: Vocabulary) -> Json:
    known = vocabulary.specialties
    person = {name: document[name] for name in PERSON}
    return {**person, "specialties": [known[code] for code in document["specialties"] if code in known]}


def _practice(practice: Json, vocabulary: Vocabulary) -> Json:
    slugs = vocabulary.slugs["insurer"]
    return {**practice, "insurers": sorted([slugs[pk] for pk in practice["insurers"] if pk in slugs]) or None}


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
