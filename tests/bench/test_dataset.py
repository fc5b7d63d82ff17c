"""The directory that the benchmark draws."""

import pytest
from django.db.models import Count
from django.utils import timezone

from directory import npi
from directory.bench import country
from directory.bench.dataset import AWKWARD, MEDICAID, Dataset, Reference
from directory.models import Offering, Practice, Site, Specialist
from tests.bench.conftest import PRACTICES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_of_the_bench")]


def test_it_has_so_many_practices_of_fictional_people():
    assert Practice.objects.count() == PRACTICES
    assert Specialist.objects.real().count() == 0
    assert all(npi.is_valid(number) for number in Specialist.objects.values_list("npi", flat=True))


def test_some_specialists_have_up_to_four_practices():
    counts = set(Specialist.objects.annotate(many=Count("practices")).values_list("many", flat=True))
    assert counts == {1, 2, 3, 4}


def test_adhesiolysis_is_rare_and_much_is_not_known():
    share = Offering.objects.filter(procedure__slug="adhesiolysis").count() / PRACTICES
    assert 0.01 < share < 0.06
    assert Practice.objects.filter(accepting_new_patients=None).exists()
    assert Practice.objects.filter(telehealth=None, insurers=None).exists()
    assert Offering.objects.filter(status=None).exists() and Offering.objects.filter(status="stopped").exists()
    assert Site.objects.filter(latitude=None).exists()


def test_some_sites_are_where_geometry_is_awkward():
    points = set(Site.objects.values_list("latitude", "longitude"))
    assert sum(point in points for point in AWKWARD) > len(AWKWARD) // 2


def test_the_same_seed_gives_the_same_directory():
    reference = Reference(range(1, 13), {f"medicaid-{state.lower()}": 20 for state in MEDICAID}, range(1, 13))
    drawn = [
        [rows.columns["id"] if "id" in rows.columns else rows.columns["npi"], *next(rows.chunks())]
        for dataset in (_dataset(reference), _dataset(reference))
        for rows in dataset.tables()
    ]
    half = len(drawn) // 2
    assert [parts[1:] for parts in drawn[:half]] == [parts[1:] for parts in drawn[half:]]


def _dataset(reference: Reference) -> Dataset:
    return Dataset(300, country=country.country(), reference=reference, today=timezone.localdate())
