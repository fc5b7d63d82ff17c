"""One import from the names of the files to the directory: read all of them, then write all of them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from django.utils import timezone

from directory.importers import nppes, sources, store
from directory.importers.errors import FileRefused
from directory.importers.report import Report

# Opens a progress bar for a file of so many bytes; what it gives is told how many more bytes were read.
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], object]]]


def import_nppes(paths: Sequence[Path], progress: Progress) -> list[Report]:
    """Imports national NPI files in the order given. Where two speak of one person, the registry's later day counts.

    Raises ImportRefused, and then nothing was written. Killed at any moment it leaves all of its work or nothing.
    """
    store.refuse_demo()
    known = store.known_npis()
    files = []
    for path in paths:
        file = _read(path, known, progress)
        known |= file.rows.keys()
        files.append(file)
    store.save(files)
    return [file.report for file in files]


def _read(path: Path, known: set[int], progress: Progress) -> store.FileRead:
    report = Report(path.name)
    with sources.opened(path) as source, progress(path.name, source.size) as advance:
        try:
            rows = nppes.read(source.stream, known=known, today=timezone.localdate(), report=report, progress=advance)
        except nppes.NotThisFile as error:
            raise FileRefused(path, f"{error} {sources.EXPECTED}") from None
    return store.FileRead(source.sha256, rows, report)
