"""Where the fictional people live: the towns of the embedded place table that have a ZIP code."""

from dataclasses import dataclass

from directory.demo.dice import Dice
from directory.places import table
from directory.places.table import Place

# Residents at the census of April 1, 2020 (US Census Bureau): towns alone would leave out whom no town counts.
RESIDENTS = {
    "AK": 733_391, "AL": 5_024_279, "AR": 3_011_524, "AZ": 7_151_502, "CA": 39_538_223, "CO": 5_773_714,
    "CT": 3_605_944, "DC": 689_545, "DE": 989_948, "FL": 21_538_187, "GA": 10_711_908, "HI": 1_455_271,
    "IA": 3_190_369, "ID": 1_839_106, "IL": 12_812_508, "IN": 6_785_528, "KS": 2_937_880, "KY": 4_505_836,
    "LA": 4_657_757, "MA": 7_029_917, "MD": 6_177_224, "ME": 1_362_359, "MI": 10_077_331, "MN": 5_706_494,
    "MO": 6_154_913, "MS": 2_961_279, "MT": 1_084_225, "NC": 10_439_388, "ND": 779_094, "NE": 1_961_504,
    "NH": 1_377_529, "NJ": 9_288_994, "NM": 2_117_522, "NV": 3_104_614, "NY": 20_201_249, "OH": 11_799_448,
    "OK": 3_959_353, "OR": 4_237_256, "PA": 13_002_700, "PR": 3_285_874, "RI": 1_097_379, "SC": 5_118_425,
    "SD": 886_667, "TN": 6_910_840, "TX": 29_145_505, "UT": 3_271_616, "VA": 8_631_393, "VT": 643_077,
    "WA": 7_705_281, "WI": 5_893_718, "WV": 1_793_716, "WY": 576_851,
}  # fmt: skip
NEAR_DEGREES = 0.35
EVERY_ZIP = 100_000
EVERY_TOWN = 100_000


@dataclass(frozen=True, slots=True)
class Town:
    place: Place
    zips: tuple[Place, ...]


class State:
    """The towns of one state, the most populous first."""

    def __init__(self, code: str, towns: list[Town]) -> None:
        self.code = code
        self.towns = towns
        self.population = sum(town.place.population for town in towns)

    def draw(self, dice: Dice) -> Town:
        """A town, each with the chance that its population gives it."""
        mark = dice.below(self.population)
        for town in self.towns:
            mark -= town.place.population
            if mark < 0:
                return town
        raise ValueError(f"no towns in {self.code}")

    def near(self, town: Town) -> list[Town]:
        """The towns around one, itself among them."""
        latitude, longitude = town.place.point
        return [
            other
            for other in self.towns
            if abs(other.place.latitude - latitude) < NEAR_DEGREES
            and abs(other.place.longitude - longitude) < NEAR_DEGREES
        ]


def all_states() -> list[State]:
    """The fifty states, the District of Columbia and Puerto Rico, by code."""
    zips: dict[tuple[str, str], list[Place]] = {}
    for digit in "0123456789":
        for place in table.zips_starting(digit, EVERY_ZIP):
            zips.setdefault((place.town, place.state), []).append(place)
    return [
        State(
            code,
            [
                Town(place, tuple(zips[place.town, code]))
                for place in table.largest_towns(code, EVERY_TOWN)
                if place.population and (place.town, code) in zips
            ],
        )
        for code in RESIDENTS
    ]


def shares(people: int) -> dict[str, int]:
    """People for each state in proportion to its residents, by largest remainder; one at least."""
    total = sum(RESIDENTS.values())
    counts = {code: max(1, people * residents // total) for code, residents in RESIDENTS.items()}
    by_remainder = sorted(RESIDENTS, key=lambda code: (-(people * RESIDENTS[code] % total), code))
    for code in by_remainder[: max(0, people - sum(counts.values()))]:
        counts[code] += 1
    return counts
