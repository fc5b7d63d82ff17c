"""Whether the operator of a directory can be told: warned of where it matters, and nowhere else."""

import pytest
from django.core.checks import Tags, run_checks

from config.logs import redact
from tests import factories

pytestmark = pytest.mark.django_db
REAL = 1234567893


def warnings(**options) -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"], **options)
    return [each.id for each in found if each.id.startswith("directory.")]


def test_a_real_directory_whose_operator_has_no_address_is_warned_of(settings):
    settings.OPERATOR_EMAIL = ""
    factories.specialist(npi=REAL)
    assert warnings() == ["directory.W001"]


def test_with_an_address_in_a_demonstration_or_without_anybody_there_is_no_warning(settings):
    settings.OPERATOR_EMAIL = ""
    assert warnings() == []
    factories.specialist()
    assert warnings() == []
    settings.OPERATOR_EMAIL = "operator@pain.test"
    factories.specialist(npi=REAL)
    assert warnings() == []


def test_no_log_holds_the_token_of_a_link_that_sets_a_password():
    for path in ("/admin/password/set/MQ/cabc12-0123456789abcdef/", "/es/admin/password/set/MQ/cabc12-0123/"):
        assert "cabc12" not in redact(f"Not Found: {path}")
    assert redact("Not Found: /admin/password/") == "Not Found: /admin/password/"


def test_the_warning_names_all_that_waits_for_the_operator(settings):
    settings.OPERATOR_EMAIL = ""
    factories.specialist(npi=REAL)
    (found,) = [each for each in run_checks(tags=[Tags.database], databases=["default"]) if each.id == "directory.W001"]
    for what in ("reports of mistakes", "claims of listings", "requests for removal"):
        assert what in found.msg
