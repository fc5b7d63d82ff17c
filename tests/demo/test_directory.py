"""What a visitor of the demonstration meets."""

import re
from collections import Counter

import phonenumbers
import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

from directory import cards, evidence, npi, places, search, states
from directory.demo import austin, towns, words
from directory.models import (
    ClaimsRecord,
    Clinic,
    Offering,
    OpeningHours,
    Practice,
    Site,
    Specialist,
    SpecialistTaxonomy,
    Taxonomy,
)
from directory.places import table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

# Names that readers know, from public life and from medicine: none of them may be born by chance.
KNOWN_NAMES = {
    "Gabor Racz", "Ruth Ginsburg", "Naomi Campbell", "Howard Hughes", "Oscar Wilde", "Gordon Ramsay", "Walter Cronkite",
    "Calvin Coolidge", "Theodore Roosevelt", "Judith Butler", "Katherine Hepburn", "Rafael Nadal", "Imelda Marcos",
    "Andre Agassi", "Marcus Garvey", "Harvey Weinstein", "Eleanor Roosevelt", "Isaiah Berlin", "Kofi Annan",
    "Rajesh Khanna", "Priya Parker", "Elena Kagan", "Harriet Tubman", "Josephine Baker", "Ana Navarro",
}  # fmt: skip


def offers_adhesiolysis():
    return Offering.objects.offered().filter(procedure__slug="adhesiolysis", practice__in=Practice.objects.listed())


def test_there_are_about_three_thousand_and_every_number_is_fictional_and_right():
    numbers = list(Specialist.objects.values_list("npi", flat=True))
    numbers += Clinic.objects.exclude(npi=None).values_list("npi", flat=True)
    assert 2_900 <= Specialist.objects.count() <= 3_100
    assert len(set(numbers)) == len(numbers)
    assert all(npi.is_valid(number) and npi.is_fictional(number) for number in numbers)
    assert not Specialist.objects.real().exists()


def test_every_state_the_district_and_puerto_rico_have_their_share_of_the_people():
    practices = Practice.objects.values_list("site__state", "specialist")
    assert Counter(state for state, _ in set(practices)) == towns.shares(3_000)
    assert sum(towns.RESIDENTS.values()) == 331_449_281 + 3_285_874  # the census's own totals: states, Puerto Rico
    listed = set(Practice.objects.listed().values_list("site__state", flat=True))
    assert listed == {*states.STATES, "PR"}


def test_larger_towns_have_more_specialists():
    cities = Counter(Practice.objects.filter(site__state="IL").values_list("site__city", flat=True))
    assert cities.most_common(1)[0][0] == "Chicago"


def test_every_site_is_at_a_real_town_with_its_zip_code_its_state_and_its_time_zone():
    for site in Site.objects.all():
        zip_place = table.zip_place(site.postal_code)
        assert (zip_place.town, zip_place.state, zip_place.time_zone) == (site.city, site.state, site.time_zone)


def test_every_point_is_trusted_and_of_every_precision_there_are_some():
    counted = Counter()
    for site in Site.objects.all():
        counted[site.location_precision] += 1
        if site.location_precision == "address":
            assert site.location_source == "demonstration"
            assert places.trusted(site.latitude, site.longitude, state=site.state, postal_code=site.postal_code)
        elif site.location_precision:
            point, zip_place = (site.latitude, site.longitude), table.zip_place(site.postal_code)
            assert table.miles(point, zip_place.point) < (0.01 if site.location_precision == "zip" else 25)
    assert counted["address"] > counted["zip"] > counted["city"] > counted[None] > 0


