"""The check as somebody meets it who has no JavaScript."""

import pytest

from directory.warning_signs import SIGNS
from tests.check.person import ADDRESS, ANSWERS, finish, heading, hidden, press

pytestmark = pytest.mark.django_db


def test_only_a_procedure_that_has_a_check_answers(client):
    assert client.get(ADDRESS).status_code == 200
    for slug in ("epidural-steroid-injection", "no-such-procedure"):
        assert client.get(f"/procedures/{slug}/check/").status_code == 404
        assert client.post(f"/procedures/{slug}/check/", {"warning": "no"}).status_code == 404


def test_it_begins_with_the_warning_signs_and_the_same_words_as_a_request(client):
    page = client.get(ADDRESS)
    assert "Question 1 of 7" in page.text
    assert heading(page) == "Is any of these new or worse in the last two weeks?"
    for sign in SIGNS:
        assert f"<li>{sign}</li>" in page.text
    assert "The same for chest pain" in page.text


def test_one_question_at_a_time_with_the_answers_so_far_in_hidden_fields(client):
    sofar = {}
    page = client.get(ADDRESS)
    for number, (name, answer) in enumerate(ANSWERS.items(), start=1):
        assert f"Question {number} of 7" in page.text
        assert page.text.count('<i class="on">') == number - 1
        assert {given for given, _ in hidden(page)} == set(sofar)
        sofar[name] = answer
        page = press(client, "answered", name, sofar)
        assert page.status_code == 200
    assert heading(page) == "Worth asking a specialist"
    assert ("where", "leg") in hidden(page)


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_a_warning_sign_stops_and_nothing_of_the_answers_stays_in_the_page(client, answer):
    page = press(client, "answered", "warning", {**ANSWERS, "warning": answer})
    assert heading(page) == "Get help now"
    assert "Call 911 or go to an emergency department. Do not wait for this form." in page.text
    assert 'href="tel:911"' in page.text
    assert not hidden(page)


def test_a_warning_sign_stops_however_broken_the_rest_is(client):
    for sent in (
        {"warning": "yes"},
        {"warning": ["no", "not_sure"], "answered": "nonsense"},
        {"warning": "yes", "mri": "?"},
    ):
        assert heading(client.post(ADDRESS, sent)) == "Get help now"


def test_who_has_a_long_standing_sign_says_which_goes_on_and_is_reminded_at_the_end(client):
    page = press(client, "answered", "warning", {"warning": "long_standing"})
    assert heading(page) == "Which sign is it, since when, and which doctor knows?"
    assert "Question 1 of 7" in page.text
    assert "Nobody reads this right away" in page.text
    sofar = {"warning": "long_standing", "warning_text": "leaking since 2023, Dr. Lowe"}
    page = press(client, "answered", "warning_text", sofar)
    assert heading(page) == "Is any of these true?"
    assert ("warning_text", "leaking since 2023, Dr. Lowe") in hidden(page)
    page = finish(client, **sofar)
    assert heading(page) == "Worth asking a specialist"
    assert "Tell every clinic first of all" in page.text


def test_the_text_about_a_sign_may_stay_empty_and_goes_when_the_sign_was_a_mistake(client):
    page = press(client, "answered", "warning_text", {"warning": "long_standing", "warning_text": ""})
    assert heading(page) == "Is any of these true?"
    page = press(client, "answered", "warning", {"warning": "no", "warning_text": "a mistake"})
    assert heading(page) == "Is any of these true?"
    assert "a mistake" not in page.text


@pytest.mark.parametrize(
    ("sign", "end"),
    [
        ("fever", "Be seen by a doctor today"),
        ("worse_after", "Be seen by a doctor today"),
        ("injury", "Be seen by a doctor today"),
        ("cancer", "See your own doctor soon"),
        ("weight", "See your own doctor soon"),
        ("injects", "See your own doctor soon"),
        ("unknown", "See your own doctor soon"),
    ],
)
def test_a_milder_sign_is_answered_at_once_and_one_may_go_on(client, sign, end):
    said = {"warning": "no", "milder": [sign]}
    page = press(client, "answered", "milder", said)
    assert heading(page) == end
    level = "today" if end.endswith("today") else "soon"
    page = press(client, "go_on", level, said)
    assert heading(page) == "Where is the pain?"
    assert ("went_on", level) in hidden(page)
    page = finish(client, milder=[sign], went_on=level)
    assert heading(page) == "Worth asking a specialist"
    assert "Keep in mind" in page.text


def test_somebody_with_signs_of_both_kinds_reads_both_ends(client):
    said = {"warning": "no", "milder": ["fever", "cancer"]}
    assert heading(press(client, "answered", "milder", said)) == "Be seen by a doctor today"
    assert heading(press(client, "go_on", "today", said)) == "See your own doctor soon"
    page = press(client, "go_on", "soon", said | {"went_on": "today"})
    assert heading(page) == "Where is the pain?"
    assert {value for name, value in hidden(page) if name == "went_on"} == {"today", "soon"}


def test_who_changes_the_milder_signs_is_told_again(client):
    said = {"warning": "no", "milder": ["injury"], "went_on": "today"}
    assert heading(press(client, "answered", "milder", said)) == "Be seen by a doctor today"


def test_nobody_gets_past_a_milder_sign_by_leaving_its_end_out(client):
    assert heading(finish(client, milder=["fever"])) == "Be seen by a doctor today"
    assert heading(press(client, "print", "1", {**ANSWERS, "milder": ["fever"]})) == "Be seen by a doctor today"


