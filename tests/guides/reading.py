"""How hard a text is to read: the Flesch-Kincaid grade, which is the number of school years that it asks for.

Kincaid JP et al., 1975: 0.39 x words per sentence + 11.8 x syllables per word - 15.59. Syllables are counted by the
usual rule (groups of vowels, less what is silent at the end), and by a list for words of these guides that the rule
gets wrong. A list item counts as a sentence of its own. Headings are left out: they would make any text look easier.
"""

import re
from collections.abc import Iterable

SENTENCE = re.compile(r"(?<=[.!?])[”’)]*\s+")
WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
# What the rule below gets wrong in these guides, counted by hand.
KNOWN = {
    "adhesiolysis": 6,
    "anesthesiology": 7,
    "arachnoiditis": 6,
    "area": 3,
    "australia": 3,
    "beforehand": 3,
    "beyond": 2,
    "bmj": 3,
    "crps": 4,
    "experience": 4,
    "failed": 1,
    "fda": 3,
    "fluid": 2,
    "ganglion": 3,
    "guideline": 2,
    "headaches": 2,
    "maybe": 2,
    "mri": 3,
    "pacemaker": 3,
    "pancreas": 3,
    "payers": 2,
    "people": 2,
    "percutaneous": 5,
    "reaction": 3,
    "sacroiliac": 5,
    "safety": 2,
    "somebody": 3,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somewhere": 2,
    "usual": 3,
    "va": 2,
}


def syllables(word: str) -> int:
    word = word.lower().replace("’", "'")
    if word in KNOWN:
        return KNOWN[word]
    bare = word.removesuffix("'s").replace("'", "")
    count = len(re.findall(r"[aeiouy]+", bare))
    if re.search(r"[^aeiouyl]e$|[aeiouy]le$", bare):
        count -= 1  # take, while; but: little
    elif re.search(r"([^aeiouytdl]|ll)ed$", bare):
        count -= 1  # numbed, called; but: wanted, settled
    elif re.search(r"[^aeiouyscxzghl]es$", bare):
        count -= 1  # makes; but: places, pulses
    elif re.search(r"[^aeiouy]ely$", bare):
        count -= 1  # rarely
    # Vowels that stand together and are spoken one by one: lying, medial, area.
    count += len(re.findall(r"[aeiouy]ing$|(?<![tcsg])ia|(?<![tcsgx])io(?!n)|eo(?!u)|iu|uou", bare))
    return max(count, 1)


def grade(blocks: Iterable[str]) -> float:
    """The grade of some paragraphs and list items taken together."""
    sentences, words = 0, []
    for block in blocks:
        for sentence in SENTENCE.split(block):
            if found := WORD.findall(sentence):
                sentences += 1
                words += found
    if not words:
        raise ValueError("There is no text to measure.")
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def word_count(blocks: Iterable[str]) -> int:
    return sum(len(WORD.findall(block)) for block in blocks)
