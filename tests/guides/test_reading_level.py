"""Guides can be read by somebody who left school after the eighth grade."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.guides import reading, text

pytestmark = pytest.mark.django_db

WHOLE, PART = 8.0, 9.5
CLINICAL = Path(settings.BASE_DIR, "docs", "clinical.md")


@pytest.mark.parametrize("slug", text.ADDRESSES)
def test_a_guide_asks_for_no_more_than_eight_years_of_school(slug):
    running = text.running(slug)
    assert reading.grade(block for blocks in running.values() for block in blocks) <= WHOLE
    hard = {anchor: grade for anchor, blocks in running.items() if (grade := reading.grade(blocks)) > PART}
    assert not hard


@pytest.mark.parametrize("slug", text.ADDRESSES)
def test_the_documentation_tells_the_grades_that_are_measured(slug):
    running = text.running(slug)
    every = [block for blocks in running.values() for block in blocks]
    hardest, grade = max(
        ((anchor, reading.grade(blocks)) for anchor, blocks in running.items()), key=lambda part: part[1]
    )
    row = f"| {slug} | {reading.grade(every):.1f} | {hardest}: {grade:.1f} | {reading.word_count(every):,} |"
    assert row in CLINICAL.read_text().splitlines()


@pytest.mark.parametrize("slug", text.ADDRESSES)
def test_no_sentence_is_longer_than_a_breath(slug):
    sentences = [
        one for blocks in text.running(slug).values() for block in blocks for one in reading.SENTENCE.split(block)
    ]
    long = [one for one in sentences if len(reading.WORD.findall(one)) > 30]
    assert not long


WORDS = {"scar": 1, "needle": 2, "take": 1, "numbed": 1, "wanted": 2, "called": 1, "pulses": 2, "medial": 3} | {
    "catheter": 3,
    "adhesiolysis": 6,
    "injection": 3,
    "doctor’s": 2,
    "lying": 2,
    "rarely": 2,
}


@pytest.mark.parametrize(("word", "count"), WORDS.items())
def test_syllables_are_counted_as_in_a_dictionary(word, count):
    assert reading.syllables(word) == count


def test_hard_text_is_found_hard():
    hard = "Percutaneous adhesiolysis constitutes a minimally invasive modality for recalcitrant radiculopathy."
    easy = "The needle goes in low in your back. Then you rest."
    assert reading.grade([hard]) > 18
    assert reading.grade([easy]) < 3


def test_the_grade_is_that_of_the_formula():
    # 9 words, 1 sentence, 11 syllables
    assert reading.grade(["The quick brown fox jumps over the lazy dog."]) == pytest.approx(2.34, abs=0.01)
