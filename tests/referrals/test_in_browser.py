"""A real Chromium: the whole way in both languages, with and without JavaScript, on a phone; axe judges each page."""

import dataclasses
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from directory import search
from directory.models import Clinic
from referrals import moves
from referrals.models import Referral, ReferralLink
from referrals.vault import tokens
from tests.referrals import documents
from tests.referrals.patient import CANARIES, CONTENT, PAGES
from tests.referrals.walking import answer, fill_in, go_on, walk

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("where", ["", "/es"])
@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_patient_answers_page_by_page_types_the_code_and_withdraws(
    committed_austin, visitors, where, with_javascript
):
    page = visitors(java_script_enabled=with_javascript, viewport=PHONE)

    def nothing_in_address_or_cookie(step):
        assert page.url.split("?")[0].endswith("/referrals/new/")
        assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], step

    walk(page, committed_austin.practice.pk, where=where, at=nothing_in_address_or_cookie)
    referral = Referral.objects.get()
    assert referral.unseal().name == CANARIES["name"]
    assert referral.language == (where.strip("/") or "en")
    page.locator("#withdraw summary").click()
    page.locator("form[action$='/withdraw/'] button").click()
    page.wait_for_load_state()
    referral.refresh_from_db()
    assert referral.state == "withdrawn"


@pytest.mark.parametrize("where", ["", "/es"])
def test_axe_finds_nothing_on_any_page_with_and_without_errors(committed_austin, visitors, where):
    page = visitors(viewport=PHONE)
    found = []

    def judge(step):
        for state in ("as it comes", "with errors"):
            result = Axe().run(page)
            found.extend(
                f"{step} {state}: {one['id']} {one['nodes'][0]['html']}" for one in result.response["violations"]
            )
            if state == "as it comes":
                go_on(page)
                expect(page.locator(".errsum")).to_be_visible()

    walk(page, committed_austin.practice.pk, where=where, at=judge)
    assert not found, "\n".join(found)


def by_office(practice, language):
    answers = CONTENT.answers | {"asker": "office", "office_name": "Dr. Wallaby", "office_phone": "+15125550187"}
    content = dataclasses.replace(CONTENT, answers=answers)
    return moves.propose(practice.pk, "adhesiolysis", content, form_key_hash=tokens.new(), language=language)


@pytest.mark.parametrize("where", ["", "/es"])
def test_axe_finds_nothing_beside_the_straight_way(committed_austin, visitors, where):
    page, practice = visitors(viewport=PHONE), committed_austin.practice
    found: list[str] = []

    def judge(what):
        result = Axe().run(page)
        found.extend(f"{what}: {one['id']} {one['nodes'][0]['html']}" for one in result.response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], what

    page.goto(f"{where}/referrals/new/?practice={practice.pk}&procedure=adhesiolysis")
    answer(page, {"warning": "no"})
    answer(page, {"milder": ["fever"]})
    expect(page.locator(".end--today")).to_be_visible()
    judge("early")

    referral = by_office(practice, where.strip("/") or "en")
    page.goto(f"{where}/referrals/{ReferralLink.objects.issue(referral)}/confirm/")
    for typed in ({"warning": "no", "birth_month": "4", "birth_day": "9", "birth_year": "1957"}, {"warning": "no"}):
        judge("confirm")
        go_on(page)
        expect(page.locator(".errsum")).to_be_visible()
        judge("confirm with errors")
        answer(page, typed)
    expect(page.locator("section.answers").first).to_be_visible()
    office = ReferralLink.objects.issue(referral, for_office=True)
    page.goto(f"{where}/referrals/{office}/")
    judge("office")

    Clinic.objects.filter(pk=committed_austin.clinic.pk).update(people_checked_on=None)
    search.rebuild_all()
    page.goto(f"{where}/referrals/new/?practice={practice.pk}&procedure=adhesiolysis&packet=1")
    for typed in PAGES.values():
        answer(page, typed)
    judge("review before the packet")
    answer(page, {"warning": "no"})
    expect(page.locator("body.packet")).to_be_visible()
    judge("packet")
    assert not found, "\n".join(found)


