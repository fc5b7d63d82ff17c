"""How a file comes in: into memory, never to the disk in clear, and of no more than a few at once.

Django's own way writes what is longer than 2.5 MB to a temporary file. Here `Nothing` is what every page of the site
has (FILE_UPLOAD_HANDLERS), and the one page that takes a file asks for it with `receive`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

FIELD = "file"
# A body that ends too early, or is no form
_UNREADABLE = (UnreadablePostError, MultiPartParserError, BadRequest, SuspiciousOperation)
MOST_BYTES = 20 * 1024 * 1024
# What is larger than this is not even read to its end to give an answer; between the two it is read and dropped,
# because browsers show no answer to what they have not finished sending.
MOST_READ = 10 * MOST_BYTES
AT_ONCE = 2  # in one process: 80 MB for a moment at most
_places = threading.BoundedSemaphore(AT_ONCE)


class NotReceived(Exception):
    """No file came; `why` is `none`, `too_big`, `busy` or `cut_off`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"no file was received: {why}")


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """The name is what the patient's device says: nothing to be trusted."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return "<Received file>"


class Nothing(FileUploadHandler):
    """Passes over whatever file is sent to a page that takes none."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


class InMemory(Nothing):
    """The first file of the form; what is too big is read to its end and dropped."""

    def __init__(self, *, has_place: bool) -> None:
        super().__init__()
        self.has_place = has_place
        self.is_too_big = self.is_whole = False
        self.pieces: list[bytes] = []
        self.size = 0
        self.name: str | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != FIELD or self.name is not None:
            raise SkipFile
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size += len(raw_data)
        self.is_too_big = self.size > MOST_BYTES
        if self.is_too_big or not self.has_place:
            self.pieces.clear()
        else:
            self.pieces.append(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        self.is_whole = True  # the mark after it was reached
        return None

    def received(self) -> Received:
        """Raises NotReceived."""
        if self.name is None:
            raise NotReceived("none")
        if self.is_too_big:
            raise NotReceived("too_big")
        if not self.is_whole:
            raise NotReceived("cut_off")
        if not self.has_place:
            raise NotReceived("busy")
        content = b"".join(self.pieces)
        self.pieces.clear()
        return Received(self.name, content)


@contextmanager
def receive(request: HttpRequest) -> Iterator[Received]:
    """The file of this request, which nobody has looked into yet; its place is taken until the block ends.

    Raises NotReceived.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_READ:
        raise NotReceived("too_big")
    has_place = _places.acquire(blocking=False)
    try:
        handler = InMemory(has_place=has_place)
        request.upload_handlers = [handler]
        try:
            request.POST  # noqa: B018 (this reads it)
        except _UNREADABLE as error:
            raise NotReceived("cut_off") from error
        yield handler.received()
    finally:
        if has_place:
            _places.release()
