"""Files as they come: packed, cut off, of another kind, with odd lines."""

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from directory.importers import nppes, sources
from directory.importers.errors import FileRefused
from directory.importers.report import Report
from directory.models import ImportRun, Specialist
from tests.importers import registry
from tests.importers.conftest import dump
from tests.importers.registry import FIXTURES, MAIN_TABLE, OLD, gone, number, row, table, write, write_zip
from tests.importers.test_rows import TODAY


def read(content: bytes, known: set[int] | None = None):
    report = Report("a file")
    rows = nppes.read(io.BytesIO(content), known=known or set(), today=TODAY, report=report)
    return rows, report


@pytest.mark.parametrize("name", ["as_published_329.csv", "through_pandas_330.csv", "through_excel_330.csv"])
def test_the_same_people_are_found_in_every_form_of_the_file(name: str):
    rows, report = read((FIXTURES / name).read_bytes())
    found = {row.npi: row for row in rows.values() if isinstance(row, nppes.Listing)}
    assert sorted(found) == [number(1), number(2), number(3), number(7)]
    shawn, luz = found[number(2)], found[number(3)]
    assert (shawn.given_name, shawn.family_name, shawn.name_suffix, shawn.gender) == ("Shawn", "O'Neil", "Jr.", "male")
    assert (shawn.address.postal_code, shawn.phone) == ("02108", "+16175550101")
    assert (luz.family_name, luz.credentials, luz.address.postal_code) == ("de la Cruz", "MD, PhD", "00901")
    assert (report.read, report.kept, report.phones_left_blank) == (8, 4, 1)
    assert [str(refusal) for refusal in report.refusals] == [
        f"line 9: NPI {number(8)}: no usable practice address: its ZIP code is not one"
    ]


def test_columns_are_found_by_name_wherever_they_stand():
    mixed = [*reversed(registry.NEW), "A column of next year"]
    rows, report = read(table([row(1), row(2, codes=[registry.DENTIST])], mixed))
    assert list(rows) == [number(1)]
    assert report.read == 2


def test_a_line_feed_inside_quotation_marks_joins_lines_and_lines_are_counted_as_an_editor_does():
    people = [row(1, line2="STE 1\nBACK\nDOOR"), row(2, line2='THE "RED" DOOR'), row(3, zip="X"), row(4)]
    rows, report = read(table(people))
    assert sorted(rows) == [number(1), number(2), number(4)]
    assert rows[number(1)].address.line2 == "Ste 1 Back Door"
    assert [refusal.line for refusal in report.refusals] == [6]


def test_a_quotation_mark_that_was_left_open_costs_its_own_row_only():
    broken = table([row(1), row(2), row(3)]).replace(f'"{number(2)}","1"'.encode(), f'"{number(2)}","1'.encode())
    rows, report = read(broken)
    assert sorted(rows) == [number(1), number(3)]
    assert "quotation mark" in report.refusals[0].reason


def test_a_row_with_too_few_cells_is_refused_by_its_line():
    lines = table([row(1), row(2), row(3)]).splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"",""', b'""', 1)
    rows, report = read(b"".join(lines))
    assert sorted(rows) == [number(1), number(3)]
    assert str(report.refusals[0]) == "line 3: the line has 329 cells where the header has 330"


def test_a_file_that_ends_within_a_row_says_so():
    rows, report = read(table([row(1), row(2, codes=[registry.DENTIST])])[:-900])
    assert sorted(rows) == [number(1)]
    assert "the file ends in the middle of this row" in report.refusals[0].reason


def test_a_line_longer_than_any_row_is_refused_and_the_next_ones_are_read():
    lines = table([row(1), row(2), row(3)]).splitlines(keepends=True)
    lines[2] = lines[2].rstrip() + b',"' + b"x" * (3 * nppes.LONGEST_ROW) + b'"\r\n'
    rows, report = read(b"".join(lines))
    assert sorted(rows) == [number(1), number(3)]
    assert report.refusals[0].line == 3


def test_latin_1_is_read_and_counted():
    rows, report = read(table([row(1, family="PEÑA"), row(2)], encoding="latin-1"))
    assert rows[number(1)].family_name == "Peña"
    assert report.latin_1 == 1


def test_only_people_the_directory_knows_are_read_without_a_pain_code():
    content = table([gone(1), gone(2), row(3, codes=[registry.DENTIST]), row(4, codes=[registry.DENTIST])])
    rows, report = read(content, known={number(1), number(3)})
    assert sorted(rows) == [number(1), number(3)]
    assert (report.read, report.kept) == (4, 0)


def test_of_two_rows_about_one_person_the_newer_counts():
    rows, report = read(table([row(1, updated="06/02/2024", given="NEW"), row(1, updated="06/01/2024", given="OLD")]))
    assert rows[number(1)].given_name == "New"
    assert (report.kept, report.repeated) == (1, 1)


def test_memory_holds_the_kept_rows_only_and_the_rest_passes_quickly():
    content = table([row(n, codes=[registry.DENTIST]) for n in range(300)] + [row(1)])
    started = time.perf_counter()
    rows, report = read(content + content.split(b"\r\n", 1)[1] * 20)
    assert len(rows) == 1
    assert report.read == 21 * 301
    assert time.perf_counter() - started < 5


