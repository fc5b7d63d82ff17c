"""The body of a request, as a partner sends it -> what a form would have sent, page by page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from directory.api.problems import Refused
from referrals import gate
from referrals.intake import course, redflags
from referrals.intake.asking import Answers, Kind, Question
from referrals.intake.codes import UNKNOWN, YES
from referrals.intake.course import Course, Typed
from referrals.intake.forms import StepForm

FIELDS = ("practice", "procedure", "version", "language", "patient_agreed", "answers")
LANGUAGES = ("en", "es")

type Mistake = dict[str, Any]  # {"pointer", "detail"}, and "allowed" where there is a short list


@dataclass(frozen=True, slots=True)
class Sent:
    """What came, each part of the kind that it should be."""

    practice: int
    procedure: str
    version: str
    language: str
    answers: Mapping[str, Any]


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object. Raises Refused, which repeats nothing of it."""
    try:
        found = json.loads(body, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        detail = _("Send one JSON object in UTF-8, as docs/api.md shows it. This is none, so nothing of it was read.")
        raise Refused(400, detail, kind="malformed", title=_("This is no JSON object"))
    return found


def _no_number(text: str) -> None:
    raise ValueError("no JSON")


def stops(body: Mapping[str, Any]) -> bool:
    """Whether it says that a warning sign is new or worse, however wrong the rest may be."""
    answers = body.get("answers")
    warning = answers.get("warning") if isinstance(answers, dict) else None
    given = warning if isinstance(warning, list) else [warning]
    return any(isinstance(answer, str) and redflags.stops(answer.strip()) for answer in given)


def read(body: Mapping[str, Any]) -> Sent:
    """Raises Refused with all that is not of the right kind."""
    wrong = [mistake(f"/{name}", _("There is no such field. Leave it out.")) for name in body if name not in FIELDS]
    practice, procedure, language = body.get("practice"), body.get("procedure"), body.get("language", "en")
    if not isinstance(practice, int) or isinstance(practice, bool) or not gate.is_practice_id(str(practice)):
        wrong.append(
            mistake("/practice", _("Give the number of a practice, as it stands in “practice.id” of a search."))
        )
    for name in ("procedure", "version"):
        if not isinstance(body.get(name), str):
            wrong.append(mistake(f"/{name}", _("Give it as text, as procedures/{slug}/intake/ has it.")))
    if language not in LANGUAGES:
        text = _("Give the language in which the patient answered, and is written to.")
        wrong.append(mistake("/language", text, allowed=LANGUAGES))
    if body.get("patient_agreed") is not True:
        text = _("Set it to true if the patient agreed that you send this. Without that we cannot take it.")
        wrong.append(mistake("/patient_agreed", text))
    answers = body.get("answers")
    if not isinstance(answers, dict):
        wrong.append(mistake("/answers", _("Give an object: the name of each question with its answer.")))
    if wrong:
        raise refused(wrong)
    looked_at: dict[str, Any] = {"practice": practice, "procedure": procedure, "language": language, "answers": answers}
    return Sent(version=body["version"], **looked_at)


def into(found: Course, answers: Mapping[str, Any]) -> list[Mistake]:
    """Puts the answers into the pages of the form -> what of them cannot be put anywhere."""
    questions = {question.name: question for theme in found.themes for question in theme.questions}
    wrong = [
        mistake(f"/answers/{_escaped(name)}", _("There is no question of this name in this version. Leave it out."))
        for name in answers
        if name not in questions
    ]
    typed: Typed = {}
    for theme in found.themes:
        boxes: dict[str, list[str]] = {}
        for question in theme.questions:
            try:
                boxes |= _boxes(question, answers.get(question.name))
            except TypeError:
                wrong.append(mistake(f"/answers/{question.name}", _kind_in_words(question)))
        typed[theme.name] = {
            name: [value[: course.LONGEST_TYPED] for value in values] for name, values in boxes.items()
        }
    found.typed = typed
    return wrong


def mistakes(forms: list[StepForm]) -> list[Mistake]:
    """All that is wrong on these pages, by question."""
    found: dict[str, Mistake] = {}
    for form in forms:
        boxes = {box: question for question in form.theme.questions for box in _names(question)}
        for box, errors in form.errors.items():
            question = boxes.get(box)
            pointer = f"/answers/{question.name}" if question else "/answers"
            codes = [choice.code for choice in question.choices] if question else []
            detail = " ".join(f"{error}." if not str(error).endswith(".") else str(error) for error in errors)
            found.setdefault(pointer, mistake(pointer, detail, allowed=codes))
    return list(found.values())


def not_asked(found: Course, given: Mapping[str, Any], answers: Answers) -> list[Mistake]:
    """What was answered though nobody is asked it after the other answers: it would be passed over in silence."""
    return [
        mistake(f"/answers/{question.name}", _("This is not asked after the other answers. Leave it out."))
        for theme in found.themes
        for question in theme.questions
        if given.get(question.name) not in (None, "", []) and not question.is_asked(answers)
    ]


def mistake(pointer: str, detail: str, *, allowed: Any = ()) -> Mistake:
    return {"pointer": pointer, "detail": detail} | ({"allowed": list(allowed)} if allowed else {})


def refused(wrong: list[Mistake], **more: Any) -> Refused:
    detail = _("Nothing was kept or sent. “errors” names each answer that has to be mended, and how.")
    title = _("Some answers have to be mended")
    return Refused(422, detail, kind="answers-refused", title=title, errors=wrong, **more)


def _boxes(question: Question, answer: Any) -> dict[str, list[str]]:
    """What the boxes of this question would hold. Raises TypeError for an answer of another kind."""
    name = question.name
    if answer is None:
        return {}
    if question.several:
        if not isinstance(answer, list) or not all(isinstance(code, str) for code in answer):
            raise TypeError(question.kind)
        return {name: answer}
    if not isinstance(answer, str):
        raise TypeError(question.kind)
    if not answer.strip():
        return {}
    if question.kind is Kind.BIRTH:
        return _dated(name, answer, ("year", "month", "day"), least=3)
    if question.kind is Kind.MONTH:
        if answer == UNKNOWN:
            return {f"{name}_{UNKNOWN}": ["on"]}
        return _dated(name, answer, ("year", "month"), least=1)
    if question.kind is Kind.TICK and answer != YES:
        raise TypeError(question.kind)
    return {name: [answer]}


def _dated(name: str, text: str, parts: tuple[str, ...], *, least: int) -> dict[str, list[str]]:
    given = text.strip().split("-")
    if not least <= len(given) <= len(parts) or not all(part.isascii() and part.isdigit() for part in given):
        raise TypeError(name)
    return {f"{name}_{part}": [value] for part, value in zip(parts, given, strict=False)}


def _kind_in_words(question: Question) -> str:
    match question.kind:
        case Kind.SEVERAL:
            return _("Give a list of codes.")
        case Kind.BIRTH:
            return _("Give a date like “1957-04-09”.")
        case Kind.MONTH:
            return _("Give a month like “2024-03”, a year like “2024”, or “unknown”.")
        case Kind.TICK:
            return _("Give “yes”, or leave it out.")
    return _("Give it as text in quotation marks.")


def _names(question: Question) -> list[str]:
    parts = ("month", "day", "year", UNKNOWN)
    return [question.name, *(f"{question.name}_{part}" for part in parts)]


def _escaped(name: str) -> str:
    """For a JSON pointer (RFC 6901); of a name that is none of ours only so much that its sender knows it again."""
    return name[:60].replace("~", "~0").replace("/", "~1")
