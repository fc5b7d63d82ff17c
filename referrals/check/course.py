"""From page to page: what was sent with a button -> what to show next.

The answers so far travel in the pages themselves, so the server needs to remember nothing. It believes none of them:
each page reads them all again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from referrals.check.forms import QuestionForm
from referrals.check.outcomes import EARLY, WENT_ON, End, Verdict, early, outcome
from referrals.check.questions import WARNING_TEXT, Answers, Check
from referrals.intake import redflags
from referrals.intake.asking import Question
from referrals.intake.questions import MILDER, WARNING

# What a form sends: by name all the values.
type Sent = Mapping[str, list[str]]

ANSWERED, SHOW, GO_ON, PRINT = "answered", "show", "go_on", "print"
LEFT_BY_GOING_ON = frozenset({End.TODAY.value, End.SOON.value})


class AnswersLost(ValueError):
    """The answers so far are not whole, or none that could have been given here. The way on is to start again."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Show this question; `answers` are all others."""

    question: Question
    form: QuestionForm
    answers: Answers


@dataclass(frozen=True, slots=True)
class Reached:
    """Show this end, or with `to_print` the answers themselves."""

    verdict: Verdict
    answers: Answers
    to_print: bool = False


def begin() -> Ask:
    return Ask(WARNING, QuestionForm(WARNING), {})


def stops(sent: Sent) -> bool:
    """Whether a warning sign is among it. Looked at before everything else, and however broken the rest is."""
    return any(redflags.stops(answer) for answer in sent.get(WARNING.name, []))


def turn(check: Check, sent: Sent) -> Ask | Reached:
    """What comes after this button. Raises AnswersLost."""
    buttons = [name for name in (ANSWERED, SHOW, GO_ON, PRINT) if name in sent]
    match buttons:
        case ["answered"]:
            return _answered(check, sent)
        case ["show"]:
            answers = _kept(check, _read(check, sent))
            question = _named(check, answers, sent[SHOW][-1])
            _complete(_before(check, answers, question), answers)
            return _ask(question, answers)
        case ["go_on"]:
            return _go_on(check, sent)
        case ["print"]:
            answers = _kept(check, _read(check, sent))
            _complete(check.asked(answers), answers)
            verdict = outcome(answers)
            return Reached(verdict, answers, to_print=verdict.end not in EARLY)
        case _:
            raise AnswersLost("no button of these pages")


def _answered(check: Check, sent: Sent) -> Ask | Reached:
    name = sent[ANSWERED][-1]
    others = _read(check, sent, but=name)
    question = _named(check, others, name)
    _complete(_before(check, others, question), others)
    form = QuestionForm(question, sent)
    if not form.is_valid():
        return Ask(question, form, others)
    answers = _kept(check, {**others, name: form.given})
    if question is MILDER:
        answers.pop(WENT_ON, None)  # that was said of another answer
    if question is not WARNING and (verdict := early(answers)):
        return Reached(verdict, answers)
    return _after(check, question, answers)


def _go_on(check: Check, sent: Sent) -> Ask | Reached:
    answers = _kept(check, _read(check, sent))
    _complete([*_before(check, answers, MILDER), MILDER], answers)
    left = sent[GO_ON][-1]
    if left not in LEFT_BY_GOING_ON:
        raise AnswersLost("no end that one goes on from")
    answers[WENT_ON] = tuple(sorted({*answers.get(WENT_ON, ()), left}))
    verdict = early(answers)
    return Reached(verdict, answers) if verdict else _after(check, MILDER, answers)


def _after(check: Check, question: Question, answers: Answers) -> Ask | Reached:
    asked = check.asked(answers)
    following = asked[asked.index(question) + 1 :]
    if following:
        return _ask(following[0], answers)
    _complete(asked, answers)
    return Reached(outcome(answers), answers)


def _ask(question: Question, answers: Answers) -> Ask:
    """The question, with the answer that was given before."""
    given = answers.get(question.name)
    initial = {} if given is None else {question.name: list(given) if question.several else given[0]}
    others = {name: values for name, values in answers.items() if name != question.name}
    return Ask(question, QuestionForm(question, initial=initial), others)


def _named(check: Check, answers: Answers, name: str) -> Question:
    for question in check.asked(answers):
        if question.name == name:
            return question
    raise AnswersLost("no such question")


def _before(check: Check, answers: Answers, question: Question) -> list[Question]:
    asked = check.asked(answers)
    return asked[: asked.index(question)]


def _complete(questions: Iterable[Question], answers: Answers) -> None:
    if any(question.name not in answers for question in questions):
        raise AnswersLost("a question was not answered")


def _read(check: Check, sent: Sent, *, but: str = "") -> dict[str, tuple[str, ...]]:
    """All answers that came along, save the one that is being given now. Raises AnswersLost."""
    answers: dict[str, tuple[str, ...]] = {}
    for question in (*check.questions, WARNING_TEXT):
        if question.name in sent and question.name != but:
            form = QuestionForm(question, sent)
            if not form.is_valid():
                raise AnswersLost("no answer to this question")
            answers[question.name] = form.given
    went_on = set(sent.get(WENT_ON, []))
    if not went_on <= LEFT_BY_GOING_ON:
        raise AnswersLost("no end that one goes on from")
    return {**answers, WENT_ON: tuple(sorted(went_on))} if went_on else answers


def _kept(check: Check, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Without the text about a sign that is not long-standing (any more)."""
    names = {question.name for question in check.asked(answers)} | {WENT_ON}
    return {name: values for name, values in answers.items() if name in names}
