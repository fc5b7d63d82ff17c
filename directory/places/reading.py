"""What somebody typed for a place, taken apart: coordinates, ZIP code, state, and the parts between the commas."""
# ruff: noqa: SIM905 (words in a row read better here than quotes)

import re
import unicodedata
from dataclasses import dataclass
from math import isfinite

from directory.places import table
from directory.places.errors import PlaceNotUnderstood, Reason
from directory.places.folding import fold, words
from directory.places.table import Place, Point
from directory.states import IN_SPANISH, NAMES

LONGEST = 200
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|[+-]?inf(?:inity)?"
COORDINATES = re.compile(rf"\(?\s*({NUMBER})\s*°?\s*([ns]?)\s*([,;\s])\s*({NUMBER})\s*°?\s*([ew]?)\s*\)?", re.I)
ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?-*")
ZIP_AT_END = re.compile(r"(.*?)[\s,]+([0-9]{5})(?:-[0-9]{0,4})?")
ONLY_DIGITS = re.compile(r"[0-9\s.,;#+-]*[0-9][0-9\s.,;#+-]*")
COUNTRY_AT_END = re.compile(r"(.*?)[\s,]+(?:u\.?s\.?(?:a\.?)?|united states(?: of america)?)", re.I)
ZIP_WORDS = re.compile(r"(?:zip(?: ?code)?|u\.?s\.?a?)[:.]?", re.I)
HOUSE_NUMBER = re.compile(r"[0-9]+[0-9a-z/-]*\s+\S", re.I)
# The postcodes of Canada and the United Kingdom.
POSTCODE_ABROAD = re.compile(r"\b(?:[a-z][0-9][a-z] ?[0-9][a-z][0-9]|[a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2})$", re.I)
ABROAD = frozenset(
    "argentina australia austria belgium brazil canada chile china colombia cuba denmark egypt england france germany "
    "greece india iran iraq ireland israel italy jamaica japan kenya korea mexico netherlands nigeria norway pakistan "
    "peru philippines poland portugal russia scotland spain sweden switzerland turkey uk ukraine unitedkingdom "
    "venezuela vietnam wales on qc bc ab mb sk ns nb nl pe ontario quebec britishcolumbia alberta manitoba "
    "saskatchewan novascotia newbrunswick".split()
)
# How states were shortened before they had two letters.
OLD_SHORT = {
    "ala": "AL", "ariz": "AZ", "ark": "AR", "calif": "CA", "colo": "CO", "conn": "CT", "fla": "FL", "ill": "IL",
    "ind": "IN", "kans": "KS", "mass": "MA", "mich": "MI", "minn": "MN", "miss": "MS", "mont": "MT", "nebr": "NE",
    "nev": "NV", "okla": "OK", "ore": "OR", "penn": "PA", "penna": "PA", "tenn": "TN", "tex": "TX", "wash": "WA",
    "wis": "WI", "wisc": "WI", "wyo": "WY", "virginislands": "VI", "usvi": "VI", "washingtondc": "DC",
}  # fmt: skip
STATE_OF = (
    OLD_SHORT
    | {fold(name): code for code, name in IN_SPANISH.items()}
    | {"tejas": "TX"}
    | {fold(name): code for code, name in NAMES.items()}
    | {code.casefold(): code for code in NAMES}
)
# The towns that Spanish calls by a name of its own.
TOWNS_IN_SPANISH = {"nuevayork": "New York", "nuevaorleans": "New Orleans", "filadelfia": "Philadelphia"}
WORDS_OF_LONGEST_STATE = 4
BIG_TOWN = 100_000  # people: "New York" and "Washington" mean the city, "Delaware" the state
MILITARY_POST = frozenset({"apo", "fpo", "dpo"})


@dataclass(frozen=True, slots=True)
class Written:
    """A text taken apart. `parts` is what is left between the commas: ("1100 Congress Ave", "Austin")."""

    text: str
    point: Point | None = None
    zip_code: str = ""
    state: str = ""
    parts: tuple[str, ...] = ()

    @property
    def is_street_address(self) -> bool:
        """Begins with a house number and is not a town that does, such as 29 Palms."""
        return bool(self.parts and HOUSE_NUMBER.match(self.parts[0])) and not (
            len(self.parts) == 1 and table.towns(self.parts[0], self.state)
        )


