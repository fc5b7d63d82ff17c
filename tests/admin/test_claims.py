"""Claims of listings in the admin: an operator decides with the facts in sight, the clinic sees that somebody asks."""

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from directory import claims
from directory.models import ListingClaim, Membership, User
from tests import factories
from tests.admin.forms import said

LIST = "/admin/directory/listingclaim/"


def address(claim) -> str:
    return f"{LIST}{claim.pk}/change/"


def approve(client, claim, **typed):
    pressed = {"checked_by": "called", "clinics": [clinic.pk for clinic in claims.clinics_of(claim)]}
    return client.post(f"{LIST}{claim.pk}/approve/", pressed | {"spoke_with_all": "on"} | typed, follow=True)


def decline(client, claim, reason="not_known"):
    return client.post(f"{LIST}{claim.pk}/decline/", {"reason": reason}, follow=True)


def members(clinic) -> set[str]:
    return set(Membership.objects.filter(clinic=clinic).values_list("user__email", flat=True))


def test_the_start_page_counts_what_waits(ours, theirs, staff, operator):
    assert f'<a href="{LIST}">1 claim of a listing waits for a check</a>' in staff.get("/admin/").text
    assert f'<a href="{LIST}">2 claims of listings wait for a check</a>' in operator.get("/admin/").text


def test_the_operator_sees_who_asks_and_what_is_on_record(ours, operator):
    page = operator.get(address(ours.claim)).text
    for fact in ("Maria Lopez", "maria@hill-country-pain.test", "(512) 555-0101", "I manage the practice"):
        assert fact in page
    assert ours.staff.name in page  # who is there already
    assert str(ours.specialist.pk) in page
    assert "reads all requests that patients send to it" in page


