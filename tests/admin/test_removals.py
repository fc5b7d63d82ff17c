"""Requests for removal in the admin: the operator decides, the clinic's people learn of hidden streets."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from directory import removals
from directory.admin.removals import RemovalRequestAdmin
from directory.models import RemovalRequest, Specialist
from directory.removals import Asker
from tests import factories
from tests.admin.forms import errors, filled_in, said

CHANGELIST = reverse("admin:directory_removalrequest_changelist")


@pytest.fixture
def asked(ours):
    asker = Asker("Ana Rivera", "asker@example.org", "", "It is my home.")
    return removals.ask(ours.specialist, "all", asker, network="192.0.2.7")


def page_of(asked):
    return reverse("admin:directory_removalrequest_change", args=[asked.pk])


def decide(client, asked, decision, check=""):
    data = filled_in(client.get(page_of(asked)))
    response = client.post(page_of(asked), data | {"next": decision, "identity_check": check}, follow=True)
    asked.refresh_from_db()
    return response


def test_the_index_tells_the_operator_what_waits(operator, asked):
    text = operator.get("/admin/").content.decode()
    assert "1 request for removal waits for you" in text
    removals.decide(asked, "declined", identity_check="", by=factories.operator())
    assert "for removal waits" not in operator.get("/admin/").content.decode()


def test_the_operator_sees_who_asks_and_how_to_check_it(operator, asked):
    text = operator.get(page_of(asked)).content.decode()
    for shown in (
        "asker@example.org",
        "It is my home.",
        "My whole listing",
        "called the number in the national registry",
    ):
        assert shown in text
    assert f"npiregistry.cms.hhs.gov/provider-view/{asked.specialist_id}" in text
    assert "a stranger would give their own" in text


def test_the_operator_takes_somebody_out(operator, asked, ours, client):
    response = decide(operator, asked, "suppressed", "registry_phone")
    assert any("taken out of the directory" in text for text in said(response))
    assert (asked.decision, asked.identity_check) == ("suppressed", "registry_phone")
    assert asked.decided_by is not None
    assert client.get(ours.specialist.get_absolute_url()).status_code == 410
    entry = LogEntry.objects.get(object_id=str(asked.pk))
    assert "suppressed" in entry.change_message
    assert "registry_phone" in entry.change_message


def test_without_a_check_of_identity_nothing_is_granted(operator, asked):
    data = filled_in(operator.get(page_of(asked)))
    response = operator.post(page_of(asked), data | {"next": "suppressed", "identity_check": ""})
    assert any("how you checked" in text for text in errors(response))
    asked.refresh_from_db()
    assert asked.decision == ""
    assert Specialist.objects.get(pk=asked.specialist_id).is_active


def test_declined_the_street_is_shown_again(operator, asked):
    decide(operator, asked, "declined")
    assert asked.decision == "declined"
    assert Specialist.objects.get(pk=asked.specialist_id).street_hidden_on is None


def test_how_identity_was_checked_can_be_noted_before_it_is_decided(operator, asked):
    decide(operator, asked, "", "registry_letter")
    assert (asked.decision, asked.identity_check) == ("", "registry_letter")


def test_what_was_granted_can_only_be_taken_back(operator, asked):
    decide(operator, asked, "suppressed", "license")
    text = operator.get(page_of(asked)).content.decode()
    assert 'value="taken_back"' in text
    assert 'value="declined"' not in text
    decide(operator, asked, "taken_back")
    assert Specialist.objects.get(pk=asked.specialist_id).is_active
    assert 'name="next"' not in operator.get(page_of(asked)).content.decode()


@pytest.mark.parametrize("granted", ["street", "suppressed"])
@pytest.mark.parametrize("check", ["", "registry_phone"])
def test_the_check_after_which_it_was_granted_stays_as_it_is(operator, asked, granted, check):
    decide(operator, asked, granted, "license")
    logged = LogEntry.objects.count()
    for decision in ("", "taken_back"):
        response = decide(operator, asked, decision, check)
        assert response.status_code == 200
        assert asked.identity_check == "license"
        if decision == "" and (granted == "street" or check):
            assert errors(response) or any("Nothing was changed" in text for text in said(response))
            assert LogEntry.objects.count() == logged


def test_whose_street_is_hidden_for_good_can_be_taken_out_after_another_check(operator, asked):
    decide(operator, asked, "street", "clinic_mail")
    decide(operator, asked, "suppressed", "registry_phone")
    assert (asked.decision, asked.identity_check) == ("suppressed", "registry_phone")


def test_a_choice_that_is_not_open_is_refused(operator, asked):
    response = decide(operator, asked, "taken_back")
    assert any("Nothing was changed" in text for text in said(response))
    assert asked.decision == ""


def test_two_operators_do_not_decide_the_same_request_twice(operator, asked):
    data = filled_in(operator.get(page_of(asked))) | {"next": "suppressed", "identity_check": "license"}
    removals.decide(asked, "declined", identity_check="", by=factories.operator())
    response = operator.post(page_of(asked), data, follow=True)
    asked.refresh_from_db()
    assert asked.decision == "declined"
    assert Specialist.objects.get(pk=asked.specialist_id).is_active
    assert said(response) == ["Nothing was changed: this was decided already, look at the request again."]
    assert not LogEntry.objects.exists()


def test_one_that_is_decided_while_the_form_is_saved_is_refused_without_a_trace(operator, asked, monkeypatch):
    """Between the look at the form and the write somebody else was faster."""
    data = filled_in(operator.get(page_of(asked))) | {"next": "suppressed", "identity_check": "license"}
    other, write = factories.operator(), RemovalRequestAdmin.save_form

    def late(self, *args, **given):
        removals.decide(asked, "declined", identity_check="", by=other)
        return write(self, *args, **given)

    monkeypatch.setattr(RemovalRequestAdmin, "save_form", late)
    response = operator.post(page_of(asked), data, follow=True)
    assert said(response) == ["Nothing was changed: this was decided already, look at the request again."]
    assert not LogEntry.objects.exists()
    assert Specialist.objects.get(pk=asked.specialist_id).is_active


def test_the_reason_of_a_refusal_is_in_the_language_of_the_page(operator, asked):
    removals.decide(asked, "declined", identity_check="", by=factories.operator())
    response = operator.post(f"/es{page_of(asked)}", {"next": "suppressed", "identity_check": "license"}, follow=True)
    (text,) = said(response)
    assert "decided already" not in text


def test_requests_are_neither_made_nor_deleted_here(operator, asked):
    assert operator.get(reverse("admin:directory_removalrequest_add")).status_code == 403
    assert operator.post(reverse("admin:directory_removalrequest_delete", args=[asked.pk])).status_code == 403
    assert RemovalRequest.objects.count() == 1


def test_a_clinics_people_see_no_request_not_even_of_their_own_doctor(staff, asked):
    assert staff.get(CHANGELIST).status_code == 403
    assert staff.get(page_of(asked)).status_code in (302, 403)
    for address in ("/admin/", page_of(asked)):
        assert "asker@example.org" not in staff.get(address, follow=True).content.decode()


def test_a_clinics_people_are_told_of_hidden_streets_of_their_own_and_of_no_other(staff, asked, ours, theirs):
    removals.ask(theirs.specialist, "street", Asker("X", "x@example.org"), network="192.0.2.8")
    text = staff.get("/admin/").content.decode()
    assert f"Somebody asked to have the street hidden of: {ours.specialist.name}." in text
    assert theirs.specialist.family_name not in text
    specialist = reverse("admin:directory_specialist_change", args=[ours.specialist.pk])
    assert "street hidden at their own wish" in staff.get(specialist).content.decode().lower()


def test_whoever_was_taken_out_cannot_be_deleted_into_coming_back(operator, asked):
    decide(operator, asked, "suppressed", "license")
    operator.post(reverse("admin:directory_specialist_delete", args=[asked.specialist_id]), {"post": "yes"})
    operator.post(
        reverse("admin:directory_specialist_changelist"),
        {"action": "delete_selected", "_selected_action": [asked.specialist_id], "post": "yes"},
    )
    assert Specialist.objects.filter(pk=asked.specialist_id).exists()
    by_hand = factories.specialist(suppressed_on="2026-01-01")
    operator.post(reverse("admin:directory_specialist_delete", args=[by_hand.pk]), {"post": "yes"})
    assert Specialist.objects.filter(pk=by_hand.pk).exists()
