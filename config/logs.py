"""Logs that hold no patient data: no tokens of links, no query strings, no values out of exceptions."""

import logging
import re
import traceback
from pathlib import Path
from types import TracebackType

PROJECT = Path(__file__).resolve().parent.parent

# The tokens of links stand in the path; everything else about a patient would stand in the query string or body.
LINK = re.compile(r"/(admin/password/set/[^/\s?]+|referrals|clinics/confirm)/(?!(?:new|find)(?:[/?\s]|$))[^/\s?]+")
QUERY = re.compile(r"\?\S*")


def redact(text: str) -> str:
    """The text with link tokens and query strings taken out."""
    return QUERY.sub("?-", LINK.sub(r"/\1/-", text))


class PrivateFormatter(logging.Formatter):
    """Formats a record without what a request carried.

    Of an exception the type and the places are written, not its message: a database repeats the offending
    values in its messages.
    """

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))

    def formatException(  # noqa: N802 (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        # Without a leading slash: `/referrals/...` in a log is taken for the address of a request.
        places = [(frame.filename.removeprefix(f"{PROJECT}/"), frame) for frame in traceback.extract_tb(trace)]
        lines = [f"{path}:{frame.lineno} {frame.name}" for path, frame in places]
        return "\n".join([*lines, kind.__qualname__ if kind else "no exception"])


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": PrivateFormatter, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # one line per refused search is noise, and 4xx are the visitor's own affair
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        **{
            f"django.security.{name}": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False}
            for name in ("DisallowedHost", "TooManyFieldsSent", "RequestDataTooBig")
        },
    },
}
