"""Pieces of the database's own constraints: plain arithmetic and comparison, so that any client can write."""

from functools import reduce
from operator import add

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact, GreaterThan

from directory import npi


def _without_digits(field: str) -> Func:
    """What is left of a text when digits are taken from both its ends: nothing, where it was all digits."""
    return Func(F(field), Value("0123456789"), function="TRIM", output_field=CharField())


def valid_npi(field: str) -> Q:
    """The range and the check digit of an NPI (45 CFR 162.406), in integer arithmetic."""

    def digit(position: int) -> CombinedExpression:
        return F(field) / Value(10**position) % Value(10)

    terms = [
        digit(position) if position % 2 == 0 else digit(position) * Value(2) - digit(position) / Value(5) * Value(9)
        for position in range(10)
    ]
    luhn_sum = reduce(add, terms, Value(npi.PREFIX_SUM))
    return Q(**{f"{field}__gte": npi.SMALLEST, f"{field}__lte": npi.LARGEST}) & Q(Exact(luhn_sum % Value(10), Value(0)))


def five_digits(field: str) -> Q:
    """A ZIP: five digits, leading zeros kept."""
    return Q(Exact(Length(field), Value(5))) & Q(Exact(_without_digits(field), Value("")))


def blank_or_e164(field: str) -> Q:
    """Nothing, or a telephone number in the form +15125550100 (ITU-T E.164)."""
    return Q(**{field: ""}) | (
        Q(Exact(Substr(field, 1, 1), Value("+")))
        & Q(Exact(_without_digits(field), Value("+")))
        & Q(GreaterThan(Length(field), Value(8)))
    )


def one_of(field: str, values: list[str]) -> Q:
    """One of the values; null passes where the field allows it, as in any database check."""
    return Q(**{f"{field}__in": values})
