"""Whoever cannot be served gets a message that says what to do, and nothing half made."""

import importlib.util
import shlex
import shutil
import socket
import subprocess
import sys

import pytest

from tests.run.house import ROOT

TOO_OLD = 'case "$*" in *pip*) exit 1 ;; esac; exit 1'
OLD_WITH_PIP = (
    'case "$*" in *"pip --version"*) exit 0 ;; *"pip install"*) echo "Connection refused"; exit 1 ;; esac; exit 1'
)


def test_only_an_older_python_is_told_which_one_to_install(house):
    house.has_program("python3", TOO_OLD)
    told = house.run()
    assert told.returncode == 1
    assert "needs Python 3.12 or later" in told.stderr
    assert "apt-get install python3" in told.stderr
    assert not (house.folder / ".venv").exists()


def test_no_python_at_all_is_told_the_same(house):
    assert "needs Python 3.12 or later" in house.run("test").stderr


def test_an_older_python_with_pip_is_used_to_fetch_uv_and_without_network_says_so(house):
    house.has_program("python3", OLD_WITH_PIP)
    told = house.run()
    assert told.returncode == 1
    assert "fetching uv" in told.stderr
    assert "uv, which could fetch one, could not be had" in told.stderr


def test_an_older_python_with_pip_gets_a_python_through_uv(house):
    uv = 'echo "$@" >>"$HOME/asked"; echo "no such Python to be had" ; exit 1'
    house.has_program(
        "python3",
        f"""
        case "$*" in *"pip --version"*) exit 0 ;; *"pip install"*) ;; *) exit 1 ;; esac
        mkdir -p .uv/bin; printf '#!/bin/sh\\n%s\\n' '{uv}' >.uv/bin/uv
        /bin/chmod +x .uv/bin/uv""",
    )
    told = house.run()
    assert "venv --quiet --python 3.13 .venv" in (house.folder.parent / "asked").read_text()
    assert "no such Python to be had" in told.stderr
    assert "uv could not fetch one" in told.stderr


def test_a_python_without_its_venv_module_names_the_package(house):
    house.has_program("python3", f'case "$*" in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"')
    told = house.run()
    major_minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert told.returncode == 1
    assert f"apt-get install python{major_minor}-venv" in told.stderr


def test_a_named_python_that_is_too_old_is_refused_by_name(house):
    house.has_program("antique", TOO_OLD)
    assert "PYTHON=antique is not a Python 3.12 or later" in house.run(env={"PYTHON": "antique"}).stderr


@pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="this Python has no ensurepip")
def test_without_a_network_it_says_so_and_can_be_typed_again(house):
    house.has_program("python3", f'exec "{getattr(sys, "_base_executable", sys.executable)}" "$@"')
    told = house.run(env={"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"})
    assert told.returncode == 1
    assert "The package index (PyPI) could not be reached" in told.stderr
    assert "PIP_INDEX_URL" in told.stderr
    empty = house.folder / "nothing"
    empty.mkdir()
    again = house.run(env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "nothing"})
    assert "not there ready-made" in again.stderr
    assert "no compiler would help" in again.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one that was pinned"),
        ("SSLError(SSLCertVerificationError(1, 'certificate verify failed'))", "its certificate is not trusted"),
        ("error: Failed to fetch: `https://index.example.org/simple/`", "could not be reached"),
        ("something that nobody thought of", "its own words are above"),
    ],
)
def test_what_the_installer_says_is_put_in_plain_words(house, words, message):
    fails = f"printf %s {shlex.quote(words)}; exit 1"
    house.is_installed(says=f'case "$*" in *"pip install"*) {fails} ;; *"pip --version"*) exit 0 ;; esac')
    (house.folder / ".venv" / "installed-requirements.txt").unlink()
    told = house.run()
    assert told.returncode == 1
    assert words in told.stderr
    assert message in told.stderr


def test_a_folder_that_cannot_be_written_to_is_named(house):
    (house.folder / "var").write_text("a file where a folder should be")
    told = house.run()
    assert told.returncode == 1
    assert "cannot be written to" in told.stderr


def test_a_port_that_is_taken_is_named_and_another_one_proposed(house):
    house.is_installed()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = house.run(env={"PORT": str(port)})
    assert told.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in told.stderr
    assert f"PORT={port + 1} ./run" in told.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "http", "PORT must be a number from 1 to 65535"),
        ("PORT", "70000", "PORT must be a number from 1 to 65535"),
        ("HOST", "192.0.2.1", "HOST must be an address of this machine"),
        ("HOST", "nobody.invalid", "HOST must be an address of this machine"),
    ],
)
def test_an_address_that_cannot_be_is_refused(house, name, value, message):
    house.is_installed()
    told = house.run(env={name: value})
    assert told.returncode == 1
    assert message in told.stderr


def test_an_unknown_word_is_answered_with_the_known_ones(house):
    told = house.run("tset")
    assert told.returncode == 1
    assert 'does not know "tset"' in told.stderr
    assert "./run test" in told.stderr


def test_a_wrong_setting_is_named_with_what_it_may_be(house):
    house.is_installed()
    told = house.run(env={"SITE_URL": "pain.example.org", "PORT": "8999"})
    assert told.returncode == 1
    assert "SITE_URL must be like https://" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_shellcheck_finds_nothing(script):
    checked = subprocess.run(["shellcheck", ROOT / script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
