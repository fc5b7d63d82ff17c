"""Makes this installation's secrets, once, in a file for its owner only: `python -m scripts.own_secrets FILE`.

What the file or the environment holds already is never replaced.
"""

import base64
import fcntl
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HEADER = """\
# The secrets of this installation, made by ./run. Keep a copy in a safe place: without FIELD_ENCRYPTION_KEYS
# nobody can read the requests in the database. Further settings may stand here, one NAME=value a line
# (docs/settings.md lists them); what the environment holds goes first.
"""


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _password() -> str:
    """Twelve letters in three groups, none easily mistaken for another: 55 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "FIELD_ENCRYPTION_KEYS": lambda: f"k1:{_key()}",
    "FIELD_HASH_KEY": _key,
    "DEMO_PASSWORD": _password,
}
# A database that was written with others of these cannot be read with new ones.
BOUND_TO_DATA = ("FIELD_ENCRYPTION_KEYS", "FIELD_HASH_KEY")


class KeysLost(Exception):
    """There is data, and the keys it was written with are gone."""


def complete(file: Path) -> list[str]:
    """Adds what is missing to the file and returns the names added. Raises KeysLost."""
    file.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two first starts at once must not each make their own keys
        text = file.read_text() if file.exists() else HEADER
        there = set(re.findall(r"^([A-Z][A-Z0-9_]*)=.", text, re.MULTILINE))
        missing = [name for name in MAKERS if name not in there and not os.environ.get(name)]
        databases = sorted(path.name for path in file.parent.glob("*.sqlite3"))
        lost = [name for name in missing if name in BOUND_TO_DATA]
        if lost and databases:
            raise KeysLost(
                f"{file} does not hold {' and '.join(lost)}, but {', '.join(databases)} beside it was written with "
                "them. Put the file back from your copy; or, if that data is not needed, move the database away."
            )
        if missing or not file.exists():
            if not text.endswith("\n"):
                text += "\n"
            _replace(file, text + "".join(f"{name}={MAKERS[name]()}\n" for name in missing))
        return missing
    finally:
        os.close(folder)


def _replace(file: Path, text: str) -> None:
    """All of the text or none of it, and never readable by others."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".env-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def main() -> int:
    file = Path(sys.argv[1])
    try:
        made = complete(file)
    except KeysLost as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if made:
        sys.stderr.write(f"Made the secrets of this installation in {file} ({', '.join(made)}). Keep a copy.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
