"""The web server: gunicorn -c config/gunicorn.py config.wsgi. Its log repeats nothing of what a request said."""

import gc
import os
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn has no types

from config.logs import PrivateFormatter


class QuietLogger(Logger):
    """No access log; of a request that failed it tells that it did, and where in our code, not what it asked."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PrivateFormatter(self.error_fmt, self.datefmt))

    def access(self, *args: Any) -> None:
        return

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        if str(msg).startswith("Invalid request"):  # what follows is the line or header that was refused
            msg, args = "A request was refused before it reached the site: it was malformed or too long.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        if str(msg).startswith("Error handling request"):  # what follows is its address
            msg, args = "A request failed.", ()
        super().exception(msg, *args, **kwargs)


def when_ready(server: Any) -> None:
    """Reads what the search needs once, before the workers are there: they share it in memory."""
    # Only now are the apps ready
    from django.db import connections  # noqa: PLC0415

    from directory import search  # noqa: PLC0415

    try:
        search.latest()
    except Exception:
        server.log.exception("What the search reads cannot be read yet. The first search tries again.")
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # its threads do not come along into the workers
    gc.collect()
    gc.freeze()  # what is shared stays so: a collection would write to it


os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices; each thread takes memory
_host = os.environ.get("HOST", "127.0.0.1")
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # each may hold a database connection: fewer than the pool has
preload_app = True  # a setting that is wrong ends the start at once, and the workers share memory
logger_class = QuietLogger
accesslog = None
loglevel = "warning"
limit_request_line = 8190  # the longest it can be told; beyond it, 414
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True  # it would lie in the home folder, one for all installations
