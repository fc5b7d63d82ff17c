"""docs/backups.md: what an operator types does what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import connection

from referrals import erasing
from referrals.models import Referral

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "backups.md").read_text()


def manage(database: Path, *command: str) -> str:
    """`manage.py` of a site of its own on that database, with the keys and the erasure list of this one."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"sqlite:///{database}"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_command_it_names_exists():
    named = set(re.findall(r"manage\.py (\w+)", PAGE))
    assert {"apply_erasures", "rotate_keys"} <= named <= set(get_commands())


def test_a_backup_made_and_put_back_as_it_says_holds_what_it_should_and_nothing_more(
    committed_austin, tmp_path, monkeypatch, settings
):
    if connection.vendor != "sqlite":
        pytest.skip("the page's commands for SQLite")
    settings.ERASURE_LIST = str(tmp_path / "erased.txt")
    monkeypatch.setenv("ERASURE_LIST", settings.ERASURE_LIST)
    kept, asked_to_be_erased = committed_austin.referral(), committed_austin.referral()
    (typed,) = re.findall(r"^python -c \"(import sqlite3;[^\"]+)\"$", PAGE, re.MULTILINE)
    backup = tmp_path / "backup.sqlite3"
    typed = typed.replace("var/directory.sqlite3", str(connection.settings_dict["NAME"]))
    subprocess.run([sys.executable, "-c", typed.replace("backup.sqlite3", str(backup))], check=True)
    erasing.erase(asked_to_be_erased)

    assert "2 requests need it" in manage(backup, "rotate_keys", "--check")
    assert "1 had come back and are erased again" in manage(backup, "apply_erasures")
    assert "1 requests need it" in manage(backup, "rotate_keys", "--check")
    assert list(Referral.objects.kept()) == [kept]
