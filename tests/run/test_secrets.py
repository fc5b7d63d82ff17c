"""The secrets of an installation: made once, for its owner's eyes, and never made anew over data that needs the old."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from config import env
from scripts import own_secrets


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    for name in own_secrets.MAKERS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "var" / "env"


def values(file):
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_they_are_made_once_and_for_the_owner_only(file):
    assert set(own_secrets.complete(file)) == {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "FIELD_HASH_KEY", "DEMO_PASSWORD"}
    made = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert own_secrets.complete(file) == []
    assert file.read_text() == made


def test_the_settings_take_them(file, monkeypatch):
    own_secrets.complete(file)
    for name, value in values(file).items():
        monkeypatch.setenv(name, value)
    assert len(env.secret("SECRET_KEY", least=40)) >= 64
    assert [len(key) for key in env.encryption_keys("FIELD_ENCRYPTION_KEYS").values()] == [32]
    assert len(env.hash_key("FIELD_HASH_KEY")) == 32


def test_two_installations_share_none(tmp_path):
    own_secrets.complete(tmp_path / "a" / "env")
    own_secrets.complete(tmp_path / "b" / "env")
    assert not set(values(tmp_path / "a" / "env").values()) & set(values(tmp_path / "b" / "env").values())


def test_what_the_environment_holds_is_not_made_again(file, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "given by the operator")
    own_secrets.complete(file)
    assert "SECRET_KEY" not in values(file)


def test_further_settings_in_the_file_stay(file):
    file.parent.mkdir()
    file.write_text("SITE_NAME=Pain clinics of Ohio\nSECRET_KEY=chosen")
    own_secrets.complete(file)
    assert values(file)["SITE_NAME"] == "Pain clinics of Ohio"
    assert values(file)["SECRET_KEY"] == "chosen"


def test_lost_keys_are_never_replaced_while_data_needs_them(file):
    own_secrets.complete(file)
    (file.parent / "directory.sqlite3").touch()
    file.unlink()
    with pytest.raises(own_secrets.KeysLost, match="Put the file back"):
        own_secrets.complete(file)
    assert not file.exists()


def test_first_starts_at_the_same_moment_agree(file):
    with ThreadPoolExecutor(8) as starts:
        made = list(starts.map(lambda _: own_secrets.complete(file), range(16)))
    assert sum(map(bool, made)) == 1
    assert len(values(file)) == 4
    assert os.listdir(file.parent) == ["env"]


def test_run_reads_them_and_what_the_environment_holds_goes_first(house):
    house.is_installed()
    (house.folder / "var").mkdir()
    (house.folder / "var" / "env").write_text(
        "# note\nSITE_NAME=From = the file\nDEFAULT_FROM_EMAIL=file@example.org\n"
    )
    show = (
        "from django.conf import settings as s;"
        "print(s.SITE_NAME, s.DEFAULT_FROM_EMAIL, s.DEBUG, s.SITE_URL, s.DATABASES['default']['NAME'], sep='|')"
    )
    told = house.run(
        "--empty", "manage", "shell", "--no-imports", "-c", show, env={"DEFAULT_FROM_EMAIL": "given@example.org"}
    )
    assert told.stdout.strip().split("|") == [
        "From = the file",
        "given@example.org",
        "False",
        "http://127.0.0.1:8000",
        str(house.folder / "var" / "directory.sqlite3"),
    ]