def test_the_enter_key_goes_on_and_never_back(committed_austin, visitors):
    page = visitors()
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    fill_in(page, {"warning": "no"})
    go_on(page)
    fill_in(page, {"milder": "none"})
    go_on(page)
    fill_in(page, {"asker": "relative", "relative_name": "Ringo Quokka", "relation": "son"})
    page.locator("#id_relation").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The patient")


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_reader_of_spanish_changes_the_language_in_the_middle_and_loses_nothing(
    committed_austin, visitors, with_javascript
):
    page = visitors(java_script_enabled=with_javascript, viewport=PHONE)
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    answer(page, {"warning": "no"})
    answer(page, {"milder": "none"})
    fill_in(page, {"asker": "relative", "relative_name": "Ringo Quokka"})
    with page.expect_navigation():
        page.locator("header .lang button[lang=es]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.url.endswith("/es/referrals/new/")
    expect(page.locator("#id_relative_name")).to_have_value("Ringo Quokka")
    fill_in(page, {"relation": "son"})
    page.locator("#id_relation").press("Enter")
    expect(page.locator("#id_birth_month")).to_be_visible()
    page.locator("main [name=go][value=back]").click()
    expect(page.locator("#id_relation")).to_have_value("son")


def test_a_draft_is_left_and_taken_up_again_in_another_browser(committed_austin, visitors):
    page = visitors(java_script_enabled=False, viewport=PHONE)
    page.goto(f"/referrals/new/?practice={committed_austin.practice.pk}&procedure=adhesiolysis")
    for step in ("gate", "signs", "asker", "contact"):
        fill_in(page, PAGES[step] | ({"keep_draft": "on"} if step == "contact" else {}))
        go_on(page)
    page.locator("[name=go][value=stop]").click()
    link = page.locator("main code").inner_text()
    page.locator("main [name=go][value=next]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The pain")

    other = visitors(java_script_enabled=False)
    other.goto(link)
    other.locator("[name=go][value=next]").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("The pain")
    answer(other, PAGES["pain"])
    expect(other.get_by_role("heading", level=1)).to_have_text("What was tried")


@pytest.mark.parametrize("where", ["", "/es"])
@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_patient_adds_a_document_takes_it_back_and_deletes_it(
    committed_austin, visitors, settings, tmp_path, where, with_javascript
):
    settings.ATTACHMENT_FOLDER = tmp_path / "attachments"
    page = visitors(java_script_enabled=with_javascript, viewport=PHONE, accept_downloads=True)
    page.goto(f"{where}/referrals/{ReferralLink.objects.issue(committed_austin.referral())}/")
    for part, number in (("month", "4"), ("day", "9"), ("year", "1957")):
        page.locator(f"#birth-{part}").fill(number)
    page.locator("#open button").click()

    def judge(state):
        expect(page.locator("#files")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], state
        if with_javascript:
            assert Axe().run(page).response["violations"] == [], state

    judge("none so far")
    page.locator("#files form[enctype] button").click()
    expect(page.locator("#file-error")).to_be_visible()
    judge("with an error")
    page.locator("#file").set_input_files({"name": "a name.pdf", "mimeType": "image/png", "buffer": documents.pdf()})
    page.locator("#files form[enctype] button").click()
    expect(page.locator(".files li")).to_have_count(1)
    judge("with one")
    with page.expect_download() as download:
        page.locator(".files a").click()
    assert download.value.suggested_filename.startswith("request-")
    assert Path(download.value.path()).read_bytes() == documents.pdf()
    page.locator(".files button").click()
    expect(page.locator(".files a")).to_have_count(0)
    judge("deleted")
    assert list(settings.ATTACHMENT_FOLDER.iterdir()) == []
