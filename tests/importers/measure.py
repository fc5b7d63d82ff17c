"""How fast the national file is read and written: `python -m tests.importers.measure FOLDER` (made by hand, no test).

Makes a file of 130,000 rows as published (175 MB, 1.6 % pain specialists), then in one run: plain csv.DictReader over
it, our reader, our reader on the zip, and the command on an empty SQLite database, again, and with every row changed.
"""

import csv
import datetime
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from directory.importers import nppes, sources
from directory.importers.report import Report
from tests.importers import registry
from tests.importers.registry import DENTIST, NEW, PAIN, row

ROWS, KEPT = 130_000, 0.016
TOWNS = [("AUSTIN", "TX", "78701"), ("BOSTON", "MA", "02108"), ("DENVER", "CO", "80202"), ("SEATTLE", "WA", "98101")]


def make(path: Path, updated: str) -> None:
    dice = random.Random(1)
    padding = {f"Other Provider Identifier_{n}": "EXAMPLE IDENTIFIER TEXT" for n in range(1, 13)}
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(NEW)
        for n in range(ROWS):
            city, state, zip_code = dice.choice(TOWNS)
            code = PAIN if dice.random() < KEPT else DENTIST
            person = padding | row(n, codes=[code], city=city, state=state, zip=zip_code, line1=f"{n} EXAMPLE ST")
            person[registry.SHORT["updated"]] = updated
            if updated != "06/30/2024":
                person[registry.SHORT["line1"]] = f"{n} OTHER ST"
            writer.writerow([person.get(name, "") for name in NEW])


def read(path: Path) -> None:
    with sources.opened(path) as source:
        nppes.read(source.stream, known=set(), today=datetime.date(2025, 6, 1), report=Report(path.name))


def plain(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.DictReader(file):
            pass


def timed(name: str, work: Callable[[], object], size: int) -> float:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{name:34} {took:6.2f} s {size / took / 1e6:8.0f} MB/s {ROWS / took:10.0f} rows/s")  # noqa: T201 (it is run by hand)
    return took


def manage(folder: Path, *arguments: object) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'measure.sqlite3'}"}
    subprocess.run([sys.executable, "manage.py", *map(str, arguments)], env=environment, check=True)


def main(folder: Path) -> None:
    table, changed, packed = folder / "npidata_pfile_1.csv", folder / "npidata_pfile_2.csv", folder / "packed.zip"
    make(table, "06/30/2024")
    make(changed, "07/01/2024")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(table, table.name)
    size = table.stat().st_size
    slow = timed("csv.DictReader", lambda: plain(table), size)
    fast = timed("ours, csv (with its SHA-256)", lambda: read(table), size)
    timed("ours, zip", lambda: read(packed), size)
    (folder / "measure.sqlite3").unlink(missing_ok=True)
    manage(folder, "migrate", "-v0")
    timed("command, empty database", lambda: manage(folder, "import_nppes", table), size)
    timed("command, the same file again", lambda: manage(folder, "import_nppes", table), size)
    timed("command, every address changed", lambda: manage(folder, "import_nppes", changed), size)
    print(f"csv.DictReader takes {slow / fast:.1f} times as long")  # noqa: T201 (it is run by hand)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
