"""Reports of mistakes in the admin: counted as work, looked into once, and seen by those whom they concern."""

import pytest

from directory import reports
from directory.models import Membership, Report
from tests import factories
from tests.admin import world
from tests.admin.forms import errors, filled_in, said

LIST = "/admin/directory/report/"


def address(report) -> str:
    return f"{LIST}{report.pk}/change/"


def settle(client, report, **typed):
    return client.post(
        address(report),
        filled_in(client.get(address(report))) | {"state": "mended", "found": "It ends in 0199 now."} | typed,
        follow=True,
    )


def test_the_start_page_counts_what_waits_and_leads_to_it(ours, theirs, staff, operator):
    assert f'<a href="{LIST}">1 report of a mistake waits to be looked into</a>' in staff.get("/admin/").text
    assert f'<a href="{LIST}">2 reports of mistakes wait to be looked into</a>' in operator.get("/admin/").text


def test_nothing_is_said_where_nothing_waits(ours, staff):
    Report.objects.all().delete()
    assert "of a mistake" not in staff.get("/admin/").text


def test_staff_of_the_clinic_read_the_report_with_the_visitors_words(ours, staff):
    page = staff.get(address(ours.report)).text
    assert "The phone number is wrong" in page
    assert "The phone number ends in 0199." in page


def test_what_came_of_it_is_kept_with_who_and_when(ours, staff):
    page = settle(staff, ours.report)
    assert "changed successfully" in said(page)[0]
    report = Report.objects.get(pk=ours.report.pk)
    assert (report.state, report.found, report.settled_by) == ("mended", "It ends in 0199 now.", ours.staff)
    assert report.settled_at is not None
    assert LIST in page.redirect_chain[-1][0]
    assert ours.report not in staff.get(LIST).context["cl"].result_list
    assert ours.report in staff.get(f"{LIST}?stand=mended").context["cl"].result_list
    assert ours.staff.email in staff.get(address(report)).text


@pytest.mark.parametrize(("field", "words"), [("state", "Say whether the listing was wrong"), ("found", "what you")])
def test_a_report_is_not_settled_without_an_answer(ours, staff, field, words):
    page = settle(staff, ours.report, **{field: ""})
    assert words in " ".join(errors(page))
    assert Report.objects.get(pk=ours.report.pk).is_open


def test_it_cannot_be_settled_as_open_again(ours, staff):
    assert errors(settle(staff, ours.report, state="open"))


def test_what_a_visitor_said_cannot_be_changed(ours, staff, operator):
    for client in (staff, operator):
        settle(client, ours.report, kind="moved", times="99", state="", clinic="")
    report = Report.objects.get(pk=ours.report.pk)
    assert (report.kind, report.times, report.clinic) == ("phone", 1, ours.clinic)


def test_who_comes_second_is_told_and_changes_nothing(ours, staff, operator, operator_user):
    page = filled_in(staff.get(address(ours.report)))
    reports.settle(ours.report, state="not_so", found="Called it.", by=operator_user)
    answer = staff.post(address(ours.report), page | {"state": "mended", "found": "x"}, follow=True)
    assert said(answer) == ["Nothing was changed: somebody else has looked into it in the meantime."]
    assert Report.objects.get(pk=ours.report.pk).found == "Called it."


def test_a_report_of_no_clinic_in_particular_is_the_operators(ours, staff, operator):
    unknown = factories.report(ours.practice, about=f"specialist:{ours.specialist.pk}", clinic=None, site=None)
    assert unknown in operator.get(LIST).context["cl"].result_list
    assert unknown not in staff.get(LIST).context["cl"].result_list
    assert staff.get(address(unknown)).status_code == 302


def test_nobody_adds_or_deletes_reports(ours, staff, operator):
    for client in (staff, operator):
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}{ours.report.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Report.objects.filter(pk=ours.report.pk).exists()


def test_a_practice_can_be_taken_out_because_of_a_report_which_stays(ours):
    practice = factories.practice(site=ours.site)
    report = factories.report(practice, kind="left")
    world.logged_in(ours.staff).post(f"/admin/directory/practice/{practice.pk}/delete/", {"post": "yes"})
    report.refresh_from_db()
    assert (report.practice, report.clinic) == (None, ours.clinic)


def test_who_looked_into_it_can_leave_and_what_was_found_stays(ours, staff):
    settle(staff, ours.report)
    Membership.objects.all().delete()
    ours.staff.delete()
    report = Report.objects.get(pk=ours.report.pk)
    assert (report.state, report.found, report.settled_by) == ("mended", "It ends in 0199 now.", None)
    assert report.settled_at is not None
