"""The registry writes capitals; patients read names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import names
from directory.importers import wording


@pytest.mark.parametrize(
    ("registry", "people"),
    [
        ("RIVERA", "Rivera"),
        ("MCDONALD", "McDonald"),
        ("O'NEIL", "O'Neil"),
        ("D’ANGELO", "D’Angelo"),
        ("DE LA CRUZ", "de la Cruz"),
        ("RUIZ Y DE LOS SANTOS", "Ruiz y de los Santos"),
        ("VAN DER BERG", "Van der Berg"),
        ("SMITH-JONES", "Smith-Jones"),
        ("SMITH III", "Smith III"),
        ("LA ROSA", "La Rosa"),
        ("PEÑA", "Peña"),
        ("NG", "Ng"),
        ("MACHADO", "Machado"),
        ("smith", "Smith"),
        ("deGuzman", "deGuzman"),
    ],
)
def test_a_family_name_reads_as_people_write_it(registry: str, people: str):
    assert names.title(registry, family=True) == people


@pytest.mark.parametrize(
    ("registry", "people"),
    [("ANA", "Ana"), ("MARY-ANN", "Mary-Ann"), ("J.", "J."), ("TJ", "TJ"), ("TY", "Ty"), ("DE", "De"), ("", "")],
)
def test_a_given_name_reads_as_people_write_it(registry: str, people: str):
    assert names.title(registry) == people


@given(st.text(), st.booleans())
def test_any_name_keeps_its_words_and_one_in_mixed_letters_is_left_alone(text: str, family: bool):
    shown = names.title(text, family=family)
    assert len(shown.split(" ")) == len(text.split(" "))
    assert shown == text or text in (text.upper(), text.lower())


@pytest.mark.parametrize(
    ("registry", "shown"),
    [
        ("M.D.", "MD"),
        ("M. D.", "MD"),
        ("md", "MD"),
        ("MD, PHD", "MD, PhD"),
        ("M.D., PH.D.", "MD, PhD"),
        ("MD PHD", "MD, PhD"),
        ("MD/MPH", "MD, MPH"),
        ("MD, M.D.", "MD"),
        ("PA-C", "PA-C"),
        ("MD, WIZARD", "MD, WIZARD"),
        ("", ""),
    ],
)
def test_known_credentials_get_their_usual_spelling_and_unknown_ones_stay(registry: str, shown: str):
    assert wording.credentials(registry) == shown


@pytest.mark.parametrize(("registry", "shown"), [("JR.", "Jr."), ("SR", "Sr."), ("III", "III"), ("", "")])
def test_suffixes(registry: str, shown: str):
    assert wording.suffix(registry) == shown


@pytest.mark.parametrize(
    ("registry", "shown"),
    [
        ("1200 N EXAMPLE PKWY STE 103B", "1200 N Example Pkwy Ste 103B"),
        ("100 1ST AVE NE", "100 1st Ave NE"),
        ("5TH FLOOR", "5th Floor"),
        ("P.O. BOX 5", "P.O. Box 5"),
        ("23803 MCBEAN PKWY", "23803 McBean Pkwy"),
        ("EXAMPLE PAIN CLINIC, P.C.", "Example Pain Clinic, P.C."),
        ("7 Sample St", "7 Sample St"),
    ],
)
def test_a_street_reads_as_people_write_it(registry: str, shown: str):
    assert wording.street(registry) == shown


@pytest.mark.parametrize(
    ("registry", "shown"),
    [("ST. LOUIS", "St. Louis"), ("MARINA DEL REY", "Marina del Rey"), ("LA JOLLA", "La Jolla"), ("APO", "APO")],
)
def test_a_town_reads_as_people_write_it(registry: str, shown: str):
    assert wording.town(registry) == shown
