"""What a fictional patient types, with a word in each field that must never be found in clear."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode

from django.core import mail
from django.test import Client

from referrals.deliveries import worker
from referrals.models import Content

CANARIES = {
    "name": "Zebulina Quokka",
    "email": "quokka-mail@example.org",
    "phone": "+15125550186",
    "date_of_birth": "1957-04-09",
    "warning_text": "numbat since surgery, Dr. Lowe",
    "stops": "cannot walk my wombat",
    "tried_text": "bandicoot fusion in 2023",
    "mri_place": "Potoroo Imaging",
    "thinner_by": "Dr. Kookaburra",
}

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

# What is typed on each page of the form for adhesiolysis, by the page's name.
PAGES: dict[str, dict[str, Any]] = {
    "gate": {"warning": "long_standing", "warning_text": CANARIES["warning_text"]},
    "signs": {"milder": ["none"]},
    "asker": {"asker": "patient"},
    "contact": {
        "name": CANARIES["name"],
        "birth_month": "4",
        "birth_day": "9",
        "birth_year": "1957",
        "email": CANARIES["email"],
        "phone": "(512) 555-0186",
        "best_way": "phone",
        "best_time": "",
        "language": "en",
        "interpreter": "no",
    },
    "pain": {
        "pain_where": ["low_back"],
        "pain_goes": "leg",
        "pain_since_month": "3",
        "pain_since_year": "2024",
        "pain_strength": "7",
        "stops": CANARIES["stops"],
    },
    "earlier": {
        "surgery": "yes",
        "surgery_text": CANARIES["tried_text"],
        "injections": "yes",
        "injections_number": "2",
        "injections_last_month": "5",
        "injections_last_year": "2025",
        "injections_helped": "wore_off",
        "care": ["physical_therapy"],
        "care_text": "",
    },
    "scan": {
        "mri": "yes",
        "mri_on_month": "",
        "mri_on_year": "2025",
        "mri_place": CANARIES["mri_place"],
        "mri_report": "report",
    },
    "medicines": {
        "thinner": "yes",
        "thinner_name": "apixaban",
        "thinner_by": CANARIES["thinner_by"],
        "thinner_word": "no",
        "opioids": "no",
        "sedatives": "no",
        "medicines_text": "",
        "allergies": ["none"],
        "allergies_text": "",
    },
    "health": {"conditions": ["diabetes"], "implants": ["none"], "conditions_text": ""},
    "practical": {
        "ride": "yes",
        "insurer": "original-medicare",
        "plan": "",
        "own_referral": "no",
        "access": ["none"],
        "access_text": "",
        "travel": "50",
    },
}
REVIEW = {"warning": "long_standing", "warning_text": CANARIES["warning_text"], "keep": "on", "share": "on"}
# Somebody else has asked: the patient says who they are, reads it, and agrees.
WHO = {"warning": "no", "birth_month": "4", "birth_day": "9", "birth_year": "1957"}
AGREES = {"warning": "no", "keep": "on", "share": "on"}
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
