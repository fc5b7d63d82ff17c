"""What a partner's site sends for the fictional patient of these tests."""

import json
import uuid
from typing import Any

from django.test import Client

from tests.referrals.patient import CANARIES

ADDRESS = "/api/v1/referrals/"

# As intake/ asks for adhesiolysis; with a word in each text that must never be found in clear.
ANSWERS: dict[str, Any] = {
    "warning": "long_standing",
    "warning_text": CANARIES["warning_text"],
    "milder": ["none"],
    "asker": "patient",
    "name": CANARIES["name"],
    "birth": CANARIES["date_of_birth"],
    "email": CANARIES["email"],
    "phone": "(512) 555-0186",
    "best_way": "phone",
    "best_time": "",
    "language": "en",
    "interpreter": "no",
    "pain_where": ["low_back"],
    "pain_goes": "leg",
    "pain_since": "2024-03",
    "pain_strength": "7",
    "stops": CANARIES["stops"],
    "surgery": "yes",
    "surgery_text": CANARIES["tried_text"],
    "injections": "yes",
    "injections_number": "2",
    "injections_last": "2025-05",
    "injections_helped": "wore_off",
    "care": ["physical_therapy"],
    "mri": "yes",
    "mri_on": "2025",
    "mri_place": CANARIES["mri_place"],
    "mri_report": "report",
    "thinner": "yes",
    "thinner_name": "apixaban",
    "thinner_by": CANARIES["thinner_by"],
    "thinner_word": "no",
    "opioids": "no",
    "sedatives": "no",
    "allergies": ["none"],
    "conditions": ["diabetes"],
    "implants": ["none"],
    "ride": "yes",
    "insurer": "original-medicare",
    "own_referral": "no",
    "access": ["none"],
    "travel": "50",
}


def body(practice: int, /, **changes: Any) -> dict[str, Any]:
    """A whole request; `answers` are changes to `ANSWERS`, of which those that are None are left out."""
    answers = ANSWERS | changes.pop("answers", {})
    whole = {
        "practice": practice,
        "procedure": "adhesiolysis",
        "version": "adhesiolysis-1",
        "language": "en",
        "patient_agreed": True,
        "answers": {name: answer for name, answer in answers.items() if answer is not None},
    }
    return whole | changes


class Partner:
    """A partner's server with its key."""

    def __init__(self, key: str, client: Client | None = None) -> None:
        self.key, self.client = key, client or Client()

    def headers(self, **more: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"} | {name.replace("_", "-"): text for name, text in more.items()}

    def send(self, sent: Any, *, key: str = "", **headers: str) -> Any:
        data = sent if isinstance(sent, (bytes, str)) else json.dumps(sent)
        given = self.headers(idempotency_key=key or uuid.uuid4().hex, **headers)
        return self.client.post(ADDRESS, data, content_type="application/json", headers=given)

    def get(self, pk: str, **headers: str) -> Any:
        return self.client.get(f"{ADDRESS}{pk}/", headers=self.headers(**headers))

    def withdraw(self, pk: str) -> Any:
        return self.client.post(f"{ADDRESS}{pk}/withdraw/", headers=self.headers())
