"""Operators: what they see of a request, what they read for a reason and on record, and what they keep from erasing."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from directory.models import Notice
from referrals import access, erasing, holds, moves
from referrals.models import LegalHold, Message, Opening, OperatorReading, Referral
from referrals.models.oversight import RecordIsKept
from referrals.states import State
from tests import factories
from tests.admin import world
from tests.admin.forms import said
from tests.referrals.patient import CONTENT as CONTENT_OF_AN_OFFICE

CONTENT = ("Eleanor Marsh", "eleanor@example.org", "5550186", "Sitting longer than 20 minutes", "Low back")
WHY = {"reason": "patient_asked", "case": "2026-117"}


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


def page(referral) -> str:
    return reverse("admin:referrals_referral_change", args=[referral.pk])


def press(client, referral, button: str, **typed):
    return client.post(reverse(f"admin:referrals_referral_{button}", args=[referral.pk]), typed, follow=True)


# ---- reading by exception -------------------------------------------------------------------------------------------


def test_without_a_reason_an_operator_sees_state_and_dates_only(ours, operator):
    text = operator.get(page(ours.referral)).content.decode()
    assert "new" in text
    assert ours.clinic.name in text
    assert not [word for word in CONTENT if word in text]
    for typed in ({}, {"reason": ""}, {"reason": "curious"}):
        refused = press(operator, ours.referral, "read", **typed)
        assert refused.status_code == 400
        assert "errorlist" in refused.content.decode()
        assert not [word for word in CONTENT if word in refused.content.decode()]
    assert not OperatorReading.objects.exists()
    assert not Notice.objects.exists()


def test_with_a_reason_an_operator_reads_it_once_on_record(ours, operator):
    moves.start(ours.referral, actor=moves.Actor.of_clinic(ours.staff))
    moves.ask(ours.referral, actor=moves.Actor.of_clinic(ours.staff), text="When was your MRI?")
    read = press(operator, ours.referral, "read", **WHY)
    text = read.content.decode()
    assert all(word in text for word in (*CONTENT, "When was your MRI?"))
    assert "no-store" in read["Cache-Control"]
    record = OperatorReading.objects.get()
    assert (record.referral, record.clinic, record.reason, record.case) == (
        ours.referral,
        ours.clinic,
        "patient_asked",
        "2026-117",
    )
    assert record.user.is_superuser
    again = operator.get(page(ours.referral)).content.decode()
    assert not [word for word in CONTENT if word in again]
    assert "The patient asked for help (2026-117)" in again
    assert not Opening.objects.exists()  # those are the clinic's
    assert not LogEntry.objects.exists()


def test_the_clinic_is_told_and_reads_who_and_why(ours, staff, operator):
    press(operator, ours.referral, "read", **WHY)
    notice = Notice.objects.get()
    assert (notice.kind, notice.reader, notice.clinic, notice.page) == (
        "request_read",
        "clinic",
        ours.clinic,
        page(ours.referral),
    )
    text = staff.get(page(ours.referral)).content.decode()
    assert "Read by operators of this site" in text
    assert "The patient asked for help (2026-117)" in text
    assert "Read it by exception" not in text
    assert "Set a legal hold" not in text


@pytest.mark.parametrize("case", ["Eleanor Marsh", "2026-117\nEleanor", "7" * 41, "é1"])
def test_a_case_number_that_may_be_a_name_is_refused_and_what_was_typed_stays(ours, operator, case):
    refused = press(operator, ours.referral, "read", reason="legal", case=case)
    assert refused.status_code == 400
    assert "A case number of up to 40 letters and digits" in refused.content.decode()
    assert 'value="legal" selected' in refused.content.decode()
    assert not OperatorReading.objects.exists()


def test_a_reading_is_never_changed_nor_deleted_and_outlives_the_request(ours, operator):
    press(operator, ours.referral, "read", **WHY)
    record = OperatorReading.objects.get()
    for attempt in (record.save, record.delete, OperatorReading.objects.all().delete):
        with pytest.raises(RecordIsKept):
            attempt()
    with pytest.raises(RecordIsKept):
        OperatorReading.objects.update(reason="fault")
    reference = ours.referral.reference
    Referral.objects.all().delete()
    record.refresh_from_db()
    assert (record.referral, record.reference, record.clinic) == (None, reference, ours.clinic)
    assert reference in operator.get("/admin/referrals/operatorreading/").content.decode()


def test_nobody_but_an_operator_reads_by_exception(ours, theirs, staff, operator):
    for client in (staff, world.logged_in(theirs.staff)):
        for button in ("read", "hold", "release"):
            assert press(client, ours.referral, button, hold_case="1", **WHY).status_code == 403
    with pytest.raises(access.MayNotRead):
        access.read_as_operator(ours.referral, user=ours.staff, reason=OperatorReading.Reason.FAULT)
    for button in ("read", "hold", "release"):
        address = reverse(f"admin:referrals_referral_{button}", args=[ours.referral.pk])
        assert operator.get(address).status_code == 405
    assert not OperatorReading.objects.exists()
    assert not LegalHold.objects.exists()


def test_what_does_not_open_is_explained_and_not_recorded(ours, operator, settings):
    settings.FIELD_ENCRYPTION_KEYS = {"other": b"x" * 32}
    assert "the key that it needs is not on this server" in said(press(operator, ours.referral, "read", **WHY))[0]
    settings.FIELD_ENCRYPTION_KEYS = {}
    erasing.erase(ours.referral)
    assert "has been erased" in said(press(operator, ours.referral, "read", **WHY))[0]
    assert not OperatorReading.objects.exists()
    assert not Notice.objects.exists()


# ---- legal holds ----------------------------------------------------------------------------------------------------


def test_a_hold_is_set_and_released_with_a_reason_on_record(ours, operator):
    assert said(press(operator, ours.referral, "hold", hold_case="Case 12-3456")) == [
        "The legal hold stands. Nothing of this request is erased."
    ]
    with pytest.raises(erasing.OnHold):
        erasing.erase(ours.referral)
    text = operator.get(page(ours.referral)).content.decode()
    assert "A legal hold stands" in text
    assert "Case 12-3456" in text
    done = said(press(operator, ours.referral, "release", hold_case="Case 12-3456 closed"))
    assert done == ["The legal hold is released. The request is erased when its time comes."]
    hold = LegalHold.objects.get()
    assert (hold.reason, hold.release_reason) == ("Case 12-3456", "Case 12-3456 closed")
    assert hold.set_by == hold.released_by
    assert hold.reference in operator.get("/admin/referrals/legalhold/").content.decode()


def test_a_hold_without_a_case_number_or_in_vain_changes_nothing(ours, operator):
    assert press(operator, ours.referral, "hold", hold_case="").status_code == 400
    assert "no legal hold stands" in said(press(operator, ours.referral, "release", hold_case="1"))[0]
    press(operator, ours.referral, "hold", hold_case="1")
    assert press(operator, ours.referral, "release", hold_case="because").status_code == 400
    assert "stands already" in said(press(operator, ours.referral, "hold", hold_case="2"))[0]
    assert LegalHold.objects.get().released_at is None
    other = world.send(ours.practice)
    erasing.erase(other)
    assert "nothing left to hold" in said(press(operator, other, "hold", hold_case="1"))[0]


def test_what_a_patient_wants_erased_under_a_hold_is_erased_when_it_is_released(ours, operator):
    holds.place(ours.referral, user=factories.operator(), reason="Case 1")
    moves.withdraw(ours.referral, reason="not_mine")
    ours.referral.refresh_from_db()
    assert (ours.referral.state, ours.referral.erased_at) == (State.WITHDRAWN, None)
    assert "The patient has asked for erasing" in operator.get(page(ours.referral)).content.decode()
    done = said(press(operator, ours.referral, "release", hold_case="Case 1 closed"))
    assert done == ["The legal hold is released, and the request is erased: the patient had asked for it."]
    ours.referral.refresh_from_db()
    assert (ours.referral.erased_at is not None, bytes(ours.referral.data_key)) == (True, b"")
    assert not Message.objects.exists()


def test_what_nobody_agreed_to_is_erased_when_the_hold_is_released_and_the_page_says_why(ours, operator):
    referral = moves.propose(ours.practice.pk, "adhesiolysis", CONTENT_OF_AN_OFFICE, form_key_hash="an office's")
    press(operator, referral, "hold", hold_case="2026-117")
    moves.expire(referral)
    done = said(press(operator, referral, "release", hold_case="2026-117"))
    assert done == ["The legal hold is released, and the request is erased: its patient never agreed to it."]
    referral.refresh_from_db()
    assert referral.erased_at is not None


def test_only_an_operator_holds(ours):
    for act in (holds.place, holds.release):
        with pytest.raises(holds.NotAnOperator):
            act(ours.referral, user=ours.staff, reason="Case 1")
