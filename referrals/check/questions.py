"""The questions as data, in the order in which they are asked, and a person's answers to them.

Codes that the form of a request knows too are the same here and there, so that answers can be taken along.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.intake import redflags
from referrals.intake.asking import CHOOSE_ALL, I_DO_NOT_KNOW, Choice, Kind, Question
from referrals.intake.codes import MRI, NONE, UNKNOWN, PainGoes, PainWhere
from referrals.intake.questions import MILDER, WARNING

# By question the codes that were chosen, one or several; of a text the text itself. What is not there was not answered.
type Answers = Mapping[str, tuple[str, ...]]

UNSURE = Choice(UNKNOWN, I_DO_NOT_KNOW, alone=True)

WARNING_TEXT = Question(
    "warning_text",
    Kind.TEXT,
    _("Which sign is it, since when, and which doctor knows?"),
    _("Long-standing, and a doctor knows"),
    hint=_("For example: leaking since 2023, Dr. Lowe. If you don’t know, leave it empty."),
    why=_("A sign that is old and known does not stop you here. A clinic has to know it first of all."),
)

WHERE = Question(
    "where",
    Kind.SEVERAL,
    _("Where is the pain?"),
    _("Where it hurts"),
    _("Say where the pain is"),
    (
        Choice(PainWhere.LOW_BACK.value, PainWhere.LOW_BACK.label),
        Choice(PainWhere.MID_BACK.value, PainWhere.MID_BACK.label),
        Choice(PainWhere.NECK.value, PainWhere.NECK.label),
        Choice(PainGoes.LEG.value, PainGoes.LEG.label),
        Choice(PainGoes.ARM.value, PainGoes.ARM.label),
        Choice("elsewhere", _("Somewhere else, such as a knee, the head or the belly")),
        Choice(PainWhere.UNKNOWN.value, PainWhere.UNKNOWN.label, alone=True),
    ),
    hint=CHOOSE_ALL,
    why=_("Adhesiolysis is for scars around the nerves of the spine. Such scars hurt there, or in a leg or an arm."),
)

SINCE = Question(
    "since",
    Kind.ONE,
    _("How long have you had this pain?"),
    _("How long"),
    _("Say how long you have had this pain"),
    (
        Choice("weeks", _("Less than 6 weeks")),
        Choice("months", _("6 weeks to 3 months")),
        Choice("year", _("3 months to a year")),
        Choice("years", _("More than a year")),
        UNSURE,
    ),
    why=_("New back pain often gets better without any procedure. This one is for pain that stays."),
)

SPINE = Question(
    "spine",
    Kind.SEVERAL,
    _("What is known about your spine?"),
    _("Known about the spine"),
    _("Say what is known about your spine, or that you don’t know"),
    (
        Choice("surgery", _("I had surgery on it")),
        Choice("stenosis", _("A doctor said that the canal is narrow"), _("Also called spinal stenosis")),
        Choice("scar", _("A doctor said that there is scar tissue")),
        Choice(UNKNOWN, _("I don’t know"), alone=True),
        Choice(NONE, _("None of these"), alone=True),
    ),
    hint=CHOOSE_ALL,
    why=_(
        "Scars around nerves come mostly from surgery. A narrow canal is the other usual reason to try adhesiolysis."
    ),
)

INJECTIONS = Question(
    "injections",
    Kind.ONE,
    _("Have you had steroid injections in your back or neck?"),
    _("Steroid injections"),
    _("Say whether you have had steroid injections"),
    (
        Choice("too_little", _("Yes, and they did not help enough")),
        Choice("wore_off", _("Yes, they helped, and the pain came back")),
        Choice("helping", _("Yes, and they help me now")),
        Choice("no", _("No")),
        UNSURE,
    ),
    why=_("Injections usually come first. Adhesiolysis is mostly tried after they have not helped enough."),
)

MRI_WHEN = Question(
    "mri",
    Kind.ONE,
    _("Have you had an MRI of your back or neck, and when?"),
    _("Last MRI"),
    _("Say whether and when you have had an MRI"),
    (
        Choice("within_year", _("Yes, in the last 12 months")),
        Choice("within_two", _("Yes, one to two years ago")),
        Choice("older", _("Yes, more than two years ago")),
        Choice(MRI.NO.value, MRI.NO.label),
        Choice(MRI.CANNOT.value, MRI.CANNOT.label),
        UNSURE,
    ),
    why=_("A doctor looks at an MRI before adhesiolysis. An old one may not show how your spine is now."),
)


@dataclass(frozen=True, slots=True)
class Check:
    """The questions of one procedure. WARNING_TEXT belongs to the first of them and is not counted."""

    questions: tuple[Question, ...]

    def asked(self, answers: Answers) -> list[Question]:
        """The pages of somebody who has given these answers."""
        first, *others = self.questions
        return [first, *([WARNING_TEXT] if is_long_standing(answers) else []), *others]

    def number(self, question: Question) -> int:
        """Which question it is, counted from 1."""
        return 1 if question is WARNING_TEXT else self.questions.index(question) + 1


# By the slug of the procedure. A procedure that is not here has no check.
CHECKS = {"adhesiolysis": Check((WARNING, MILDER, WHERE, SINCE, SPINE, INJECTIONS, MRI_WHEN))}


def is_long_standing(answers: Answers) -> bool:
    return answers.get(WARNING.name) == (redflags.Answer.LONG_STANDING.value,)


@dataclass(frozen=True, slots=True)
class Said:
    """One question with what was answered, both as they are shown."""

    label: str | Promise
    values: list[Any]


def in_words(check: Check, answers: Answers) -> dict[str, Said]:
    """What was answered, by the question's name, in the order of the questions."""
    words = {}
    for question in check.asked(answers):
        labels = {choice.code: choice.label for choice in question.choices}
        values = [labels.get(code, code) for code in answers.get(question.name, ())]
        if values:
            words[question.name] = Said(question.short, values)
    return words
