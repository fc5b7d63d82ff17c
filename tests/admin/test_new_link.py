"""A patient without a mail address has lost the link: the clinic calls back and gives out a new one, on record."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals import erasing, handing_out, moves
from referrals.models import Referral, ReferralLink
from referrals.moves import NotTheirClinic
from tests import factories
from tests.admin.forms import said

ASKED = {"asked": "on"}


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")


def page(referral) -> str:
    return reverse("admin:referrals_referral_change", args=[referral.pk])


def press(client, referral, typed=ASKED):
    return client.post(reverse("admin:referrals_referral_link", args=[referral.pk]), typed)


def shown(response) -> str:
    """The way of the link on the page."""
    return re.search(r"<code>http://testserver(/[^<]+)</code>", response.content.decode())[1]


def test_the_new_link_is_shown_once_opens_the_page_and_ends_the_older_ones(ours, staff):
    lost = ReferralLink.objects.issue(ours.referral)
    office = ReferralLink.objects.issue(ours.referral, for_office=True)
    response = press(staff, ours.referral)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "<svg" in response.content.decode()
    assert Client().get(shown(response)).status_code == 200
    assert Client().get(f"/referrals/{lost}/").status_code == 404
    assert Client().get(f"/referrals/{office}/").status_code == 200
    assert shown(response) not in staff.get(page(ours.referral)).content.decode()


def test_who_gave_it_out_and_when_is_on_record_and_the_patient_sees_that(ours, staff):
    response = press(staff, ours.referral)
    record = ReferralLink.objects.all().handed_out().get()
    assert (record.referral, record.issued_by) == (ours.referral, ours.staff)
    text = staff.get(page(ours.referral)).content.decode()
    assert "Kim Delgado" in text.split('id="new-link"')[1].split("</section>")[0]
    seen = Client().get(shown(response)).text
    assert "The clinic gave out a new link" in seen
    assert "Kim" not in seen


def test_it_is_in_the_language_of_the_request(ours, staff):
    Referral.objects.filter(pk=ours.referral.pk).update(language="es")
    assert shown(press(staff, ours.referral)).startswith("/es/referrals/")


def test_the_date_of_birth_is_to_be_asked_first(ours, staff):
    old = ReferralLink.objects.issue(ours.referral)
    assert "ask for the date of birth first" in staff.get(page(ours.referral)).content.decode()
    refused = press(staff, ours.referral, {})
    assert refused.status_code == 400
    assert "Nothing was changed: ask for the date of birth first" in said(refused)[0]
    assert Client().get(f"/referrals/{old}/").status_code == 200
    assert not ReferralLink.objects.all().handed_out().exists()


def test_to_a_checked_address_it_is_mailed_instead(ours, staff):
    Referral.objects.filter(pk=ours.referral.pk).update(email_checked_at=timezone.now())
    old = ReferralLink.objects.issue(ours.referral)
    refused = press(staff, ours.referral)
    assert refused.status_code == 409
    assert "mails a new one there" in said(refused)[0]
    assert "Show a new link" not in refused.content.decode()
    assert Client().get(f"/referrals/{old}/").status_code == 200


def test_there_is_none_to_a_request_that_was_erased(ours, staff):
    erasing.erase(ours.referral)
    refused = press(staff, ours.referral)
    assert refused.status_code == 409
    assert not ReferralLink.objects.exists()


def test_operators_and_other_clinics_give_out_none(ours, theirs, staff, operator):
    assert press(operator, ours.referral).status_code == 403
    assert press(staff, theirs.referral).status_code == 302
    assert staff.get(reverse("admin:referrals_referral_link", args=[ours.referral.pk])).status_code == 405
    assert "Show a new link" not in operator.get(page(ours.referral)).content.decode()
    for user in (theirs.staff, *type(ours.staff).objects.filter(is_superuser=True)):
        with pytest.raises(NotTheirClinic):
            handing_out.hand_out(ours.referral, user=user)
    assert not ReferralLink.objects.exists()


def test_a_clinic_has_no_link_that_leads_on_to_the_next_one(ours):
    before = handing_out.hand_out(ours.referral, user=ours.staff)
    other = factories.offering(clinic=factories.connected_clinic()).practice
    moves.redirect(
        ours.referral,
        other.pk,
        clinic_id=other.site.clinic_id,
        signs=moves.SignsToday("no"),
        consent_version="3",
        form_key_hash="moved on",
    )
    assert not ReferralLink.objects.opened_by(before).exists()
    ours.referral.refresh_from_db()
    with pytest.raises(handing_out.LinkRefused):
        handing_out.hand_out(ours.referral, user=ours.staff)
