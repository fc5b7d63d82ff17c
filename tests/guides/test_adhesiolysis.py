"""The guide to adhesiolysis holds every fact that patients asked for. A group of facts a line."""

import re

import pytest
from django.test import Client

from tests.guides import text

pytestmark = pytest.mark.django_db

FACTS = {
    "names": ["lysis of adhesions", "epidural", "percutaneous", "the racz procedure"],
    "history": ["gabor racz", "developed it in the 1980s"],
    "minimally invasive": ["minimally invasive"],
    "what it is for": ["lasted for months", "back, neck or leg", "scars in the epidural space", "press on the root"],
    "after surgery": ["after surgery on the spine", "post-surgery syndrome"],
    "stenosis": ["spinal stenosis", "become narrow", "low back and legs can hurt, feel numb, or get weak"],
    "injections first": [
        "injections usually come first",
        "not helped enough",
        "calmed the swelling",
        "scar is still there",
    ],
    "MRI first": ["looks at your mri first", "how low the nerve sac", "dural sac", "ends lower than usual"],
    "the scar on the MRI": ["only about half"],
    "MRI later": ["another mri later"],
    "sedation": ["light sedative", "bring someone who can take you home"],
    "the needle": ["lie face down", "x-ray pictures guide", "contrast dye", "low in the back, near the buttock"],
    "the catheter": ["through the needle and up to the scar", "soften the scar", "calm the inflammation"],
    "more tools": ["small balloon", "pulsed radiofrequency"],
    "days": ["done in one day", "over two or more days"],
    "observation": ["under observation for at least 30 minutes", "local anesthetic wears off"],
    "relief": ["within 48 hours", "many report less pain", "little relief, or none"],
    "disagreement": ["doctors disagree"],
    "for": ["less pain for up to a year"],
    "against": ["from one center", "sham treatment improved too", "proof insufficient"],
    "neck": ["neck: the proof is anecdotal"],
    "likelier": ["ordinary epidural injection: complications are likelier"],
    "puncture": ["puncture of the nerve sac", "built in an unusual way, and that is why the mri comes first"],
    "infection": ["infection, or meningitis", "arachnoiditis"],
    "nerves": ["bleeding, or nerve damage", "new bladder or bowel trouble"],
    "catheter shearing": ["catheter that shears off"],
    "dye": ["reaction to the contrast dye"],
    "the FDA": ["loss of vision, stroke, paralysis or death", "fda has not approved them for this use"],
    "who should not": [
        "pregnancy, an infection, or an allergy to the contrast dye usually rule it out",
        "tell the clinic",
    ],
    "to be judged": [
        "bleeding disorder",
        "blood sugar or blood pressure that is not under control",
        "the doctor has to judge",
    ],
    "insurers": ["medicaid and many plans may not pay", "investigational"],
    "the five questions": [
        "62264",
        "62263",
        "prior approval",
        "both in my network",
        "need a referral",
        "how do i appeal",
    ],
    "paying oneself": ["written good-faith estimate first", r"\$400 or more above it, you can dispute"],
    "the VA": ["va must approve it first"],
    "Medicare": ["fell by half from 2009 to 2016", "two of the contractors", "stopped paying", "few and far apart"],
}


@pytest.fixture
def said() -> str:
    return text.whole("adhesiolysis").lower()


@pytest.mark.parametrize("group", FACTS)
def test_the_guide_says(said, group):
    missing = [fact for fact in FACTS[group] if not re.search(fact, said)]
    assert not missing


def test_what_else_there_is_stands_as_a_list():
    others = {part.anchor: part for part in text.parts("adhesiolysis")}["else"].text.lower()
    for other in (
        "physical therapist",
        "medicines",
        "epidural steroid",
        "radiofrequency",
        "cord stimulation",
        "surgery",
    ):
        assert other in others
    assert "waiting" in others


def test_the_signs_after_the_procedure_stand_at_the_top():
    top = text.parts("adhesiolysis")[0].text
    for sign in (
        "Trouble seeing, speaking or breathing",
        "seizure",
        "stiff neck",
        "worse when you sit up",
        "both legs",
    ):
        assert sign in top


def test_the_insurer_is_asked_five_numbered_questions():
    page = Client().get("/procedures/adhesiolysis/").text
    cost = page[page.index('<h2 id="cost">') : page.index('<h2 id="ask">')]
    assert cost.count("<ol") == 1 and cost.count("<li>") == 5


def test_it_leads_to_the_check_and_to_the_map():
    page = Client().get("/procedures/adhesiolysis/").text
    assert 'href="/procedures/adhesiolysis/check/"' in page
    assert 'href="/about/coverage/"' in page[page.index("<article") : page.index("</aside>")]
