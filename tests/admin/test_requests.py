"""The clinic's inbox: who waits, what they wrote, what can be done now. Read, answered, never edited."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from directory.models import Membership, Site
from referrals import correspondence, erasing, moves
from referrals.admin import inbox
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
    ages = [entry.age for entry in response.context["cl"].entries]
    assert [(age.kind, bool(age.figure)) for age in ages] == [("late", True), ("new", False)]
    text = response.content.decode()
    assert "Was due" in text
    assert "Ana Rivera" in text
    assert "Eleanor M., 69" in text
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
    assert text.index("Leaking urine since 2023") < text.index("Start on this request") < text.index("April 9, 1957")


@pytest.mark.parametrize("where", ["change", "print"])
def test_a_warning_sign_stands_in_the_patients_own_language_and_is_marked_so(ours, staff, where):
    answers = world.answers(warning="long_standing", warning_text="Se me escapa la orina desde 2023")
    referral = world.send(ours.practice, answers=answers)
    Referral.objects.filter(pk=referral.pk).update(language="es")
    text = staff.get(reverse(f"admin:referrals_referral_{where}", args=[referral.pk])).content.decode()
    assert '<span lang="es">“Se me escapa la orina desde 2023”</span>' in text


@pytest.mark.parametrize("where", ["change", "print"])
def test_what_was_erased_is_said_to_be_erased_and_raises_no_alarm(ours, staff, where, settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    erasing.erase(ours.referral)
    text = staff.get(reverse(f"admin:referrals_referral_{where}", args=[ours.referral.pk])).content.decode()
    assert "What the patient wrote is erased" in text
    assert "Please tell the operator" not in text
    assert not Opening.objects.filter(referral=ours.referral).exists()


def test_opening_is_recorded_and_moves_nothing(ours, staff):
    staff.get(page(ours.referral))
    assert [opening.user for opening in Opening.objects.filter(referral=ours.referral)] == [ours.staff]
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED


def test_answers_are_kept_nowhere_on_the_way(ours, staff):
    response = staff.get(page(ours.referral))
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_start_is_the_only_button_at_first_then_the_moves_of_the_table(ours, staff):
    first = staff.get(page(ours.referral))
    assert [button.name for button in first.context["buttons"]] == ["start"]
    then = press(staff, ours.referral, "start")
    received = ["accept", "ask", "decline", "could_not_reach", "not_genuine"]
    assert [button.name for button in then.context["buttons"]] == received
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
    assert response.status_code == 400
    assert any("Choose a reason" in text for text in said(response))


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
    listed = operator.get(f"{INBOX}?stand=all").content.decode()
    text = operator.get(page(ours.referral)).content.decode()
    for shown in (listed, text):
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


def test_operators_and_the_clinic_see_what_was_sent(ours, operator, staff):
    address = reverse("admin:referrals_delivery_changelist")
    for browser in (operator, staff):
        assert ours.referral.reference in browser.get(address).content.decode()


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


def started(ours, *names):
    """The request after these moves of the clinic."""
    actor = moves.Actor.of_clinic(ours.staff)
    moves.start(ours.referral, actor=actor)
    for name in names:
        getattr(moves, name)(ours.referral, actor=actor)
    return ours.referral


def tomorrow(office="America/Chicago"):
    return timezone.now().astimezone(ZoneInfo(office)).date() + datetime.timedelta(days=1)


def test_a_question_is_asked_and_its_words_stand_on_the_page(ours, staff):
    started(ours)
    response = press(staff, ours.referral, "ask", text="When was your MRI?")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.NEEDS_INFORMATION
    assert "When was your MRI?" in response.content.decode()
    assert said(response) == [
        f"The patient of request {ours.referral.reference} is asked. You get a mail when the answer comes."
    ]


def test_the_clinic_notes_an_answer_that_came_by_phone(ours, staff):
    started(ours)
    press(staff, ours.referral, "ask", text="When was your MRI?")
    press(staff, ours.referral, "answer")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.RECEIVED


def test_an_appointment_is_set_by_the_clock_on_the_offices_wall(ours, staff):
    started(ours, "accept")
    Site.objects.update(time_zone="America/Chicago")
    day = tomorrow()
    response = press(staff, ours.referral, "schedule", day=day.isoformat(), hour="10:20")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SCHEDULED
    at = datetime.datetime.combine(day, datetime.time(10, 20), tzinfo=ZoneInfo("America/Chicago"))
    assert ours.referral.appointment_at == at
    assert "10:20 a.m." in response.content.decode()
    assert [button.name for button in response.context["buttons"]] == ["seen", "missed", "cancel_appointment"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "Say on which day"),
        ({"day": "2020-01-31", "hour": "10:00"}, "That is in the past"),
        ({"day": "2099-01-31", "hour": "10:00"}, "more than two years ahead"),
        ({"day": "9999-12-31", "hour": "23:00"}, "more than two years ahead"),
        ({"day": "tomorrow", "hour": "10:00"}, "Write the day like"),
        ({"day": "2027-03-14", "hour": "02:30"}, "does not exist on that day"),
    ],
)
def test_a_date_that_cannot_be_is_marked_and_what_was_typed_stays(ours, staff, given, error):
    started(ours, "accept")
    Site.objects.update(time_zone="America/Chicago")
    with time_machine.travel(datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC), tick=False):
        staff.force_login(ours.staff)
        response = press(staff, ours.referral, "schedule", **given)
    assert response.status_code == 400
    text = response.content.decode()
    assert error in text
    assert all(f'value="{typed}"' in text for typed in given.values())
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.ACCEPTED


def test_nobody_was_seen_or_missed_before_the_hour(ours, staff):
    started(ours, "accept")
    press(staff, ours.referral, "schedule", day=tomorrow().isoformat(), hour="10:20")
    page_now = staff.get(page(ours.referral)).content.decode()
    assert "After the hour of the appointment." in page_now
    response = press(staff, ours.referral, "seen")
    assert response.status_code == 409
    assert any("has not come yet" in text for text in said(response))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3), tick=False):
        staff.force_login(ours.staff)
        press(staff, ours.referral, "seen")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.COMPLETED


@pytest.mark.parametrize("move", ["missed", "cancel_appointment"])
def test_an_appointment_that_falls_through_makes_room_for_another(ours, staff, move):
    started(ours, "accept")
    press(staff, ours.referral, "schedule", day=tomorrow().isoformat(), hour="10:20")
    Referral.objects.filter(pk=ours.referral.pk).update(appointment_at=world.days_ago(1))
    press(staff, ours.referral, move)
    ours.referral.refresh_from_db()
    assert (ours.referral.state, ours.referral.appointment_at) == (State.ACCEPTED, None)


def attempt(client, referral, outcome):
    address = reverse("admin:referrals_referral_attempt", args=[referral.pk])
    return client.post(address, {"outcome": outcome}, follow=True)


def test_nobody_is_out_of_reach_before_an_attempt_is_on_record(ours, staff):
    started(ours)
    assert "Log your attempts" in staff.get(page(ours.referral)).content.decode()
    assert press(staff, ours.referral, "could_not_reach").status_code == 409
    assert "choose what came of it" in said(attempt(staff, ours.referral, "shouted"))[0]
    response = attempt(staff, ours.referral, "no_answer")
    assert said(response) == ["Noted. The patient sees it."]
    assert "No answer, Kim Delgado" in response.content.decode()
    press(staff, ours.referral, "could_not_reach")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.COULD_NOT_REACH
    assert "must not have ended" in said(attempt(staff, ours.referral, "no_answer"))[0]
    assert ours.referral.attempts.count() == 1


def test_a_request_that_nobody_can_have_sent_is_closed(ours, staff):
    started(ours)
    press(staff, ours.referral, "not_genuine")
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.NOT_GENUINE


def test_what_was_typed_is_not_lost_when_a_colleague_was_faster(ours, staff):
    started(ours)
    seen = ours.referral.version
    moves.decline(ours.referral, actor=moves.Actor.of_clinic(factories.member(ours.clinic)), reason="no_capacity")
    data = {"move": "ask", "version": seen, "text": "A question of <three> lines"}
    response = staff.post(reverse("admin:referrals_referral_move", args=[ours.referral.pk]), data)
    assert response.status_code == 409
    text = response.content.decode()
    assert "has moved on since you opened this page" in text
    assert "What you had typed" in text
    assert "A question of &lt;three&gt; lines" in text
    assert not ours.referral.messages.exists()


def test_what_was_typed_stays_in_its_box_when_the_move_is_still_open(ours, staff):
    started(ours)
    data = {"move": "ask", "version": 0, "text": "When was your MRI?"}
    response = staff.post(reverse("admin:referrals_referral_move", args=[ours.referral.pk]), data)
    (ask,) = (button for button in response.context["buttons"] if button.name == "ask")
    assert ask.is_open
    assert "When was your MRI?</textarea>" in response.content.decode()


def message(client, referral, text):
    address = reverse("admin:referrals_referral_message", args=[referral.pk])
    return client.post(address, {"text": text}, follow=True)


def test_the_clinic_writes_and_reads_what_the_patient_wrote(ours, staff):
    assert message(staff, ours.referral, "Too early").status_code == 400
    started(ours)
    correspondence.write(ours.referral, actor=moves.PATIENT, text="I can come on <any> day.")
    response = message(staff, ours.referral, "Bring the disc, please.")
    text = response.content.decode()
    assert text.index("I can come on &lt;any&gt; day.") < text.index("Bring the disc, please.")
    assert said(response) == ["Sent. The patient reads it on the private page."]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_message_without_words_or_too_long_is_not_sent_and_not_lost(ours, staff, text):
    started(ours)
    response = message(staff, ours.referral, text)
    assert response.status_code == 400
    assert not ours.referral.messages.exists()
    assert f"{text}</textarea>" in response.content.decode()


def test_a_request_prints_on_its_own_and_that_is_recorded(ours, staff, operator, theirs):
    answers = world.answers(warning="long_standing", warning_text="Leaking urine since 2023; Dr. Lowe knows")
    referral = world.send(ours.practice, answers=answers)
    address = reverse("admin:referrals_referral_print", args=[referral.pk])
    text = staff.get(address).content.decode()
    assert text.index("Leaking urine since 2023") < text.index("Eleanor Marsh")
    assert "<form" not in text.split('id="content-main"')[1]
    assert Opening.objects.filter(referral=referral, user=ours.staff).count() == 1
    assert operator.get(address).status_code == 403
    assert staff.get(reverse("admin:referrals_referral_print", args=[theirs.referral.pk])).status_code == 302


@pytest.mark.parametrize("what", ["move", "attempt", "message"])
def test_operators_and_other_clinics_press_nothing(ours, theirs, staff, operator, what):
    started(ours)
    own = reverse(f"admin:referrals_referral_{what}", args=[ours.referral.pk])
    foreign = reverse(f"admin:referrals_referral_{what}", args=[theirs.referral.pk])
    given = {"move": "not_genuine", "version": 2, "outcome": "spoke", "text": "Hello"}
    assert operator.post(own, given).status_code == 403
    assert staff.post(foreign, given).status_code == 302
    assert staff.get(own).status_code == 405
    for referral in (ours.referral, theirs.referral):
        assert not referral.messages.exists()
        assert not referral.attempts.exists()
        assert not referral.has_ended


def test_warning_signs_stand_first_then_what_waits_longest_whose_turn_it_is(ours, staff):
    quiet, flagged, scheduled = ours.referral, None, None
    flagged = world.send(ours.practice, answers=world.answers(warning="long_standing", warning_text="Known"))
    scheduled, oldest = world.send(ours.practice), world.send(ours.practice)
    Referral.objects.filter(pk=scheduled.pk).update(
        state=State.SCHEDULED, appointment_at=timezone.now(), submitted_at=world.days_ago(20)
    )
    Referral.objects.filter(pk=oldest.pk).update(submitted_at=world.days_ago(9), changed_at=world.days_ago(9))
    response = staff.get(INBOX)
    assert list(response.context["cl"].result_list) == [flagged, oldest, quiet, scheduled]
    text = response.content.decode()
    assert text.count("Warning sign. Long-standing, and a doctor knows.") == 1
    assert text.count("Was due") == 1
    counts = response.context["cl"].counts
    assert (counts.warning, counts.overdue, counts.waiting) == (1, 1, 3)


def test_a_move_of_the_list_unfolds_its_form_on_the_page_and_changes_nothing(ours, staff):
    started(ours)
    text = staff.get(INBOX).content.decode()
    assert f"{page(ours.referral)}?open=decline#moves" in text
    for name, is_open in (("decline", True), ("nothing-of-the-kind", False)):
        response = staff.get(page(ours.referral), {"open": name})
        assert [button.is_open for button in response.context["buttons"] if button.name == "decline"] == [is_open]
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.RECEIVED


def test_what_ends_a_request_takes_a_second_press(ours, staff):
    started(ours)
    correspondence.log_attempt(ours.referral, user=ours.staff, outcome="no_answer")
    asks_first = {button.name for button in staff.get(page(ours.referral)).context["buttons"] if button.asks_first}
    assert asks_first == {"ask", "decline", "could_not_reach", "not_genuine"}


def test_a_new_request_is_started_from_the_list(ours, staff):
    text = staff.get(INBOX).content.decode()
    form = text[text.index(f'action="{reverse("admin:referrals_referral_move", args=[ours.referral.pk])}"') :]
    assert 'name="move" value="start"' in form.split("</form>")[0]
    assert f'name="version" value="{ours.referral.version}"' in form.split("</form>")[0]
    assert "Not opened yet." in text
    press(staff, ours.referral, "start")
    assert "by Kim Delgado." in staff.get(INBOX).content.decode()


def test_the_list_says_who_cannot_be_mailed_who_needs_an_interpreter_and_who_asked(ours, staff):
    world.send(ours.practice, answers=world.answers(interpreter="yes", asker="relative"))
    entries = staff.get(INBOX).content.decode().split('<li class="ib')[1:]
    assert all("Contact not checked" in entry for entry in entries)
    assert [("Needs an interpreter" in entry, "by a relative or friend" in entry) for entry in entries] == [
        (False, False),
        (True, True),
    ]


def test_an_empty_inbox_says_what_will_stand_there_and_a_narrowed_one_how_to_see_more(ours, staff):
    assert "No request is like that." in staff.get(INBOX, {"stand": "declined"}).content.decode()
    Referral.objects.update(state=State.WITHDRAWN)
    assert "Nothing waits for you." in staff.get(INBOX).content.decode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Eleanor Marsh", "Eleanor M."), ("José de la Cruz", "José C."), ("Cher", "Cher"), ("  ", ""), ("", "")],
)
def test_a_name_is_shortened_in_the_list(name, shown):
    assert inbox.shortened(name) == shown


def test_an_operators_list_knows_no_warning_sign(ours, operator):
    world.send(ours.practice, answers=world.answers(warning="long_standing", warning_text="Known"))
    response = operator.get(INBOX)
    assert response.context["cl"].counts is None
    assert "Warning sign" not in response.content.decode()


def needs(*ready: bool):
    codes = ["mri", "injections", "prescriber", "referral", "plan"]
    return [{"need": code, "ready": one, "months": None} for code, one in zip(codes, ready, strict=False)]


def test_the_inbox_says_how_much_of_what_is_needed_is_ready(ours, staff, operator):
    partly = world.send(ours.practice, answers=world.answers(readiness=needs(True, True, False, True, False)))
    whole = world.send(ours.practice, answers=world.answers(readiness=needs(True, True)))
    rows = staff.get(INBOX).content.decode().split('<li class="ib')
    of = {referral: next(row for row in rows if referral.reference in row) for referral in (partly, whole)}
    assert "3 of 5 ready" in of[partly]
    assert "Prescriber’s word on the blood thinner" in of[partly]
    assert "Steroid injections before" not in of[partly]
    assert "2 of 2 ready" in of[whole]
    assert " ready</b>" not in next(row for row in rows if ours.referral.reference in row)  # nothing was asked for
    assert "of 5 ready" not in operator.get(INBOX).content.decode()
