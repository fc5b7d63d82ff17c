"""The short lists that partner sites fill their own forms with."""

import pytest

pytestmark = pytest.mark.django_db


def test_procedures_come_with_both_names_and_their_synonyms(client, django_assert_num_queries):
    client.get("/api/v1/procedures/")  # whatever changed before is read
    with django_assert_num_queries(3):
        body = client.get("/api/v1/procedures/").json()
    assert body["count"] == len(body["results"]) > 1 and body["next"] is body["previous"] is None
    first = body["results"][0]
    assert first["slug"] == "adhesiolysis" and first["name"] == "Adhesiolysis" and first["name_es"] == "Adhesiólisis"
    assert "Racz procedure" in first["synonyms"] and "Procedimiento de Racz" in first["synonyms_es"]
    assert first["url"] == "http://testserver/procedures/adhesiolysis/"
    assert client.get("/api/v1/procedures/adhesiolysis/").json() == first


@pytest.mark.parametrize("slug", ["nonsense", "%00", "a b"])
def test_an_unknown_procedure_is_not_found(client, slug):
    response = client.get(f"/api/v1/procedures/{slug}/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_insurers_come_with_their_kind_and_state(client):
    body = client.get("/api/v1/insurers/").json()
    by_slug = {one["slug"]: one for one in body["results"]}
    assert by_slug["original-medicare"]["kind"] == "original-medicare" and by_slug["original-medicare"]["state"] is None
    medicaid = [one for one in body["results"] if one["kind"] == "medicaid"]
    assert medicaid and all(len(one["state"]) == 2 for one in medicaid)


@pytest.mark.parametrize("path", ["procedures/", "procedures/adhesiolysis/", "insurers/", "specialists/1234567893/"])
def test_lists_take_no_parameters(client, path):
    response = client.get(f"/api/v1/{path}?q=epidural")
    assert response.status_code == 400 and response.json()["errors"][0]["parameter"] == "q"
