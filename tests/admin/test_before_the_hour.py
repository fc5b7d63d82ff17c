"""What has not happened yet cannot be noted, whatever a browser sends."""

import datetime

from django.urls import reverse
from django.utils import timezone

from referrals import moves
from referrals.states import State
from tests.admin.forms import said


def test_no_button_says_before_the_hour_that_the_patient_did_not_come(ours, staff):
    clinic, at = moves.Actor.of_clinic(ours.staff), timezone.now() + datetime.timedelta(days=9)
    moves.start(ours.referral, actor=clinic)
    moves.accept(ours.referral, actor=clinic)
    moves.schedule(ours.referral, actor=clinic, at=at)
    pressed = staff.post(
        reverse("admin:referrals_referral_move", args=[ours.referral.pk]),
        {"move": "missed", "version": ours.referral.version},
    )
    assert pressed.status_code == 409
    assert any("has not come yet" in text for text in said(pressed))
    ours.referral.refresh_from_db()
    assert (ours.referral.state, ours.referral.appointment_at) == (State.SCHEDULED, at)
