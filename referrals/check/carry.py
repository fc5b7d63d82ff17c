"""What the answers are in the form of a request, for somebody who wants to take them along.

The warning signs themselves are asked again there: days may lie between.
"""

from django.utils.translation import gettext as _

from referrals.check.questions import MRI_WHEN, SINCE, SPINE, Answers
from referrals.intake.asking import Question
from referrals.intake.codes import UNKNOWN, YES, PainGoes, PainWhere

HAD_INJECTIONS = frozenset({"too_little", "wore_off", "helping"})
HAD_MRI = frozenset({"within_year", "within_two", "older"})
FOUND = frozenset({"stenosis", "scar"})


def fields(answers: Answers) -> dict[str, list[str]]:
    """By the name of a field in the request: what to fill in or choose there. What was not asked here is not there."""
    had_injections = [code for code in answers["injections"] if code in HAD_INJECTIONS]
    injections = [YES] if had_injections else list(answers["injections"])
    found = {
        "warning_text": [text for text in answers.get("warning_text", ()) if text],
        "milder": list(answers["milder"]),
        "pain_where": [code for code in answers["where"] if code in PainWhere.values],
        "pain_goes": _goes(answers),
        "pain_since_unknown": ["on"] if UNKNOWN in answers["since"] else [],
        "surgery": _surgery(answers),
        "injections": injections,
        "injections_helped": ["no" if code == "too_little" else code for code in had_injections],
        "care_text": [_more(answers)],
        "mri": [YES if code in HAD_MRI else code for code in answers["mri"]],
    }
    return {name: values for name, values in found.items() if values}


def _goes(answers: Answers) -> list[str]:
    """That it goes nowhere was not said by whoever named only the back."""
    found = {PainGoes.LEG.value, PainGoes.ARM.value} & set(answers["where"])
    return [PainGoes.BOTH.value] if len(found) == 2 else list(found)


def _surgery(answers: Answers) -> list[str]:
    """That there was none was said only by whoever ruled out all three findings."""
    if "surgery" in answers["spine"]:
        return [YES]
    return ["no" if code == "none" else code for code in answers["spine"] if code in ("none", UNKNOWN)]


def _more(answers: Answers) -> str:
    """What the form has no field of its own for, as lines that the patient may change."""
    lines = [
        *(str(choice.label) for choice in SPINE.choices if choice.code in FOUND & set(answers["spine"])),
        _line(SINCE, answers),
        _line(MRI_WHEN, answers),
    ]
    return "\n".join(lines)


def _line(question: Question, answers: Answers) -> str:
    labels = {choice.code: str(choice.label) for choice in question.choices}
    said = ", ".join(labels[code] for code in answers[question.name])
    return _("%(question)s: %(answer)s") % {"question": question.short, "answer": said}
