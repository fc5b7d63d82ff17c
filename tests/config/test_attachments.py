"""Where documents of patients lie and what scans them: what the settings take, and what `manage.py check` refuses."""

import socket
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured

from config import env
from referrals import system_checks


@pytest.fixture(autouse=True)
def clamd(monkeypatch, tmp_path) -> Path:
    """Where ClamAV would listen: whether this machine has one is of no interest."""
    place = tmp_path / "clamd.ctl"
    monkeypatch.setattr(system_checks, "CLAMD_SOCKETS", (str(tmp_path / "no.sock"), str(place)))
    return place


def found() -> list[str]:
    return [each.id for each in run_checks(tags=[Tags.security]) if each.id.startswith("referrals.")]


def test_the_folder_that_comes_with_it_and_no_scanner_are_fine():
    assert found() == []


@pytest.mark.parametrize("where", ["STATIC_ROOT", "MEDIA_ROOT", "static", "templates"])
def test_a_folder_that_is_given_out_or_lies_around_one_is_refused(settings, tmp_path, where):
    given_out = tmp_path / "site" / "out"
    settings.MEDIA_ROOT = str(given_out) if where == "MEDIA_ROOT" else ""
    if where == "STATIC_ROOT":
        settings.STATIC_ROOT = given_out
    elif where == "static":
        settings.STATICFILES_DIRS = [given_out]
    elif where == "templates":
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [given_out]}]
    for folder in (given_out, given_out / "attachments", tmp_path / "site"):
        settings.ATTACHMENT_FOLDER = folder
        assert found() == ["referrals.E001"], folder
    settings.ATTACHMENT_FOLDER = tmp_path / "site" / "beside"
    assert found() == []


def test_a_folder_into_which_others_can_look_is_warned_of(settings, tmp_path):
    settings.ATTACHMENT_FOLDER = tmp_path / "attachments"
    settings.ATTACHMENT_FOLDER.mkdir(mode=0o755)
    assert found() == ["referrals.W001"]
    settings.ATTACHMENT_FOLDER.chmod(0o700)
    assert found() == []


def test_a_function_that_is_not_there_is_refused(settings):
    settings.ATTACHMENT_SCANNER = "nobody.has.this"
    assert found() == ["referrals.E002"]


def test_a_site_without_a_scanner_is_warned_before_it_goes_live_only(settings):
    live = [
        each
        for each in run_checks(tags=[Tags.security], include_deployment_checks=True)
        if each.id.startswith("referrals.")
    ]
    assert [each.id for each in live] == ["referrals.W003"]
    assert "ATTACHMENT_SCANNER is not set" in live[0].msg
    settings.ATTACHMENT_SCANNER = "clamd:127.0.0.1:3310"
    assert [
        each
        for each in run_checks(tags=[Tags.security], include_deployment_checks=True)
        if each.id.startswith("referrals.")
    ] == []


def test_a_scanner_that_is_installed_and_not_connected_is_named_with_the_line_that_connects_it(settings, clamd):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(clamd))
        (warned,) = [each for each in run_checks(tags=[Tags.security]) if each.id.startswith("referrals.")]
        assert warned.id == "referrals.W002"
        assert f"ATTACHMENT_SCANNER=clamd:unix:{clamd} " in warned.hint
        settings.ATTACHMENT_SCANNER = f"clamd:unix:{clamd}"
        assert found() == []


@pytest.mark.parametrize(
    "text", ["", "clamd:unix:/run/clamav/clamd.ctl", "clamd:127.0.0.1:3310", "clamd:[::1]:3310", "my_site.scan.it"]
)
def test_a_scanner_is_named_as_the_page_says(monkeypatch, text):
    monkeypatch.setenv("ATTACHMENT_SCANNER", text)
    assert env.scanner("ATTACHMENT_SCANNER") == text


@pytest.mark.parametrize("text", ["clamd", "clamd:", "clamd:host", "unix:/run/clamd", "scan it", "function", "a..b"])
def test_another_scanner_is_explained(monkeypatch, text):
    monkeypatch.setenv("ATTACHMENT_SCANNER", text)
    with pytest.raises(ImproperlyConfigured, match=r"ATTACHMENT_SCANNER must be clamd:unix:/path"):
        env.scanner("ATTACHMENT_SCANNER")


def test_a_folder_is_named_by_its_whole_path(monkeypatch):
    monkeypatch.setenv("ATTACHMENT_FOLDER", "/srv/attachments")
    assert env.folder("ATTACHMENT_FOLDER", default=Path("/")) == Path("/srv/attachments")
    monkeypatch.setenv("ATTACHMENT_FOLDER", "attachments")
    with pytest.raises(ImproperlyConfigured, match="ATTACHMENT_FOLDER must be a whole path"):
        env.folder("ATTACHMENT_FOLDER", default=Path("/"))
