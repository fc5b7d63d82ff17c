"""National NPI files for tests, in every shape in which they are met. All people in them are fictional.

The NPIs begin with 100000: their check digit is right, and the registry issued none below 1003000000.
`python -m tests.importers.registry` writes the files in fixtures/ again.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from directory import npi

FIXTURES = Path(__file__).parent / "fixtures"
PAIN, INTERVENTIONAL, ANESTHESIOLOGY, DENTIST = "208VP0000X", "208VP0014X", "207L00000X", "122300000X"
MAIN_TABLE = "npidata_pfile_20050523-20250608.csv"

PERSON = ["Last Name", "First Name", "Middle Name", "Name Prefix Text", "Name Suffix Text", "Credential Text"]
AFTER = ["City Name", "State Name", "Postal Code", "Country Code (If outside U.S.)", "Telephone Number", "Fax Number"]
OFFICIAL = ["Last Name", "First Name", "Middle Name", "Title or Position", "Telephone Number"]


def header(sex: str = "Provider Sex Code", *, certified: bool = True) -> list[str]:
    """The names of the columns: 330, or 329 without the certification date."""
    numbered = range(1, 16)
    names = ["NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)"]
    names += ["Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)"]
    names += [f"Provider {name}" for name in PERSON[1:]]
    names += ["Provider Other Organization Name", "Provider Other Organization Name Type Code"]
    names += [f"Provider Other {name}" for name in PERSON] + ["Provider Other Last Name Type Code"]
    for kind in ("Mailing", "Practice Location"):
        names += [f"Provider {line} Line Business {kind} Address" for line in ("First", "Second")]
        names += [f"Provider Business {kind} Address {name}" for name in AFTER]
    names += ["Provider Enumeration Date", "Last Update Date", "NPI Deactivation Reason Code"]
    names += ["NPI Deactivation Date", "NPI Reactivation Date", sex]
    names += [f"Authorized Official {name}" for name in OFFICIAL]
    for n in numbered:
        names += [f"Healthcare Provider Taxonomy Code_{n}", f"Provider License Number_{n}"]
        names += [f"Provider License Number State Code_{n}", f"Healthcare Provider Primary Taxonomy Switch_{n}"]
    for n in range(1, 51):
        identifier = f"Other Provider Identifier{{}}_{n}"
        names += [identifier.format(part) for part in ("", " Type Code", " State", " Issuer")]
    names += ["Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN"]
    names += [f"Authorized Official {name}" for name in ("Name Prefix Text", "Name Suffix Text", "Credential Text")]
    names += [f"Healthcare Provider Taxonomy Group_{n}" for n in numbered]
    return names + (["Certification Date"] if certified else [])


NEW, OLD = header(), header("Provider Gender Code", certified=False)
SHORT = {
    "entity": "Entity Type Code",
    "organization": "Provider Organization Name (Legal Business Name)",
    "family": "Provider Last Name (Legal Name)",
    "given": "Provider First Name",
    "middle": "Provider Middle Name",
    "suffix": "Provider Name Suffix Text",
    "credentials": "Provider Credential Text",
    "line1": "Provider First Line Business Practice Location Address",
    "line2": "Provider Second Line Business Practice Location Address",
    "city": "Provider Business Practice Location Address City Name",
    "state": "Provider Business Practice Location Address State Name",
    "zip": "Provider Business Practice Location Address Postal Code",
    "country": "Provider Business Practice Location Address Country Code (If outside U.S.)",
    "phone": "Provider Business Practice Location Address Telephone Number",
    "updated": "Last Update Date",
    "deactivated": "NPI Deactivation Date",
    "reactivated": "NPI Reactivation Date",
}
ANA = {
    "entity": "1",
    "family": "RIVERA",
    "given": "ANA",
    "credentials": "M.D.",
    "line1": "1200 EXAMPLE PKWY",
    "line2": "STE 103",
    "city": "AUSTIN",
    "state": "TX",
    "zip": "787561234",
    "country": "US",
    "phone": "5125550100",
    "updated": "06/30/2024",
    "sex": "F",
}
MAILING = {
    "Provider First Line Business Mailing Address": "PO BOX 99",
    "Provider Business Mailing Address City Name": "BOSTON",
    "Provider Business Mailing Address State Name": "MA",
    "Provider Business Mailing Address Postal Code": "021080000",
    "Provider Business Mailing Address Telephone Number": "6175550199",
}


def number(n: int) -> int:
    """The n-th NPI of the fictional people."""
    return npi.with_check_digit(100_000_000 + n)


def row(n: int | str = 1, *, codes: Sequence[str] = (PAIN,), primary: int = 1, **cells: str) -> dict[str, str]:
    """An active pain specialist by the names of the columns; `cells` by SHORT or full names, `sex` for either name."""
    values = {"NPI": str(number(n) if isinstance(n, int) else n)} | MAILING
    for short, value in (ANA | cells).items():
        if short == "sex":
            values |= {"Provider Sex Code": value, "Provider Gender Code": value}
        else:
            values[SHORT.get(short, short)] = value
    for slot in range(1, 16):
        values[f"Healthcare Provider Primary Taxonomy Switch_{slot}"] = "" if slot > len(codes) else "N"
    for slot, code in enumerate(codes, start=1):
        values[f"Healthcare Provider Taxonomy Code_{slot}"] = code
        values[f"Healthcare Provider Primary Taxonomy Switch_{slot}"] = "Y" if slot == primary else "N"
    return values


def gone(n: int = 1, day: str = "07/01/2024") -> dict[str, str]:
    """A deactivated row as it is published: nothing but the NPI and the date."""
    return {"NPI": str(number(n)), "NPI Deactivation Date": day}


def cells(*args: Any, **kwargs: Any) -> dict[str, str]:
    """`row` as the parser gets it: every column that it asks for."""
    given = row(*args, **kwargs)
    return dict.fromkeys(NEW, "") | given | {"sex": given["Provider Sex Code"]}


def table(
    rows: Iterable[dict[str, str]],
    columns: Sequence[str] = tuple(NEW),
    *,
    quoted: bool = True,
    end: str = "\r\n",
    encoding: str = "utf-8",
) -> bytes:
    """The file's bytes; quoted and with CR LF as CMS writes it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerow(columns)
    writer.writerows([values.get(name, "") for name in columns] for values in rows)
    return out.getvalue().encode(encoding)


