"""GET /api/v1/changes/: what it tells, and how it refuses."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import daily, listings, search
from directory.models import (
    Change,
    DirectoryVersion,
    ListingChange,
    Practice,
    Procedure,
    ProcedureSynonym,
    Taxonomy,
)
from directory.search import rows
from tests import factories
from tests.changes.partner import CHANGES

pytestmark = pytest.mark.django_db


def specialists(said):
    return [(key, op) for kind, key, op in said if kind == "specialist"]


def test_without_a_cursor_it_tells_nothing_and_gives_one_to_begin_with(client, partner):
    factories.practice()
    answer = client.get(CHANGES).json()
    assert (answer["results"], sorted(answer)) == ([], ["next", "results"])
    partner.cursor = answer["next"]
    assert partner.look() == []


def test_who_comes_is_told_with_the_record_of_their_own_address(client, partner):
    partner.begin()
    practice = factories.practice()
    person = practice.specialist
    told = {one["kind"]: one for one in partner.look()}
    one = told["specialist"]
    assert list(one) == ["seq", "kind", "id", "op", "at", "record"]
    assert (one["id"], one["op"]) == (str(person.pk), "upsert")
    assert one["record"] == client.get(f"/api/v1/specialists/{person.pk}/").json()
    assert datetime.datetime.fromisoformat(one["at"]).tzinfo is not None
    clinic = told["clinic"]["record"]
    assert (clinic["slug"], clinic["sites"][0]["specialists"]) == (practice.site.clinic.slug, [str(person.pk)])


def test_who_leaves_is_told_without_a_record(partner):
    practice = factories.practice()
    partner.begin()
    person = practice.specialist
    person.deactivated_on = timezone.localdate()
    person.save()
    search.rebuild([practice.pk])
    assert partner.said() == [
        ("clinic", practice.site.clinic.slug, "delete"),
        ("specialist", str(person.pk), "delete"),
    ]


def test_what_is_written_again_as_it_was_is_not_told(partner):
    practice = factories.offering().practice
    partner.begin()
    search.rebuild([practice.pk])
    search.rebuild_all()
    assert partner.look() == []


def test_what_changed_ten_times_is_told_once_as_it_is_now(partner):
    practice = factories.practice()
    partner.begin()
    for number in range(10):
        Practice.objects.filter(pk=practice.pk).update(phone=f"+151255501{number:02d}")
        search.rebuild([practice.pk])
    (told,) = partner.look()
    assert told["record"]["practices"][0]["phone"] == "+15125550109"


def test_a_clinic_is_told_only_where_what_is_shown_of_it_changed(partner):
    practice = factories.practice()
    partner.begin()
    listings.confirm(Practice.objects.filter(pk=practice.pk))
    assert [kind for kind, _key, _op in partner.said()] == ["specialist"]


def test_a_clinic_under_a_new_address_is_gone_under_the_old_one(partner):
    practice = factories.practice(clinic=factories.clinic(slug="old-name"))
    partner.begin()
    clinic = practice.site.clinic
    clinic.slug = "new-name"
    clinic.save()
    search.rebuild([practice.pk])
    assert partner.said()[:2] == [("clinic", "new-name", "upsert"), ("clinic", "old-name", "delete")]


def test_pages_hold_a_hundred_and_together_everything_once(client, partner):
    partner.begin()
    site = factories.site()
    made = [Practice.objects.create(specialist=factories.specialist(None), site=site) for _ in range(205)]
    search.rebuild(practice.pk for practice in made)
    people = {str(practice.specialist_id) for practice in made}
    sizes, cursor = [], partner.cursor
    while answer := client.get(CHANGES, {"since": cursor}).json():
        sizes.append(len(answer["results"]))
        if not answer["results"]:
            break
        cursor = answer["next"]
    assert sizes == [100, 100, 6, 0]  # and the clinic
    told = partner.look()
    assert [one["seq"] for one in told] == sorted({one["seq"] for one in told})
    assert people == {one["id"] for one in told if one["kind"] == "specialist"}


def test_a_page_takes_as_many_queries_for_many_as_for_one(client, partner):
    partner.begin()

    def queries():
        client.get(CHANGES, {"since": partner.cursor})  # the process reads what is new of the directory first
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CHANGES, {"since": partner.cursor}).json()["results"]
        return len(captured)

    factories.offering()
    few = queries()
    for _ in range(12):
        factories.claims(factories.offering().practice.specialist)
    assert queries() == few


def test_nothing_new_is_answered_in_a_few_bytes(client, partner):
    factories.practice()
    partner.begin()
    first = client.get(CHANGES, {"since": partner.cursor})
    again = client.get(CHANGES, {"since": partner.cursor}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factories.practice()
    assert client.get(CHANGES, {"since": partner.cursor}, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_is_told_without_a_new_version_is_no_304(client, partner):
    person = factories.offering().practice.specialist
    partner.begin()
    first = client.get(CHANGES, {"since": partner.cursor})
    tag = {"If-None-Match": first["ETag"]}
    search.tell([person.pk])
    answer = client.get(CHANGES, {"since": partner.cursor}, headers=tag)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["results"]] == [str(person.pk)]
    again = client.get(CHANGES, {"since": partner.cursor}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_whoever_asks_with_a_tag_is_told_who_aged(client, partner, told_until_today, time_machine):
    """The worker may tell hours after midnight; the tag of the new day was given before."""
    ages = factories.offering(confirmed_on=timezone.localdate() - datetime.timedelta(days=89)).practice.specialist
    partner.begin()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=2))
    first = client.get(CHANGES, {"since": partner.cursor})
    assert first.json()["results"] == []
    assert daily.tell_what_aged(timezone.localdate()) == 1
    answer = client.get(CHANGES, {"since": partner.cursor}, headers={"If-None-Match": first["ETag"]})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["results"]] == [str(ages.pk)]


# ---- words ----------------------------------------------------------------------------------------------------------


def test_a_procedure_in_other_words_is_told(partner):
    search.rebuild([], vocabulary=True)
    partner.begin()
    procedure = factories.procedure()
    ProcedureSynonym.objects.create(procedure=procedure, name="Newly named", language="en")
    search.rebuild([], vocabulary=True)
    (told,) = partner.look()
    assert (told["kind"], told["id"]) == ("procedure", "adhesiolysis")
    assert "Newly named" in told["record"]["synonyms"]


def test_a_procedure_under_another_short_name_is_told_with_all_who_do_it(partner):
    doer, other = factories.offering().practice.specialist, factories.practice().specialist
    search.rebuild([], vocabulary=True)
    partner.begin()
    Procedure.objects.filter(slug="adhesiolysis").update(slug="racz")
    search.rebuild([], vocabulary=True)
    said = partner.said()
    assert said[:2] == [("procedure", "adhesiolysis", "delete"), ("procedure", "racz", "upsert")]
    assert specialists(said) == [(str(doer.pk), "upsert")]
    assert partner.told[-1]["record"]["practices"][0]["procedures"][0]["slug"] == "racz"
    assert str(other.pk) not in {key for _kind, key, _op in said}


def test_a_specialty_in_other_words_is_told_with_all_who_are_registered_so(partner):
    person = factories.practice().specialist
    search.rebuild([], vocabulary=True)
    partner.begin()
    Taxonomy.objects.filter(code=factories.INTERVENTIONAL_PAIN).update(name_en="Pain, Interventional")
    search.rebuild([], vocabulary=True)
    assert partner.said() == [("specialist", str(person.pk), "upsert")]


def test_words_that_are_as_they_were_are_not_told(partner):
    search.rebuild([], vocabulary=True)
    partner.begin()
    search.rebuild([], vocabulary=True)
    assert partner.look() == []


# ---- cursors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["x", "12", "12-", "-5-3", "12-zz", "1-1-1", "9" * 30 + "-1", "١-1"])
def test_what_is_no_cursor_is_refused_with_advice(client, given):
    response = client.get(CHANGES, {"since": given})
    assert response.status_code == 400
    assert response.json()["type"].endswith("#cursor-unknown")
    assert "Without “since” you get one" in response.json()["detail"]


def test_a_cursor_given_twice_and_another_parameter_are_refused(client, partner):
    factories.practice()
    partner.begin()
    assert client.get(f"{CHANGES}?since={partner.cursor}&since={partner.cursor}").status_code == 400
    assert client.get(CHANGES, {"page": "2"}).status_code == 400


def test_a_cursor_of_a_history_that_was_taken_back_is_refused(client, partner):
    """A database put back from a copy gives the same numbers to other changes."""
    factories.practice()
    partner.begin()
    last = ListingChange.objects.latest("seq")
    ListingChange.objects.filter(pk=last.pk).update(number=last.number + 1)
    response = client.get(CHANGES, {"since": partner.cursor})
    assert response.status_code == 410
    assert response.json()["type"].endswith("#cursor-expired")
    assert "Begin anew" in response.json()["detail"]


def test_the_cursor_of_an_empty_directory_leads_to_the_first_who_comes(client, partner):
    ListingChange.objects.all().delete()
    partner.begin()
    assert partner.cursor == "0-0"
    assert partner.look() == []
    person = factories.practice().specialist
    assert (str(person.pk), "upsert") in specialists(partner.said())


def test_the_cursor_of_an_empty_directory_expires_when_what_came_first_is_forgotten(client, partner, settings):
    settings.CHANGES_KEPT_DAYS = 90
    ListingChange.objects.all().delete()
    partner.begin()
    for _ in range(2):
        factories.practice()
        age(91)
    factories.practice()
    assert client.get(CHANGES, {"since": partner.cursor}).status_code == 410


def age(days):
    """As if everything until now had been written so long ago."""
    lag = days * 24 * 3600 * 1_000_000 << rows.CHANCE_BITS
    for change in ListingChange.objects.all():
        ListingChange.objects.filter(pk=change.pk).update(number=change.number - lag)


def test_what_is_older_than_is_kept_is_forgotten_and_its_cursor_expires(client, partner, settings):
    settings.CHANGES_KEPT_DAYS = 90
    factories.practice()
    age(91)
    partner.begin()
    factories.practice()
    age(91)
    factories.practice()  # writes, and forgets
    assert client.get(CHANGES, {"since": partner.cursor}).status_code == 410
    age(1)
    partner.begin()
    factories.practice()
    assert partner.look()


def test_whoever_keeps_asking_is_never_too_late_however_long_it_was_quiet(partner, settings):
    settings.CHANGES_KEPT_DAYS = 90
    factories.practice()
    age(400)
    partner.begin()
    practice = factories.practice()
    assert (str(practice.specialist_id), "upsert") in specialists(partner.said())


# ---- the day --------------------------------------------------------------------------------------------------------


@pytest.fixture
def told_until_today(db):
    factories.practice()
    daily.tell_what_aged(timezone.localdate())


def test_a_confirmation_that_ages_is_told_on_the_day(partner, told_until_today, time_machine):
    today = timezone.localdate()
    ages = factories.offering(confirmed_on=today - datetime.timedelta(days=89)).practice.specialist
    factories.offering(confirmed_on=today)
    factories.offering(confirmed_on=today - datetime.timedelta(days=120))
    partner.begin()
    assert daily.tell_what_aged(today + datetime.timedelta(days=1)) == 0
    time_machine.move_to(timezone.now() + datetime.timedelta(days=2))
    assert daily.tell_what_aged(timezone.localdate()) == 1
    (told,) = partner.look()
    assert told["id"] == str(ages.pk)
    assert told["record"]["practices"][0]["procedures"][0]["evidence"] == "listed"
    assert daily.tell_what_aged(timezone.localdate()) == 0


def test_claims_that_age_are_told_also_where_the_worker_slept_for_days(partner, told_until_today, time_machine):
    offering = factories.offering()
    factories.claims(offering.practice.specialist, year=timezone.localdate().year - 4)
    partner.begin()
    time_machine.move_to(datetime.datetime(timezone.localdate().year + 1, 1, 9, 12, tzinfo=datetime.UTC))
    daily.run(timezone.now())
    (told,) = partner.look()
    assert told["record"]["practices"][0]["procedures"][0]["claims"] is None


def test_on_the_first_day_nobody_is_told_anything(partner):
    factories.offering(confirmed_on=timezone.localdate() - datetime.timedelta(days=400))
    DirectoryVersion.objects.update(aged_on=None)
    partner.begin()
    assert daily.tell_what_aged(timezone.localdate()) == 0
    assert partner.look() == []


def test_a_telling_without_a_change_is_no_new_version_for_the_search():
    offering = factories.offering()
    versions = Change.objects.count()
    search.tell([offering.practice.specialist_id])
    assert Change.objects.count() == versions
    assert search.latest().number == Change.objects.latest("number").number
