"""A clinic's own system on a free port of this machine: a real web server that keeps what it was told."""

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from referrals.deliveries import addresses
from referrals.models import Delivery, WebHook

Respond = Callable[["Call"], int]


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    def verified(self, secret: str) -> Any:
        """What it says, if it is signed with this secret. Raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, dict(self.headers))


class Receiver:
    """`with Receiver() as receiver`. `status` is answered, with `headers`; `hang` holds every answer back."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.calls: list[Call] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.before: Callable[[Call], None] = lambda call: None  # what happens before it answers
        self.most_at_once = 0
        self._at_once = 0
        self._count = threading.Lock()
        self._go = threading.Event()
        self._go.set()
        self.hung = threading.Event()  # somebody is being kept waiting

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:  # noqa: N805 (the library's name; `self` is the receiver)
                self._take(handler)

            def log_message(handler, *args: Any) -> None:  # noqa: N805
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.authority = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.authority}/hook"

    def __enter__(self) -> "Receiver":
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self._server.shutdown()
        self._server.server_close()

    def hang(self) -> None:
        self.hung.clear()
        self._go.clear()

    def go_on(self) -> None:
        self._go.set()

    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        call = Call(handler.path, dict(handler.headers.items()), handler.rfile.read(length))
        with self._count:
            self.calls.append(call)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self.before(call)
            if not self._go.is_set():
                self.hung.set()
                self._go.wait()
            handler.send_response(self.status)
            for name, value in self.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
        except OSError:
            pass  # who called has hung up
        finally:
            with self._count:
                self._at_once -= 1


def hook(clinic: Any, url: str, **fields: Any) -> WebHook:
    """A web hook of this clinic, with a secret."""
    made = WebHook(clinic=clinic, url=url, host=addresses.parse(url).host, **fields)
    made.make_secret()
    made.save(force_insert=True)
    return made


def told(made: WebHook) -> list[tuple[str, str]]:
    """What was written for it, in the order in which it happened: (kind, state)."""
    rows = Delivery.objects.filter(hook=made).select_related("step").order_by("created_at", "step__version")
    return [(row.kind, row.step.to if row.step else "") for row in rows]
