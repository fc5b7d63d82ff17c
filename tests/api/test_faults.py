"""A fault of ours. These tests may not use the database, and that is the fault: every query raises."""

import pytest
from django.core.signals import got_request_exception

ADDRESS = "/api/v1/specialists/?near=78701"


def test_a_fault_is_a_problem_document_that_tells_nothing_of_the_inside(client, caplog):
    client.raise_request_exception = False
    response = client.get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert response["Access-Control-Allow-Origin"] == "*"
    body = response.json()
    assert body["title"] == "Internal Server Error" and body["type"] == "about:blank"
    assert "atabase" not in response.content.decode()


def test_a_fault_is_logged_with_its_trace_and_without_what_was_asked(client, caplog):
    client.raise_request_exception = False
    client.get(ADDRESS)
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.getMessage() == "Internal Server Error: /api/v1/specialists/"
    assert record.exc_info


def test_whoever_listens_for_faults_is_told(client):
    heard = []

    def listen(sender, request, **rest):
        heard.append(request.path)

    got_request_exception.connect(listen)
    with pytest.raises(RuntimeError):  # the test client listens too, and raises
        client.get(ADDRESS)
    assert heard == ["/api/v1/specialists/"]
