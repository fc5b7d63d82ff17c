"""What Django's own checks say of requests: `manage.py check`, `migrate`, and each start of ./run."""

import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from directory.loopback import is_loopback
from referrals.attachments import scanner

# Where Debian and Ubuntu, Fedora and its kin, and ClamAV's own container have it listen.
CLAMD_SOCKETS = ("/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock", "/tmp/clamd.sock")  # noqa: S108 (only looked at)


def attachment_folder(**_: Any) -> list[CheckMessage]:
    """Nothing that a web server gives out, and no template, may lie around it or in it."""
    folder = Path(settings.ATTACHMENT_FOLDER).resolve()
    hint = "Set ATTACHMENT_FOLDER to a folder of its own, like /srv/finder/attachments (docs/settings.md)."
    given_out: list[Any] = [settings.STATIC_ROOT, settings.MEDIA_ROOT, *settings.STATICFILES_DIRS]
    templates: list[dict[str, Any]] = settings.TEMPLATES
    given_out += [place for engine in templates for place in engine["DIRS"]]
    found: list[CheckMessage] = [
        Error(f"ATTACHMENT_FOLDER ({folder}) and {place} lie in one another.", hint, id="referrals.E001")
        for place in (Path(place).resolve() for place in given_out if place)
        if place == folder or place in folder.parents or folder in place.parents
    ]
    if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        hint = f"chmod 700 {folder}"
        found.append(
            Warning(f"Others on this machine can look into ATTACHMENT_FOLDER ({folder}).", hint, id="referrals.W001")
        )
    return found


def attachment_scanner(**_: Any) -> list[CheckMessage]:
    """A function that is named in ATTACHMENT_SCANNER must be there: files would wait for it for ever."""
    try:
        scanner.connected()
    except ImportError as error:
        hint = "Name one that can be imported, or clamd:unix:/path, or leave it empty (docs/settings.md)."
        return [Error(f"ATTACHMENT_SCANNER cannot be called: {error}.", hint, id="referrals.E002")]
    return []


def clamd_is_not_connected(**_: Any) -> list[CheckMessage]:
    """ClamAV listens on this machine, and nobody asks it: whoever installed it thinks that documents are scanned."""
    listening = next((path for path in CLAMD_SOCKETS if Path(path).is_socket()), "")
    if settings.ATTACHMENT_SCANNER or not listening:
        return []
    return [
        Warning(
            "ClamAV is installed here, and documents of patients are not scanned: ATTACHMENT_SCANNER is not set.",
            hint=f"Set ATTACHMENT_SCANNER=clamd:unix:{listening} (docs/settings.md says what else clamd needs).",
            id="referrals.W002",
        )
    ]


def no_scanner(**_: Any) -> list[CheckMessage]:
    """With `--deploy` only: a site may go without, and its pages say so."""
    if settings.ATTACHMENT_SCANNER:
        return []
    return [
        Warning(
            "ATTACHMENT_SCANNER is not set: documents that patients add are not scanned for viruses. The patients' "
            "pages, the clinics' and the privacy page say so.",
            hint="Connect ClamAV or a scanner of your own; docs/settings.md, Files of patients, says how.",
            id="referrals.W003",
        )
    ]


def receiver_of_trials_is_local(**_: Any) -> list[CheckMessage]:
    """The one address inside this machine that may be called is for trials, never for a site that others reach."""
    if not settings.WEBHOOK_TEST_RECEIVER or is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        return []
    return [
        Error(
            "WEBHOOK_TEST_RECEIVER is set, and SITE_URL is not on this machine: an address inside it could be called "
            "by whoever may add a web hook.",
            hint="Take WEBHOOK_TEST_RECEIVER out of the environment. It is for trials at http://127.0.0.1 only.",
            id="referrals.E003",
        )
    ]
