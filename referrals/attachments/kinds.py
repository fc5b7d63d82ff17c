"""What a file is, by what stands in it and never by its name, and whether it is whole.

A file of the three kinds says where it ends, so one that was cut off on its way is found here. Libraries that know file
types look at the first bytes only; those that read these formats to the end also draw them, which is more than is
wanted of a stranger's file. Nothing is drawn, unpacked or run here. What follows the end is left alone: phones put a
short film behind a photo.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MOST_PARTS = 100_000  # of a PNG or JPEG: more are made to keep us busy
HEADER_WITHIN = TRAILER_WITHIN = 1024  # bytes: as far as readers of PDF look for its first and its last line
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
# In the coded part of a JPEG: a marker, not a filled-in zero, a restart or padding
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # segments that say how wide and high it is
_HEIC = re.compile(rb"....ftyp(heic|heix|heim|heis|hevc|mif1|msf1|avif)", re.DOTALL)


class NotTaken(ValueError):
    """Nothing of the three kinds, or not whole; `why` is `empty`, `heic`, `disc`, `unknown` or `broken`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the file is not taken: {why}")


@dataclass(frozen=True, slots=True)
class Kind:
    code: str  # as it is stored
    mime: str
    ending: str


PDF = Kind("pdf", "application/pdf", "pdf")
JPEG = Kind("jpeg", "image/jpeg", "jpg")
PNG = Kind("png", "image/png", "png")
BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in (PDF, JPEG, PNG)}


def of(content: bytes) -> Kind:
    """Which of the three it is. Raises NotTaken."""
    if not content:
        raise NotTaken("empty")
    found = _looks_like(content)
    if found is None:
        raise NotTaken(_what_else(content))
    kind, is_whole = found
    if not is_whole(content):
        raise NotTaken("broken")
    return kind


def _looks_like(content: bytes) -> tuple[Kind, Callable[[bytes], bool]] | None:
    if content.startswith(_PNG):
        return PNG, _whole_png
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG, _whole_jpeg
    if _PDF_HEADER.search(content[:HEADER_WITHIN]):
        return PDF, _whole_pdf
    return None


def _what_else(content: bytes) -> str:
    """What people try most: a photo as an iPhone keeps it, a picture from the disc."""
    if _HEIC.match(content[:12]):
        return "heic"
    return "disc" if content[128:132] == b"DICM" else "unknown"


def _whole_pdf(content: bytes) -> bool:
    """Its last lines are there, and the table of contents that they name lies before them (ISO 32000-2, 7.5.5)."""
    last = len(content.rstrip(b"\0"))  # some scanners fill up the last block
    ends = _PDF_END.findall(content[max(0, last - TRAILER_WITHIN) : last])
    return bool(ends) and 0 < int(ends[-1]) < last


def _whole_png(content: bytes) -> bool:
    """Every part up to the end has the check sum that it says (PNG, third edition, 5.3)."""
    at = len(_PNG)
    for number in range(MOST_PARTS):
        head = content[at : at + 8]
        length, name = int.from_bytes(head[:4]), head[4:]
        body_ends = at + 8 + length
        check = content[body_ends : body_ends + 4]
        if len(head) < 8 or len(check) < 4 or (name == b"IHDR") != (number == 0):
            return False
        if zlib.crc32(memoryview(content)[at + 4 : body_ends]) != int.from_bytes(check):
            return False
        if name == b"IEND":
            return True
        at = body_ends + 4
    return False


def _whole_jpeg(content: bytes) -> bool:
    """Its parts follow one another to the end of the picture, and one says how large it is (ITU-T T.81, annex B)."""
    at, has_size, has_picture = 2, False, False
    for _ in range(MOST_PARTS):
        if content[at : at + 1] != b"\xff" or len(content) < at + 2:
            return False
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _EOI:
            return has_size and has_picture
        if marker == _SOI or len(content) < at + 4:
            return False
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return False
        if marker in _SIZES:
            # A height of 0 may be said later, a width may not
            has_size = int.from_bytes(content[at + 7 : at + 9]) > 0
        at += 2 + length
        if marker == _SOS:
            following = _JPEG_MARKER.search(content, at)
            if following is None:
                return False
            has_picture, at = True, following.start()
    return False
