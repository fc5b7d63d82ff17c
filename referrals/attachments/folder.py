"""Where sealed files lie: one for each attachment, in a folder that nobody but this site's own account reads.

A file is written under another name, forced to the disk and then named, so that what has its name is whole. Knows no
models: which files may go is in the database (`LooseFile`), never guessed from what lies here, because a folder may
be shared by two databases.
"""

import errno
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from referrals.vault import files

LEAST_FREE = 200 * 1024 * 1024  # bytes that stay for the database and its log
SEALED, UNFINISHED = ".sealed", ".part"


def write(pk: uuid.UUID, sealed: Iterable[bytes]) -> None:
    """On the disk when this returns; of what fails nothing is left. Raises OSError."""
    place = _place(pk)
    if shutil.disk_usage(place.parent).free < LEAST_FREE:
        raise OSError(errno.ENOSPC, "the disk is nearly full: nothing more is kept")
    unfinished = place.with_suffix(UNFINISHED)
    try:
        with open(unfinished, "xb", opener=_private) as out:
            out.writelines(sealed)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(place)
        _keep_names()
    except BaseException:
        delete(pk)
        raise


def again(pk: uuid.UUID, old: uuid.UUID) -> None:
    """The same sealed file under another number too; each goes without the other. Raises OSError."""
    try:
        os.link(_place(old), _place(pk))
    except FileNotFoundError:
        raise
    except OSError:  # a file system without second names
        with _place(old).open("rb") as sealed:
            write(pk, iter(lambda: sealed.read(files.PIECE), b""))
        return
    _keep_names()


def read(pk: uuid.UUID) -> BinaryIO:
    """The sealed file, open. Raises OSError."""
    return _place(pk).open("rb")


def size(pk: uuid.UUID) -> int:
    """Bytes of the sealed file. Raises OSError."""
    return _place(pk).stat().st_size


def delete(pk: uuid.UUID) -> None:
    """Also what a crash left of its writing. Harmless where there is nothing. Raises OSError."""
    place = _place(pk)
    place.unlink(missing_ok=True)
    place.with_suffix(UNFINISHED).unlink(missing_ok=True)


def _place(pk: uuid.UUID) -> Path:
    return _folder() / f"{pk}{SEALED}"


def _folder() -> Path:
    folder = Path(settings.ATTACHMENT_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_names() -> None:
    """A name too is on the disk only when its folder was forced there."""
    handle = os.open(_folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
