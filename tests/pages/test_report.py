"""Something is wrong here: what a visitor can say, what is kept of it, and that no page changes by it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from directory import daily, limits, reports, search
from directory.models import FormCount, Notice, PastSlug, Report, ReportRemark
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return factories.practice(clinic=factories.connected_clinic(name="Example Hill Pain", slug="example-hill"))


def address(practice) -> str:
    return f"{practice.specialist.get_absolute_url()}report/"


def send(practice, client=None, **typed):
    return (client or Client()).post(address(practice), {"kind": "phone", "remark": ""} | typed)


def test_the_pages_of_doctor_and_clinic_lead_to_it(practice):
    for page, form in (
        (practice.specialist.get_absolute_url(), address(practice)),
        ("/clinics/example-hill/", "/clinics/example-hill/report/"),
    ):
        assert f'href="{form}"' in Client().get(page).text
        assert Client().get(form).status_code == 200


def test_a_report_is_kept_with_its_office_and_thanked_for(practice):
    answer = send(practice, remark="It ends in 0199.")
    assert (answer.status_code, answer["Location"]) == (303, f"{address(practice)}?sent=1")
    report = Report.objects.get()
    assert (report.kind, report.state, report.times) == ("phone", "open", 1)
    assert (report.specialist, report.clinic, report.practice) == (
        practice.specialist,
        practice.site.clinic,
        practice,
    )
    assert [remark.text for remark in report.remarks.all()] == ["It ends in 0199."]
    assert "cannot tell you what came of it" in Client().get(answer["Location"]).text


def test_a_report_changes_nothing_on_the_page(practice):
    before = Client().get(practice.specialist.get_absolute_url())
    version = search.latest().number
    send(practice, kind="closed")
    after = Client().get(practice.specialist.get_absolute_url())
    assert after.content == before.content
    assert after["ETag"] == before["ETag"]
    assert search.latest().number == version


def test_the_same_mistake_at_the_same_office_is_counted_not_listed_twice(practice):
    for words in ("It ends in 0199.", "Nobody answers.", "Nobody answers."):
        send(practice, remark=words)
    report = Report.objects.get()
    assert report.times == 3
    assert [remark.text for remark in report.remarks.all()] == ["It ends in 0199.", "Nobody answers."]
    send(practice, kind="moved")
    assert Report.objects.count() == 2


def test_after_it_was_looked_into_the_same_mistake_is_a_new_report(practice):
    send(practice)
    reports.settle(Report.objects.get(), state="not_so", found="Called it.", by=factories.operator())
    send(practice)
    assert [report.state for report in Report.objects.order_by("pk")] == ["not_so", "open"]


def test_of_very_many_remarks_only_so_many_are_kept(practice):
    place = reports.Place(practice.specialist, practice.site.clinic, practice.site, practice)
    for number in range(reports.MOST_REMARKS + 5):
        reports.file("phone", place, f"word {number}")
    assert Report.objects.get().times == reports.MOST_REMARKS + 5
    assert ReportRemark.objects.count() == reports.MOST_REMARKS


def test_with_several_offices_one_is_asked_which(practice):
    second = factories.practice(specialist=practice.specialist, clinic=practice.site.clinic)
    assert "Choose the office" in send(practice).text
    send(practice, office=str(second.pk))
    assert Report.objects.get().practice == second


def test_who_does_not_know_the_office_says_so(practice):
    factories.practice(specialist=practice.specialist, clinic=practice.site.clinic)
    send(practice, office="unknown")
    report = Report.objects.get()
    assert (report.practice, report.clinic) == (None, practice.site.clinic)


def test_where_the_offices_are_of_several_clinics_an_unknown_office_is_no_clinics(practice):
    factories.practice(specialist=practice.specialist)
    send(practice, office="unknown")
    assert Report.objects.get().clinic is None


def test_an_office_of_somebody_else_is_refused(practice):
    factories.practice(specialist=practice.specialist, clinic=practice.site.clinic)
    answer = send(practice, office=str(factories.practice().pk))
    assert "Choose the office" in answer.text
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["procedure", "insurer", "other"])
def test_what_nobody_could_mend_without_words_needs_some(practice, kind):
    assert "Error:" in send(practice, kind=kind).text
    assert not Report.objects.exists()
    assert send(practice, kind=kind, remark="Epidural").status_code == 303


def test_of_a_clinic_one_says_which_doctor_left(practice):
    typed = {"kind": "left", "remark": ""}
    assert "Say which doctor" in Client().post("/clinics/example-hill/report/", typed).text
    Client().post("/clinics/example-hill/report/", typed | {"remark": "Dr. Tran"})
    report = Report.objects.get()
    assert (report.clinic, report.specialist, report.site) == (practice.site.clinic, None, practice.site)


def test_mistakes_keep_what_was_typed(practice):
    page = send(practice, kind="", remark="0199 & <b>").text
    assert "One answer needs another look" in page
    assert "0199 &amp; &lt;b&gt;" in page


def test_500_characters_pass_however_the_browser_ends_its_lines(practice):
    words = "\r\n".join(["a" * 49] * 10)  # 499 as one counts, more as it is sent
    assert send(practice, remark=words).status_code == 303
    assert "Shorten this text to 500" in send(practice, remark="a" * 501).text


def test_a_form_from_another_site_is_not_taken(practice):
    strict = Client(enforce_csrf_checks=True)
    assert send(practice, client=strict).status_code == 403
    assert not Report.objects.exists()


def test_the_page_warns_of_health_and_names_help(practice):
    page = Client().get(address(practice)).text
    assert "Write nothing about your health" in page
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page


def test_it_is_kept_by_no_cache_and_no_search_engine(practice):
    for answer in (Client().get(address(practice)), send(practice), send(practice, kind="")):
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_opening_changes_nothing(practice):
    Client().get(address(practice))
    Client().get(f"{address(practice)}?sent=1")
    assert not Report.objects.exists()
    assert not FormCount.objects.exists()


def test_who_was_taken_out_has_no_form_and_older_addresses_lead_on(practice):
    npi = practice.specialist.pk
    moved = Client().get(f"/specialists/somebody-{npi}/report/")
    assert (moved.status_code, moved["Location"]) == (301, address(practice))
    PastSlug.objects.create(slug="once", clinic=practice.site.clinic)
    assert Client().get("/clinics/once/report/")["Location"] == "/clinics/example-hill/report/"
    PastSlug.objects.create(slug="deleted", clinic=None)
    assert Client().get("/clinics/deleted/report/").status_code == 410
    assert Client().get("/clinics/nowhere/report/").status_code == 404
    practice.specialist.suppressed_on = timezone.localdate()
    practice.specialist.save()
    search.rebuild_all()
    assert send(practice).status_code == 410
    assert Client().get("/clinics/example-hill/report/").status_code == 410
    assert not Report.objects.exists()


# ---- floods ---------------------------------------------------------------------------------------------------------


def test_an_address_sends_so_many_a_day_and_loses_nothing_that_it_typed(practice, settings, time_machine):
    settings.FORMS_PER_DAY = 2
    for _ in range(2):
        assert send(practice).status_code == 303
    refused = send(practice, remark="Still ends in 0199.")
    assert (refused.status_code, refused["Retry-After"]) == (429, "86400")
    assert "Still ends in 0199." in refused.text
    assert Report.objects.get().times == 2
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert send(practice, client=elsewhere).status_code == 303
    time_machine.move_to(timezone.now() + datetime.timedelta(days=1))
    assert send(practice).status_code == 303


def test_mistakes_in_the_form_are_not_counted(practice, settings):
    settings.FORMS_PER_DAY = 1
    for _ in range(3):
        send(practice, kind="")
    assert send(practice).status_code == 303


def test_new_addresses_of_one_subscriber_are_the_same_sender(practice, settings):
    settings.FORMS_PER_DAY = 1
    assert send(practice, client=Client(REMOTE_ADDR="2001:db8:1:2::1")).status_code == 303
    assert send(practice, client=Client(REMOTE_ADDR="2001:db8:1:2::ffff")).status_code == 429
    assert send(practice, client=Client(REMOTE_ADDR="2001:db8:1:3::1")).status_code == 303


def test_no_address_is_kept_and_the_count_is_gone_the_next_day(practice, time_machine):
    send(practice, client=Client(REMOTE_ADDR="203.0.113.7"))
    (counted,) = FormCount.objects.all()
    assert "203.0.113" not in str(vars(counted))
    now = timezone.now()
    assert limits.forget(now) == 0
    assert limits.forget(now + datetime.timedelta(days=1)) == 1


# ---- who is told ----------------------------------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(taken_at=None).values_list("reader", "page"))


LIST = "/admin/directory/report/"


def test_operator_and_clinic_are_told_once_of_several(practice, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    for kind in ("phone", "moved", "phone"):
        send(practice, kind=kind)
    assert told() == [("clinic", LIST), ("operator", LIST)]


def test_within_a_day_of_a_mail_the_next_one_waits_until_the_day_is_over(practice, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    send(practice)
    first = Notice.objects.filter(reader="operator").get()
    Notice.objects.update(taken_at=timezone.now())
    send(practice, kind="moved")
    second = Notice.objects.waiting().get(reader="operator")
    assert second.due_at - first.due_at == datetime.timedelta(days=1)


def test_a_clinic_without_a_confirmed_address_and_an_operator_without_one_are_not_written_to(practice):
    practice.site.clinic.notification_email_confirmed_at = None
    practice.site.clinic.save()
    search.rebuild_all()
    send(practice)
    assert told() == []


def test_a_mail_that_has_not_gone_is_dropped_when_all_was_looked_into(practice, settings):
    settings.OPERATOR_EMAIL = "operator@pain.test"
    send(practice)
    send(practice, kind="moved")
    by = factories.operator()
    first, second = Report.objects.order_by("pk")
    reports.settle(first, state="mended", found="Changed it.", by=by)
    assert len(told()) == 2
    reports.settle(second, state="mended", found="Changed it.", by=by)
    assert told() == []


# ---- how long -------------------------------------------------------------------------------------------------------


def test_words_are_erased_after_their_time_looked_into_or_not(practice, settings):
    settings.REPORT_TEXT_DAYS = 180
    send(practice, remark="It ends in 0199.")
    now = timezone.now()
    daily.run(now + datetime.timedelta(days=179))
    assert ReportRemark.objects.count() == 1
    daily.run(now + datetime.timedelta(days=181))
    assert ReportRemark.objects.count() == 0
    assert Report.objects.get().times == 1


def test_two_people_cannot_look_into_the_same_report(practice):
    send(practice)
    report, same = Report.objects.get(), Report.objects.get()
    reports.settle(report, state="mended", found="Changed it.", by=factories.operator())
    with pytest.raises(reports.AlreadySettled):
        reports.settle(same, state="not_so", found="Was right.", by=factories.operator())
    same.refresh_from_db()
    assert same.found == "Changed it."
