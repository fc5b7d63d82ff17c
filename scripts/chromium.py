"""Finds the Chromium (or Chrome) that is installed here. None is ever downloaded."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATHS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
NOT_FOUND = "no Chromium was found: install chromium or google-chrome, or name the program in CHROMIUM"

# Nothing may leave this machine while the tests run: no updates, no reports, no names looked up but our own.
ARGUMENTS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def find() -> str | None:
    """The path of the program, or None. CHROMIUM in the environment goes first; an empty CHROMIUM= means none."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return shutil.which(named)
    found = (shutil.which(name) for name in NAMES)
    on_mac = (str(path) for path in MAC_PATHS if path.exists())
    return next((path for path in (*found, *on_mac) if path), None)


def arguments() -> list[str]:
    """The switches to start it with. Chromium's own sandbox refuses root, so root goes without."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
