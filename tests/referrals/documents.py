"""Small files of the three kinds, made here and whole, with whatever words a test wants in them."""

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.attachments import adding
from referrals.attachments.upload import Received
from referrals.models import Attachment, Referral


def pdf(words: str = "", size: int = 0) -> bytes:
    """One empty page; the words stand in a comment. `size`: so many bytes at least."""
    head = b"%PDF-1.7\n%" + words.encode() + b"\n"
    head += b"%" + b"x" * max(0, size - len(head)) + b"\n"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(head))
        head += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return head + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(head)


def png(words: str = "") -> bytes:
    """One black dot."""
    parts = [
        (b"IHDR", (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 0, 0, 0, 0])),
        (b"tEXt", b"Comment\0" + words.encode()),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    chunks = [len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4) for name, body in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg(words: str = "") -> bytes:
    """The parts of a JPEG of one dot, in their order; its coded part holds a filled-in zero and a restart."""

    def part(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body

    size = bytes([8, 0, 1, 0, 1, 1, 1, 0x11, 0])
    head = b"\xff\xd8" + part(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + part(0xFE, words.encode())
    tables = part(0xDB, bytes(65)) + part(0xC0, size) + part(0xC4, bytes(17))
    return head + tables + part(0xDA, bytes([1, 1, 0, 0, 63, 0])) + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9"


def form(content: bytes, name: str = "report.pdf") -> dict[str, Any]:
    """What a browser sends."""
    return {"file": SimpleUploadedFile(name, content)}


def added(referral: Referral, content: bytes = b"", name: str = "report.pdf") -> Attachment:
    return adding.add(referral, Received(name, content or pdf()))


class Clamd:
    """Answers as clamd does; finds something in what holds the word EICAR. `most`: bytes of its longest stream."""

    def __init__(self, listening: socket.socket, most: int) -> None:
        self.listening, self.most = listening, most
        self.scanned: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as sent:
                connection.sendall(self._answer(sent) + b"\0")

    def _answer(self, sent: Any) -> bytes:
        if sent.read(10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        stream = b""
        while length := int.from_bytes(sent.read(4)):
            stream += sent.read(length)
            if len(stream) > self.most:
                return b"INSTREAM size limit exceeded. ERROR"
        self.scanned.append(stream)
        return b"stream: Eicar-Test-Signature FOUND" if b"EICAR" in stream else b"stream: OK"


@contextmanager
def clamd(path: str = "", most: int = 25_000_000) -> Iterator[tuple[Clamd, str]]:
    """A clamd, and how ATTACHMENT_SCANNER names it: on a free port, or at a path."""
    with socket.socket(socket.AF_UNIX if path else socket.AF_INET) as listening:
        listening.bind(path or ("127.0.0.1", 0))
        listening.listen()
        place = f"unix:{path}" if path else f"127.0.0.1:{listening.getsockname()[1]}"
        yield Clamd(listening, most), f"clamd:{place}"
        listening.shutdown(socket.SHUT_RDWR)
