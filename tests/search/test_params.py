"""The parameters of a search, as page and API both read them."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from directory.params import PARAMETERS, SearchParams, SearchRefused
from directory.search import SearchQuery, find
from directory.search.query import DEFAULT_PAGE_SIZE, DEFAULT_RADIUS_MILES

pytestmark = pytest.mark.django_db


def params(text):
    return SearchParams(QueryDict(text))


def test_nothing_given_asks_for_everybody():
    assert params("").query() == SearchQuery()


def test_everything_given_is_in_the_question():
    text = "near=78701-1234&radius=25.5&procedure=adhesiolysis&procedure=epidural-steroid-injection&accepting=true"
    query = params(f"{text}&q=+Ana++Rivera+&page=3&page_size=7").query()
    assert query.near.precision == "zip"
    assert (query.radius_miles, query.accepting, query.q) == (25.5, True, ("Ana Rivera",))
    assert query.procedures == ("adhesiolysis", "epidural-steroid-injection")
    assert (query.page, query.page_size) == (3, 7)


def test_a_procedure_given_twice_is_one_procedure():
    assert params("procedure=adhesiolysis&procedure=adhesiolysis").query().procedures == ("adhesiolysis",)


def test_blank_is_absent():
    query = params("near=&radius=&procedure=&procedure=&accepting=&q=%20%09&page=&page_size=").query()
    assert query == SearchQuery()
    assert (query.radius_miles, query.page_size) == (DEFAULT_RADIUS_MILES, DEFAULT_PAGE_SIZE)


def test_a_refusal_names_parameters_and_never_what_was_in_them():
    with pytest.raises(SearchRefused) as refused:
        params("near=Secretville&q=%00hidden&mysterious=123").query()
    text = f"{refused.value} {refused.value!r}"
    assert "near" in text and "q" in text
    assert not any(word in text for word in ("Secretville", "hidden", "mysterious", "123"))


def test_a_refusal_carries_what_was_given_for_the_form():
    with pytest.raises(SearchRefused) as refused:
        params("near=78701&procedure=adhesiolisis").query()
    (problem,) = refused.value.problems
    assert (problem.parameter, problem.given, problem.suggestions) == ("procedure", "adhesiolisis", ("adhesiolysis",))


def test_the_form_is_filled_again_with_what_can_be_shown():
    values = params("near=%00Xyz%09ville&procedure=a&procedure=b&q=" + "x" * 5000).cleaned_form_values
    assert set(values) == set(PARAMETERS)
    assert values["near"] == "Xyz ville" and values["procedure"] == ["a", "b"]
    assert len(values["q"][0]) == 200 and values["radius"] == ""


def test_links_keep_everything_but_the_page():
    link = params("near=Austin%2C+TX&q=&procedure=a&procedure=b&page=2").query_string(page=3)
    assert link == "near=Austin%2C+TX&procedure=a&procedure=b&page=3"
    assert params("near=Austin%2C+TX").query_string(page=1) == "near=Austin%2C+TX&page=1"


anything = st.text(max_size=30) | st.floats().map(str) | st.integers().map(str) | st.sampled_from(
    ["78701", "Austin, TX", "30.27,-97.74", "adhesiolysis", "true", "50", "1"]
)  # fmt: skip
names = st.sampled_from(PARAMETERS) | st.text(max_size=5)


@given(st.dictionaries(names, st.lists(anything, max_size=3), max_size=4))
def test_whatever_is_given_is_understood_or_refused_with_a_message(given_values):
    data = QueryDict(mutable=True)
    for name, values in given_values.items():
        data.setlist(name, values)
    try:
        query = SearchParams(data).query()
    except SearchRefused as error:
        assert error.problems and all(problem.message for problem in error.problems)
    else:
        assert 1 <= query.radius_miles <= 500 and query.page >= 1 and 1 <= query.page_size <= 100
        assert find(SearchQuery(near=query.near, q=query.q, procedures=query.procedures)).count == 0
