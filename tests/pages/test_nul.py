"""A NUL in what a visitor sends: PostgreSQL takes none, so it has to be found out before the database is asked."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from directory.models import ListingClaim, RemovalRequest, Report
from tests import factories

pytestmark = pytest.mark.django_db

NUL = "a\0b"
FORMS = {
    "/clinics/claim/": ["npi", "clinic", "sites", "name", "role", "email", "phone"],
    "/specialists/{slug}/report/": ["kind", "office", "remark"],
    "/clinics/example-hill/report/": ["kind", "office", "remark"],
    "/about/removal/": ["npi", "wish", "name", "email", "phone", "reason"],
    "/admin/password/": ["email"],
}
GOOD = {
    "wish": "all",
    "name": "Maria Lopez",
    "role": "manager",
    "email": "maria@hill.test",
    "phone": "(512) 555-0101",
    "kind": "phone",
    "remark": "",
    "reason": "",
}


@pytest.fixture(autouse=True)
def as_on_postgresql():
    """SQLite would take the NUL and find nothing."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert not any(isinstance(value, str) and "\0" in value for value in params or ()), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def practice():
    made = factories.practice(clinic=factories.connected_clinic(slug="example-hill"))
    factories.practice(specialist=made.specialist)  # a second office, so that one is asked for which
    factories.practice(clinic=made.site.clinic)
    return made


@pytest.mark.parametrize(("form", "field"), [(form, field) for form, fields in FORMS.items() for field in fields])
def test_a_form_with_a_nul_is_answered_with_a_page_and_keeps_nothing(practice, form, field):
    address = form.format(slug=practice.specialist.slug)
    for answer in (
        Client().get(address, {field: NUL}),
        Client().post(address, GOOD | {"npi": str(practice.specialist.pk), "office": "unknown"} | {field: NUL}),
    ):
        assert answer.status_code in (200, 400, 404)
    assert not ListingClaim.objects.exists()
    assert not Report.objects.exists()
    assert not RemovalRequest.objects.exists()


def test_a_clinic_with_a_nul_in_its_name_is_an_unknown_one():
    for answer in (Client().get("/clinics/claim/?clinic=%00"), Client().post("/clinics/claim/", {"clinic": "\0"})):
        assert answer.status_code == 404
        assert "Find the listing" in answer.text


@pytest.mark.parametrize("page", ["/clinics/%00/report/", "/specialists/%00/report/"])
def test_a_page_of_nobody_has_no_report(page):
    assert Client().get(page).status_code == 404
    assert Client().post(page, GOOD).status_code == 404


@pytest.mark.parametrize("where", ["MQ/%00", "%00/abc-123", "AA/set-password"])
def test_a_link_to_set_a_password_with_a_nul_is_an_invalid_one(where):
    assert "new_password1" not in Client().get(f"/admin/password/set/{where}/", follow=True).text


@pytest.mark.parametrize("model", ["directory/listingclaim", "directory/report", "referrals/referral"])
def test_a_state_that_is_none_is_not_looked_for(model):
    operator = Client()
    operator.force_login(factories.operator())
    assert operator.get(f"/admin/{model}/?stand=%00").status_code == 400
    assert operator.get(f"/admin/{model}/?stand=nonsense")["Location"] == f"/admin/{model}/?e=1"
