"""What an import makes of the directory, and what it leaves alone."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection

from directory.importers.errors import AnotherImport, DemoDatabase
from directory.importers.run import import_nppes
from directory.models import Clinic, ImportRun, PastSlug, Practice, Site, Specialist
from tests import factories
from tests.importers import registry
from tests.importers.conftest import dump
from tests.importers.registry import ANESTHESIOLOGY, DENTIST, INTERVENTIONAL, PAIN, gone, number, row, write


def ana() -> Practice:
    return Practice.objects.select_related("specialist", "site__clinic").get(specialist=number(1))


def figures(report) -> dict[str, int]:
    names = ("read", "kept", "new", "changed", "deactivated", "refused")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def test_a_pain_specialist_gets_a_clinic_of_their_own_name_a_site_and_a_practice(feed):
    report = feed(row(1), row(2, codes=[DENTIST]))
    practice = ana()
    assert figures(report) == {"read": 2, "kept": 1, "new": 1}
    assert (practice.specialist.name, practice.site.clinic.name) == ("Ana Rivera, MD", "Ana Rivera, MD")
    assert practice.site.clinic.slug == practice.specialist.slug == f"ana-rivera-md-{number(1)}"
    assert (str(practice.site), practice.site.line2) == ("1200 Example Pkwy, Austin, TX 78756", "Ste 103")
    assert (practice.phone, practice.site.from_registry) == ("+15125550100", True)
    assert (practice.accepting_new_patients, practice.telehealth, practice.confirmed_on) == (None, None, None)
    assert list(Practice.objects.placed()) == [practice]


def test_sites_are_placed_when_they_are_written(feed):
    feed(row(1), row(2, city="APO", state="AE", zip="09096"))
    site = ana().site
    assert site.latitude == pytest.approx(30.3, abs=0.2)
    assert (site.location_precision, site.time_zone) == ("zip", "America/Chicago")
    military = Site.objects.get(state="AE")
    assert (military.latitude, military.location_precision) == (None, None)
    assert Practice.objects.listed().filter(site=military).exists()


def test_nothing_of_the_mailing_address_reaches_the_database(feed):
    feed(row(1))
    everything = repr(dump())
    assert "Box 99" not in everything
    assert "02108" not in everything
    assert "+16175550199" not in everything


def test_codes_without_a_name_here_are_left_out(feed):
    feed(row(1, codes=["2080P0006X", ANESTHESIOLOGY, PAIN], primary=2))
    stored = ana().specialist.registered_as.values_list("taxonomy", "is_primary", "position")
    assert list(stored) == [(ANESTHESIOLOGY, True, 2), (PAIN, False, 3)]


def test_the_second_run_of_a_file_changes_nothing_at_all(tmp_path: Path, command):
    path = write(tmp_path, [row(1), row(2), gone(3), row(4, zip="X")])
    command(path)
    command(write(tmp_path, [gone(2)], name="weekly.csv"))
    command(tmp_path / "weekly.csv")
    before = dump()
    out, _ = command(path)
    assert dump() == before
    assert "read 4, kept 2, new 0, changed 0, deactivated 0, refused 1" in out
    assert "The same file was imported before, and nothing had to change." in out


def test_the_run_is_written_down_with_its_figures(feed):
    feed(row(1), row(2), row(3, zip="X"))
    run = ImportRun.objects.get()
    assert (run.kind, run.file_name, len(run.file_sha256)) == ("nppes", registry.MAIN_TABLE, 64)
    assert (run.read, run.kept, run.new, run.changed, run.deactivated, run.refused) == (3, 2, 2, 0, 0, 1)


def test_a_newer_row_changes_the_listing_and_moves_the_site(feed):
    feed(row(1))
    before = ana()
    report = feed(row(1, updated="07/01/2024", family="SANTOS", line1="5 OTHER ST", city="HOUSTON", zip="77002",
                      phone="7135550105", codes=[INTERVENTIONAL]))  # fmt: skip
    after = ana()
    assert figures(report) == {"read": 1, "kept": 1, "changed": 1}
    assert (after.pk, after.site_id, after.site.clinic_id) == (before.pk, before.site_id, before.site.clinic_id)
    assert (after.specialist.name, after.site.clinic.name) == ("Ana Santos, MD", "Ana Santos, MD")
    assert (str(after.site), after.phone) == ("5 Other St, Houston, TX 77002", "+17135550105")
    assert after.site.latitude == pytest.approx(29.75, abs=0.1)
    assert after.site.clinic.slug == before.site.clinic.slug
    assert [taxonomy.code for taxonomy in after.specialist.taxonomies.all()] == [INTERVENTIONAL]


def test_an_older_row_is_not_applied(feed):
    feed(row(1))
    before = dump()
    report = feed(row(1, updated="06/29/2024", family="OLD"))
    assert (report.older, report.changed) == (1, 0)
    assert dump() | {"directory.ImportRun": []} == before | {"directory.ImportRun": []}


def test_a_clinic_that_was_renamed_by_people_keeps_its_name(feed):
    feed(row(1))
    Clinic.objects.update(name="Hill Country Pain")
    feed(row(1, updated="07/01/2024", family="SANTOS"))
    assert ana().site.clinic.name == "Hill Country Pain"


def test_the_deactivated_leave_and_the_reactivated_come_back(feed):
    feed(row(1), row(2))
    report = feed(gone(1), gone(9))
    assert figures(report) == {"read": 2, "deactivated": 1}
    assert ana().specialist.deactivated_on == datetime.date(2024, 7, 1)
    assert [practice.specialist_id for practice in Practice.objects.listed()] == [number(2)]
    report = feed(row(1, updated="08/01/2024", deactivated="07/01/2024", reactivated="08/01/2024"))
    assert figures(report) == {"read": 1, "kept": 1, "changed": 1}
    assert Practice.objects.listed().count() == 2


def test_an_old_file_brings_no_deactivated_specialist_back_and_sends_no_reactivated_one_away(feed):
    feed(row(1, updated="07/01/2024"))
    feed(gone(1, "07/01/2024"))
    assert feed(row(1, updated="07/01/2024")).older == 1
    assert not Practice.objects.listed().exists()
    feed(row(1, updated="07/01/2024", deactivated="07/01/2024", reactivated="09/01/2024"))
    assert feed(gone(1, "07/01/2024")).older == 1
    assert Practice.objects.listed().exists()


def test_people_and_files_within_one_call_are_known_to_the_next(tmp_path: Path, command):
    full, weekly = write(tmp_path, [row(1), row(2)]), write(tmp_path, [gone(1)], name="weekly.csv")
    out, _ = command(full, weekly)
    assert "kept 2, new 2" in out
    assert "read 1, kept 0, new 0, changed 0, deactivated 1, refused 0" in out
    assert [practice.specialist_id for practice in Practice.objects.listed()] == [number(2)]


def test_who_lost_the_last_pain_code_leaves_the_list_until_one_comes_back(feed):
    feed(row(1))
    report = feed(row(1, updated="07/01/2024", codes=[ANESTHESIOLOGY]))
    assert (report.no_longer_pain, report.changed, report.kept) == (1, 1, 0)
    assert ana().site.closed_on == datetime.date(2024, 7, 1)
    assert [taxonomy.code for taxonomy in ana().specialist.taxonomies.all()] == [ANESTHESIOLOGY]
    assert not Practice.objects.listed().exists()
    feed(row(1, updated="08/01/2024", codes=[ANESTHESIOLOGY, PAIN]))
    assert Practice.objects.listed().exists()


def test_what_a_clinic_confirmed_is_stronger_than_the_registry(feed):
    feed(row(1))
    Practice.objects.update(confirmed_on=datetime.date(2024, 6, 1), phone="+15125550177")
    feed(row(1, updated="07/01/2024", family="SANTOS", line1="5 OTHER ST", phone="7135550105"))
    feed(row(1, updated="08/01/2024", family="SANTOS", codes=[ANESTHESIOLOGY]))
    practice = ana()
    assert (practice.phone, practice.site.line1) == ("+15125550177", "1200 Example Pkwy")
    assert practice.specialist.family_name == "Santos"
    assert Practice.objects.listed().exists()


def test_the_suppressed_the_excluded_and_the_hidden_stay_so(feed):
    feed(row(1), row(2), row(3))
    day = datetime.date(2024, 6, 1)
    Specialist.objects.filter(npi=number(1)).update(suppressed_on=day)
    Specialist.objects.filter(npi=number(2)).update(excluded_on=day)
    Site.objects.filter(practices__specialist=number(3)).update(hidden=True)
    feed(*(row(n, updated="07/01/2024", line1="5 OTHER ST") for n in (1, 2, 3)))
    assert not Practice.objects.listed().exists()
    assert Specialist.objects.get(npi=number(1)).suppressed_on == day


def test_a_site_that_people_closed_is_not_opened_by_a_move(feed):
    feed(row(1))
    Site.objects.update(closed_on=datetime.date(2024, 6, 1))
    feed(row(1, updated="07/01/2024", line1="5 OTHER ST"))
    assert ana().site.closed_on == datetime.date(2024, 6, 1)


def test_a_site_that_several_share_is_not_moved_by_the_row_of_one(feed):
    feed(row(1), row(2))
    shared = ana().site
    Practice.objects.filter(specialist=number(2)).update(site=shared)
    feed(row(1, updated="07/01/2024", line1="5 OTHER ST"), row(2, updated="07/01/2024", line1="6 ELSE ST"))
    assert ana().site.line1 == "1200 Example Pkwy"


def test_whom_a_clinic_listed_elsewhere_gets_no_second_listing_from_the_registry(feed):
    specialist = factories.specialist(npi=number(1))
    practice = factories.practice(specialist=specialist)
    report = feed(row(1))
    assert figures(report) == {"read": 1, "kept": 1, "changed": 1}
    assert list(specialist.practices.all()) == [practice]


def test_whom_somebody_entered_without_a_place_gets_one(feed):
    factories.specialist(npi=number(1))
    feed(row(1))
    assert ana().site.from_registry


def test_an_address_of_a_page_that_is_taken_is_not_taken_again(feed):
    slug = f"ana-rivera-md-{number(1)}"
    PastSlug.objects.create(slug=slug)
    factories.clinic(slug=f"{slug}-2")
    feed(row(1))
    assert ana().site.clinic.slug == f"{slug}-3"


def test_the_demo_directory_takes_no_real_file_and_the_message_says_where_it_goes(tmp_path: Path, command):
    factories.specialist()
    before = dump()
    with pytest.raises(CommandError, match=r"\./run --empty"):
        command(write(tmp_path, [row(1)]))
    assert dump() == before


def test_a_demo_that_arrives_while_the_file_is_read_is_noticed(db: None, tmp_path: Path):
    @contextmanager
    def meanwhile(name: str, size: int) -> Iterator[Callable[[int], None]]:
        factories.specialist()
        yield lambda count: None

    with pytest.raises(DemoDatabase):
        import_nppes([write(tmp_path, [row(1)])], meanwhile)
    assert not Specialist.objects.real().exists()


def test_refused_rows_are_named_by_line_npi_and_reason_and_by_nothing_else(tmp_path: Path, command):
    path = write(tmp_path, [row(1), *(row(n, zip="SECRET", family="PRIVATE") for n in range(2, 32))])
    out, err = command(path, "--refusals", tmp_path / "refusals.csv")
    assert "kept 1, new 1, changed 0, deactivated 0, refused 30" in out
    assert f"{registry.MAIN_TABLE}, line 3: NPI {number(2)}: no usable practice address: its ZIP code is not one" in err
    assert "... and 10 more: --refusals FILE writes all of them" in err
    listed = (tmp_path / "refusals.csv").read_text().splitlines()
    assert listed[0] == "file,line,npi,reason"
    assert len(listed) == 31
    for text in (out, err, *listed):
        assert "secret" not in text.lower()
        assert "private" not in text.lower()


def test_a_list_of_refusals_that_cannot_be_written_is_said_before_the_work(tmp_path: Path, command):
    with pytest.raises(CommandError, match="cannot be written there"):
        command(write(tmp_path, [row(1)]), "--refusals", tmp_path / "no" / "such" / "folder.csv")
    assert not Specialist.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(feed, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        feed(*(row(n) for n in range(1, 400)))
    with django_assert_max_num_queries(45):
        feed(*(row(n, updated="07/01/2024", line1="5 OTHER ST") for n in range(1, 400)))


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_two_imports_at_the_same_time_do_not_mix(feed):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(80840)")
        with pytest.raises(AnotherImport):
            feed(row(1))
        cursor.execute("SELECT pg_advisory_unlock(80840)")  # the pool hands this session on, with its locks
    other.close()
    assert not Specialist.objects.exists()
