"""What a question is, for the form of a request and for "is it for me?": data, with its words in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = str | Promise

# By question a code, a list of codes, a text, or a date as far as it is known. What was not asked is blank.
type Answers = Mapping[str, Any]

I_DO_NOT_KNOW = _("I don’t know")
CHOOSE_ALL = _("Choose all that fit.")


class Kind(StrEnum):
    """How a question is answered, and what is kept of it."""

    ONE = "one"  # a code
    SEVERAL = "several"  # a list of codes
    SCALE = "scale"  # a code from 0 to 10, or "unknown"
    TEXT = "text"  # the patient's own words, on lines
    LINE = "line"  # the same, on one line
    MONTH = "month"  # "2024-03", "2024" or "unknown"
    BIRTH = "birth"  # "1957-04-09"
    EMAIL = "email"
    PHONE = "phone"  # E.164
    NPI = "npi"  # ten digits
    TICK = "tick"  # "yes", or it is not said


OWN_WORDS = frozenset({Kind.TEXT, Kind.LINE})


@dataclass(frozen=True, slots=True)
class Choice:
    """`alone`: it contradicts every other choice of its question."""

    code: str
    label: Words
    hint: Words = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`when`: asked only where each of these questions was answered with one of these codes.

    With `missing`, which says how to mend it, it must be answered; else it may stay empty. `short` announces the answer
    where it is repeated, to the clinic as well.
    """

    name: str
    kind: Kind
    title: Words
    short: Words
    missing: Words = ""
    choices: tuple[Choice, ...] = ()
    hint: Words = ""
    why: Words = ""
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    autocomplete: str = "off"
    longest: int = 2000  # characters

    @property
    def several(self) -> bool:
        return self.kind is Kind.SEVERAL

    def is_asked(self, answers: Answers) -> bool:
        """Whether somebody who has given these answers is asked this too."""
        return all(codes.intersection(as_codes(answers.get(name))) for name, codes in self.when.items())

    @property
    def blank(self) -> Any:
        """What is kept where it was not asked, or not answered."""
        return [] if self.several else ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The questions of one page, and of one section of what the clinic reads."""

    name: str
    title: Words
    questions: tuple[Question, ...]
    intro: Words = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All that is asked for a procedure. Once a request was sent with it, its version keeps its questions and codes."""

    version: str
    themes: tuple[Theme, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for theme in self.themes for question in theme.questions)

    def theme(self, name: str) -> Theme | None:
        return next((theme for theme in self.themes if theme.name == name), None)


def as_codes(answer: Any) -> list[str]:
    """An answer as a list, whatever its kind."""
    if isinstance(answer, list | tuple):
        return list(answer)
    return [answer] if answer else []


def choices_of(codes: type[TextChoices], *alone: str) -> tuple[Choice, ...]:
    """Choices of an enumeration; `alone` are the codes that contradict all others."""
    return tuple(Choice(code.value, code.label, alone=code.value in alone) for code in codes)
