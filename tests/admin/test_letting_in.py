"""Who is let into a clinic by hand reads its requests: the clinic is told, and an operator gains nothing by it."""

import pytest
from django.urls import reverse

from directory.models import Membership, Notice
from referrals.models import Opening
from referrals.states import State
from tests import factories
from tests.admin import world
from tests.admin.forms import added, filled_in


def change(row) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


@pytest.fixture
def somebody():
    return factories.user("sam@example.org", is_staff=True)


def let_in(client, page, **row):
    response = client.post(page, added(filled_in(client.get(page)), "memberships", **row))
    assert response.status_code == 302


def told() -> list[tuple[str, str, int | None, str]]:
    return [(one.kind, one.reader, one.clinic_id, one.page) for one in Notice.objects.all()]


def test_the_clinic_is_told_of_whom_an_operator_lets_in_on_the_page_of_the_person(ours, operator, somebody):
    let_in(operator, change(somebody), clinic=ours.clinic.pk)
    assert told() == [("let_in", "clinic", ours.clinic.pk, change(ours.clinic))]


def test_and_on_the_page_of_the_clinic(ours, operator, somebody):
    let_in(operator, change(ours.clinic), user=somebody.pk)
    assert Membership.objects.filter(user=somebody, clinic=ours.clinic).exists()
    assert told() == [("let_in", "clinic", ours.clinic.pk, change(ours.clinic))]


def test_a_membership_that_becomes_another_clinics_is_told_there(ours, theirs, operator, somebody):
    Membership.objects.create(user=somebody, clinic=theirs.clinic)
    page = change(somebody)
    typed = filled_in(operator.get(page))
    operator.post(page, typed)
    assert told() == []  # nothing was changed
    operator.post(page, typed | {"memberships-0-clinic": ours.clinic.pk})
    assert told() == [("let_in", "clinic", ours.clinic.pk, change(ours.clinic))]


def test_who_it_is_stands_on_the_page_that_the_clinic_is_led_to_also_without_a_name(ours, staff, operator, somebody):
    let_in(operator, change(somebody), clinic=ours.clinic.pk)
    assert "sam@example.org" in staff.get(change(ours.clinic)).text


def test_an_operator_who_joins_a_clinic_still_reads_nothing_without_a_reason(ours, operator_user):
    operator = world.logged_in(operator_user)
    let_in(operator, change(operator_user), clinic=ours.clinic.pk)
    request = reverse("admin:referrals_referral_change", args=[ours.referral.pk])
    assert "Eleanor Marsh" not in operator.get(request).text
    for button in ("move", "message", "attempt"):
        pressed = operator.post(
            reverse(f"admin:referrals_referral_{button}", args=[ours.referral.pk]),
            {"move": "start", "version": ours.referral.version, "text": "Hello", "how": "phone"},
        )
        assert pressed.status_code == 403
    assert operator.get(reverse("admin:referrals_referral_print", args=[ours.referral.pk])).status_code == 403
    assert not Opening.objects.exists()
    ours.referral.refresh_from_db()
    assert ours.referral.state == State.SUBMITTED
