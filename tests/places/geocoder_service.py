"""A Nominatim of our own on this machine, so that a real geopy geocoder has somebody to ask."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Service:
    """What it was asked, and what it answers: a point, None for "not found", or any text as it is."""

    port: int = 0
    answer: tuple[float, float] | str | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def setting(self) -> str:
        return f"geopy.geocoders.Nominatim?domain=127.0.0.1:{self.port}&scheme=http&user_agent=tests&timeout=5"

    def body(self) -> str:
        if isinstance(self.answer, str):
            return self.answer
        if self.answer is None:
            return "[]"
        latitude, longitude = self.answer
        return json.dumps([{"lat": str(latitude), "lon": str(longitude), "display_name": "1100, Congress Avenue, USA"}])


@contextmanager
def running() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(service.body().encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
