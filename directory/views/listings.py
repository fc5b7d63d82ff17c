"""A specialist's page, with the packet to print, and a clinic's page."""

import re
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory import cards, npi, search, structured, warning_signs
from directory.models import Clinic, PastSlug, Practice, Specialist
from directory.places import Understood
from directory.search import LARGEST_RADIUS_MILES, SearchQuery, Snapshot
from directory.versions import conditional
from directory.views import maps, office, present, sites
from directory.views.office import Contact

NPI_AT_THE_END = re.compile(r"(?:^|-)([12][0-9]{9})$", re.ASCII)
NEAREST = 3


@require_safe
@conditional
def specialist(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of the specialist in whose NPI the address ends; other spellings of the name lead to the right one.

    `?procedure=` says what the visitor came to ask about; of no account where it is not offered here.
    """
    person = person_at(slug)
    if not person.is_active:
        return gone(request)
    if slug != person.slug:
        return HttpResponsePermanentRedirect(_with_query(person.get_absolute_url(), request))
    snapshot = search.known()  # read for the tag of this very answer
    vocabulary = snapshot.vocabulary
    found = office.offices(Practice.objects.listed().filter(specialist=person), vocabulary)
    listing = found[0].listing if found else cards.of_person(person)
    contact = office.contact(found, request.GET.get("procedure", ""), vocabulary)
    asked = contact.procedure.slug if contact else ""
    data = structured.physician(
        listing, person.get_absolute_url(), [(one.card, one.opening) for one in found], vocabulary
    )
    page = {
        "here": "specialist",
        "specialist": person,
        "offices": found,
        "map": maps.of_offices(found),
        "spoken_name": " ".join(filter(None, (person.given_name, person.family_name))),
        "registered": present.registered_as(listing, vocabulary),
        "languages": present.language_names(listing, vocabulary),
        "towns": office.towns(found),
        "contact": contact,
        "is_adhesiolysis": asked == "adhesiolysis",
        "nearest": _nearest_online(contact, snapshot) if contact and not contact.online else [],
        "procedures": office.by_procedure(found, vocabulary),
        "requirements": office.requirements(found, vocabulary, first=asked),
        "plans": office.plans(found),
        "claims_year": office.claims_year(found),
        "jsonld": structured.written(data),
    }
    return render(request, "directory/specialist.html", page)


@require_safe
@conditional
def packet(request: HttpRequest, slug: str) -> HttpResponse:
    """One page to print and fill in by hand, for a clinic to which nothing can be sent from here.

    `?practice=` is one of the specialist's; without it the first. `?procedure=` is what to ask about.
    """
    person = person_at(slug)
    if not person.is_active:
        return gone(request)
    if slug != person.slug:
        return HttpResponsePermanentRedirect(_with_query(reverse("packet", args=[person.slug]), request))
    vocabulary = search.known().vocabulary
    found = office.offices(Practice.objects.listed().filter(specialist=person), vocabulary)
    wanted = request.GET.get("practice", "")
    at = [one for one in found if not wanted or str(one.practice["id"]) == wanted]
    contact = office.contact(at, "", vocabulary)
    if contact is None:
        raise Http404("no such office of this specialist")
    # The clinic may never have said what it does: the question stands all the same.
    asked = request.GET.get("procedure") or contact.procedure.slug
    if asked not in vocabulary.procedure_ids:
        raise Http404("no such procedure")
    page = {
        "specialist": person,
        "office": at[0] if wanted else contact.office,
        "procedure": vocabulary.procedures[vocabulary.procedure_ids[asked]],
        "is_adhesiolysis": asked == "adhesiolysis",
        "warning_question": warning_signs.QUESTION,
        "warning_signs": warning_signs.SIGNS,
    }
    response = render(request, "directory/packet.html", page)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@conditional
def clinic(request: HttpRequest, slug: str) -> HttpResponse:
    found = clinic_at(slug)
    if found is None:
        return gone(request)
    if slug != found.slug:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    vocabulary = search.known().vocabulary
    offices = office.offices(Practice.objects.listed().filter(site__clinic=found), vocabulary)
    contact = office.contact(offices, request.GET.get("procedure", ""), vocabulary)
    if contact is None:
        return gone(request)
    places = sites.sites(offices)
    data = structured.clinic(found, [(one.card, one.opening) for one in offices], vocabulary)
    page = {
        "clinic": found,
        "sites": places,
        "map": maps.of_sites(places),
        "in_columns": len(places) <= sites.COLUMNS,
        "people": sites.people(offices, contact.procedure.slug),
        "contact": contact,
        "towns": office.towns(offices),
        "procedures": sites.where_done(places, vocabulary),
        "accepting": [one for one in offices if one.practice["accepting_new_patients"]],
        "insurers": sites.insurer_names(offices),
        "languages": sites.language_names(offices, vocabulary),
        "confirmed_on": max((one.confirmed_on for one in offices if one.confirmed_on), default=None),
        "jsonld": structured.written(data),
    }
    return render(request, "directory/clinic.html", page)


def gone(request: HttpRequest) -> HttpResponse:
    """What once was here was taken out."""
    return render(request, "410.html", status=410)


def clinic_at(slug: str) -> Clinic | None:
    """The clinic whose page has this address or once had it; None where its page was removed. Raises Http404."""
    found = Clinic.objects.filter(slug=slug).first()
    if found is not None:
        return found
    past = PastSlug.objects.filter(slug=slug).select_related("clinic").first()
    if past is None:
        raise Http404("no such clinic")
    return past.clinic


def person_at(slug: str) -> Specialist:
    """Whose NPI stands at the end of an address, whatever stands before it. Raises Http404."""
    match = NPI_AT_THE_END.search(slug)
    if match is None or not npi.is_valid(int(match[1])):
        raise Http404("no address of a specialist")
    person = Specialist.objects.filter(pk=int(match[1])).first()
    if person is None:
        raise Http404("no such specialist")
    return person


def _with_query(address: str, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


def _nearest_online(contact: Contact, snapshot: Snapshot) -> Sequence[present.Row]:
    """The nearest specialists who take requests here for the same procedure, from that office."""
    practice = contact.office.practice
    if practice["latitude"] is None:
        return []
    here = Understood("", contact.office.title, practice["latitude"], practice["longitude"], "address", "listing")
    # One more than is shown: the specialist's own other offices do not count.
    query = SearchQuery(
        near=here,
        radius_miles=LARGEST_RADIUS_MILES,
        procedures=(contact.procedure.slug,),
        requests_online=True,
        page_size=NEAREST + 1,
    )
    hits = search.find(query, snapshot).hits
    others = [hit for hit in hits if str(hit.npi) != contact.office.listing["npi"]][:NEAREST]
    return present.rows(cards.of_hits(others, snapshot.vocabulary), [contact.procedure], snapshot.vocabulary, first=1)
