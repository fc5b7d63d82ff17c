"""The search as most Django projects would write it: a queryset, model serializers, prefetched relations, a paginator.

No care is spared within that way: one query for the page, one for the count, none for a row.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Prefetch, QuerySet, Value, Window
from django.db.models.functions import ASin, Cos, Power, Radians, RowNumber, Sin, Sqrt
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from directory import evidence
from directory.bench import geometry
from directory.bench.answers import Answer, Facets, Row
from directory.models import ClaimsRecord, Clinic, Offering, Practice, Site, Specialist, SpecialistTaxonomy
from directory.places import understand
from directory.search import SearchQuery
from directory.search.query import DEFAULT_RADIUS_MILES, WIDENED_TO

PAGE_SIZE = 20
OFFERED = models.Q(offerings__status=None) | models.Q(offerings__status__in=["open", "paused"])


def matching(query: SearchQuery, practices: QuerySet[Practice], *, but: str = "") -> QuerySet[Practice]:
    """Those that pass the filters that are plain columns and joins."""
    if query.procedures and but != "procedure":
        offered = Offering.objects.offered().filter(procedure__slug__in=query.procedures)
        practices = practices.filter(pk__in=offered.values("practice"))
    if query.insurers and but != "insurer":
        taken = Practice.insurers.through.objects.filter(insurer__slug__in=query.insurers)
        practices = practices.filter(pk__in=taken.values("practice"))
    if query.languages and but != "language":
        spoken = Specialist.languages.through.objects.filter(language__in=query.languages)
        practices = practices.filter(specialist__in=spoken.values("specialist"))
    if query.genders:
        practices = practices.filter(specialist__gender__in=query.genders)
    if query.accepting:
        practices = practices.filter(accepting_new_patients=True)
    if query.telehealth:
        practices = practices.filter(telehealth=True)
    return practices


def within(query: SearchQuery, radius: float, *, but: str = "") -> QuerySet[Any]:
    """All matching practices in the circle, with their `miles`."""
    assert query.near
    latitude, longitude = query.near.latitude, query.near.longitude
    box = models.Q()
    for south, north, west, east in geometry.boxes(latitude, longitude, radius):
        box |= models.Q(site__latitude__range=(south, north), site__longitude__range=(west, east))
    return (
        matching(query, Practice.objects.placed().filter(box), but=but)
        .annotate(miles=miles(latitude, longitude))
        .filter(miles__lte=radius + geometry.RIM_MILES)
    )


def miles(latitude: float, longitude: float) -> models.Expression:
    """The haversine."""
    north = Power(Sin(Radians(F("site__latitude") - Value(latitude)) / Value(2.0)), Value(2.0))
    east = Power(Sin(Radians(F("site__longitude") - Value(longitude)) / Value(2.0)), Value(2.0))
    half = north + Cos(Radians(Value(latitude))) * Cos(Radians(F("site__latitude"))) * east
    return models.ExpressionWrapper(
        Value(2.0 * geometry.EARTH_RADIUS_MILES) * ASin(Sqrt(half)), output_field=models.FloatField()
    )


def nearest(query: SearchQuery, radius: float) -> QuerySet[Any]:
    """Each specialist at the nearest of them, in order."""
    turn = Window(RowNumber(), partition_by="specialist_id", order_by=["miles", "pk"])
    return within(query, radius).annotate(turn=turn).filter(turn=1).order_by("miles", "specialist_id")


def with_relations(query: SearchQuery, practices: QuerySet[Practice]) -> QuerySet[Practice]:
    oldest = evidence.oldest_claims_year(timezone.localdate())
    return practices.select_related("site__clinic", "specialist").prefetch_related(
        "specialist__registered_as__taxonomy",
        "specialist__languages",
        "insurers",
        Prefetch("offerings", Offering.objects.offered().select_related("procedure")),
        Prefetch(
            "specialist__claims", ClaimsRecord.objects.filter(year__gte=oldest).order_by("year"), to_attr="counted"
        ),
        Prefetch("specialist__practices", matching(query, Practice.objects.listed()), to_attr="matching"),
    )


class NaiveQuerySet:
    """In process: page, count and relations, as objects; nothing is made JSON."""

    name = "Django queryset with prefetch"

    def answer(self, query: SearchQuery) -> Answer:
        facets = self._facets(query) if query.facets else None
        found = nearest(query, query.radius_miles)
        count = found.count()
        start = (query.page - 1) * query.page_size
        page = list(with_relations(query, found[start : start + query.page_size]))
        if count or query.page > 1:
            return Answer(count, self._rows(page), facets)
        page = widened(query)
        return Answer(len(page), self._rows(page), facets, widened=bool(page))

    def _rows(self, page: list[Practice]) -> list[Row]:
        # miles: annotated
        return [Row(one.specialist_id, one.pk, one.miles, others(one)) for one in page]  # type: ignore[attr-defined]

    def _facets(self, query: SearchQuery) -> Facets:
        values = {
            "procedure": "offerings__procedure__slug",
            "insurer": "insurers__slug",
            "language": "specialist__languages__code",
        }
        facets = {}
        for facet, value in values.items():
            practices = within(query, query.radius_miles, but=facet)
            if facet == "procedure":
                practices = practices.filter(OFFERED)
            counted = practices.values_list(value).annotate(people=Count("specialist", distinct=True)).order_by()
            facets[facet] = {slug: people for slug, people in counted if slug is not None}
        return facets


def widened(query: SearchQuery) -> list[Practice]:
    """The nearest five, however far."""
    radius, page = query.radius_miles, list[Practice]()
    while len(page) < WIDENED_TO and radius < geometry.EVERYWHERE:
        radius = min(radius * geometry.GROWTH, geometry.EVERYWHERE)
        page = list(with_relations(query, nearest(query, radius)[:WIDENED_TO]))
    return page


def others(practice: Practice) -> int:
    return len(practice.specialist.matching) - 1  # type: ignore[attr-defined]  # prefetched


# ---- over HTTP -----------------------------------------------------------------------------------------------------


class ClinicSerializer(serializers.ModelSerializer[Clinic]):
    class Meta:
        model = Clinic
        fields = ["slug", "name"]


class AddressSerializer(serializers.ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ["line1", "line2", "city", "state", "postal_code"]


class PracticeSerializer(serializers.ModelSerializer[Practice]):
    clinic = ClinicSerializer(source="site.clinic")
    address = AddressSerializer(source="site")
    latitude = serializers.FloatField(source="site.latitude")
    longitude = serializers.FloatField(source="site.longitude")
    location_precision = serializers.CharField(source="site.location_precision")
    phone = serializers.SerializerMethodField()
    insurers = serializers.SerializerMethodField()
    connected = serializers.BooleanField(source="site.clinic.connected")

    class Meta:
        model = Practice
        fields = [
            "id", "clinic", "address", "latitude", "longitude", "location_precision", "phone",
            "accepting_new_patients", "telehealth", "insurers", "connected", "confirmed_on",
        ]  # fmt: skip

    def get_phone(self, practice: Practice) -> str | None:
        return practice.phone or None

    def get_insurers(self, practice: Practice) -> list[str] | None:
        return sorted(insurer.slug for insurer in practice.insurers.all()) or None


class SpecialtySerializer(serializers.ModelSerializer[SpecialistTaxonomy]):
    code = serializers.CharField(source="taxonomy.code")
    name = serializers.CharField(source="taxonomy.name_en")
    name_es = serializers.CharField(source="taxonomy.name_es")

    class Meta:
        model = SpecialistTaxonomy
        fields = ["code", "name", "name_es"]


class OfferingSerializer(serializers.ModelSerializer[Offering]):
    slug = serializers.CharField(source="procedure.slug")

    class Meta:
        model = Offering
        fields = ["slug", "status", "wait_weeks"]

    def to_representation(self, offering: Offering) -> dict[str, Any]:
        """With what is known of it, which depends on the practice and on the specialist's claims."""
        practice: Practice = self.context["practice"]
        today = timezone.localdate()
        # counted: prefetched
        claims = [c for c in practice.specialist.counted if c.procedure_id == offering.procedure_id]  # type: ignore[attr-defined]
        record = claims[-1] if claims else None
        year, services = (record.year, record.services) if record else (None, None)
        tier = evidence.tier(offering.status, offering.confirmed_on, year, today)
        said_on = offering.confirmed_on
        counts = said_on is not None and said_on >= evidence.confirmed_since(today)
        confirmed_on = said_on.isoformat() if said_on and counts else None
        takes = offering.status == "open" and practice.accepting_new_patients is not False
        return super().to_representation(offering) | {
            "requests": "online" if takes and practice.site.clinic.connected else "call",
            "evidence": tier,
            "claims": {"year": year, "services": services} if record else None,
            "evidence_note": evidence.note(get_language(), tier, year, services, confirmed_on),
        }


