"""Finds advice to stop a medicine, however it is put. Only the doctor who prescribes one decides about it."""

import re
from collections.abc import Iterator, Sequence

MEDICINE = re.compile(
    r"\b(blood[- ]thinners?|anticoagulants?|antiplatelets?|medicines?|medications?|drugs?|pills?|tablets?|doses?|"
    r"aspirin|warfarin|clopidogrel|apixaban|rivaroxaban|dabigatran|heparin|ibuprofen|naproxen|nsaids?|insulin|"
    r"metformin|antidepressants?|opioids?|painkillers?)\b",
    re.IGNORECASE,
)
STOPPING = re.compile(
    r"\b(stop(s|ped|ping)?|quit(s|ting)?|skip(s|ped|ping)?|hold(ing)?|pause[sd]?|pausing|discontinu\w+|withhold\w*|"
    r"omit\w*|interrupt\w*|suspend\w*|taper\w*|wean\w*|halt\w*|cease[sd]?|avoid\w*|reduc\w+|"
    r"(com|go|gett?|tak|be|stay)(e|ing|es)? off|off (your|the|all|blood|aspirin)|leave off|leave out|miss a|"
    r"cut (down|back|out)|(do|go) without|no longer take|lower(ing)? (your|the) dose|"
    r"(do not|don't|don’t|never|must not|should not|not|before you) (take|taking|use|swallow)|last dose)\b",
    re.IGNORECASE,
)


def stopping(blocks: Sequence[str]) -> Iterator[str]:
    """Those of the paragraphs, headings and list items that speak of stopping, where a medicine is spoken of.

    Negated or not: "do not stop" is one careless edit away from "stop", and "keep taking it" says the same. A medicine
    may be named in the block before: "If you take a blood thinner" / "Stop it five days ahead".
    """
    for number, block in enumerate(blocks):
        near = " ".join(blocks[max(number - 1, 0) : number + 1])
        if STOPPING.search(block) and MEDICINE.search(near):
            yield block
