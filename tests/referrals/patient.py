"""What a fictional patient types, with a word in each field that must never be found in clear."""

import datetime
import re
from typing import Any

from django.test import Client

from referrals.models import Content

CANARIES = {
    "name": "Zebulina Quokka",
    "email": "quokka-mail@example.org",
    "phone": "+15125550186",
    "date_of_birth": "1957-04-09",
    "warning_text": "numbat since surgery, Dr. Lowe",
    "stops": "cannot walk my wombat",
    "tried_text": "bandicoot fusion in 2023",
}

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

TYPED: dict[str, Any] = {
    "warning": "long_standing",
    "warning_text": CANARIES["warning_text"],
    "name": CANARIES["name"],
    "birth_month": "4",
    "birth_day": "9",
    "birth_year": "1957",
    "email": CANARIES["email"],
    "phone": "(512) 555-0186",
    "pain_where": ["low_back"],
    "pain_goes": "leg",
    "pain_month": "3",
    "pain_year": "2024",
    "stops": CANARIES["stops"],
    "tried": ["spine_surgery", "steroid_injections"],
    "tried_text": CANARIES["tried_text"],
    "mri": "yes",
    "mri_month": "",
    "mri_year": "2025",
    "consent": "on",
}
_KEY = re.compile(r'name="form_key" value="([^"]+)"')


def open_form(client: Client, practice: int, procedure: str = "adhesiolysis") -> dict[str, Any]:
    """Opens the form and fills it in -> what its button would send."""
    page = client.get(f"/referrals/new/?practice={practice}&procedure={procedure}")
    assert page.status_code == 200, page.status_code
    key = _KEY.search(page.text)
    assert key
    return {"practice": practice, "procedure": procedure, "form_key": key[1], **TYPED}


def send(client: Client, typed: dict[str, Any]) -> Any:
    return client.post("/referrals/new/", typed)


def link_of(answer: Any) -> str:
    """The address to which a sent form leads."""
    assert answer.status_code == 303, (answer.status_code, answer.text[:2000])
    return str(answer["Location"])
