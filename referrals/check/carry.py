"""What the answers are in the form of a request, for somebody who wants to take them along.

The warning signs themselves are asked again there: days may lie between.
"""

from django.utils.translation import gettext as _

from referrals.check.questions import INJECTIONS, MRI_WHEN, SINCE, SPINE, Answers, Question
from referrals.intake.questions import MRI, UNKNOWN, PainGoes, PainWhere, Tried
from referrals.intake.redflags import Milder

HAD_INJECTIONS = frozenset({"too_little", "wore_off", "helping"})
HAD_MRI = frozenset({"within_year", "within_two", "older"})
FOUND = frozenset({"stenosis", "scar"})
NOT_A_SIGN = frozenset({Milder.NONE.value, Milder.UNKNOWN.value})


def fields(answers: Answers) -> dict[str, list[str]]:
    """By the name of a field in the request: what to fill in or choose there. What was not asked here is not there."""
    found = {
        "warning_text": [text for text in answers.get("warning_text", ()) if text],
        "pain_where": [code for code in answers["where"] if code in PainWhere.values],
        "pain_goes": _goes(answers),
        "pain_unknown": ["on"] if UNKNOWN in answers["since"] else [],
        "tried": _tried(answers),
        "tried_text": [_more(answers)],
        "mri": _mri(answers),
    }
    return {name: values for name, values in found.items() if values}


def _goes(answers: Answers) -> list[str]:
    """That it goes nowhere was not said by whoever named only the back."""
    found = {PainGoes.LEG.value, PainGoes.ARM.value} & set(answers["where"])
    return [PainGoes.BOTH.value] if len(found) == 2 else list(found)


def _tried(answers: Answers) -> list[str]:
    surgery = [Tried.SPINE_SURGERY.value] if "surgery" in answers["spine"] else []
    return surgery + ([Tried.STEROID_INJECTIONS.value] if HAD_INJECTIONS & set(answers["injections"]) else [])


def _mri(answers: Answers) -> list[str]:
    return [MRI.YES.value if code in HAD_MRI else code for code in answers["mri"]]


def _more(answers: Answers) -> str:
    """What the form has no field of its own for, as lines that the patient may change."""
    lines = [
        *(str(Milder(code).label) for code in answers["milder"] if code not in NOT_A_SIGN),
        *(str(choice.label) for choice in SPINE.choices if choice.code in FOUND & set(answers["spine"])),
        _line(SINCE, answers),
        _line(INJECTIONS, answers),
        _line(MRI_WHEN, answers),
    ]
    return "\n".join(lines)


def _line(question: Question, answers: Answers) -> str:
    labels = {choice.code: str(choice.label) for choice in question.choices}
    said = ", ".join(labels[code] for code in answers[question.name])
    return _("%(question)s: %(answer)s") % {"question": question.short, "answer": said}
