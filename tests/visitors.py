"""Visitors of the running site in Chromium, and what no page may do to them."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

# Chromium writes this for each answer from 400 on, the page's own included.
ANSWERED_BADLY = "Failed to load resource: the server responded with a status of"


class Visitors:
    """`visitors()` -> a page of somebody who was never here, with cookies of their own; addresses may be relative.

    Options are those of playwright's `new_context`: `java_script_enabled=False`, `viewport=...`, `locale="es-US"`.
    `wrong` collects what no page of this site may do: ask another host for anything, raise in JavaScript, break its own
    security policy, write any other error to the console.
    """

    def __init__(self, browser: Browser, home: str) -> None:
        self.browser, self.home = browser, home
        self.wrong: list[str] = []
        self._opened: set[str] = set()

    def __call__(self, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.home, service_workers="block", **options)
        context.on("request", self._check_request)
        context.on("console", self._check_console)
        context.on("weberror", lambda error: self.wrong.append(f"JavaScript: {error.error}"))
        page = context.new_page()
        page.on("websocket", lambda socket: self._check_address(socket.url))
        return page

    def _check_request(self, request: Request) -> None:
        self._check_address(request.url)
        if request.is_navigation_request():
            self._opened.add(request.url.partition("#")[0])

    def _check_address(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != urlsplit(self.home).netloc:
            self.wrong.append(f"asked another host: {url}")

    def _check_console(self, message: ConsoleMessage) -> None:
        address = str(message.location.get("url", ""))
        # A page may itself be a 404 or a refusal; what it is made of may not.
        is_the_page = message.text.startswith(ANSWERED_BADLY) and address.partition("#")[0] in self._opened
        if "Content Security Policy" in message.text or (message.type == "error" and not is_the_page):
            self.wrong.append(f"{message.text} ({address})")
