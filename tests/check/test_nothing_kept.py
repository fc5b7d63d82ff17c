"""No answer is found anywhere but in the page itself: no address, header, cookie, session, row or log line."""

import io
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.logs import PrivateFormatter
from tests.check.person import ADDRESS, ANSWERS, heading, hidden, press
from tests.referrals import searching

CANARY = "numbat-in-both-boots since 2023"
SAID = {**ANSWERS, "warning": "long_standing", "warning_text": CANARY}
# Every page on the way, with the odd ones: an error, a tampered answer, the stop.
TURNS = [
    ("answered", "warning_text", SAID),
    ("answered", "mri", SAID),
    ("print", "1", SAID),
    ("show", "where", SAID),
    ("go_on", "soon", {**SAID, "milder": ["cancer"]}),
    ("answered", "since", {**SAID, "since": CANARY}),
    ("answered", "mri", {**SAID, "where": CANARY}),
    ("answered", "warning", {**SAID, "warning": "yes"}),
]


@pytest.mark.django_db(transaction=True)
def test_a_canary_is_found_in_no_table_header_cookie_address_or_log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.db.backends", "referrals")]
    for logger in loggers:
        logger.addHandler(handler)
    client = Client(enforce_csrf_checks=True)
    pages = [client.get(ADDRESS), *(press(client, *turn) for turn in TURNS)]
    for logger in loggers:
        logger.removeHandler(handler)
    assert CANARY in pages[1].text  # the search itself works: it is in the page, for the next button
    for page in pages:
        assert CANARY not in str(page.headers)
        assert "Location" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "Cookie" not in page.headers.get("Vary", "")
        assert not page.cookies
        for address in page.text.split('action="')[1:]:
            assert address.startswith(f'{ADDRESS}"')
    assert not client.cookies
    assert searching.found(["adhesiolysis"], searching.database())
    assert searching.found([CANARY], searching.database()) == []
    assert CANARY not in stream.getvalue()


@pytest.mark.django_db
def test_no_answer_writes_anything(client):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for turn in TURNS:
            press(client, *turn)
    assert queries.captured_queries
    assert all(query["sql"].lstrip("( ").upper().startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.django_db
def test_an_address_with_answers_answers_nothing(client):
    page = client.get(ADDRESS, {**ANSWERS, "answered": "mri"})
    assert heading(page).startswith("Is any of these new or worse")
    assert not hidden(page)
    assert "checked" not in page.text
