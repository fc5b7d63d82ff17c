"""The WSGI application that the web server calls."""

import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)


def application(request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, which reads everything as UTF-8: a charset that a stranger names would choose the decoder before
    anything of ours can answer, and not each of Python's gives text."""
    if "CONTENT_TYPE" in request:
        request["CONTENT_TYPE"] = CHARSET.sub("", request["CONTENT_TYPE"])
    return _django(request, start_response)
