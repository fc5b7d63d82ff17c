"""What the whole site keeps to: caches, strange charsets, strange cookies, and logs that help without telling."""

import io
import logging
import sys
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client

from config.logs import PrivateFormatter
from config.wsgi import application
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/find/?near=78701&page=999",
        "/find?near=78701",
        "/find/?near=00000",
        "/find/?near=78701&utm_source=x",
        "/api/v1/x/",
    ],
)
def test_no_shared_cache_keeps_a_search_nor_its_errors_and_redirects(address):
    assert "private" in Client().get(address)["Cache-Control"]


def test_no_cache_keeps_what_went_wrong_with_a_request():
    response = Client(enforce_csrf_checks=True).post("/referrals/new/", {})
    assert response.status_code == 403
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db(transaction=True)  # the real door ends its database connection
@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "idna", "utf-7"])
def test_a_charset_that_a_stranger_names_changes_nothing(charset):
    environ: dict = {}
    setup_testing_defaults(environ)
    environ |= {
        "PATH_INFO": "/find/",
        "QUERY_STRING": "near=78701%20x",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": f"text/plain; charset={charset}",
        "wsgi.input": io.BytesIO(),
    }
    status = []
    answer = b"".join(application(environ, lambda line, headers: status.append(line)))
    assert status == ["400 Bad Request"]
    assert b"No search was made." in answer


def test_a_session_cookie_that_we_never_made_is_no_session():
    client = Client()
    client.cookies["sessionid"] = "\x00abcdefgh"
    assert client.get("/admin/").status_code == 302


def test_a_trace_in_the_log_names_file_and_line_but_no_value():
    factories.clinic(slug="taken")
    try:
        raise ValueError("Pat Example, 78701")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed /referrals/abcdefg/", (), sys.exc_info())
    text = PrivateFormatter().format(record)
    assert "tests/config/test_answers.py:" in text
    assert "ValueError" in text
    assert "Pat Example" not in text
    assert "abcdefg" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/find/?near=78701", "/api/v1/specialists/", "/api/v1/specialists/?radius=5"])
def test_a_question_for_the_head_alone_gets_no_body_and_the_same_length(client, address):
    head, whole = client.head(address), client.get(address)
    assert head.content == b"" and head.status_code == whole.status_code
    assert head["Content-Length"] == whole["Content-Length"] == str(len(whole.content))
