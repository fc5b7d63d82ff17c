"""What a fictional patient types, as plain data, with a word in each field that must never be found in clear."""

from typing import Any

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
# A doctor's office asks, instead of the patient.
OFFICE = {
    "asker": "office",
    "office_name": "Dr. Wallaby",
    "office_npi": "1234567893",
    "office_phone": "(512) 555-0187",
    "office_agreed": "on",
}
# Somebody else has asked: the patient says who they are, reads it, and agrees.
WHO = {"warning": "no", "birth_month": "4", "birth_day": "9", "birth_year": "1957"}
AGREES = {"warning": "no", "keep": "on", "share": "on"}
