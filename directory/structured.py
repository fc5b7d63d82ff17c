"""Listings as schema.org describes them, for search engines: plain dicts, and how they are written into a page.

Nothing stands here that the page does not say, and less than the page does where a machine would lose the doubt:
- no rating, no price, no claim of board certification or license. What somebody is registered as is their own word,
  and `medicalSpecialty` has no way to say so; it is given as text, as it stands in the registry.
- `availableService` of a doctor holds procedures with evidence: confirmed by a clinic within 90 days, or in public
  claims. Those only listed, and those paused now, are left out. At an office it holds what the clinic confirmed
  there: claims name no office.
- a point is given for a street address only, never for an office known by its ZIP code or town.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from directory import cards, evidence
from directory.cards import Card, ProcedureLine
from directory.models import Clinic, OpeningHours, Procedure
from directory.search.documents import Listing
from directory.vocabulary import Vocabulary

type Json = dict[str, Any]
type Practised = tuple[Card, Sequence[OpeningHours]]
"""A practice and when it is open."""

CONTEXT = "https://schema.org"
PROVEN: frozenset[evidence.Tier] = frozenset({"claims", "confirmed"})
# What could end the script element or begin another one; JSON reads the escapes as the characters themselves.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def written(data: Json) -> SafeString:
    """The text of a script element of the type application/ld+json: see templates/parts/jsonld.html."""
    text = json.dumps({"@context": CONTEXT, **data}, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 (escaped in the line above)


def physician(person: Listing, path: str, practices: Sequence[Practised], vocabulary: Vocabulary) -> Json:
    """A specialist with all offices; `path` is that of the page."""
    specialties = [vocabulary.taxonomies[code].name for code in person["specialties"] if code in vocabulary.taxonomies]
    lines = [line for card, _opening in practices for line in card.lines]
    numbers = {card.listing["practice"]["phone"] for card, _opening in practices} - {None}
    return _known(
        {
            "@type": ["Physician", "IndividualPhysician"],
            "name": person["name"],
            "url": _absolute(path),
            "usNPI": person["npi"],
            "identifier": {"@type": "PropertyValue", "propertyID": "NPI", "value": person["npi"]},
            "medicalSpecialty": specialties,
            "knowsLanguage": person["languages"],
            "telephone": numbers.pop() if len(numbers) == 1 else None,
            "address": _address(practices[0][0].listing) if len(practices) == 1 else None,
            "availableService": _services(lines, vocabulary),
            "practicesAt": [_office(card, opening, vocabulary) for card, opening in practices],
        }
    )


def clinic(one: Clinic, practices: Sequence[Practised], vocabulary: Vocabulary) -> Json:
    """A clinic with its sites and the specialists who practise there."""
    sites: dict[int, list[Practised]] = {}
    for practised in practices:
        sites.setdefault(practised[0].listing["site"]["id"], []).append(practised)
    at_sites = [_site(there, vocabulary) for there in sites.values()]
    people = {card.listing["npi"]: card for card, _opening in practices}
    common: Json = {
        "@type": "MedicalClinic",
        "name": one.name,
        "url": _absolute(one.get_absolute_url()),
        "sameAs": one.website or None,
        "employee": [
            {"@type": ["Physician", "IndividualPhysician"], "name": card.listing["name"], "url": _absolute(card.path)}
            for card in people.values()
        ],
    }
    if len(at_sites) == 1:
        return _known({**at_sites[0], **common})
    return _known({**common, "location": at_sites})


def procedure(one: Procedure, also_called: Iterable[str]) -> Json:
    """A procedure, for its guide. Nothing of how well it works: the guide says what is disputed."""
    return _known(
        {
            "@type": "MedicalProcedure",
            "name": one.name,
            "alternateName": list(also_called),
            "url": _absolute(one.get_absolute_url()),
        }
    )


def _office(card: Card, opening: Sequence[OpeningHours], vocabulary: Vocabulary) -> Json:
    """One practice: the clinic at that address, as far as this specialist is concerned."""
    return _known(
        {
            "@type": "MedicalClinic",
            "name": card.listing["practice"]["clinic"]["name"],
            **_place(card.listing),
            "isAcceptingNewPatients": card.listing["practice"]["accepting_new_patients"],
            "openingHoursSpecification": _opening(opening),
            "availableService": _services(_confirmed_here(card, vocabulary), vocabulary),
        }
    )


def _site(there: Sequence[Practised], vocabulary: Vocabulary) -> Json:
    """One address with all who practise there. Hours only where all of them keep the same."""
    hours = [_opening(opening) for _card, opening in there]
    lines = [line for card, _hours in there for line in _confirmed_here(card, vocabulary)]
    return _known(
        {
            "@type": "MedicalClinic",
            "name": there[0][0].listing["practice"]["clinic"]["name"],
            **_place(cards.with_street([card.listing for card, _hours in there])),
            "openingHoursSpecification": hours[0] if all(one == hours[0] for one in hours) else None,
            "availableService": _services(lines, vocabulary),
        }
    )


def _place(listing: Listing) -> Json:
    practice = listing["practice"]
    exact = practice["location_precision"] == "address"
    return {
        "address": _address(listing),
        "telephone": practice["phone"],
        "geo": (
            {"@type": "GeoCoordinates", "latitude": practice["latitude"], "longitude": practice["longitude"]}
            if exact
            else None
        ),
    }


def _address(listing: Listing) -> Json:
    address = listing["practice"]["address"]
    return _known(
        {
            "@type": "PostalAddress",
            "streetAddress": ", ".join(filter(None, (address["line1"], address["line2"]))) or None,
            "addressLocality": address["city"],
            "addressRegion": address["state"],
            "postalCode": address["postal_code"],
            "addressCountry": "US",
        }
    )


def _opening(opening: Sequence[OpeningHours]) -> list[Json]:
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": WEEKDAYS[part.weekday - 1],
            "opens": f"{part.opens_at:%H:%M}",
            "closes": f"{part.closes_at:%H:%M}",
        }
        for part in opening
    ]


def _confirmed_here(card: Card, vocabulary: Vocabulary) -> list[ProcedureLine]:
    """What the clinic itself confirmed for this office, whatever else is known of the doctor."""
    since = evidence.confirmed_since(timezone.localdate()).isoformat()
    confirmed = {
        procedure for procedure, _status, _wait, day, *_claims in card.listing["procedures"] if day and day >= since
    }
    return [line for line in card.lines if line["slug"] in confirmed]


def _services(lines: Iterable[ProcedureLine], vocabulary: Vocabulary) -> list[Json]:
    """Each procedure for which there is evidence once, in the order of the lines. What is paused is not available."""
    proven = [line["slug"] for line in lines if line["evidence"] in PROVEN and line["status"] != "paused"]
    found = [vocabulary.procedures[vocabulary.procedure_ids[slug]] for slug in dict.fromkeys(proven)]
    return [{"@type": "MedicalProcedure", "name": one.name, "url": _absolute(one.get_absolute_url())} for one in found]


def _known(data: Json) -> Json:
    """Without what is not known: a machine takes null and an empty list for an answer."""
    return {name: value for name, value in data.items() if value is not None and value != []}


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
