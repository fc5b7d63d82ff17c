"""The mails of a demonstration, as they lie in their folder: none of them has left this machine."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 50
ADDRESS = re.compile(r"https?://\S+")
# What Django writes after each mail of a file
_END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    at: datetime.datetime | None
    body: list[tuple[str, bool]]  # pieces of the text, and whether a piece is an address


def newest(most: int = SHOWN) -> list[Mail]:
    """The newest first; none where there is no folder yet."""
    folder = Path(settings.MAILERS["folder"]["OPTIONS"]["file_path"])
    found: list[Mail] = []
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files:
        found += reversed([_read(raw) for raw in file.read_bytes().split(_END) if raw.strip()])
        if len(found) >= most:
            break
    return found[:most]


def _read(raw: bytes) -> Mail:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    text = message.get_body(("plain",))
    date = message["Date"]
    return Mail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=date.datetime if date is not None else None,
        body=list(_pieces(str(text.get_content()).strip() if text is not None else "")),
    )


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for found in ADDRESS.finditer(text):
        yield text[at : found.start()], False
        yield found[0], True
        at = found.end()
    yield text[at:], False
