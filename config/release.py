"""Which release of the program this is, for caches: what was made by another one may look different."""

from hashlib import blake2b
from pathlib import Path

SOURCES = ("config", "directory", "referrals", "templates", "static", "locale")


def digest(folder: Path) -> str:
    """A fingerprint of the program's own files in that folder: their names, sizes and times, not their content."""
    found = blake2b(digest_size=8)
    for source in SOURCES:
        for path in sorted((folder / source).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                stat = path.stat()
                found.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()
