"""A file on disk -> the bytes of the one CSV table in it, whether it came as a zip or not."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from directory.importers.errors import FileRefused

BUFFER_BYTES = 1 << 20
UNPACKABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
ENCRYPTED = 0x1
MAIN_TABLE = "npidata_pfile"
EXPECTED = (
    "Expected is the national NPI file from the NPPES download page: npidata_pfile_....csv, or the zip that holds it."
)
DAMAGED = "the zip file is damaged, or was not downloaded to its end. Download it again."


@dataclass(frozen=True, slots=True)
class Source:
    """An open table. `size` counts its bytes unpacked; `sha256` is that of the file as it lies on disk."""

    path: Path
    sha256: str
    size: int
    stream: BinaryIO


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The table of a file, closed afterwards. Raises FileRefused, also where reading fails half-way."""
    try:
        if path.is_dir():
            raise FileRefused(path, f"this is a folder. Name the file in it. {EXPECTED}")
        if not path.exists():
            raise FileRefused(path, f"there is no such file. {EXPECTED}")
        if not path.is_file():
            raise FileRefused(path, f"this is no file on a disk. {EXPECTED}")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            first = file.read(4)
        if first == b"PK\x03\x04" or first == b"PK\x05\x06":
            with zipfile.ZipFile(path) as archive:
                member = _table_in(archive, path)
                with archive.open(member) as packed:
                    # ZipExtFile lacks only what BufferedReader does not call
                    unpacked = io.BufferedReader(packed, BUFFER_BYTES)  # type: ignore[type-var]  # any readable
                    yield Source(path, sha256, member.file_size, unpacked)
        else:
            if first[:2] == b"\x1f\x8b":
                raise FileRefused(path, "this is a gzip file. Unpack it first, and give the CSV file in it.")
            with path.open("rb", buffering=BUFFER_BYTES) as stream:
                yield Source(path, sha256, path.stat().st_size, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileRefused(path, DAMAGED) from error
    except OSError as error:
        raise FileRefused(path, f"the file cannot be read ({error.strerror or error}).") from error


def _table_in(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    """The table of providers among the files of the national zip; else the one CSV file that is there."""
    tables = [member for member in archive.infolist() if _is_table(member)]
    main = [member for member in tables if PurePosixPath(member.filename).name.lower().startswith(MAIN_TABLE)]
    chosen = main or tables
    if not chosen:
        raise FileRefused(path, f"the zip file holds no CSV table. {EXPECTED}")
    if len(chosen) > 1:
        raise FileRefused(
            path, f"the zip file holds {len(chosen)} tables that could be meant. Unpack it and name one. {EXPECTED}"
        )
    if chosen[0].flag_bits & ENCRYPTED:
        raise FileRefused(path, "the zip file has a password. Unpack it first, and give the CSV file in it.")
    if chosen[0].compress_type not in UNPACKABLE:
        raise FileRefused(path, "the zip file is packed in a rare way. Unpack it first, and give the CSV file in it.")
    return chosen[0]


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename).name.lower()
    hidden = name.startswith(".") or "__macosx" in member.filename.lower()
    return name.endswith(".csv") and not hidden and not name.endswith("fileheader.csv")
