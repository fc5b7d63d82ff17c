"""National Provider Identifiers: their check digit, and the taxonomy codes that make a pain specialist.

Sources: 45 CFR 162.406 (ten digits, the first 1 or 2, ISO standard check digit computed with the prefix 80840);
NUCC Health Care Provider Taxonomy, code set 25.1.
"""

from django.utils.translation import gettext as _

PAIN_TAXONOMIES = frozenset({"208VP0014X", "208VP0000X", "207LP2900X", "2081P2900X", "2084P2900X"})
PAIN_CLINIC_TAXONOMY = "261QP3300X"

SMALLEST, LARGEST = 1_000_000_000, 2_999_999_999
# No NPI that begins with 2 was ever issued; the demonstration's people have these.
FIRST_FICTIONAL = 2_000_000_000

# What the prefix 80840 adds to every sum: its digits, each second one doubled.
PREFIX_SUM = 24


def luhn_sum(npi: int) -> int:
    """The Luhn sum of a ten-digit NPI with its prefix; a multiple of ten where the check digit is right."""
    total = PREFIX_SUM
    for position in range(10):
        npi, digit = divmod(npi, 10)
        total += digit if position % 2 == 0 else 2 * digit - 9 * (digit // 5)
    return total


def is_valid(npi: int) -> bool:
    """Whether the number can be an NPI. It says nothing about whether one was issued."""
    return SMALLEST <= npi <= LARGEST and luhn_sum(npi) % 10 == 0


def with_check_digit(first_nine: int) -> int:
    """The NPI whose first nine digits these are."""
    return first_nine * 10 + (-luhn_sum(first_nine * 10)) % 10


def parse(text: str) -> int:
    """Ten digits -> the NPI. Raises ValueError, with the reason in plain words."""
    text = text.strip()
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        raise ValueError(_("an NPI has ten digits"))
    npi = int(text)
    if not SMALLEST <= npi <= LARGEST:
        raise ValueError(_("an NPI begins with 1 or 2"))
    if not is_valid(npi):
        raise ValueError(_("the check digit of this NPI is wrong: one of its digits was mistyped"))
    return npi


def is_fictional(npi: int) -> bool:
    """Whether the number belongs to the demonstration: it begins with 2."""
    return npi >= FIRST_FICTIONAL
