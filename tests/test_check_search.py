"""`check_search`: the search rows against the tables, after something went past the program."""

import pytest
from django.core.management import call_command
from django.test import Client

from directory import search
from directory.models import Change, DirectoryVersion, Insurer, ListingDocument, Offering, Practice, SearchRow, Site
from directory.search import packing
from directory.search.check import check
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    """Three, each with an offering."""
    return [factories.offering(practice=factories.practice(phone="+15125550100")).practice for _ in range(3)]


@pytest.fixture
def said(capsys):
    """Runs the command with these options; what it said, and its exit status."""

    def run(*options):
        status = 0
        try:
            call_command("check_search", *options)
        except SystemExit as ended:
            status = ended.code
        return capsys.readouterr().out.strip(), status

    return run


def phones():
    results = Client().get("/api/v1/specialists/?near=78701").json()["results"]
    return sorted(result["practice"]["phone"] for result in results)


def stored():
    """All that the search reads."""
    models = (DirectoryVersion, SearchRow, ListingDocument)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def test_where_all_is_right_it_says_so_and_writes_nothing(practices, said):
    before = stored()
    assert said("--check") == ("3 listed practices: what the search reads is what the tables say.", 0)
    assert stored() == before
    assert said() == ("3 listed practices: what the search reads is what the tables say.", 0)
    assert stored()[1:] == before[1:]  # the version is another: words are read anew


def test_words_changed_past_the_program_are_read_anew(practices, said):
    assert "Aetna" in Client().get("/api/v1/insurers/").content.decode()
    Insurer.objects.filter(slug="aetna").update(name_en="Aetna and Daughters")
    said()
    assert "Aetna and Daughters" in Client().get("/api/v1/insurers/").content.decode()


def test_an_empty_directory_is_right(said):
    assert said("--check") == ("0 listed practices: what the search reads is what the tables say.", 0)


def changed_phone(practice):
    Practice.objects.filter(pk=practice.pk).update(phone="+15125550199")


def stopped_offering(practice):
    Offering.objects.filter(practice=practice).update(status="stopped")


def hidden_site(practice):
    Site.objects.filter(pk=practice.site_id).update(hidden=True)


def moved_site(practice):
    Site.objects.filter(pk=practice.site_id).update(latitude=31.0)


def deleted_practice(practice):
    Offering.objects.filter(practice=practice).delete()
    Practice.objects.filter(pk=practice.pk).delete()


def lost_row(practice):
    SearchRow.objects.filter(practice=practice.pk).delete()


def lost_document(practice):
    ListingDocument.objects.filter(practice=practice.pk).delete()


def damaged_words(practice):
    SearchRow.objects.filter(practice=practice.pk).update(words=b" okafor\0 bo\0 md")


def damaged_document(practice):
    ListingDocument.objects.filter(practice=practice.pk).update(content=b"{}")


PAST_THE_PROGRAM = [
    changed_phone, stopped_offering, hidden_site, moved_site, deleted_practice, lost_row, lost_document, damaged_words,
    damaged_document,
]  # fmt: skip


@pytest.mark.parametrize("happened", PAST_THE_PROGRAM)
def test_what_went_past_the_program_is_found_and_mended(practices, said, happened):
    wrong = practices[1].pk
    happened(practices[1])
    text, status = said()
    many = Practice.objects.listed().count()
    assert (text, status) == (f"1 of {many} practices were wrong and are written again: {wrong}", 0)
    assert said("--check")[1] == 0
    assert check().is_right


@pytest.mark.parametrize("happened", PAST_THE_PROGRAM)
def test_with_check_it_only_says_what_is_wrong_and_exits_with_1(practices, said, happened):
    happened(practices[1])
    before = stored()
    many = Practice.objects.listed().count()
    wrong = f"1 of {many} practices are wrong, not written again: {practices[1].pk}"
    assert said("--check") == (wrong, 1)
    assert stored() == before


def test_a_process_that_searches_shows_what_was_mended_at_once(practices, said):
    assert phones() == ["+15125550100"] * 3
    changed_phone(practices[0])
    hidden_site(practices[1])
    assert phones() == ["+15125550100"] * 3
    said()
    assert phones() == ["+15125550100", "+15125550199"]


def test_many_wrong_practices_are_counted_and_some_named(said):
    for _ in range(12):
        factories.practice()
    SearchRow.objects.all().delete()
    text, _status = said()
    assert text.startswith("12 of 12 practices") and text.endswith(", ...")
    assert text.count(",") == 10


def test_rows_of_another_release_are_all_written_again(practices, said):
    DirectoryVersion.objects.update(layout=0)
    text, status = said("--check")
    assert "3 practices are of another release" in text and status == 1
    text, status = said()
    assert "another release" in text and status == 0
    assert said("--check")[1] == 0
    assert phones() == ["+15125550100"] * 3


def test_a_database_with_listings_and_without_search_rows_gets_them_with_its_migrations(practices):
    """As after an update from a release that had none, or a copy that holds the listings only."""
    for model in (SearchRow, ListingDocument, DirectoryVersion):
        model.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert SearchRow.objects.count() == 3
    assert check().is_right
    assert phones() == ["+15125550100"] * 3


def test_migrations_leave_search_rows_that_are_there_as_they_are(practices):
    before = stored()
    call_command("migrate", verbosity=0)
    assert stored() == before


def test_a_process_updated_under_its_feet_answers_with_what_it_has_and_promises_nothing(practices):
    before = Client().get("/api/v1/specialists/?near=78701")
    DirectoryVersion.objects.update(layout=packing.LAYOUT + 1)
    Practice.objects.filter(pk=practices[0].pk).update(phone="+15125550177")
    search.rebuild([practices[0].pk])
    after = Client().get("/api/v1/specialists/?near=78701")
    assert after.json() == before.json() and before["ETag"] and "ETag" not in after
    assert "ETag" not in Client().get("/find/?near=78701")


def test_what_was_never_read_and_is_of_another_release_is_not_ready(practices):
    DirectoryVersion.objects.update(layout=packing.LAYOUT + 1)
    search.rebuild([])
    Change.objects.exclude(number=DirectoryVersion.objects.get().number).delete()
    response = Client().get("/readyz")
    assert response.status_code == 503 and "another release" in response.json()["search"]
