"""The time zone of a ZIP code, from its state and county as 49 CFR Part 71 divides them.

Right for today's clocks, not for past years: zones that differ only in the past share a name (most of Indiana is
America/New_York, Boise keeps its own). Approximate where the line crosses a county: such a county has one zone, and
the ZIP codes known to lie on the other side are named below (Cherry NE, Gulf FL, Idaho ID, McKenzie ND, Stanley SD,
Aleutians West AK). A ZIP code that itself crosses a line has one zone. In Arizona the Navajo Nation, which changes its
clocks, is taken by ZIP code. Custom that departs from the law (Phenix City AL, Jackpot NV, Hyder AK) is not followed.
"""
# ruff: noqa: SIM905 (words in a row read better here than quotes)

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
ARIZONA, BOISE, DETROIT = "America/Phoenix", "America/Boise", "America/Detroit"
ALASKA, ALEUTIANS = "America/Anchorage", "America/Adak"

# What most of the state keeps.
STATE_ZONES: dict[str, str] = {
    **dict.fromkeys("CT DC DE FL GA IN KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV".split(), EASTERN),
    **dict.fromkeys("AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI".split(), CENTRAL),
    **dict.fromkeys("CO MT NM UT WY".split(), MOUNTAIN),
    **dict.fromkeys("CA NV OR WA".split(), PACIFIC),
    "AK": ALASKA,
    "AZ": ARIZONA,
    "ID": BOISE,
    "MI": DETROIT,
    "HI": "Pacific/Honolulu",
    "PR": "America/Puerto_Rico",
    "VI": "America/St_Thomas",
    "GU": "Pacific/Guam",
    "MP": "Pacific/Saipan",
    "AS": "Pacific/Pago_Pago",
    "MH": "Pacific/Majuro",
    "PW": "Pacific/Palau",
    "FM": "Pacific/Pohnpei",
}

# Counties on the other side of the line: state -> (zone, counties).
OTHER_COUNTIES: dict[str, tuple[str, str]] = {
    "FL": (CENTRAL, "Bay,Calhoun,Escambia,Holmes,Jackson,Okaloosa,Santa Rosa,Walton,Washington"),
    "ID": (PACIFIC, "Benewah,Bonner,Boundary,Clearwater,Idaho,Kootenai,Latah,Lewis,Nez Perce,Shoshone"),
    "IN": (CENTRAL, "Gibson,Jasper,Lake,LaPorte,Newton,Perry,Porter,Posey,Spencer,Starke,Vanderburgh,Warrick"),
    "KS": (MOUNTAIN, "Greeley,Hamilton,Sherman,Wallace"),
    "KY": (
        CENTRAL,
        "Adair,Allen,Ballard,Barren,Breckinridge,Butler,Caldwell,Calloway,Carlisle,Christian,Clinton,Crittenden,"
        "Cumberland,Daviess,Edmonson,Fulton,Graves,Grayson,Green,Hancock,Hart,Henderson,Hickman,Hopkins,Livingston,"
        "Logan,Lyon,McCracken,McLean,Marshall,Metcalfe,Monroe,Muhlenberg,Ohio,Russell,Simpson,Todd,Trigg,Union,"
        "Warren,Webster",
    ),
    "MI": (CENTRAL, "Dickinson,Gogebic,Iron,Menominee"),
    "ND": (MOUNTAIN, "Adams,Billings,Bowman,Dunn,Golden Valley,Grant,Hettinger,Slope,Stark"),
    "NE": (
        MOUNTAIN,
        "Arthur,Banner,Box Butte,Chase,Cheyenne,Dawes,Deuel,Dundy,Garden,Grant,Hooker,Keith,Kimball,Morrill,Perkins,"
        "Scotts Bluff,Sheridan,Sioux",
    ),
    "OR": (BOISE, "Malheur"),
    "SD": (
        MOUNTAIN,
        "Bennett,Butte,Corson,Custer,Dewey,Fall River,Haakon,Harding,Jackson,Lawrence,Meade,Oglala Lakota County,"
        "Pennington,Perkins,Ziebach",
    ),
    "TN": (
        EASTERN,
        "Anderson,Blount,Bradley,Campbell,Carter,Claiborne,Cocke,Grainger,Greene,Hamblen,Hamilton,Hancock,Hawkins,"
        "Jefferson,Johnson,Knox,Loudon,McMinn,Meigs,Monroe,Morgan,Polk,Rhea,Roane,Scott,Sevier,Sullivan,Unicoi,Union,"
        "Washington",
    ),
    "TX": (MOUNTAIN, "El Paso,Hudspeth"),
}

NAVAJO_NATION = (
    "86020 86031 86033 86035 86044 86045 86053 86054 86503 86504 86505 86506 86507 86508 86510 86511 86514 86515 86520 "
    "86535 86538 86540 86544 86545 86547 86549 86556"
)
# ZIP codes across a line inside their county.
OTHER_ZIPS: dict[str, str] = {
    **dict.fromkeys(NAVAJO_NATION.split(), MOUNTAIN),
    "32465": CENTRAL,  # Wewahitchka, the north of Gulf County FL
    **dict.fromkeys(("83547", "83549", "83671"), BOISE),  # Pollock, Riggins, Warren: south of the Salmon River ID
    **dict.fromkeys(("69211", "69218"), MOUNTAIN),  # Cody, Merriman: the west of Cherry County NE
    "58634": MOUNTAIN,  # Grassy Butte, the south of McKenzie County ND
    "57537": MOUNTAIN,  # Hayes, the west of Stanley County SD
    "89883": MOUNTAIN,  # West Wendover NV, moved in 1999
    **dict.fromkeys(("99546", "99547"), ALEUTIANS),  # Adak, Atka: west of 169° 30' W
    "96970": "Pacific/Kwajalein",  # Ebeye MH
}

ZONE_OF_COUNTY = {
    (state, county): zone for state, (zone, counties) in OTHER_COUNTIES.items() for county in counties.split(",")
}


def zone_of(zip_code: str, state: str, county: str) -> str:
    """The IANA name of the zone of a ZIP code; `county` as GeoNames writes it, "" where it is not known."""
    return OTHER_ZIPS.get(zip_code) or ZONE_OF_COUNTY.get((state, county)) or STATE_ZONES[state]


def only_zone(state: str) -> str | None:
    """The zone of a state that keeps one clock for every address; None where it must be known more closely."""
    split = {*OTHER_COUNTIES, "AZ", "AK", "MH", "NV"}
    return None if state in split else STATE_ZONES[state]
