"""The rules that the database itself keeps, whoever writes: shown with plain SQL, on whichever database this is."""

from typing import Any

import pytest
from django.db import Error, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from directory import npi
from directory.models import Practice, Site, Specialist
from tests import factories

pytestmark = pytest.mark.django_db


def written(table: str, key: str, pk: int, column: str, value: Any) -> bool:
    """Whether an UPDATE typed by any client goes through; it is rolled back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, pk])
            transaction.set_rollback(True)
    except Error:
        return False
    return True


def site_takes(column: str, value: Any) -> bool:
    return written("directory_site", "id", factories.site().pk, column, value)


@pytest.mark.parametrize("state", ["XX", "tx", "", "T", "UK"])
def test_a_state_that_does_not_exist_is_refused(state):
    assert not site_takes("state", state)


@pytest.mark.parametrize("state", ["MT", "PR", "DC", "AE"])
def test_a_state_territory_or_military_code_is_taken(state):
    assert site_takes("state", state)


@pytest.mark.parametrize("postal_code", ["7870", "787011", "78a01", "", "7870 ", "-8701", "a8701"])
def test_a_zip_that_is_not_five_digits_is_refused(postal_code):
    assert not site_takes("postal_code", postal_code)


def test_a_zip_keeps_its_leading_zeros():
    assert site_takes("postal_code", "00601")


@pytest.mark.parametrize(
    ("column", "value"),
    [("latitude", 90.01), ("latitude", -91.0), ("longitude", 180.5), ("longitude", -181.0), ("latitude", None)],
)
def test_a_point_off_the_globe_or_half_a_point_is_refused(column, value):
    site = factories.site(latitude=30.0, longitude=-97.0, location_precision="address")
    assert not written("directory_site", "id", site.pk, column, value)


@pytest.mark.parametrize("precision", ["rooftop", None, ""])
def test_a_point_says_how_precise_it_is(precision):
    site = factories.site(latitude=30.0, longitude=-97.0, location_precision="zip")
    assert not written("directory_site", "id", site.pk, "location_precision", precision)


@given(first_nine=st.integers(100_000_000, 299_999_999), last=st.integers(0, 9))
def test_the_check_digit_of_an_npi_is_the_databases_rule_and_pythons_the_same(first_nine, last):
    number = first_nine * 10 + last
    table = Specialist._meta.db_table
    taken = True
    try:
        with transaction.atomic():
            Specialist.objects.bulk_create([Specialist(npi=number, family_name="Example")])
            transaction.set_rollback(True)
    except Error:
        taken = False
    assert taken == npi.is_valid(number), table


@pytest.mark.parametrize("number", [0, -1, 123, 999_999_999, 3_000_000_000, 12_345_678_930])
def test_a_number_that_has_not_ten_digits_or_begins_wrong_is_no_npi(number):
    assert not npi.is_valid(number)
    with pytest.raises(Error), transaction.atomic():
        Specialist.objects.bulk_create([Specialist(npi=number, family_name="Example")])


def test_the_example_of_the_standard_is_valid():
    """1234567893 is the example in the CMS description of the check digit."""
    assert npi.is_valid(1234567893)
    assert npi.parse(" 1234567893 ") == 1234567893


@pytest.mark.parametrize(
    ("text", "reason"),
    [("123", "ten digits"), ("1234567890", "mistyped"), ("9234567893", "begins with 1 or 2"), ("12345678x3", "ten")],
)
def test_a_mistyped_npi_is_explained(text, reason):
    with pytest.raises(ValueError, match=reason):
        npi.parse(text)


def test_a_specialist_has_one_practice_at_a_site():
    practice = factories.practice()
    with pytest.raises(Error), transaction.atomic():
        Practice.objects.create(specialist=practice.specialist, site=practice.site)


@pytest.mark.parametrize("phone", ["512 555 0100", "5125550100", "+1(512)5550100", "1+5125550100", "+1512", "+"])
def test_a_phone_number_in_another_form_is_refused(phone):
    assert not written("directory_practice", "id", factories.practice().pk, "phone", phone)


@pytest.mark.parametrize("phone", ["", "+15125550100"])
def test_no_phone_or_an_international_number_is_taken(phone):
    assert written("directory_practice", "id", factories.practice().pk, "phone", phone)


@pytest.mark.parametrize(("column", "value"), [("status", "closed"), ("status", ""), ("wait_weeks", 500)])
def test_an_offering_has_known_words_only(column, value):
    assert not written("directory_offering", "id", factories.offering().pk, column, value)


def test_not_said_is_null_for_an_offering_and_a_practice():
    assert written("directory_offering", "id", factories.offering().pk, "status", None)
    assert written("directory_practice", "id", factories.practice().pk, "accepting_new_patients", None)


def test_an_e_mail_address_is_one_person_whatever_its_case():
    user = factories.user()
    assert not written("directory_user", "id", user.pk, "email", user.email.upper())


def test_a_clinic_address_that_is_not_there_cannot_be_confirmed():
    clinic = factories.clinic(notification_email="")
    assert not written("directory_clinic", "id", clinic.pk, "notification_email_confirmed_at", "2026-01-01 00:00:00+00")


def test_a_site_keeps_one_address_where_patients_are_seen_and_none_for_letters():
    address_fields = {field.name for field in Site._meta.get_fields() if "line" in field.name or "mail" in field.name}
    assert address_fields == {"line1", "line2"}
