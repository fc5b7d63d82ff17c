"""What Django's own checks say of the files of requests: `manage.py check`, `migrate`, and each start of ./run."""

import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from referrals.attachments import scanner


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
