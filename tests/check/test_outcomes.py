"""Which answers lead where: by every single answer, by chance, and against the rules written a second time."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from directory.warning_signs import SIGNS
from referrals.check import carry
from referrals.check.outcomes import RULES, End, outcome
from referrals.check.questions import CHECKS, Answers
from referrals.intake import questions
from referrals.intake.asking import Kind
from referrals.intake.redflags import SEEN_SOON, SEEN_TODAY, Answer, Milder

CHECK = CHECKS["adhesiolysis"]


def of(question) -> st.SearchStrategy[tuple[str, ...]]:
    codes = [choice.code for choice in question.choices]
    alone = [(choice.code,) for choice in question.choices if choice.alone]
    if not question.several:
        return st.sampled_from(codes).map(lambda code: (code,))
    together = [choice.code for choice in question.choices if not choice.alone]
    some = st.lists(st.sampled_from(together), min_size=1, unique=True).map(tuple)
    return st.one_of(st.sampled_from(alone), some)


whole = st.fixed_dictionaries(
    {question.name: of(question) for question in CHECK.questions},
    optional={
        "went_on": st.sampled_from([("today",), ("soon",), ("soon", "today")]),
        "warning_text": st.text().map(lambda text: (text,)),
    },
)


def expected(answers: Answers) -> str:
    """The rules once more, as docs/check.md tells them."""
    went_on, milder = answers.get("went_on", ()), set(answers["milder"])
    if answers["warning"][0] in ("yes", "not_sure"):
        return "now"
    if milder & {"fever", "worse_after", "injury"} and "today" not in went_on:
        return "today"
    if milder & {"cancer", "weight", "injects", "unknown"} and "soon" not in went_on:
        return "soon"
    if answers["where"] == ("elsewhere",):
        return "cause"
    if answers["since"][0] in ("weeks", "months"):
        return "first"
    if answers["spine"] == ("none",):
        return "cause"
    something_open = (
        answers["spine"] == ("unknown",)
        or answers["mri"][0] in ("no", "older", "unknown")
        or answers["injections"][0] in ("no", "helping", "unknown")
    )
    return "first" if something_open else "ask"


@given(whole)
def test_every_combination_of_answers_ends_in_exactly_one_end_and_in_the_right_one(answers):
    verdict = outcome(answers)
    assert verdict.end in set(End)
    assert {rule.end for rule in verdict.rules} == {verdict.end}
    assert verdict.end == expected(answers)
    if verdict.end is End.FIRST:
        assert all(rule.title and rule.text for rule in verdict.rules)
    if verdict.end is not End.NOW:
        assert verdict.looked_at  # "You said: ..." is never empty


@given(whole, st.sampled_from(["yes", "not_sure"]))
def test_a_warning_sign_stops_whatever_else_was_said(answers, warning):
    assert outcome({**answers, "warning": (warning,)}).end is End.NOW


def test_every_single_choice_beside_the_usual_ones_leads_to_one_end():
    """All combinations of the questions with one answer, times all choices, alone, of those with several."""
    codes = [[(choice.code,) for choice in question.choices] for question in CHECK.questions]
    names = [question.name for question in CHECK.questions]
    ends = {}
    for combination in itertools.product(*codes):
        answers = dict(zip(names, combination, strict=True))
        end = outcome(answers).end
        assert end == expected(answers)
        ends[end] = ends.get(end, 0) + 1
    assert set(ends) == set(End), "an end that nobody reaches"


def test_each_rule_is_the_reason_for_somebody():
    codes = [[(choice.code,) for choice in question.choices] for question in CHECK.questions]
    names = [question.name for question in CHECK.questions]
    reasons: set[str] = set()
    for combination in itertools.product(*codes):
        reasons |= {rule.name for rule in outcome(dict(zip(names, combination, strict=True))).rules}
    assert reasons == {rule.name for rule in RULES}


def test_whoever_waits_with_new_pain_is_not_sent_to_an_mri_as_well():
    said = {"warning": ("no",), "milder": ("none",), "where": ("neck",), "spine": ("unknown",)}
    verdict = outcome({**said, "since": ("weeks",), "injections": ("no",), "mri": ("no",)})
    assert [rule.name for rule in verdict.rules] == ["new_pain"]


def test_several_things_to_do_first_are_named_together():
    said = {"warning": ("no",), "milder": ("none",), "where": ("low_back",), "spine": ("surgery",)}
    verdict = outcome({**said, "since": ("years",), "injections": ("no",), "mri": ("older",)})
    assert [rule.name for rule in verdict.rules] == ["old_mri", "no_injections"]
    assert verdict.looked_at == ("mri", "injections")


def test_everything_may_be_answered_with_i_do_not_know():
    for question in CHECK.questions:
        assert {"unknown", Answer.NOT_SURE.value} & {choice.code for choice in question.choices}, question.name


def test_each_milder_sign_is_for_today_or_for_soon_and_there_are_seven_warning_signs():
    assert set(Milder) - {Milder.UNKNOWN, Milder.NONE} == SEEN_TODAY | SEEN_SOON
    assert not SEEN_TODAY & SEEN_SOON
    assert len(SIGNS) == 7


@given(whole)
def test_what_is_taken_along_fits_the_fields_of_a_request_and_never_answers_its_warning_signs(answers):
    themes = (questions.GATE, questions.SIGNS, *questions.current("adhesiolysis").themes)
    asked = {question.name: question for theme in themes for question in theme.questions}
    boxes = {f"{name}_unknown": None for name, question in asked.items() if question.kind is Kind.MONTH} | asked
    fields = carry.fields(answers)
    assert "warning" not in fields
    for name, values in fields.items():
        question = boxes[name]
        choices = {choice.code for choice in question.choices} if question else {"on"}
        assert values
        assert not choices or set(values) <= choices, name
    assert ("no" in fields["mri"]) == (answers["mri"] == ("no",))
    assert (fields.get("surgery") == ["yes"]) == ("surgery" in answers["spine"])
    assert (fields["injections"] == ["no"]) == (answers["injections"] == ("no",))