def test_addresses_phones_and_websites_reach_nobody():
    for line1 in Site.objects.values_list("line1", flat=True):
        assert re.fullmatch(
            r"\d+ (Example|Sample|Placeholder|Specimen|Model|Fictional|Imaginary|Pretend) [A-Z]\w+", line1
        )
    for phone in set(Practice.objects.exclude(phone="").values_list("phone", flat=True)):
        assert re.fullmatch(r"\+1\d{3}55501\d\d", phone)
        assert phonenumbers.is_possible_number(phonenumbers.parse(phone))
    for clinic in Clinic.objects.all():
        assert re.fullmatch(r"https://[a-z0-9-]{1,63}\.example\.org/", clinic.website)
        assert clinic.notification_email in ("", f"requests@{clinic.slug}.example.org")


def test_nobody_can_get_a_name_that_readers_know():
    possible = {
        f"{given} {family}"
        for people in words.PEOPLE
        for given in (*people.women, *people.men)
        for family in people.families
    }
    assert possible.isdisjoint(KNOWN_NAMES)
    assert Specialist.objects.values("given_name", "family_name").distinct().count() > 2_000


def test_rows_pass_the_models_own_validation():
    for model in (Clinic, Site, Specialist, Practice, Offering, OpeningHours, ClaimsRecord):
        for row in model.objects.order_by("pk")[:400:20]:
            row.full_clean()


def test_everyone_is_registered_under_a_pain_code_and_exactly_one_code_is_primary():
    pain = Taxonomy.objects.filter(is_pain=True)
    assert not Specialist.objects.exclude(taxonomies__in=pain).exists()
    primary = SpecialistTaxonomy.objects.filter(is_primary=True).values("specialist").annotate(number=Count("pk"))
    assert primary.count() == Specialist.objects.count()
    assert not primary.filter(number__gt=1).exists()


def test_clinics_have_one_to_six_specialists_of_their_own_at_one_to_three_sites():
    sites = Counter(Clinic.objects.annotate(number=Count("sites")).values_list("number", flat=True))
    assert set(sites) == {1, 2, 3}
    sizes = Clinic.objects.annotate(number=Count("sites__practices__specialist", distinct=True))
    assert {1, 2, 3, 4, 5, 6} <= set(sizes.values_list("number", flat=True))
    assert not Site.objects.filter(practices=None).exists()


def test_about_fifteen_percent_have_several_practices():
    several = Specialist.objects.annotate(number=Count("practices")).filter(number__gt=1).count()
    assert 0.12 <= several / Specialist.objects.count() <= 0.18


def test_about_ten_percent_offer_adhesiolysis_and_nobody_in_montana():
    offering = offers_adhesiolysis().values("practice__specialist").distinct().count()
    assert 0.085 <= offering / Specialist.objects.count() <= 0.115
    in_montana = Practice.objects.filter(site__state="MT")
    assert in_montana.count() > 5
    assert not Offering.objects.filter(practice__in=in_montana, procedure__slug="adhesiolysis").exists()


def adhesiolysis_lines(shown):
    return [line for card in shown for line in card.lines if line["slug"] == "adhesiolysis"]


def test_every_tier_of_evidence_is_met_often():
    shown = cards.of_practices(offers_adhesiolysis().values_list("practice", flat=True), search.latest().vocabulary)
    tiers = Counter(line["evidence"] for line in adhesiolysis_lines(shown))
    assert all(tiers[tier] > 20 for tier in evidence.TIERS)


def test_some_offerings_are_paused_some_stopped_and_some_known_from_claims_only():
    statuses = Counter(Offering.objects.values_list("status", flat=True))
    assert all(statuses[status] > 100 for status in ("open", "paused", "stopped", None))
    oldest = evidence.oldest_claims_year(timezone.localdate())
    claimed = set(ClaimsRecord.objects.filter(year__gte=oldest).values_list("procedure", "specialist"))
    not_said = Offering.objects.filter(status=None).values_list("procedure", "practice__specialist")
    assert set(not_said) <= claimed
    assert ClaimsRecord.objects.filter(year__lt=oldest).exists()
    assert not ClaimsRecord.objects.filter(Q(services__lt=11) | Q(year__gt=oldest + 2)).exists()


