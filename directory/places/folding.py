"""One form for the many ways a place name is written: "St. Paul", "SAINT PAUL" and "saint-paul" are one key."""

import unicodedata

# What the post office and people shorten, wherever it stands in the name.
SHORTENED = {
    "st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "mtn": "mountain", "n": "north", "s": "south",
    "e": "east", "w": "west", "hts": "heights", "hgts": "heights", "spgs": "springs", "spg": "spring",
    "jct": "junction", "bch": "beach", "vlg": "village", "twp": "township", "lk": "lake", "pk": "park", "cty": "city",
}  # fmt: skip
# They vanish instead of parting words: Coeur d'Alene, Hawaiian names with an okina.
APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʻʼ"))


def words(text: str) -> list[str]:
    """The words in lower case without accents and punctuation, short forms as they are."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    bare = bare.translate(APOSTROPHES).casefold().replace("&", " and ")
    return "".join(c if c.isalnum() else " " for c in bare).split()


def fold(text: str) -> str:
    """The key of a place name: words written out and joined, so that "De Kalb" finds "DeKalb"."""
    return "".join(SHORTENED.get(word, word) for word in words(text))
