"""What holds for every guide, whatever it is about."""

import dataclasses
import datetime
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from directory.guides import GUIDES, Read, Reviewer
from directory.models import Procedure
from directory.warning_signs import SIGNS
from tests.guides import text
from tests.guides.advice import stopping

pytestmark = pytest.mark.django_db

EVERY = list(text.ADDRESSES)
CLINICAL = Path(settings.BASE_DIR, "docs", "clinical.md")
UNREVIEWED = "Written November 28, 2026 from these sources; not reviewed by a clinician. This is not medical advice."


@pytest.mark.parametrize("slug", [*EVERY, "procedures"])
def test_no_page_tells_anyone_to_stop_a_medicine(slug):
    address = text.ADDRESSES.get(slug, "/procedures/")
    said = text.read(address).said
    assert said or slug == "procedures"
    assert not list(stopping(said or re.split(r"<[^>]+>", Client().get(address).text)))


@pytest.mark.parametrize(
    "advice",
    [
        ["Stop your blood thinner five days before."],
        ["If you take a blood thinner", "Stop it five days before, unless the clinic says otherwise."],
        ["Do not take aspirin for a week."],
        ["Hold warfarin before the procedure."],
        ["Ask if you have to come off your blood thinner."],
        ["You must be off blood thinners for some days."],
        ["Skip your pills that morning."],
        ["Your medicines should be discontinued a week before."],
        ["Cut down your opioids first."],
        ["Some drugs have to be tapered."],
        ["Leave out the tablets on that day."],
        ["Take your last dose the evening before."],
        ["Do not stop your blood thinner."],  # well meant; one edit away from its opposite
    ],
)
def test_such_advice_would_be_found(advice):
    assert list(stopping(advice)) == advice[-1:]


@pytest.mark.parametrize(
    "said",
    [
        ["Keep taking it, and tell the clinic before you book. Only the doctor who prescribes it can decide."],
        ["Two of the contractors that make Medicare’s payments stopped paying for it."],
        ["You rest for at least 30 minutes, while the local anesthetic wears off."],
        ["Medicines go through it", "They soften the scar."],
    ],
)
def test_what_is_no_such_advice_may_be_said(said):
    assert not list(stopping(said))


@pytest.mark.parametrize("slug", GUIDES)
def test_a_blood_thinner_is_kept_and_its_prescriber_decides(slug):
    assert "Keep taking it" in text.whole(slug)
    assert "Only the doctor who prescribes it can decide" in text.whole(slug)


@pytest.mark.parametrize("slug", EVERY)
def test_a_guide_says_under_its_title_and_at_its_sources_who_has_not_reviewed_it(slug):
    parts = {part.anchor: part.text for part in text.parts(slug)}
    assert UNREVIEWED in parts[text.TOP]
    assert UNREVIEWED in parts["src"]


@pytest.mark.parametrize("slug", GUIDES)
def test_once_a_named_clinician_has_reviewed_it_the_line_says_so(slug, monkeypatch):
    reviewer = Reviewer("Ana Rivera", "MD", datetime.date(2027, 1, 5))
    monkeypatch.setitem(GUIDES, slug, dataclasses.replace(GUIDES[slug], reviewed_by=reviewer))
    page = text.whole(slug)
    assert page.count("reviewed on January 5, 2027 by Ana Rivera, MD") == 2
    assert "not reviewed by a clinician" not in page
    assert "This is not medical advice." in page


@pytest.mark.parametrize("slug", EVERY)
def test_the_parts_stand_in_the_order_of_the_table_of_contents(slug):
    reader = text.read(text.ADDRESSES[slug])
    guide = text.ALL[slug]
    assert [(anchor, title) for anchor, title in reader.headings if anchor] == [
        (section.anchor, str(section.title)) for section in guide.sections
    ]
    assert all(part.blocks for part in reader.parts), "a part without text"


@pytest.mark.parametrize("slug", GUIDES)
def test_emergency_signs_come_first_and_how_sure_it_is_before_how_it_is_done(slug):
    parts = text.parts(slug)
    assert len(SIGNS) == 7
    assert not [sign for sign in SIGNS if str(sign) not in parts[0].text]
    assert "After the procedure, also" in parts[0].text or "With a pump, also" in parts[0].text
    assert "call 911" in parts[0].text
    anchors = [part.anchor for part in parts]
    assert anchors.index("sure") < anchors.index("how")
    page = Client().get(text.ADDRESSES[slug]).text
    assert page.index('href="tel:911"') < page.index('<div class="sure">') < page.index('<h2 id="how">')


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_says_what_speaks_for_and_against(slug):
    sure = {part.anchor: part for part in text.parts(slug)}["sure"]
    assert len(sure.blocks) >= 4  # in a word, and at least three things to weigh
    assert not re.search(r"\b(cure[sd]?|guarantee\w*|will relieve|proven to work|best|safe and effective)\b", sure.text)


@pytest.mark.parametrize("slug", EVERY)
def test_every_source_is_shown_with_what_was_read_of_it_and_stands_in_the_documentation(slug):
    guide, page = text.ALL[slug], {part.anchor: part for part in text.parts(slug)}["src"].blocks
    documented = CLINICAL.read_text()
    words = {Read.PAGE: "Read: the page.", Read.SUMMARY: "Read: the summary", Read.COPY: "Read: a copy"}
    assert len(guide.sources) >= 5
    for source in guide.sources:
        shown = [block for block in page if block.startswith(source.citation)]
        assert len(shown) == 1 and words[source.read] in shown[0]
        assert f"- {source.citation} ({source.read}: {source.seen_at})" in documented


@pytest.mark.parametrize("slug", EVERY)
def test_links_of_sources_are_to_the_web_and_leave_no_trace(slug):
    page = Client().get(text.ADDRESSES[slug]).text
    for source in text.ALL[slug].sources:
        assert source.seen_at.startswith("http")
        if source.link:
            assert f'href="{source.link.replace("&", "&amp;")}" rel="noreferrer"' in page


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_leads_to_those_who_do_it_and_tells_search_engines_what_it_is(slug):
    page = Client().get(text.ADDRESSES[slug]).text
    assert f'<input type="hidden" name="procedure" value="{slug}">' in page
    assert f'href="/find/?procedure={slug}"' in page
    assert '"@type":"MedicalProcedure"' in page
    assert str(GUIDES[slug].summary) in page


def test_every_procedure_that_a_directory_starts_with_has_a_guide():
    assert set(GUIDES) == set(Procedure.objects.values_list("slug", flat=True))


def test_the_list_has_a_plain_sentence_and_other_names_for_each():
    page = Client().get("/procedures/").text
    for guide in GUIDES.values():
        assert f'href="/procedures/{guide.slug}/"' in page and str(guide.summary) in page
    assert "Racz procedure" in page


def test_a_procedure_without_a_guide_has_a_page_and_says_that_it_has_none():
    new = Procedure.objects.create(slug="new-thing", name_en="New thing", name_es="Cosa nueva")
    new.synonyms.create(name="Newer thing", language="en")
    page = Client().get("/procedures/new-thing/").text
    assert "No guide to this procedure is written here yet." in page
    assert "Also called: Newer thing." in page and '"alternateName":["Newer thing"]' in page
    assert 'href="/find/?procedure=new-thing"' in page and "not medical advice" in page
    assert "No guide yet." in Client().get("/procedures/").text
