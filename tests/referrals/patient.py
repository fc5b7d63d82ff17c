"""The fictional patient of `answers.py` at the form."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode

from django.core import mail
from django.test import Client

from referrals.deliveries import worker
from referrals.models import Content
from tests.referrals.answers import AGREES, CANARIES, OFFICE, PAGES, REVIEW, WHO

__all__ = [
    "AGREES",
    "CANARIES",
    "CONTENT",
    "OFFICE",
    "PAGES",
    "REVIEW",
    "WHO",
    "Form",
    "agree",
    "code_in_mail",
    "link_of",
    "propose",
    "send",
]

# Of the first form, which asked on one page: such requests are still there, and still read.
CONTENT = Content(
    name=CANARIES["name"],
    email=CANARIES["email"],
    phone=CANARIES["phone"],
    date_of_birth=datetime.date(1957, 4, 9),
    answers={
        "questions": "1",
        "warning": "long_standing",
        "warning_text": CANARIES["warning_text"],
        "pain_where": ["low_back"],
        "pain_goes": "leg",
        "pain_since": "2024-03",
        "stops": CANARIES["stops"],
        "tried": ["spine_surgery", "steroid_injections"],
        "tried_text": CANARIES["tried_text"],
        "mri": "yes",
        "mri_on": "2025",
    },
)

_CARRIED = re.compile(r'name="carried" value="([^"]+)"')


class Form:
    """One form, from the first page on: `post` sends a page and remembers what its answer carries along."""

    def __init__(
        self, client: Client, practice: int, procedure: str = "adhesiolysis", *, to_print: bool = False, where: str = ""
    ) -> None:
        self.client, self.practice, self.procedure = client, practice, procedure
        self.address = f"{where}/referrals/new/"
        asked = {"practice": practice, "procedure": procedure} | ({"packet": "1"} if to_print else {})
        self.page = client.get(f"{self.address}?{urlencode(asked)}")
        assert self.page.status_code == 200, self.page.status_code
        self.carried = self._carried() or ""

    def post(self, step: str, typed: dict[str, Any] | None = None, *, go: str = "next") -> Any:
        sent = {"practice": self.practice, "procedure": self.procedure, "carried": self.carried, "step": step, "go": go}
        if "csrftoken" in self.client.cookies:
            sent["csrfmiddlewaretoken"] = self.client.cookies["csrftoken"].value
        self.page = self.client.post(self.address, sent | (PAGES.get(step, {}) if typed is None else typed))
        self.carried = self._carried() or self.carried
        return self.page

    def fill(self, until: str = "review", **changes: dict[str, Any]) -> Any:
        """Answers the pages before this one, with changes by their names."""
        for step, typed in PAGES.items():
            if step == until:
                break
            self.post(step, typed | changes.get(step, {}))
        return self.page

    def review(self, **changes: Any) -> Any:
        """Sends the last page; with an e-mail address that leads to the code."""
        return self.post("review", {name: value for name, value in (REVIEW | changes).items() if value})

    def type_code(self, code: str = "") -> Any:
        return self.post("code", {"code": code or code_in_mail()})

    def _carried(self) -> str | None:
        found = _CARRIED.search(self.page.text) if self.page.status_code != 303 else None
        return found[1] if found else None


def code_in_mail() -> str:
    """Has the worker send what is due, and reads the newest code that came."""
    worker.run_once()
    found = [code for message in mail.outbox for code in re.findall(r"^(\d{3} \d{3})$", str(message.body), re.M)]
    return found[-1]


def send(client: Client, practice: int, procedure: str = "adhesiolysis", *, where: str = "", **changes: Any) -> Any:
    """The whole way, with changes by page -> what the last button led to."""
    form = Form(client, practice, procedure, where=where)
    form.fill(**changes)
    form.review()
    return form.type_code()


def link_of(answer: Any) -> str:
    """The address to which a sent form leads."""
    assert answer.status_code == 303, (answer.status_code, answer.text[:2000])
    return str(answer["Location"])


def agree(client: Any, link: str) -> Any:
    """The patient's own word, by the link of the mail -> what the last button led to."""
    client.post(link, WHO)
    return client.post(link, AGREES)


def propose(client: Client, austin: Any, **signs: str) -> tuple[str, str]:
    """A doctor's office asks for the patient -> the link of the patient's mail, and the office's own."""
    form = Form(client, austin.practice.pk)
    form.fill(asker=OFFICE)
    page = form.post("review", signs or {"warning": "no"})
    assert "The patient is asked" in page.text
    mail.outbox.clear()
    worker.run_once()
    (asked,) = [message for message in mail.outbox if message.to == [CANARIES["email"]]]
    assert not any(message.to == [austin.clinic.notification_email] for message in mail.outbox)
    assert not any(word in str(asked.body) for word in ("Zebulina", "adhesi", "Hill Country", "Wallaby"))
    (link,) = re.findall(r"http://testserver(/referrals/[\w-]{43}/confirm/)", str(asked.body))
    (office,) = re.findall(r"<code>http://testserver(/referrals/[\w-]{43}/)</code>", page.text)
    return link, office