def test_staff_see_that_somebody_asks_and_neither_address_nor_buttons(ours, staff, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    page = staff.get(address(ours.claim)).text
    assert "Maria Lopez" in page
    assert "operator@pain.test" in page
    for hidden in ("maria@hill", "555-0101", "Approve", "Decline", "/approve/"):
        assert hidden not in page


@pytest.mark.parametrize("act", [approve, decline])
def test_staff_decide_nothing(ours, staff, act):
    assert act(staff, ours.claim).status_code == 403
    ours.claim.refresh_from_db()
    assert ours.claim.is_waiting


def test_an_operator_lets_the_person_in(ours, operator):
    page = approve(operator, ours.claim)
    assert said(page) == ["Maria Lopez was let in, and gets a mail."]
    assert members(ours.clinic) == {ours.staff.email, "maria@hill-country-pain.test"}
    assert "Called the number in the national registry" in page.text
    assert "Approve and let in" not in page.text


@pytest.mark.parametrize(
    ("missing", "words"),
    [("checked_by", "Say how you checked the person"), ("clinics", "Choose the clinic into which")],
)
def test_without_a_check_or_a_clinic_nothing_is_granted(ours, operator, missing, words):
    page = approve(operator, ours.claim, **{missing: []})
    assert page.status_code == 400
    assert words in page.text
    assert members(ours.clinic) == {ours.staff.email}


def test_no_clinic_can_be_given_that_was_not_claimed(ours, theirs, operator):
    page = approve(operator, ours.claim, clinics=[theirs.clinic.pk])
    assert page.status_code == 400
    assert members(theirs.clinic) == {theirs.staff.email}


def test_with_a_rival_it_takes_the_word_that_both_were_spoken_with(ours, operator):
    rival = factories.listing_claim(ours.practice, name="Kit Rival")
    page = operator.get(address(ours.claim)).text
    assert "Kit Rival" in page
    assert address(rival) in page
    assert "Speak with the others first" in approve(operator, ours.claim, spoke_with_all=[]).text
    assert members(ours.clinic) == {ours.staff.email}
    approve(operator, ours.claim)
    assert ours.claim.email in members(ours.clinic)


def test_where_somebody_keeps_the_clinic_it_takes_the_word_that_they_were_spoken_with(ours, operator):
    assert "I have spoken with everybody" in operator.get(address(ours.claim)).text
    page = approve(operator, ours.claim, spoke_with_all=[])
    assert "Speak with the others first: they claim the same clinic, or keep it already" in page.text
    assert members(ours.clinic) == {ours.staff.email}


def test_where_nobody_is_concerned_no_such_word_is_asked_for(operator):
    claim = factories.listing_claim(factories.practice())
    assert "I have spoken with everybody" not in operator.get(address(claim)).text
    approve(operator, claim, spoke_with_all=[])
    claim.refresh_from_db()
    assert claim.state == "approved"


def test_the_address_that_gets_the_log_in_stands_where_the_check_is_noted(ours, operator):
    """A claim in the name of somebody who works there: the person is real, the address is the impostor's."""
    page = operator.get(address(ours.claim)).text
    form = page[page.index("/approve/") : page.index("</form>", page.index("/approve/"))]
    assert form.index("maria@hill-country-pain.test") < form.index("How did you check who it is?")
    for _way, words in ListingClaim.CheckedBy.choices:
        assert "confirmed that this e-mail address is theirs" in words
        assert str(words) in form


def test_days_are_written_as_the_language_has_it(ours, operator):
    decline(operator, ours.claim)
    ours.claim.refresh_from_db()
    with override("es"):
        decided = date_format(timezone.localtime(ours.claim.decided_at), "DATETIME_FORMAT")
        sent = date_format(timezone.localtime(ours.claim.created_at), "DATETIME_FORMAT")
    page = operator.get(f"/es{address(ours.claim)}").text
    assert decided in page
    assert sent in page
    assert " de " in decided


def test_a_rival_who_came_while_the_page_was_open_stops_it_too(ours, operator):
    pressed = {"checked_by": "called", "clinics": [ours.clinic.pk]}  # as the page was, without the box
    factories.listing_claim(ours.practice)
    page = operator.post(f"{LIST}{ours.claim.pk}/approve/", pressed, follow=True)
    assert "Speak with the others first" in page.text
    assert members(ours.clinic) == {ours.staff.email}


def test_a_log_in_that_was_switched_off_is_not_switched_on(ours, operator):
    factories.user(ours.claim.email, is_active=False)
    page = approve(operator, ours.claim)
    assert "switched off" in said(page)[0]
    assert members(ours.clinic) == {ours.staff.email}


def test_an_operator_declines_with_a_reason(ours, operator):
    assert "Choose a reason, so that" in decline(operator, ours.claim, "").text
    page = decline(operator, ours.claim)
    assert said(page) == ["The claim is declined. The person is told by mail."]
    assert "The clinic does not know this person" in page.text
    assert not User.objects.filter(email=ours.claim.email).exists()


def test_what_was_decided_is_not_decided_again(ours, operator):
    decline(operator, ours.claim)
    assert said(approve(operator, ours.claim)) == ["Nothing was changed: the claim was decided in the meantime."]
    ours.claim.refresh_from_db()
    assert ours.claim.state == "declined"


def test_the_list_shows_what_waits_and_the_rest_on_request(ours, operator):
    decided = factories.listing_claim(factories.practice())
    decline(operator, decided)
    assert list(operator.get(LIST).context["cl"].result_list) == [ours.claim]
    assert list(operator.get(f"{LIST}?stand=declined").context["cl"].result_list) == [decided]
    assert len(operator.get(f"{LIST}?stand=all").context["cl"].result_list) == 2


def test_a_claim_of_two_clinics_shows_each_its_own_office(ours, theirs, staff):
    ours.claim.sites.add(theirs.site)
    page = staff.get(address(ours.claim)).text
    assert ours.site.line1 in page
    assert theirs.site.line1 not in page


def test_nobody_adds_changes_or_deletes_claims_by_hand(ours, staff, operator):
    for client in (staff, operator):
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(address(ours.claim), {"email": "me@example.org"}).status_code == 403
        assert client.post(f"{LIST}{ours.claim.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{LIST}{ours.claim.pk}/approve/").status_code == 405
    assert ListingClaim.objects.get(pk=ours.claim.pk).email == ours.claim.email
