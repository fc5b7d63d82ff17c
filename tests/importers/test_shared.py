"""The real files that lie beside the repository: read as they are, never part of the product."""

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from directory.models import Practice, Specialist
from tests.importers.conftest import dump
from tests.shared_data import needs_shared, shared_file

pytestmark = needs_shared

KEPT = {
    "nppes_2005_2007_with_deactivated.csv": set(),
    "nppes_2023_first98.csv": set(),
    "nppes_organization_2018.csv": set(),
    "nppes_practitioner_20181204_ct_ma_ri.csv": {
        1013911585, 1043213978, 1043215841, 1063415982, 1104829415, 1225035322,
        1427052703, 1447253976, 1730182668, 1740283621, 1831192723, 1912905944,
    },
    "nppes_v2_2025_200_excel.csv": {1053653881},
    "nppes_v2_2025_first1000_pandas.csv": {1194728352, 1235132432, 1326041542, 1346243532, 1396748331, 1891798831},
}  # fmt: skip
NOT_NATIONAL = (
    "nppes_v2_2026-06_sample5000_cleaned.csv",
    "pain_npis_2026-08_no_address.csv",
    "nppes_deactivated_npi_report_20231009.csv.gz",
)


def nppes(name: str) -> Path:
    return shared_file(f"data/nppes/{name}")


@pytest.mark.parametrize("name", KEPT)
def test_each_file_of_the_national_layout_gives_its_pain_specialists_and_refuses_no_row(name: str, command):
    out, err = command(nppes(name))
    assert set(Specialist.objects.values_list("npi", flat=True)) == KEPT[name]
    assert "refused 0" in out
    assert err == ""


def test_all_of_them_give_nineteen_placed_specialists_with_a_phone_and_again_nothing_new(command):
    command(*map(nppes, KEPT))
    assert Practice.objects.placed().exclude(phone="").count() == sum(map(len, KEPT.values())) == 19
    before = dump()
    command(*map(nppes, reversed(KEPT)))
    assert dump() == before


@pytest.mark.parametrize("name", NOT_NATIONAL)
def test_the_other_files_are_refused(name: str, command):
    with pytest.raises(CommandError, match="Nothing was written"):
        command(nppes(name))
    assert not Specialist.objects.exists()
