"""The clinic's inbox: who waits, what they wrote, what can be done now. Read, answered, never edited."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from directory.models import Membership, Site
from referrals import moves
from referrals.models import Delivery, Opening, Referral, Step
from referrals.states import State
from tests import factories
from tests.admin import world
from tests.admin.forms import said

INBOX = "/admin/referrals/referral/"
CLINICAL = ("Eleanor Marsh", "eleanor@example.org", "555-0186", "5550186", "Sitting longer than 20 minutes")


def page(referral) -> str:
    return reverse("admin:referrals_referral_change", args=[referral.pk])


def press(client, referral, move: str, **given):
    """Presses a button of the page as it is now."""
    referral.refresh_from_db()
    data = {"move": move, "version": referral.version} | given
    return client.post(reverse("admin:referrals_referral_move", args=[referral.pk]), data, follow=True)


def test_the_inbox_shows_who_waits_longest_first(ours, staff):
    newer = ours.referral
    older = world.send(ours.practice)
    Referral.objects.filter(pk=older.pk).update(submitted_at=world.days_ago(6))
    response = staff.get(INBOX)
    assert list(response.context["cl"].result_list) == [older, newer]
    text = response.content.decode()
    assert "6 days" in text
    assert "0 days" in text
    assert "Ana Rivera" in text
    assert not [word for word in CLINICAL if word in text]


def test_the_inbox_shows_what_is_not_finished_until_asked_otherwise(ours, staff):
    finished = world.send(ours.practice)
    Referral.objects.filter(pk=finished.pk).update(state=State.WITHDRAWN)
    assert list(staff.get(INBOX).context["cl"].result_list) == [ours.referral]
    assert list(staff.get(f"{INBOX}?stand=withdrawn").context["cl"].result_list) == [finished]
    assert len(staff.get(f"{INBOX}?stand=all").context["cl"].result_list) == 2


def test_what_was_not_sent_is_not_in_the_inbox(ours, staff):
    for state in (State.DRAFT, State.UNCONFIRMED):
        unsent = world.send(ours.practice)
        Referral.objects.filter(pk=unsent.pk).update(state=state, submitted_at=None)
        assert unsent not in staff.get(f"{INBOX}?stand=all").context["cl"].result_list
        assert staff.get(page(unsent)).status_code == 302


@pytest.mark.parametrize("write", [str, str.lower, lambda text: text.replace("-", " ")])
def test_a_request_is_found_by_its_reference(ours, staff, write):
    world.send(ours.practice)
    response = staff.get(INBOX, {"q": write(ours.referral.reference)})
    assert list(response.context["cl"].result_list) == [ours.referral]


def test_the_index_says_how_many_are_new(ours, theirs, staff):
    world.send(ours.practice)
    assert "2 new requests" in staff.get("/admin/").content.decode()
    moves.start(ours.referral, actor=moves.Actor.of_clinic(ours.staff))
    assert "1 new request" in staff.get("/admin/").content.decode()


def test_the_page_shows_all_answers_a_long_standing_warning_sign_first(ours, staff):
    answers = world.answers(warning="long_standing", warning_text="Leaking urine since 2023; Dr. Lowe knows")
    referral = world.send(ours.practice, answers=answers)
    text = staff.get(page(referral)).content.decode()
    for word in ("Eleanor Marsh", "eleanor@example.org", "5550186", "Low back", "March 2024", "Spine surgery"):
        assert word in text
    assert text.index("Leaking urine since 2023") < text.index("Start on this request") < text.index("Eleanor Marsh")


def test_opening_is_recorded_and_moves_nothing(ours, staff):
    staff.get(page(ours.referral))
    assert [opening.user for opening in Opening.objects.filter(referral=ours.referral)] == [ours.staff]
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED


def test_answers_are_kept_nowhere_on_the_way(ours, staff):
    response = staff.get(page(ours.referral))
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_start_is_the_only_button_at_first_then_accept_and_decline(ours, staff):
    first = staff.get(page(ours.referral))
    assert [button.name for button in first.context["buttons"]] == ["start"]
    then = press(staff, ours.referral, "start")
    assert [button.name for button in then.context["buttons"]] == ["accept", "decline"]
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.RECEIVED


def test_a_clinic_accepts(ours, staff):
    press(staff, ours.referral, "start")
    response = press(staff, ours.referral, "accept")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.ACCEPTED
    assert Step.objects.get(referral=ours.referral, move="accept").user == ours.staff
    assert said(response) == [f"Request {ours.referral.reference} is accepted. The patient sees that."]


def test_a_clinic_declines_with_a_reason(ours, staff):
    press(staff, ours.referral, "start")
    press(staff, ours.referral, "decline", reason="needs_imaging")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.DECLINED
    assert Step.objects.get(referral=ours.referral, move="decline").reason == "needs_imaging"


@pytest.mark.parametrize("reason", ["", "because", "not_mine"])
def test_declining_without_a_known_reason_changes_nothing_and_says_so(ours, staff, reason):
    press(staff, ours.referral, "start")
    response = press(staff, ours.referral, "decline", reason=reason)
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.RECEIVED
    assert any("choose a reason" in text for text in said(response))


@pytest.mark.parametrize("move", ["accept", "decline", "withdraw", "expire", "complete", "", "__class__"])
def test_a_move_that_is_not_open_changes_nothing_and_says_so(ours, staff, move):
    response = press(staff, ours.referral, move, reason="no_capacity")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED
    assert any("Nothing was changed" in text for text in said(response))


@pytest.mark.parametrize("version", ["", "0", "99", "x", "-1"])
def test_a_stale_page_changes_nothing_and_says_how_it_stands_now(ours, staff, version):
    response = press(staff, ours.referral, "start", version=version)
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED
    assert any("has moved on since you opened this page" in text for text in said(response))


def test_the_second_of_two_colleagues_is_told_that_somebody_was_faster(ours, staff):
    colleague = world.logged_in(factories.member(ours.clinic))
    seen = ours.referral.version
    press(staff, ours.referral, "start", version=seen)
    press(staff, ours.referral, "decline", reason="no_capacity")
    response = press(colleague, ours.referral, "start", version=seen)
    assert any("It is now: declined" in text for text in said(response))
    assert Step.objects.filter(referral=ours.referral).count() == 3


def test_a_look_moves_nothing(ours, staff):
    address = reverse("admin:referrals_referral_move", args=[ours.referral.pk])
    assert staff.get(address, {"move": "start", "version": ours.referral.version}).status_code == 405
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED


def test_a_button_of_another_site_presses_nothing(ours):
    client = world.Client(enforce_csrf_checks=True)
    client.force_login(ours.staff)
    data = {"move": "start", "version": ours.referral.version}
    assert client.post(reverse("admin:referrals_referral_move", args=[ours.referral.pk]), data).status_code == 403


def test_requests_are_not_added_edited_or_deleted(ours, staff, operator):
    for client in (staff, operator):
        assert client.get(f"{INBOX}add/").status_code == 403
        assert client.post(f"{INBOX}add/").status_code == 403
        assert client.post(page(ours.referral), {"state": "accepted"}).status_code == 403
        assert client.post(page(ours.referral).replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert client.get(page(ours.referral).replace("change", "history")).status_code == 403
        client.post(INBOX, {"action": "delete_selected", "_selected_action": [ours.referral.pk], "post": "yes"})
    assert Referral.objects.filter(pk=ours.referral.pk, state=State.SUBMITTED).exists()


def test_another_clinic_neither_reads_nor_moves(ours, theirs, staff):
    for answer in (
        staff.get(page(theirs.referral)),
        staff.post(
            reverse("admin:referrals_referral_move", args=[theirs.referral.pk]), {"move": "start", "version": 1}
        ),
    ):
        assert answer.status_code == 302
    theirs.referral.refresh_from_db()
    assert theirs.referral.state == State.SUBMITTED
    assert not Opening.objects.filter(referral=theirs.referral).exists()


def test_an_operator_sees_that_a_request_exists_and_nothing_of_what_it_says(ours, operator):
    press(world.logged_in(ours.staff), ours.referral, "start")
    press(world.logged_in(ours.staff), ours.referral, "decline", reason="other_care_first")
    inbox = operator.get(f"{INBOX}?stand=all").content.decode()
    text = operator.get(page(ours.referral)).content.decode()
    for shown in (inbox, text):
        assert ours.referral.reference in shown
        assert "Hill Country Pain" in shown
        forbidden = (*CLINICAL, "Ana Rivera", "Adhesiolysis", "Low back", "Other care", "other_care")
        assert not [word for word in forbidden if word in shown]
    assert "declined" in text
    assert Opening.objects.filter(referral=ours.referral).count() == 2  # of the staff's own pages
    response = operator.post(reverse("admin:referrals_referral_move", args=[ours.referral.pk]), {"move": "start"})
    assert response.status_code == 403


def test_an_operator_cannot_search_or_filter_by_what_a_request_is_about(ours, operator):
    assert not operator.get(INBOX, {"q": "Rivera"}).context["cl"].result_list
    assert operator.get(f"{INBOX}?procedure__id__exact={ours.referral.procedure_id}").status_code == 400


def test_who_left_the_clinic_reads_no_more(ours, staff):
    Membership.objects.filter(user=ours.staff).delete()
    assert staff.get(page(ours.referral)).status_code == 302


def test_nothing_clinical_is_in_the_log_or_in_messages(ours, staff):
    response = press(staff, ours.referral, "start")
    response_texts = said(response) + [str(entry) + entry.change_message for entry in LogEntry.objects.all()]
    response_texts += [
        str(ours.referral),
        repr(ours.referral),
        *map(str, Step.objects.all()),
        *map(str, Delivery.objects.all()),
    ]
    assert not [word for word in CLINICAL for text in response_texts if word in text]


def test_a_request_whose_key_is_lost_says_so_and_the_rest_still_works(ours, staff, settings):
    key = next(iter(settings.FIELD_ENCRYPTION_KEYS.values()))
    settings.FIELD_ENCRYPTION_KEYS = {"another": key}
    text = staff.get(page(ours.referral)).content.decode()
    assert "cannot be opened" in text
    assert not Opening.objects.filter(referral=ours.referral).exists()
    assert staff.get(INBOX).status_code == 200


def test_operators_see_what_was_sent_and_staff_do_not(ours, operator, staff):
    address = reverse("admin:referrals_delivery_changelist")
    assert ours.referral.reference in operator.get(address).content.decode()
    assert staff.get(address).status_code == 403


def test_a_long_inbox_asks_the_database_no_more_than_a_short_one(ours, staff, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as short:
        staff.get(INBOX)
    for _ in range(5):
        world.send(factories.offering(practice=factories.practice(clinic=ours.clinic)).practice)
    with django_assert_max_num_queries(len(short) + 1):
        staff.get(INBOX)


def test_clinic_and_patient_read_the_same_hour_and_in_which_zone(ours, staff):
    sent_at = datetime.datetime(2026, 11, 20, 20, 30, tzinfo=datetime.UTC)
    Referral.objects.filter(pk=ours.referral.pk).update(submitted_at=sent_at)
    Site.objects.update(time_zone="America/Chicago")
    for address in (INBOX, page(ours.referral)):
        assert "November 20, 2026, 2:30 p.m. CST" in staff.get(address).content.decode()