def tidy(text: str) -> str:
    """The text on one line, in usual characters. Raises PlaceNotUnderstood for what cannot be a place at all."""
    if len(text) > LONGEST:
        raise PlaceNotUnderstood(text[:LONGEST], Reason.TOO_LONG)
    kinds = {unicodedata.category(c) for c in text if c not in "\t\r\n"}
    if kinds & {"Cc", "Cs"}:
        raise PlaceNotUnderstood(text, Reason.CONTROL_CHARACTERS)
    # Marks that turn the direction of writing come along when people copy.
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf").replace("\N{MINUS SIGN}", "-")
    line = " ".join(unicodedata.normalize("NFKC", seen).split()).strip(" ,;.")
    if not line:
        raise PlaceNotUnderstood(text, Reason.EMPTY)
    return line


def state_code(name: str) -> str:
    """The two letters of a state written in letters, in full or shortened; "" if it is none."""
    plain = "".join(words(name))
    return STATE_OF.get(plain) or STATE_OF.get(fold(name), "")


def city_of_that_name(state_name: str) -> Place | None:
    """The big town people mean by the name of a state: New York, Washington, DC. Two letters mean the state."""
    found = table.towns(state_name)
    is_name = len("".join(words(state_name))) > 2 or state_code(state_name) == "DC"
    return found[0] if is_name and found and found[0].population >= BIG_TOWN else None


def in_range(latitude: float, longitude: float) -> bool:
    return isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180


def _point(text: str) -> Point | None:
    """The coordinates, if the text is a pair of numbers; a blank between them is enough where both have decimals."""
    match = COORDINATES.fullmatch(text)
    if not match:
        return None
    first, south, between, second, west = match.groups()
    if between.isspace() and not ("." in first and "." in second):
        return None
    latitude = float(first) * (-1 if south in ("s", "S") else 1)
    longitude = float(second) * (-1 if west in ("w", "W") else 1)
    if not in_range(latitude, longitude):
        raise PlaceNotUnderstood(text, Reason.OUT_OF_RANGE)
    return latitude, longitude


def _digits_meant(text: str) -> tuple[str, ...]:
    """ZIP codes for digits that are not five: a lost leading zero, a beginning, one digit too many."""
    digits = "".join(c for c in text.partition(".")[0] if c.isdigit())
    guesses = ["0" + digits] if len(digits) == 4 else []
    guesses += [digits[:5], digits[:4]]
    found = [place.label for guess in guesses if guess for place in table.zips_starting(guess, 3)]
    return tuple(dict.fromkeys(found))[:5]


def _split_state(part: str) -> tuple[str, str]:
    """`Austin Texas` -> (`Austin`, `TX`). A town that ends like a state stays whole: Fort Washington."""
    tokens = part.split(" ")
    if state := state_code(part):
        return "", state
    if table.towns(part):
        return part, ""
    for count in range(min(WORDS_OF_LONGEST_STATE, len(tokens) - 1), 0, -1):
        if state := state_code(" ".join(tokens[-count:])):
            return " ".join(tokens[:-count]), state
    return part, ""


def _refuse_abroad(text: str, parts: list[str]) -> None:
    country = "".join(words(parts[-1]))
    if POSTCODE_ABROAD.search(text) or (len(parts) > 1 and country in ABROAD):
        raise PlaceNotUnderstood(text, Reason.FOREIGN)


def read(given: str) -> Written:
    """Takes a text apart. Raises PlaceNotUnderstood for what is no place by its form alone."""
    text = tidy(given)
    text = TOWNS_IN_SPANISH.get(fold(text), text)
    if zip_only := ZIP.fullmatch(text):
        return Written(text, zip_code=zip_only[1])
    if point := _point(text):
        return Written(text, point=point)
    if ONLY_DIGITS.fullmatch(text):
        raise PlaceNotUnderstood(text, Reason.NOT_A_ZIP, _digits_meant(text))
    rest, zip_code, state = text, "", ""
    if ends := COUNTRY_AT_END.fullmatch(rest):
        rest = ends[1]
    if ends := ZIP_AT_END.fullmatch(rest):
        rest, zip_code = ends.groups()
    parts = [part for part in (p.strip(" .") for p in re.split("[,;]", rest)) if part]
    parts = [TOWNS_IN_SPANISH.get(fold(part), part) for part in parts]
    if zip_code and len(parts) == 1 and ZIP_WORDS.fullmatch(parts[0]):
        parts = []
    if parts:
        if not zip_code:
            _refuse_abroad(text, parts)
        last = parts.pop()
        left, state = _split_state(last)
        if left:
            parts.append(left)
        elif len(parts) == 1 and HOUSE_NUMBER.match(parts[0]) and (city := city_of_that_name(last)):
            parts, state = [*parts, last], city.state  # 350 5th Ave, New York
    if not zip_code and MILITARY_POST & set(words(text)[:1]):
        raise PlaceNotUnderstood(text, Reason.MILITARY_STATE)
    return Written(text, zip_code=zip_code, state=state, parts=tuple(parts))
