"""Which questions are asked for a procedure, and a patient's answers as the clinic reads them.

The answers of one request are a JSON object: `questions` (the version), `warning` and `warning_text`, from the second
form on `milder`, then an answer to each question as `asking.Kind` says. What was not asked is blank.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from directory import warning_signs
from directory.templatetags.wording import phone
from referrals.intake import redflags
from referrals.intake.asking import CHOOSE_ALL, OWN_WORDS, Answers, Choice, Kind, Question, Questionnaire, Theme, Words
from referrals.intake.asking import as_codes as _codes
from referrals.intake.codes import UNKNOWN
from referrals.intake.sets.first import FIRST
from referrals.intake.sets.second import ADHESIOLYSIS, GENERAL

CONSENT_VERSION = "3"  # of the words in templates/referrals/parts/consent.html and offers.html

WARNING = Question(
    "warning",
    Kind.ONE,
    warning_signs.QUESTION,
    _("Warning signs, new or worse"),
    _("Say whether any of these signs is new or worse"),
    tuple(Choice(answer.value, answer.label) for answer in redflags.Answer),
    why=_("These can mean that nerves are in danger and need care today. No appointment should come first."),
)
WARNING_TEXT = Question(
    "warning_text",
    Kind.TEXT,
    _("Only if it is long-standing: which one, since when, and which doctor knows?"),
    _("Long-standing, and a doctor knows"),
    _("Say which sign it is, since when, and which doctor knows"),
    hint=_("For example: leaking since 2023, Dr. Lowe. The clinic sees this first."),
    when={"warning": frozenset({redflags.Answer.LONG_STANDING.value})},
)
MILDER = Question(
    "milder",
    Kind.SEVERAL,
    _("Is any of these true?"),
    _("Other signs"),
    _("Say which of these are true, or that you don’t know"),
    tuple(
        Choice(sign.value, sign.label, alone=sign in {redflags.Milder.UNKNOWN, redflags.Milder.NONE})
        for sign in redflags.Milder
    ),
    CHOOSE_ALL,
    _("The first three should be seen by a doctor today, the next three soon. You may go on here as well."),
)

GATE = Theme("gate", _("Warning signs"), (WARNING, WARNING_TEXT))
SIGNS = Theme("signs", _("Other signs"), (MILDER,))

# By the slug of a procedure; every other one is asked about with GENERAL.
OF_PROCEDURE = {"adhesiolysis": ADHESIOLYSIS}
VERSIONS = {one.version: one for one in (FIRST, ADHESIOLYSIS, GENERAL)}
# These stand in fields of their own, see `models.Content`.
APART = frozenset({"name", "birth", "email", "phone"})


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer, both ready to be shown. `own_words`: as the patient typed it, in their language."""

    label: Words
    value: str
    own_words: bool = False
    is_said: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    title: Words
    lines: Sequence[Line]
    warning: bool = False
    name: str = ""

    @property
    def said(self) -> list[Line]:
        return [line for line in self.lines if line.is_said]

    @property
    def unsaid(self) -> list[Line]:
        return [line for line in self.lines if not line.is_said]


def current(procedure: str) -> Questionnaire:
    """What is asked today for the procedure of this slug."""
    return OF_PROCEDURE.get(procedure, GENERAL)


def as_read(answers: Mapping[str, Any]) -> list[Section]:
    """The answers in the order in which a clinic reads them: a long-standing warning sign stands first."""
    sections = of_themes(VERSIONS[answers["questions"]].themes, answers)
    other = [_line(MILDER, answers)] if answers.get("milder") else []
    if answers["warning"] == redflags.Answer.LONG_STANDING:
        lines = [_line(WARNING_TEXT, answers), *other]
        return [Section(_("Warning signs"), lines, warning=True, name="gate"), *sections]
    none = Line(_("New or worse in the last two weeks"), pgettext("warning signs", "None"))
    urgent = redflags.SEEN_TODAY | redflags.SEEN_SOON
    if urgent.intersection(answers.get("milder", ())):
        return [Section(_("Warning signs"), [none, *other], name="gate"), *sections]
    return [*sections, Section(_("Warning signs"), [none, *other], name="gate")]


def of_themes(themes: Sequence[Theme], answers: Answers, *, apart: bool = False) -> list[Section]:
    """A section per theme of what was asked; with `apart` also what stands in fields of its own."""
    sections = []
    for theme in themes:
        asked = [question for question in theme.questions if question.is_asked(answers)]
        lines = [_line(question, answers) for question in asked if apart or question.name not in APART]
        if lines:
            sections.append(Section(theme.title, lines, name=theme.name))
    return sections


def _line(question: Question, answers: Answers) -> Line:
    answer = answers.get(question.name, question.blank)
    is_said = bool(answer)
    return Line(question.short, in_words(question, answer), is_said and question.kind in OWN_WORDS, is_said)


def in_words(question: Question, answer: Any) -> str:
    """One answer as it is shown. A code that its version does not know is shown as it is."""
    if answer in ("", [], None):
        return gettext("Not said")
    if question.kind is Kind.MONTH:
        return when(answer)
    if question.kind is Kind.BIRTH:
        return date_format(datetime.date.fromisoformat(answer), "DATE_FORMAT")
    if question.kind is Kind.PHONE:
        return phone(answer)
    if question.kind is Kind.TICK:
        return gettext("Yes")
    labels = {choice.code: str(choice.label) for choice in question.choices}
    said = ", ".join(labels.get(code, code) for code in _codes(answer))
    return said[:1].upper() + said[1:] if question.choices else said


def when(known: str) -> str:
    """ "2024-03" -> March 2024, "2024" -> 2024, "unknown" -> in words."""
    if known == UNKNOWN:
        return gettext("The patient does not know")
    year, _separator, month = known.partition("-")
    return date_format(datetime.date(int(year), int(month), 1), "YEAR_MONTH_FORMAT") if month else year
