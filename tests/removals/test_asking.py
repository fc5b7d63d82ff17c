"""What happens at once when somebody asks, and how little of it a stranger can do."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import daily, removals
from directory.limits import TooManyToday
from directory.models import FormCount, Notice, RemovalRequest, Specialist
from directory.removals import Asker, Decision
from tests import factories
from tests.removals.conftest import ASKER, NETWORK


def ask(world, *, wish="all", asker=ASKER, network=NETWORK):
    return removals.ask(world.doctor, wish, asker, network=network)


def is_hidden(world):
    return Specialist.objects.get(pk=world.doctor.pk).street_hidden_on is not None


def later(days):
    return timezone.now() + datetime.timedelta(days=days, minutes=1)


@pytest.mark.parametrize("wish", ["street", "all"])
def test_the_street_is_hidden_at_once_and_the_listing_stays(austin, wish):
    asked = ask(austin, wish=wish)
    assert is_hidden(austin)
    assert Specialist.objects.get(pk=austin.doctor.pk).is_active
    assert (asked.decision, asked.wish, asked.email) == ("", wish, "ana@example.org")


def test_the_same_request_sent_twice_is_one(austin):
    assert ask(austin) == ask(austin)
    assert RemovalRequest.objects.count() == 1


def test_of_the_network_nothing_is_kept_in_clear_words_and_the_count_goes_the_next_day(austin):
    asked = ask(austin)
    assert NETWORK not in repr([vars(asked), *FormCount.objects.values()])
    assert FormCount.objects.count() == 1
    daily.run(later(1))
    assert not FormCount.objects.exists()
    asked.refresh_from_db()
    assert asked.email == "ana@example.org"


def test_the_operator_and_the_clinics_are_told_by_mail_once_and_not_who_asks(austin, settings):
    settings.OPERATOR_EMAIL = "operator@finder.example.org"
    told = factories.practice(specialist=austin.doctor, clinic=factories.connected_clinic()).site.clinic
    ask(austin)
    readers = Notice.objects.filter(kind="removal").values_list("reader", "clinic")
    assert ("operator", None) in readers
    assert ("clinic", told.pk) in readers
    assert [reader for reader, _clinic in readers].count("operator") == 1
    assert "ana@example.org" not in repr(list(Notice.objects.values()))


def test_a_clinic_is_told_of_a_street_that_is_hidden_and_of_nothing_else(austin):
    told = factories.practice(specialist=austin.doctor, clinic=factories.connected_clinic()).site.clinic
    to_clinic = Notice.objects.filter(reader="clinic", clinic=told)
    first = ask(austin)
    assert to_clinic.count() == 1
    to_clinic.update(taken_at=timezone.now())
    ask(austin, asker=Asker("Somebody", "other@example.org"))  # it is hidden already
    assert to_clinic.count() == 1
    for asked in RemovalRequest.objects.waiting():
        removals.decide(asked, Decision.DECLINED, identity_check="", by=austin.operator)
    assert ask(austin, asker=Asker("Third", "third@example.org")).hides_until is None
    assert to_clinic.count() == 1
    assert first.specialist == austin.doctor


def test_a_mail_about_a_request_that_was_decided_meanwhile_is_not_sent(austin, settings):
    settings.OPERATOR_EMAIL = "operator@finder.example.org"
    factories.practice(specialist=austin.doctor, clinic=factories.connected_clinic())
    asked = ask(austin)
    assert Notice.objects.waiting().count() == 2
    removals.decide(asked, Decision.DECLINED, identity_check="", by=austin.operator)
    assert not Notice.objects.exists()


def test_so_many_from_one_network_are_taken_a_day_and_others_are_not_shut_out(austin, settings, time_machine):
    settings.REMOVALS_PER_DAY = 2
    people = [factories.practice().specialist for _ in range(4)]
    for person in people[:2]:
        removals.ask(person, "street", ASKER, network=NETWORK)
    with pytest.raises(TooManyToday):
        removals.ask(people[2], "street", ASKER, network=NETWORK)
    removals.ask(people[2], "street", ASKER, network="192.0.2.8")
    assert Specialist.objects.filter(street_hidden_on__isnull=False).count() == 3
    time_machine.move_to(later(1))
    removals.ask(people[3], "street", ASKER, network=NETWORK)


def test_without_a_check_of_identity_the_street_comes_back_by_itself(austin, settings):
    settings.REMOVAL_HIDES_DAYS = 30
    asked = ask(austin)
    daily.run(later(29))
    assert is_hidden(austin)
    daily.run(later(30))
    asked.refresh_from_db()
    assert (is_hidden(austin), asked.decision) == (False, Decision.EXPIRED)


@pytest.mark.parametrize(
    "same",
    [Asker("Somebody", "ANA@example.org"), Asker("Ana", "new@example.org", "+15125550186")],
    ids=["e-mail", "phone"],
)
def test_asking_again_and_again_hides_no_longer_than_asking_once(austin, same, time_machine):
    first = ask(austin, asker=Asker("Ana Rivera", "ana@example.org", "+15125550186"))
    start = timezone.now()
    time_machine.move_to(start + datetime.timedelta(days=20))
    second = ask(austin, asker=same)
    assert second.hides_until == first.hides_until
    removals.end_unproven(start + datetime.timedelta(days=30, minutes=1))
    second.refresh_from_db()
    assert (is_hidden(austin), second.decision) == (False, ""), "it waits for a person for its own 30 days"
    removals.end_unproven(start + datetime.timedelta(days=50, minutes=1))
    second.refresh_from_db()
    assert second.decision == Decision.EXPIRED


def test_a_second_request_of_the_same_asker_hides_no_longer_when_the_first_is_declined(austin, time_machine):
    first = ask(austin)
    start = timezone.now()
    time_machine.move_to(start + datetime.timedelta(days=20))
    ask(austin, wish="street")
    removals.decide(first, Decision.DECLINED, identity_check="", by=austin.operator)
    removals.end_unproven(start + datetime.timedelta(days=30, minutes=1))
    assert not is_hidden(austin)


def test_a_strangers_request_takes_no_day_from_the_doctors_own(austin, time_machine):
    stranger = ask(austin, asker=Asker("Somebody", "other@example.org"))
    start = timezone.now()
    time_machine.move_to(start + datetime.timedelta(days=29))
    own = ask(austin)
    removals.end_unproven(start + datetime.timedelta(days=31))
    stranger.refresh_from_db()
    own.refresh_from_db()
    assert (stranger.decision, own.decision, is_hidden(austin)) == (Decision.EXPIRED, "", True)
    removals.end_unproven(start + datetime.timedelta(days=59, minutes=1))
    assert not is_hidden(austin)


def test_a_strangers_request_that_ran_out_does_not_keep_the_doctors_own_from_hiding(austin, time_machine):
    ask(austin, asker=Asker("Somebody", "other@example.org"))
    time_machine.move_to(later(31))
    removals.end_unproven(timezone.now())
    assert not is_hidden(austin)
    assert ask(austin).hides_until
    assert is_hidden(austin)


def test_asked_once_more_after_it_was_declined_it_waits_for_a_person_whoever_asks(austin):
    removals.decide(ask(austin), Decision.DECLINED, identity_check="", by=austin.operator)
    again = ask(austin, asker=Asker("Somebody", "other@example.org"))
    assert again.hides_until is None
    assert not is_hidden(austin)
    assert RemovalRequest.objects.waiting().get() == again


def test_who_is_answered_is_erased_some_time_after_the_decision(austin, settings):
    settings.REMOVAL_CONTACT_DAYS = 30
    asked = ask(austin)
    removals.forget_askers(later(400))
    asked.refresh_from_db()
    assert asked.email, "nobody has answered yet"
    removals.decide(asked, Decision.SUPPRESSED, identity_check="registry_phone", by=austin.operator)
    removals.forget_askers(later(29))
    asked.refresh_from_db()
    assert asked.email
    removals.forget_askers(later(30))
    asked.refresh_from_db()
    assert (asked.name, asked.email, asked.phone, asked.reason) == ("", "", "", "")
    assert (asked.decision, asked.decided_by) == (Decision.SUPPRESSED, austin.operator)


def test_the_database_takes_no_request_that_nobody_could_answer(austin):
    with pytest.raises(IntegrityError), transaction.atomic():
        RemovalRequest.objects.create(specialist=austin.doctor, wish="all", name="Ana")
