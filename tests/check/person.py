"""Somebody who answers the check, with plain posts as a browser without JavaScript sends them."""

import re
from typing import Any

from django.test import Client

ADDRESS = "/procedures/adhesiolysis/check/"

# Back surgery, a leg that hurts, injections that did too little: the one for whom adhesiolysis is tried.
ANSWERS: dict[str, Any] = {
    "warning": "no",
    "milder": ["none"],
    "where": ["low_back", "leg"],
    "since": "years",
    "spine": ["surgery"],
    "injections": "too_little",
    "mri": "within_year",
}

_HEADING = re.compile(r"<h1>(?:<label[^>]*>)?(.*?)(?:</label>)?</h1>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def heading(answer: Any) -> str:
    found = _HEADING.search(answer.text)
    assert found, answer.text[:500]
    return found[1]


def press(client: Client, button: str, value: str, answers: dict[str, Any]) -> Any:
    return client.post(ADDRESS, {**answers, button: value})


def finish(client: Client, **changed: Any) -> Any:
    """Sends the last answer, all others in hidden fields, as the last page does."""
    return press(client, "answered", "mri", {**ANSWERS, **changed})


def hidden(answer: Any) -> set[tuple[str, str]]:
    """The answers that a page takes along for its next button."""
    return set(_HIDDEN.findall(answer.text))