def test_some_confirmations_count_today_and_some_have_aged_out():
    today = timezone.localdate()
    dates = Practice.objects.exclude(confirmed_on=None).values_list("confirmed_on", flat=True)
    fresh = Counter(date >= evidence.confirmed_since(today) for date in dates)
    assert fresh[True] > 300 and fresh[False] > 100
    assert max(dates) < today


def test_only_clinics_that_joined_confirm_anything_and_some_take_requests():
    connected = Clinic.objects.connected()
    assert 0.25 < connected.count() / Clinic.objects.count() < 0.45
    assert not Practice.objects.exclude(site__clinic__in=connected).exclude(confirmed_on=None).exists()
    assert not Offering.objects.exclude(practice__site__clinic__in=connected).exclude(confirmed_on=None).exists()


def test_unknown_values_are_among_all_that_may_be_unknown():
    practices, specialists = Practice.objects, Specialist.objects
    for unknown, known in (
        (practices.filter(accepting_new_patients=None), practices.filter(accepting_new_patients=True)),
        (practices.filter(telehealth=None), practices.filter(telehealth=False)),
        (practices.filter(insurers=None), practices.exclude(insurers=None)),
        (practices.filter(confirmed_on=None), practices.exclude(confirmed_on=None)),
        (practices.filter(phone=""), practices.exclude(phone="")),
        (specialists.filter(languages=None), specialists.filter(languages="es")),
        (specialists.filter(gender=None), specialists.filter(gender="female")),
        (specialists.filter(practices__offerings=None), specialists.exclude(practices__offerings=None)),
        (Offering.objects.filter(wait_weeks=None), Offering.objects.exclude(wait_weeks=None)),
    ):
        assert unknown.count() > 30 and known.count() > 30


def test_a_medicaid_plan_is_that_of_the_practices_own_state():
    elsewhere = Practice.insurers.through.objects.filter(insurer__kind="medicaid")
    assert elsewhere.exists()
    assert not elsewhere.exclude(insurer__state=F("practice__site__state")).exists()


def test_opening_hours_are_those_of_confirmed_practices():
    assert OpeningHours.objects.count() > 1_000
    assert not OpeningHours.objects.filter(practice__confirmed_on=None).exists()


def test_a_few_are_not_listed_for_each_reason():
    for gone in ("deactivated_on", "excluded_on", "suppressed_on"):
        assert Specialist.objects.exclude(**{gone: None}).count() == 1
    assert Site.objects.exclude(closed_on=None).count() == 1
    assert Site.objects.filter(hidden=True).count() == 1
    assert Practice.objects.count() - Practice.objects.listed().count() >= 5


def test_around_austin_there_is_one_of_each_kind_and_nobody_by_chance():
    centre = table.zip_place("78701").point
    near = [
        offering
        for offering in offers_adhesiolysis().filter(practice__site__state="TX").select_related("practice__site")
        if offering.practice.site.latitude is not None
        and table.miles(centre, (offering.practice.site.latitude, offering.practice.site.longitude)) <= 50
    ]
    shown = cards.of_practices([offering.practice_id for offering in near], search.latest().vocabulary)
    lines = adhesiolysis_lines(shown)
    assert {card.listing["family_name"] for card in shown} == {
        "Rivera", "Bell", "Nair", "Okafor", "Sandoval", "Whitcomb", "Kowalchyn",
    }  # fmt: skip
    requests = Counter(line["requests"] for line in lines)
    assert requests["online"] == 3 and requests["call"] >= 4
    assert {line["evidence"] for line in lines} == {"listed", "confirmed", "claims"}
    assert {line["status"] for line in lines} == {"open", "paused", None}


def test_both_clinics_with_a_log_in_are_connected():
    assert all(Clinic.objects.get(name=name).connected for name in (austin.HILL_COUNTRY, austin.SOUTH_LAMAR))