def test_back_shows_the_question_before_with_its_answer_and_keeps_the_later_ones(client):
    page = press(client, "show", "where", ANSWERS)
    assert heading(page) == "Where is the pain?"
    for code in ("low_back", "leg"):
        assert f'value="{code}" id="id_where_' in page.text
    assert page.text.count(" checked") == 2
    assert ("mri", "within_year") in hidden(page)
    page = press(client, "answered", "where", {**ANSWERS, "where": ["neck"]})
    assert heading(page) == "How long have you had this pain?"
    assert ("where", "neck") in hidden(page)


def test_who_goes_back_to_the_first_question_keeps_the_text_of_a_long_standing_sign(client):
    said = {**ANSWERS, "warning": "long_standing", "warning_text": "leaking since 2023"}
    page = press(client, "show", "warning", said)
    assert heading(page).startswith("Is any of these new or worse")
    page = press(client, "answered", "warning", said)
    assert "leaking since 2023</textarea>" in page.text


def test_no_answer_is_a_mistake_that_is_easy_to_mend(client):
    page = press(client, "answered", "where", {"warning": "no", "milder": ["none"]})
    assert "<title>Error: Question 3 of 7" in page.text
    assert 'href="#id_where_0"' in page.text
    assert "Say where the pain is" in page.text
    assert hidden(page) == {("warning", "no"), ("milder", "none")}


def test_i_do_not_know_and_something_else_is_a_contradiction(client):
    page = press(client, "answered", "spine", {**ANSWERS, "spine": ["surgery", "unknown"]})
    assert "and something else. Take one of the two away" in page.text
    assert heading(page) == "What is known about your spine?"
    assert page.text.count(" checked") == 2


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"answered": "mri"},
        {"answered": "where", "where": "neck"},
        {"answered": "nonsense", **ANSWERS},
        {"show": "nonsense", **ANSWERS},
        {"show": "since", "warning": "no"},
        {"print": "1", "warning": "no"},
        {"go_on": "today", "warning": "no"},
        {"go_on": "now", "warning": "no", "milder": "fever"},
        {"answered": "mri", **ANSWERS, "where": "the moon"},
        {"answered": "mri", **ANSWERS, "milder": ["none", "fever"]},
        {"answered": "mri", **ANSWERS, "went_on": "everything"},
        {"answered": "mri", "show": "where", **ANSWERS},
        {"answered": "warning_text", "warning": "no", "warning_text": "x"},
        {"answered": "milder", "milder": "none", "warning": "long_standing", "warning_text": "x" * 2001},
    ],
)
def test_answers_that_are_missing_or_tampered_with_start_again_with_a_message(client, sent):
    page = client.post(ADDRESS, sent)
    assert page.status_code == 400
    assert "Your answers did not arrive whole" in page.text
    assert "Question 1 of 7" in page.text
    assert not hidden(page)


@pytest.mark.parametrize(
    ("changed", "end", "words"),
    [
        ({"spine": ["none"]}, "Probably not this. Ask a specialist to find the cause", "None of these"),
        ({"where": ["elsewhere"]}, "Probably not this. Ask a specialist to find the cause", "such as a knee"),
        ({"since": "weeks"}, "First do this", "Less than 6 weeks"),
        ({"mri": "older"}, "First do this", "Ask whether you need a new MRI"),
        ({"injections": "no"}, "First do this", "Ask your doctor whether steroid injections come first"),
        ({"spine": ["stenosis"], "mri": "cannot"}, "Worth asking a specialist", "you cannot have an MRI"),
        ({"where": ["neck", "arm"]}, "Worth asking a specialist", "there are only single reports"),
    ],
)
def test_an_end_says_what_it_is_based_on_and_what_to_do_next(client, changed, end, words):
    page = finish(client, **changed)
    assert heading(page) == end
    assert "You said:" in page.text
    assert words in page.text
    assert "not a diagnosis" in page.text
    assert "No clinician has reviewed them" in page.text
    assert 'href="tel:988"' in page.text
    assert ("/find/?procedure=adhesiolysis" in page.text) == (changed != {"since": "weeks"})


def test_only_ends_where_a_request_makes_sense_offer_to_take_the_answers_along_and_nothing_is_ticked(client):
    for changed, offered in (
        ({}, True),
        ({"mri": "no"}, True),
        ({"since": "weeks"}, False),
        ({"spine": ["none"]}, False),
        ({"milder": ["fever"]}, False),
    ):
        page = finish(client, **changed)
        assert ("data-carry" in page.text) == offered, changed
        assert "checked" not in page.text


def test_the_page_to_print_holds_every_answer(client):
    said = {**ANSWERS, "warning": "long_standing", "warning_text": "leaking since 2023\nDr. Lowe"}
    page = press(client, "print", "1", said)
    assert "leaking since 2023<br>Dr. Lowe" in page.text
    for words in ("Low back", "Into a leg or foot", "More than a year", "I had surgery on it", "in the last 12 months"):
        assert words in page.text
    assert "We keep no copy" in page.text
    assert heading(press(client, "answered", "mri", said)) == "Worth asking a specialist"


def test_what_was_typed_is_shown_as_text_only(client):
    typed = '"><script>alert(1)</script>'
    page = press(client, "answered", "warning_text", {"warning": "long_standing", "warning_text": typed})
    assert "<script>alert" not in page.text
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page.text