def refused(path: Path, command) -> str:
    before = dump()
    with pytest.raises(CommandError) as error:
        command(path)
    assert dump() == before
    assert str(path) in str(error.value)
    assert "Nothing was written." in str(error.value)
    return str(error.value)


def other_files(folder: Path) -> dict[str, bytes]:
    """Name -> content of files that are no national NPI file; each is refused."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(MAIN_TABLE, table([row(1)]))
    lacking = [name for name in registry.NEW if name != "Healthcare Provider Taxonomy Code_9"]
    return {
        "empty.csv": b"",
        "blank.csv": b"\r\n\r\n",
        "picture.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        "other.csv": b"name,price\r\npen,1\r\n",
        "binary.csv": b"\x00\xff\xfe" * 50_000,
        "one-line.csv": b"NPI," * 200_000,
        "utf-16.csv": table([row(1)]).decode().encode("utf-16"),
        "semicolons.csv": table([row(1)]).replace(b",", b";"),
        "header-only.csv": table([]),
        "lacking.csv": table([row(1)], lacking),
        "cut.zip": packed.getvalue()[:-200],
        "table.csv.gz": gzip.compress(table([row(1)])),
        "report.csv": b"NPPES Deactivated Records as of Oct 09 2023,\r\nNPI,NPPES Deactivation Date\r\n",
        "pl_pfile.csv": b'"NPI","Provider Secondary Practice Location Address- Address Line 1"\r\n"1","x"\r\n',
    }


@pytest.mark.parametrize("name", other_files(Path()))
def test_what_is_no_npi_file_is_refused_and_nothing_is_written(name: str, tmp_path: Path, command):
    path = tmp_path / name
    path.write_bytes(other_files(tmp_path)[name])
    message = refused(path, command)
    assert {
        "cut.zip": "not downloaded to its end",
        "table.csv.gz": "Unpack it first",
        "report.csv": "report of deactivated NPIs",
        "pl_pfile.csv": "further practice locations, which is not read yet",
        "lacking.csv": "lacks the columns Healthcare Provider Taxonomy Code_9.",
        "header-only.csv": "no row",
        "empty.csv": "empty",
    }.get(name, "Expected is the national NPI file") in message


def test_no_file_a_folder_and_a_device_are_refused(tmp_path: Path, command):
    assert "no such file" in refused(tmp_path / "missing.csv", command)
    assert "folder" in refused(tmp_path, command)
    assert "no file on a disk" in refused(Path("/dev/null"), command)


def test_zip_files_without_the_table_or_with_two_are_refused(tmp_path: Path, command):
    content = table([row(1)])
    none = write_zip(tmp_path / "none.zip", {"readme.pdf": b"%PDF", "npidata_pfile_x_fileheader.csv": content})
    two = write_zip(tmp_path / "two.zip", {MAIN_TABLE: content, "npidata_pfile_2.csv": content})
    assert "holds no CSV table" in refused(none, command)
    assert "holds 2 tables" in refused(two, command)


def test_a_damaged_zip_is_refused_though_its_first_rows_were_good(tmp_path: Path, command):
    path = write_zip(tmp_path / "damaged.zip", {MAIN_TABLE: table([row(n) for n in range(400)])}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[-60_000:-50_000] = b"x" * 10_000
    path.write_bytes(content)
    assert "damaged" in refused(path, command)


def test_one_bad_file_among_good_ones_stops_them_all(tmp_path: Path, command):
    good = write(tmp_path, [row(1)])
    with pytest.raises(CommandError, match="no such file"):
        command(good, tmp_path / "missing.csv")
    assert not Specialist.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_national_zip_is_read_with_all_that_lies_in_it(method: int, tmp_path: Path, command):
    members = {
        "NPPES_Data_Dissemination_CodeValues.pdf": b"%PDF",
        "npidata_pfile_20050523-20250608_fileheader.csv": table([]),
        MAIN_TABLE: table([row(1), row(2)], OLD),
        "pl_pfile_20050523-20250608.csv": b'"NPI","Provider Secondary Practice Location Address- Address Line 1"\n',
        "__MACOSX/._npidata_pfile_20050523-20250608.csv": b"\x00\x05\x16\x07",
    }
    out, err = command(write_zip(tmp_path / "NPPES_June_2025.zip", members, method))
    assert "NPPES_June_2025.zip: read 2, kept 2, new 2, changed 0, deactivated 0, refused 0" in out
    assert err == ""


def test_a_zip_with_one_table_of_another_name_is_read(tmp_path: Path, command):
    command(write_zip(tmp_path / "mine.zip", {"folder/sample.csv": table([row(1)])}))
    assert Specialist.objects.get().npi == number(1)


def test_progress_counts_every_byte_of_the_table(tmp_path: Path):
    path = write(tmp_path, [row(n) for n in range(5000)])
    seen: list[int] = []
    with sources.opened(path) as source:
        nppes.read(source.stream, known=set(), today=TODAY, report=Report("x"), progress=seen.append)
        assert sum(seen) == source.size == path.stat().st_size
    assert len(seen) > 1


def test_a_file_that_vanishes_or_is_not_ours_to_read_is_refused_by_name(tmp_path: Path):
    with pytest.raises(FileRefused) as error, sources.opened(tmp_path / "gone.zip"):
        pass
    assert error.value.path == tmp_path / "gone.zip"