def write(folder: Path, rows: Iterable[dict[str, str]], name: str = MAIN_TABLE, **shape: Any) -> Path:
    path = folder / name
    path.write_bytes(table(rows, **shape))
    return path


def write_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_fixtures() -> None:
    """The same eight rows as CMS published them until 2020, through pandas and through Excel."""
    people = [
        row(1),
        row(2, given="SHAWN", family="O'NEIL", suffix="JR.", credentials="D.O.", sex="M", codes=[ANESTHESIOLOGY, PAIN],
            primary=2, line1="7 SAMPLE ST", line2="", city="BOSTON", state="MA", zip="021080001", phone="6175550101"),
        row(3, given="LUZ", family="DE LA CRUZ", credentials="MD, PHD", codes=[INTERVENTIONAL], zip="009010001",
            line1="3 CALLE EJEMPLO", line2="", city="SAN JUAN", state="PR", phone="7875550102"),
        row(4, given="DREW", family="MCDENTIST", codes=[DENTIST]),
        row(5, entity="2", family="", given="", credentials="", codes=[PAIN], organization="EXAMPLE PAIN GROUP LLC"),
        gone(6),
        row(7, given="KIM", family="SMITH-JONES", deactivated="03/16/2006", reactivated="03/20/2006", zip="787010000",
            codes=[DENTIST] * 14 + [PAIN], primary=15, phone="12", updated="03/21/2006"),
        row(8, zip="ABCDE"),
    ]  # fmt: skip
    FIXTURES.mkdir(exist_ok=True)
    (FIXTURES / "as_published_329.csv").write_bytes(table(people, OLD))
    pandas = [dict(person) for person in people]
    for person in pandas:
        for short in ("entity", "zip", "phone"):
            value = person.get(SHORT[short], "")
            person[SHORT[short]] = f"{int(value)}.0" if value.isdigit() else value
    (FIXTURES / "through_pandas_330.csv").write_bytes(table(pandas, NEW, quoted=False, end="\n"))
    excel = [dict(person) for person in people]
    for person in excel:
        person[SHORT["zip"]] = person.get(SHORT["zip"], "").lstrip("0")
        for short in ("updated", "deactivated", "reactivated"):
            month, _, rest = person.get(SHORT[short], "").partition("/")
            day, _, year = rest.partition("/")
            person[SHORT[short]] = f"{int(month)}/{int(day)}/{year[2:]}" if year else ""
    (FIXTURES / "through_excel_330.csv").write_bytes(table(excel, NEW, quoted=False, encoding="utf-8-sig"))


if __name__ == "__main__":
    write_fixtures()
