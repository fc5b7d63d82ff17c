"""The registry's capitals -> words as people write them. What is not surely known is left as it stands."""

import re

from directory import names

SUFFIXES = {"JR": "Jr.", "SR": "Sr."}
KNOWN_CREDENTIALS = """
    MD DO PhD MBBS MBChB DPM DDS DMD OD DC DPT PT PsyD PharmD RPh DNP NP FNP FNP-C FNP-BC ANP AGNP PMHNP APRN ARNP CNP
    CRNA CNS CNM RN MSN BSN PA PA-C MPAS MPH MBA MHA MPA MS MSc MA MEd BS JD FAAPMR FAAPM FACS FACP FASA FIPP FACA FAAN
    ABIPP DABPM DABA DACBR LAc LCSW LPC LMFT OTR OT ATC
"""
CREDENTIALS = {re.sub(r"[^A-Z]", "", known.upper()): known for known in KNOWN_CREDENTIALS.split()}
BETWEEN_CREDENTIALS = re.compile(r"\s*[,;/&]\s*|\s+")
ALWAYS_CAPITAL = """
    N S E W NE NW SE SW US USA FM CR PO POB PSC CMR APO FPO DPO AFB II III IV VA LLC LLP PC PLLC PA MD DO
"""
CAPITALS = frozenset(ALWAYS_CAPITAL.split())
ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)\W*")
SMALL_IN_TOWNS = frozenset(["of", "the", "or", "and", "du", "des", "de", "del", "on", "in", "by"])


def given_name(text: str) -> str:
    return names.title(text)


def family_name(text: str) -> str:
    return names.title(text, family=True)


def suffix(text: str) -> str:
    """JR -> Jr., III -> III."""
    return SUFFIXES.get(text.upper().strip(" .,"), text)


def credentials(text: str) -> str:
    """M.D. -> MD; MD, PHD -> MD, PhD. Left as it is where one of them is not known."""
    whole = _credential(text)
    if whole:
        return whole
    parts = [part for part in BETWEEN_CREDENTIALS.split(text) if part]
    known = [_credential(part) for part in parts]
    return ", ".join(dict.fromkeys(part for part in known if part)) if all(known) else text


def _credential(text: str) -> str | None:
    """One credential in its usual spelling, or None: only letters, points, spaces and hyphens may be in it."""
    if not re.fullmatch(r"[A-Za-z. -]+", text):
        return None
    return CREDENTIALS.get(re.sub(r"[^A-Z]", "", text.upper()))


def street(text: str) -> str:
    """1200 N EXAMPLE PKWY STE 103B -> 1200 N Example Pkwy Ste 103B."""
    return " ".join(_address_word(word) for word in text.split(" ")) if _is_one_case(text) else text


def town(text: str) -> str:
    """LAKE IN THE HILLS -> Lake in the Hills; MCALLEN -> McAllen."""
    if not _is_one_case(text):
        return text
    first, *others = text.split(" ")
    rest = [word.lower() if word.lower() in SMALL_IN_TOWNS else _address_word(word) for word in others]
    return " ".join([_address_word(first), *rest])


def _is_one_case(text: str) -> bool:
    return text.isupper() or text.islower()


def _address_word(word: str) -> str:
    upper = word.upper()
    if ORDINAL.fullmatch(upper):
        return word.lower()
    if any(character.isdigit() for character in word) or upper.strip(".,#()") in CAPITALS:
        return upper
    return names.title(word, family=True)
