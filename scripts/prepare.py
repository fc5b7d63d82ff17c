"""Everything between an installed environment and a server that can start, in one process because each costs a second.

`python -m scripts.prepare demo|empty`: migrations, static files, the demo directory. Standard output holds the demo's
log-ins and nothing else; whatever else there is to say goes to standard error.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        if sys.argv[1] == "demo":
            call_command("load_demo", stdout=sys.stderr)
            call_command("load_demo_requests", verbosity=0)
            call_command("load_demo", "--logins")
    except ImproperlyConfigured as error:
        sys.stderr.write(f"A setting is wrong (docs/settings.md lists them): {error}\n")
        return 1
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OperationalError as error:  # not there, not reachable, no rights; it never repeats rows
        sys.stderr.write(f"The database of DATABASE_URL cannot be used: {error}\n")
        return 1
    return 0


def collect_static() -> None:
    """Static files, compressed and under the names of their contents; only where one of them changed."""
    stamp = Path(settings.STATIC_ROOT) / ".sources"
    sources = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            stat = Path(storage.path(path)).stat()
            sources.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    fingerprint = sources.hexdigest()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


if __name__ == "__main__":
    sys.exit(main())