class ResultSerializer(serializers.ModelSerializer[Specialist]):
    npi = serializers.CharField()
    specialties = SpecialtySerializer(source="registered_as", many=True)
    languages = serializers.SerializerMethodField()

    class Meta:
        model = Specialist
        fields = [
            "npi", "slug", "name", "given_name", "family_name", "credentials", "gender", "specialties", "languages",
        ]  # fmt: skip

    def get_languages(self, specialist: Specialist) -> list[str] | None:
        return sorted(language.code for language in specialist.languages.all()) or None

    def to_representation(self, specialist: Specialist) -> dict[str, Any]:
        practice: Practice = self.context["practice"]
        offerings = sorted(practice.offerings.all(), key=lambda one: (one.procedure.position, one.procedure.slug))
        return super().to_representation(specialist) | {
            "distance_miles": round(practice.miles, 2),  # type: ignore[attr-defined]  # annotated
            "practice": PracticeSerializer(practice).data,
            "procedures": OfferingSerializer(offerings, many=True, context=self.context).data,
            "other_practices": others(practice),
            "url": f"{settings.SITE_URL}{specialist.get_absolute_url()}",
        }


class NaiveSearch(APIView):
    """`?near=...&radius=...`, the first page."""

    def get(self, request: Request) -> Response:
        near = understand(request.query_params["near"])
        radius = float(request.query_params.get("radius", DEFAULT_RADIUS_MILES))
        query = SearchQuery(near=near, radius_miles=radius)
        found = nearest(query, radius)
        count = found.count()
        page = list(with_relations(query, found[:PAGE_SIZE])) if count else widened(query)
        return Response(
            {
                "count": count or len(page),
                "next": f"{settings.SITE_URL}{request.path}?page=2" if count > PAGE_SIZE else None,
                "previous": None,
                "location": {
                    "input": near.input,
                    "label": near.label,
                    "latitude": near.latitude,
                    "longitude": near.longitude,
                    "precision": near.precision,
                    "source": near.source,
                    "alternatives": near.alternatives,
                },
                "radius_miles": radius,
                "widened": not count and bool(page),
                "results": [ResultSerializer(one.specialist, context={"practice": one}).data for one in page],
            }
        )
