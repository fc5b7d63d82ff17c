"""A specialist's page and a clinic's page."""

import re
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory import cards, npi, search
from directory.cards import Card
from directory.models import Clinic, OpeningHours, PastSlug, Practice, Specialist
from directory.models.practices import PracticeQuerySet
from directory.versions import conditional
from directory.views import present
from directory.vocabulary import Vocabulary

NPI_AT_THE_END = re.compile(r"(?:^|-)([12][0-9]{9})$", re.ASCII)


@require_safe
@conditional
def specialist(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of the specialist in whose NPI the address ends; other spellings of the name lead to the right one."""
    match = NPI_AT_THE_END.search(slug)
    if match is None or not npi.is_valid(int(match[1])):
        raise Http404("no address of a specialist")
    person = Specialist.objects.filter(pk=int(match[1])).first()
    if person is None:
        raise Http404("no such specialist")
    if not person.is_active:
        return gone(request)
    if slug != person.slug:
        return HttpResponsePermanentRedirect(person.get_absolute_url())
    practices = Practice.objects.listed().filter(specialist=person)
    page = {"specialist": person, "offices": _offices(practices), "here": "specialist"}
    return render(request, "directory/specialist.html", page)


@require_safe
@conditional
def clinic(request: HttpRequest, slug: str) -> HttpResponse:
    found = Clinic.objects.filter(slug=slug).first()
    if found is None:
        past = PastSlug.objects.filter(slug=slug).select_related("clinic").first()
        if past is None:
            raise Http404("no such clinic")
        return HttpResponsePermanentRedirect(past.clinic.get_absolute_url()) if past.clinic else gone(request)
    offices = _offices(Practice.objects.listed().filter(site__clinic=found))
    if not offices:
        return gone(request)
    sites: dict[int, list[Office]] = {}
    for office in offices:
        sites.setdefault(office.site, []).append(office)
    return render(request, "directory/clinic.html", {"clinic": found, "sites": list(sites.values())})


def gone(request: HttpRequest) -> HttpResponse:
    """What once was here was taken out."""
    return render(request, "410.html", status=410)


class Office:
    """A practice as a box on a page: its card, its hours, and the offerings for which a request can be sent."""

    def __init__(self, card: Card, hours: Sequence[OpeningHours], vocabulary: Vocabulary) -> None:
        self.name = card.listing["name"]
        self.practice = card.listing["practice"]
        self.site = card.listing["site"]["id"]
        self.url = card.path
        self.clinic_url = reverse("clinic", args=[self.practice["clinic"]["slug"]])
        self.lines = present.procedure_lines(card, vocabulary)
        self.hours = present.hours(hours)
        self.insurers = ", ".join(present.insurer_names(card.listing, vocabulary))
        self.place = present.office_name(card.listing)
        self.confirmed_on = present.day(self.practice["confirmed_on"])
        self.online = [line for line in self.lines if line["requests"] == "online"]


def _offices(practices: PracticeQuerySet) -> list[Office]:
    """In the order of their numbers."""
    vocabulary = search.known().vocabulary
    found = cards.of_practices(practices.values_list("pk", flat=True), vocabulary)
    hours: dict[int, list[OpeningHours]] = {}
    for part in OpeningHours.objects.filter(practice__in=[card.listing["practice"]["id"] for card in found]):
        hours.setdefault(part.practice_id, []).append(part)
    return [Office(card, hours.get(card.listing["practice"]["id"], []), vocabulary) for card in found]
