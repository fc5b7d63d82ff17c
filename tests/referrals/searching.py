"""Looks for words wherever a site keeps anything, in every form in which they may lie there."""

import base64
import email.policy
import json
import os
import pickle
import re
from collections.abc import Iterable, Mapping
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import quote

from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection


def forms(word: str) -> set[bytes]:
    """The word as text, in JSON, in addresses, as hexadecimal and base64 digits, and as other programs write it."""
    raw = word.encode()
    found = {raw, word.lower().encode(), word.upper().encode(), quote(word).encode(), json.dumps(word)[1:-1].encode()}
    found |= {raw.hex().encode(), raw.hex().upper().encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    for shift in range(3):  # base64 looks different by where in three bytes the word begins
        digits = base64.b64encode(b"\0" * shift + raw)
        whole = digits[4 if shift else 0 : len(digits) - 4 if digits.endswith(b"=") else None]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")} if len(whole) >= 8 else set()
    return found


def found(words: Iterable[str], where: bytes) -> list[str]:
    """Those of the words that are there."""
    return [word for word in words if any(form in where for form in forms(word))]


def database() -> bytes:
    """All that the database keeps: its files with the write-ahead log, and every row of every table as text."""
    parts = []
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        parts = [path.read_bytes() for path in file.parent.glob(f"{file.name}*")]  # -wal, -shm, -journal
        assert any(path.name.endswith("-wal") for path in file.parent.glob(f"{file.name}*"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT t::text FROM {name} t" if connection.vendor == "postgresql" else f"SELECT * FROM {name}"
            )
            parts += [" ".join(map(_text, row)).encode() for row in cursor.fetchall()]
    return b"\n".join(parts)


class PostgresFiles:
    """What a PostgreSQL server of this machine has on its disk of the database of the tests, from now on.

    Made where nothing of interest was written yet; of what tests before left behind the files are cleaned.
    """

    def __init__(self) -> None:
        self.folder = Path(str(_asked("SELECT setting FROM pg_settings WHERE name = 'data_directory'")))
        self.oid = int(str(_asked("SELECT oid FROM pg_database WHERE datname = current_database()")))
        self.segment = int(str(_asked("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'")))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL")  # rows that were undone or deleted lie in the files until then
        self.begins = self._position()

    @staticmethod
    def can_be_read() -> bool:
        """Not where the server is elsewhere, another account's, or gives us no look at itself."""
        if connection.vendor != "postgresql" or not _asked(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ):
            return False
        folder = Path(str(_asked("SELECT setting FROM pg_settings WHERE name = 'data_directory'")))
        return os.access(folder / "pg_wal", os.R_OK | os.X_OK)

    def read(self) -> dict[str, bytes]:
        """The log that is written ahead, then, after a checkpoint, the tables and indexes themselves."""
        log = self._log()
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        return {"write-ahead log": log, "tables": folder(self.folder / "base" / str(self.oid))}

    def _log(self) -> bytes:
        """What was written into it of this database: other tests may use another one of the same server."""
        ends, parts = int(str(_asked("SELECT pg_switch_wal() - '0/0'::pg_lsn"))), []  # all of it is on the disk then
        for start in range(self.begins - self.begins % self.segment, ends, self.segment):
            name = str(_asked(f"SELECT pg_walfile_name('0/0'::pg_lsn + {start + 1})"))
            content = (self.folder / "pg_wal" / name).read_bytes()
            # A file may be an old one used again: what stands before and behind is of other times
            parts.append(content[max(self.begins - start, 0) : max(ends - start, 0)])
        # Each record says of which tablespace (1663 is the usual one), database and table it is, then what was written
        pieces = re.split(rb"\x7f\x06\0\0(.{4})", b"".join(parts), flags=re.S)
        ours = self.oid.to_bytes(4, "little")
        return b"\n".join(text for oid, text in zip(pieces[1::2], pieces[2::2], strict=True) if oid == ours)

    @staticmethod
    def _position() -> int:
        return int(str(_asked("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")))


def _asked(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)


def sessions() -> bytes:
    """What sessions hold: in the table it is packed and signed."""
    return b"\n".join(json.dumps(session.get_decoded()).encode() for session in Session.objects.all())


def cache() -> bytes:
    """What the caches of this process hold."""
    held = [getattr(caches[alias], "_cache", {}) for alias in ("default", "throttle")]
    return b"\n".join(pickle.dumps(dict(entries)) for entries in held)


def folder(path: Path) -> bytes:
    """Every file under it, and the names of all."""
    files = [file for file in path.rglob("*") if file.is_file()]
    return b"\n".join([str(file).encode() + b"\n" + file.read_bytes() for file in files])


def mail(message: Message) -> bytes:
    """What a mail says, unpacked, without the line to whom it goes."""
    parsed = BytesParser(policy=email.policy.default).parsebytes(message.as_bytes())
    lines = [f"{name}: {value}" for name, value in parsed.items() if name.lower() not in ("to", "x-rcptto")]
    texts = [part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*lines, *texts]).encode()


def everywhere(places: Mapping[str, bytes], words: Iterable[str]) -> dict[str, list[str]]:
    """Where which of the words lie: empty where all is well."""
    words = list(words)
    hits = {place: found(words, content) for place, content in places.items()}
    return {place: those for place, those in hits.items() if those}
