"""One row of the national file: what is taken from it, and why it is refused."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import npi, states
from directory.importers.errors import RowRefused
from directory.importers.nppes import COLUMNS, Deactivated, Listing, NoLongerPain, Row, parse
from tests.importers import registry

TODAY = datetime.date(2025, 6, 10)


def read(*args: Any, **cells: Any) -> Listing:
    row = parse(registry.cells(*args, **cells), TODAY)
    assert isinstance(row, Listing)
    return row


def refusal(*args: Any, **cells: Any) -> str:
    with pytest.raises(RowRefused) as refused:
        parse(registry.cells(*args, **cells), TODAY)
    return refused.value.reason


def test_a_specialist_has_name_address_phone_and_dates_from_their_columns():
    row = read(1)
    assert (row.npi, row.given_name, row.family_name, row.credentials) == (registry.number(1), "Ana", "Rivera", "MD")
    assert (row.gender, row.phone, row.as_of) == ("female", "+15125550100", datetime.date(2024, 6, 30))
    assert (row.address.line1, row.address.line2) == ("1200 Example Pkwy", "Ste 103")
    assert (row.address.city, row.address.state, row.address.postal_code) == ("Austin", "TX", "78756")


@pytest.mark.parametrize("slot", range(1, 16))
def test_a_pain_code_counts_in_any_of_the_fifteen_slots(slot: int):
    codes = [registry.DENTIST] * (slot - 1) + [registry.INTERVENTIONAL]
    assert any(registered.position == slot for registered in read(codes=codes, primary=slot).taxonomies)


@pytest.mark.parametrize("code", sorted(npi.PAIN_TAXONOMIES))
def test_each_pain_code_makes_a_pain_specialist(code: str):
    assert read(codes=[code]).taxonomies[0].code == code


def test_codes_keep_their_order_come_once_and_know_the_primary_one():
    row = read(codes=["207L00000X", "2081P2900X", "2081P2900X", "nonsense"], primary=3)
    found = [(registered.code, registered.is_primary, registered.position) for registered in row.taxonomies]
    assert found == [("207L00000X", False, 1), ("2081P2900X", True, 2)]


def test_others_are_told_apart():
    assert isinstance(parse(registry.cells(codes=[registry.DENTIST]), TODAY), NoLongerPain)
    assert parse(registry.cells(entity="2"), TODAY) is None
    assert isinstance(read(entity="1.0"), Listing)


@pytest.mark.parametrize(
    ("written", "state", "zip_code"),
    [
        ("78756", "TX", "78756"),
        ("787561234", "TX", "78756"),
        ("78756-1234", "TX", "78756"),
        ("688472944.0", "NE", "68847"),
        ("78756.0", "TX", "78756"),
        ("2108", "MA", "02108"),
        ("2108.0", "MA", "02108"),
        ("21080001", "MA", "02108"),
        ("21080001.0", "MA", "02108"),
        ("603.0", "PR", "00603"),
        ("9695639.0", "PR", "00969"),
    ],
)
def test_zip_codes_in_all_their_disguises(written: str, state: str, zip_code: str):
    assert read(zip=written, state=state).address.postal_code == zip_code


@pytest.mark.parametrize(
    "written", ["", "ABCDE", "123", "1234567", "787561", "00000", "7875612345", "78756.5", "-78756"]
)
def test_what_is_no_zip_code_is_refused(written: str):
    assert "ZIP code" in refusal(zip=written)


@pytest.mark.parametrize("written", ["06/30/2024", "6/30/24", "6/30/2024", "2024-06-30"])
def test_dates_in_both_forms(written: str):
    assert read(updated=written).as_of == datetime.date(2024, 6, 30)


@pytest.mark.parametrize("written", ["", "yesterday", "02/30/2024", "13/01/2024", "06/30/2099", "45473", "6/30"])
def test_a_day_that_is_none_or_not_yet_is_refused(written: str):
    assert "Last Update Date" in refusal(updated=written)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("5125550100", "+15125550100"),
        ("5125550100.0", "+15125550100"),
        ("(512) 555-0100", "+15125550100"),
        ("5125550100 X 12", "+15125550100"),
        ("", ""),
        ("555", ""),
        ("0000000000", ""),
        ("call us", ""),
    ],
)
def test_a_phone_number_that_cannot_be_one_is_left_blank(written: str, phone: str):
    assert read(phone=written).phone == phone


def test_a_deactivated_row_needs_nothing_but_number_and_date():
    row = parse(dict.fromkeys([*COLUMNS, "sex"], "") | registry.gone(6, "07/01/2024"), TODAY)
    assert row == Deactivated(registry.number(6), datetime.date(2024, 7, 1))


def test_reactivated_later_or_the_same_day_is_active_deactivated_after_that_is_not():
    assert read(deactivated="03/16/2006", reactivated="03/16/2006").as_of == datetime.date(2024, 6, 30)
    again = parse(registry.cells(deactivated="03/16/2024", reactivated="03/20/2006"), TODAY)
    assert isinstance(again, Deactivated)


def test_the_mailing_address_is_never_taken():
    assert "it has no street" in refusal(line1="", line2="")
    assert "it has no city" in refusal(city="")


def test_the_second_line_stands_in_for_a_missing_first():
    row = read(line1="", line2="12 SAMPLE ST")
    assert (row.address.line1, row.address.line2) == ("12 Sample St", "")


@pytest.mark.parametrize("state", ["TX", "tx", "TEXAS", "AE", "GU"])
def test_states_territories_and_military_addresses_are_usable(state: str):
    assert read(state=state).address.state == {"tx": "TX", "TEXAS": "TX"}.get(state, state)


def test_foreign_addresses_are_refused_and_territories_are_not_foreign():
    assert refusal(country="CA", state="ONTARIO") == "its practice address is outside the United States"
    assert "its state" in refusal(country="US", state="ZZ")
    assert read(country="PR", state="", zip="00901").address.state == "PR"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("1000000000", "check digit"),
        ("100000000", "ten digits"),
        ("", "ten digits"),
        ("3000000000", "begins with 1 or 2"),
        (str(npi.with_check_digit(200_000_000)), "never issued"),
    ],
)
def test_a_number_that_is_no_npi_is_refused(number: str, reason: str):
    assert reason in refusal(number)


@pytest.mark.parametrize("name", ["", "---", "<UNAVAIL>", "\x00\u200b"])
def test_nobody_without_a_last_name(name: str):
    assert refusal(family=name) == "it has no last name"


def test_a_refusal_knows_the_npi_and_holds_nothing_else_of_the_row():
    with pytest.raises(RowRefused) as refused:
        parse(registry.cells(1, family="X" * 99), TODAY)
    assert refused.value.npi == registry.number(1)
    assert refused.value.reason == "the last name is longer than 80 characters"


def test_neither_one_nor_two_is_no_kind_of_provider():
    assert "Entity Type Code" in refusal(entity="3")


any_cell = st.one_of(
    st.text(),
    st.sampled_from(
        ["", "1", "1.0", "2", "US", "TX", "78756", "6/30/24", "RIVERA", "M.D.", "Y", "208VP0014X", "5125550100"]
    ),
    st.integers(1, 10**10).map(str),
)
numbers = st.one_of(any_cell, st.integers(0, 99_999_999).map(lambda n: str(npi.with_check_digit(100_000_000 + n))))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """A good row of which any cells were replaced by anything."""
    row = registry.cells(1)
    row["NPI"] = draw(numbers)
    return row | draw(st.dictionaries(st.sampled_from([*COLUMNS, "sex"]), any_cell, max_size=12))


def fits_the_tables(row: Row) -> bool:
    """What both databases demand of a listing."""
    if not isinstance(row, Listing):
        return True
    lengths = [(row.given_name, 60), (row.middle_name, 60), (row.family_name, 80), (row.name_suffix, 20)]
    lengths += [(row.credentials, 60), (row.phone, 16), (row.address.line1, 120), (row.address.line2, 120)]
    lengths += [(row.address.city, 60)]
    zip_code, phone = row.address.postal_code, row.phone
    return (
        all(len(text) <= longest and "\x00" not in text for text, longest in lengths)
        and all((row.family_name, row.address.line1, row.address.city))
        and (len(zip_code) == 5 and zip_code.isascii() and zip_code.isdigit())
        and (phone == "" or (phone[0] == "+" and phone[1:].isdigit() and len(phone) > 8))
        and row.address.state in states.NAMES
    )


@given(rows())
def test_whatever_is_in_the_cells_it_is_a_row_that_fits_or_a_refusal_with_a_reason(row: dict[str, str]):
    try:
        found = parse(row, TODAY)
    except RowRefused as refused:
        assert refused.reason
    else:
        assert found is None or (npi.is_valid(found.npi) and found.as_of <= TODAY and fits_the_tables(found))
