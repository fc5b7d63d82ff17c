"""How to choose a pain doctor: a page to read, one page of questions to print, and the ways that lead there."""

import re

import pytest
from django.test import Client

from tests import factories
from tests.check.person import finish, heading
from tests.guides import text

pytestmark = pytest.mark.django_db

LINK = 'href="/about/choosing/"'


def get(address: str) -> str:
    return Client().get(address).text


def test_it_has_the_questions_that_matter_most():
    questions = {part.anchor: part.text for part in text.parts("choosing")}["questions"]
    for words in ("How many of these do you do in a year?", "board certified in pain medicine", "looked at my MRI"):
        assert words in questions
    for words in (
        "What can go wrong",
        "What else could I try first?",
        "at night",
        "if it does not help",
        "covered by my plan",
    ):
        assert words in questions


def test_it_says_where_to_check_a_license_and_a_certification_and_that_we_do_not():
    page = get("/about/choosing/")
    for host in ("docinfo.org", "certificationmatters.org", "theaba.org", "abpmr.org", "abpn.org"):
        assert f'href="https://www.{host}/" rel="noreferrer"' in page
    assert "We check neither." in page


def test_reasons_to_slow_down_accuse_nobody():
    slow = {part.anchor: part.blocks for part in text.parts("choosing")}["slow"]
    assert slow[0].startswith("None of these proves that a clinic is bad.")
    for words in ("promise", "cash only", "looks at your MRI", "decide today"):
        assert any(words in block for block in slow)


def test_every_page_leads_there_by_its_footer():
    assert LINK in get("/").split("<footer", 1)[1]


@pytest.mark.parametrize(
    ("changed", "end"), [({}, "Worth asking a specialist"), ({"mri": "no"}, "First do this")], ids=["ask", "first"]
)
def test_the_check_leads_there_where_a_specialist_comes_next(client, changed, end):
    page = finish(client, **changed)
    assert heading(page) == end
    assert LINK in page.text.split("<footer", 1)[0]


def test_a_doctors_page_leads_there_from_the_evidence():
    practice = factories.practice()
    factories.offering(practice=practice)
    main = get(practice.specialist.get_absolute_url()).split("<footer", 1)[0]
    assert LINK in main[main.index("Procedures, and how we know") :]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_it_is_one_page_of_questions_in_black_on_white(visitors, scheme):
    page = visitors(color_scheme=scheme)
    page.goto("/about/choosing/")
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.get_by_text("How many of these do you do in a year?").first.is_visible()
    for hidden in ("A second opinion", "Reasons to slow down", "Print the questions"):
        assert not page.get_by_role("heading", name=hidden).or_(page.get_by_role("button", name=hidden)).is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.asks span')).color") == "rgb(0, 0, 0)"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_button_prints_it_where_the_browser_can(page):
    page.goto("/about/choosing/")
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.get_by_role("button", name="Print the questions").click()
    assert page.evaluate("window.printed")
    assert not page.get_by_text("use your browser’s menu").is_visible()
