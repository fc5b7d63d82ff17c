"""docs/settings.md names every variable that is read anywhere, and none that is not."""

import re

from tests.run.house import ROOT

READ = re.compile(
    r"""(?:environ(?:\.get\(|\[)|getenv\(|read\.\w+\(|env\.\w+\()\s*["']([A-Z][A-Z0-9_]+)["']|\$\{([A-Z][A-Z0-9_]+):?-"""
)
SHELL_OWN = {"HOME", "PATH", "DJANGO_SETTINGS_MODULE", "RUN_STARTED"}


def read_somewhere():
    files = [ROOT / "run", ROOT / "tests" / "conftest.py"]
    for folder in ("config", "directory", "referrals", "scripts"):
        files += (ROOT / folder).rglob("*.py")
    found = {match[1] or match[2] for file in files for match in READ.finditer(file.read_text())}
    return found - SHELL_OWN


def test_every_variable_is_on_the_page_and_nothing_else():
    page = (ROOT / "docs" / "settings.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.MULTILINE))
    assert read_somewhere() == listed
