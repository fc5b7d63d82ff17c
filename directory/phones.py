"""Which telephone numbers can be dialed as they stand. Pure."""

import re

import phonenumbers

NORTH_AMERICA = 1  # country code of the United States, their territories, Canada and much of the Caribbean
# Area code and exchange as the North American Numbering Plan assigns them: neither begins with 0 or 1, the middle of an
# area code is no 9, and those that end in 11 are services. No place has the area code 555; the exchange 555 is real.
_ASSIGNABLE = re.compile(r"(?!555)[2-9](?!11)[0-8]\d[2-9]\d{6}")


def is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it has as many digits as a number of its country with its area code."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def can_exist(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it is whole and, in North America, within the numbering plan.

    Not asked is the list of numbers in use: it grows, and leaves out the fictional (512) 555-0100 to 0199.
    """
    if not is_whole(number) or number.country_code != NORTH_AMERICA:
        return is_whole(number)
    return _ASSIGNABLE.fullmatch(phonenumbers.national_significant_number(number)) is not None
