"""/api/schema/ says what the addresses of partners answer, refusals included."""

import re
from typing import Any

import pytest
from django.test import Client

from referrals.api import schema, urls
from tests import factories
from tests.referrals.partner import Partner, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    return answer.json()


def fits(value: Any, wanted: dict[str, Any], document: dict[str, Any], where: str = "$") -> list[str]:
    """Where the value is not as the schema has it. Knows the words of JSON Schema that this document uses."""
    if "$ref" in wanted:
        return fits(value, document["components"]["schemas"][wanted["$ref"].rsplit("/", 1)[1]], document, where)
    if "anyOf" in wanted:
        tried = [fits(value, one, document, where) for one in wanted["anyOf"]]
        return [] if [] in tried else tried[0]
    if ("enum" in wanted and value not in wanted["enum"]) or ("const" in wanted and value != wanted["const"]):
        return [f"{where}: {value!r}"]
    names = wanted.get("type", [])
    kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}
    if names and type(value) not in [kinds[name] for name in ([names] if isinstance(names, str) else names)]:
        return [f"{where}: {type(value).__name__}, not {names}"]
    wrong: list[str] = []
    if isinstance(value, dict):
        known, more = wanted.get("properties", {}), wanted.get("additionalProperties")
        wrong += [f"{where}.{name} is missing" for name in wanted.get("required", ()) if name not in value]
        for name, each in value.items():
            if name in known:
                wrong += fits(each, known[name], document, f"{where}.{name}")
            elif isinstance(more, dict):
                wrong += fits(each, more, document, f"{where}.{name}")
            elif more is False or known:
                wrong += [f"{where}.{name} is not in the schema"] if name != "seen" else []
    if isinstance(value, list) and "items" in wanted:
        for number, each in enumerate(value):
            wrong += fits(each, wanted["items"], document, f"{where}[{number}]")
    return wrong


def of(document: dict[str, Any], method: str, path: str, answer: Any) -> dict[str, Any]:
    """What the document says of this answer; it must say something."""
    content = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    return content[answer["Content-Type"]]["schema"]


def test_it_is_openapi_and_names_every_address_of_partners(document):
    assert document["openapi"].startswith("3.1")
    routes = {f"/api/v1/{re.sub(r'<[a-z]+:(pk|[a-z]+)>', r'{\1}', str(route.pattern))}" for route in urls.urlpatterns}
    assert {path.replace("{id}", "{pk}") for path in document["paths"]} == routes


def test_every_reference_leads_somewhere_and_every_example_is_as_its_schema_says(document):
    for name in re.findall(r"#/components/schemas/(\w+)", str(document)):
        assert name in document["components"]["schemas"]
    examples = 0
    for operations in document["paths"].values():
        for operation in operations.values():
            contents = [operation.get("requestBody", {"content": {}}), *operation["responses"].values()]
            for media in [media for one in contents for media in one["content"].values()]:
                shown = [one["value"] for one in media.get("examples", {}).values()]
                for example in shown + ([media["example"]] if "example" in media else []):
                    assert fits(example, media["schema"], document) == []
                    examples += 1
    assert examples > 25


def test_what_is_answered_is_as_the_document_says(austin, document):
    partner = Partner(factories.api_key())
    pk = austin.practice.pk
    sent = body(pk)
    assert fits(sent, document["components"]["schemas"]["Request"], document) == []
    made = partner.send(sent, key="one")
    answers = [("post", "/api/v1/referrals/", made), ("post", "/api/v1/referrals/", partner.send(b"", key="two"))]
    for changes in ({"warning": "yes"}, {"name": None}, {"email": None}):
        answers.append(("post", "/api/v1/referrals/", partner.send(body(pk, answers=changes))))
    answers.append(("post", "/api/v1/referrals/", partner.send(body(pk, language="es"), key="one")))
    answers.append(("get", "/api/v1/referrals/{id}/", partner.get(made.json()["id"])))
    answers.append(("get", "/api/v1/referrals/{id}/", Partner("x").get(made.json()["id"])))
    answers.append(("post", "/api/v1/referrals/{id}/withdraw/", partner.withdraw(made.json()["id"])))
    answers.append(("get", "/api/v1/referrals/{id}/", partner.get(made.json()["id"])))
    intake = Client().get("/api/v1/procedures/adhesiolysis/intake/", {"practice": pk})
    answers.append(("get", "/api/v1/procedures/{slug}/intake/", intake))
    for method, path, answer in answers:
        assert fits(answer.json(), of(document, method, path, answer), document) == [], (path, answer.status_code)


def test_every_kind_of_refusal_is_in_it_and_has_its_explanation(client):
    page = client.get("/api/docs/").content.decode()
    assert [kind for kind in schema.PROBLEMS if f'id="{kind}"' not in page] == []


def test_a_check_that_finds_nothing_wrong_would_be_none(document):
    referral = document["components"]["schemas"]["Referral"]
    right = dict(schema.REFERRAL)
    assert fits(right, referral, document) == []
    for wrong in ({"state": "lost"}, {"practice": "1"}, {"extra": 1}, {"history": [{}]}):
        assert fits(right | wrong, referral, document) != []
