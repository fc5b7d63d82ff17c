"""/api/schema/: the addresses of partners as OpenAPI 3.1, with an example of every answer, refusals included.

Written out rather than derived: the views have no serializers to derive it from, because the questions are data. A test
holds it against what the addresses answer.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import override
from rest_framework.request import Request
from rest_framework.response import Response

from directory.api.problems import CONTENT_TYPE, KINDS
from directory.api.views import Reading, refuse_parameters
from referrals.api.reading import LANGUAGES
from referrals.intake import readiness
from referrals.intake.asking import Kind
from referrals.states import BSeR, Role, State

type Json = dict[str, Any]

# By its kind: the status, in which case, and what it has besides type, title, status and detail.
PROBLEMS: dict[str, tuple[int, str, tuple[str, ...]]] = {
    "malformed": (400, "What was sent is no JSON object", ()),
    "idempotency-key-needed": (400, "No Idempotency-Key, or one that is too long", ()),
    "key-needed": (401, "No key", ()),
    "key-refused": (401, "A key that does not work; why is not told", ()),
    "practice-not-connected": (409, "The clinic takes no requests here", ("phone", "packet", "errors", "nearest")),
    "in-progress": (409, "The first call with this Idempotency-Key is under way; see Retry-After", ()),
    "patients-word": (409, "The patient has agreed, or it has ended", ()),
    "request-erased": (410, "What was stored under this Idempotency-Key has been erased", ()),
    "emergency": (422, "A warning sign is new or worse: show it at once", ("call", "advice", "say_in_english")),
    "answers-refused": (422, "An answer has to be mended", ("errors",)),
    "no-email": (422, "No e-mail address of the patient", ("errors", "packet")),
    "mailbox-blocked": (422, "We do not mail to this address now", ("errors", "packet")),
    "not-ready": (422, "The clinic takes nothing incomplete", ("missing",)),
    "idempotency-key-reused": (422, "The key was used for something else", ()),
    "too-often": (429, "Too many questions; see Retry-After", ()),
    "too-many-today": (429, "Too many requests for one day; see Retry-After", ()),
    "search-refused": (400, "A parameter is not understood", ("errors", "suggestions")),
}
SENDING = tuple(kind for kind in PROBLEMS if kind not in ("patients-word", "search-refused"))


class Schema(Reading):
    def get(self, request: Request) -> Response:
        refuse_parameters(request.query_params)
        with override("en"):
            return Response(document())


def document() -> Json:
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"{settings.SITE_NAME}: requests of partners",
            "version": "1",
            "description": "What is asked of a patient, and requests sent for one. The search of the directory is "
            "described in docs/api.md.",
        },
        "servers": [{"url": settings.SITE_URL}],
        "paths": {
            "/api/v1/procedures/{slug}/intake/": {"get": _intake()},
            "/api/v1/referrals/": {"post": _send()},
            "/api/v1/referrals/{id}/": {"get": _one("How it stands: states, dates and codes")},
            "/api/v1/referrals/{id}/withdraw/": {
                "post": _one("Takes it back, before the patient agrees", "patients-word")
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Problem": _problem(),
                "Mistake": MISTAKE,
                "Request": _request(),
                "Referral": _referral(),
                "Intake": _questions(),
            },
        },
    }


def _intake() -> Json:
    return {
        "operationId": "intake",
        "summary": "What is asked of a patient for this procedure, as data; and what an office asks for",
        "parameters": [
            _parameter("slug", "path", {"type": "string"}, "adhesiolysis"),
            _parameter("practice", "query", {"type": "integer", "minimum": 0}, 4711),
        ],
        "responses": {
            "200": _ok("The questions", "Intake"),
            "404": _not_found(),
            **_refusals(["search-refused", "key-refused", "too-often"]),
        },
    }


def _send() -> Json:
    return {
        "operationId": "sendReferral",
        "summary": "Sends a request for a patient, who is asked by mail before the clinic gets it",
        "security": [{"key": []}],
        "parameters": [
            {
                **_parameter("Idempotency-Key", "header", {"type": "string", "maxLength": 200}, "5f0c4b9e-1f0e-4a53"),
                "required": True,
            },
            LANGUAGE,
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("Request"), "example": REQUEST}},
        },
        "responses": {
            "201": {
                **_ok("Stored; it waits for the patient’s word", "Referral", REFERRAL),
                "headers": {
                    "Location": {"schema": {"type": "string", "format": "uri"}},
                    "Idempotency-Replayed": {
                        "schema": {"const": "true"},
                        "description": "The same call was answered before; this is that answer",
                    },
                },
            },
            "413": _about_blank(413, "Request Entity Too Large", "The request is too large."),
            **_refusals(SENDING),
        },
    }


def _one(summary: str, *kinds: str) -> Json:
    return {
        "operationId": "withdrawReferral" if kinds else "readReferral",
        "summary": summary,
        "security": [{"key": []}],
        "parameters": [
            _parameter("id", "path", {"type": "string", "format": "uuid"}, REFERRAL["id"]),
            LANGUAGE,
        ],
        "responses": {
            "200": _ok("As it is now", "Referral", REFERRAL),
            "404": _not_found(),
            **_refusals(["key-needed", "key-refused", *kinds, "too-often"]),
        },
    }


def _refusals(kinds: Iterable[str]) -> Json:
    """By status, each kind of it as an example."""
    found: Json = {}
    for kind in kinds:
        status, words, more = PROBLEMS[kind]
        answer = found.setdefault(
            str(status), {"description": "", "content": {CONTENT_TYPE: {"schema": _ref("Problem"), "examples": {}}}}
        )
        answer["description"] = "; ".join(part for part in (answer["description"], words) if part)
        if "Retry-After" in words:
            answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
        example = {"type": f"{settings.SITE_URL}{KINDS}{kind}", "title": words, "status": status, "detail": words}
        extra = {name: EXTRA[name] for name in more}
        answer["content"][CONTENT_TYPE]["examples"][kind] = {"value": example | extra}
    return found


def _problem() -> Json:
    text: Json = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457. `type` leads to the explanation of its kind.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {"type": "array", "items": {"anyOf": [_ref("Mistake"), {"type": "object"}]}},
            "suggestions": {"type": "array", "items": text},
            "call": text,
            "advice": {"type": "array", "items": text},
            "say_in_english": text,
            "phone": {"type": ["string", "null"]},
            "packet": {"type": ["string", "null"], "description": "an HTML page to print; no copy of it is kept"},
            "nearest": {"type": "array", "items": {"type": "object"}, "maxItems": 3},
            "missing": {"type": "array", "items": _object({"need": {"enum": _needs()}, "title": text, "to_do": text})},
        },
    }


def _request() -> Json:
    answer = {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {"type": "string"}}]}
    return {
        **_object(
            {
                "practice": {"type": "integer", "description": "`practice.id` of a search"},
                "procedure": {"type": "string"},
                "version": {"type": "string", "description": "of the questions, as intake/ gives it"},
                "language": {"enum": list(LANGUAGES), "default": "en", "description": "of the mail to the patient"},
                "patient_agreed": {"const": True},
                "answers": {
                    "type": "object",
                    "description": "by the name of each question, as its kind in intake/ says",
                    "additionalProperties": answer,
                },
            },
            optional=("language",),
        ),
        "additionalProperties": False,
    }


def _referral() -> Json:
    moment: Json = {"type": ["string", "null"], "format": "date-time"}
    code: Json = {"type": ["string", "null"]}
    step = {
        "at": {"type": "string", "format": "date-time"},
        "state": {"enum": State.values},
        "by": {"enum": Role.values},
        "reason": code,
        "business_status": {"enum": BSeR.values, "description": "HL7 BSeR"},
    }
    return _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "reference": {"type": "string", "description": "to be said on the phone; it opens nothing"},
            "state": {"enum": State.values},
            "reason": code,
            "has_ended": {"type": "boolean"},
            "practice": {"type": "integer"},
            "procedure": {"type": "string"},
            "submitted_at": moment,
            "changed_at": moment,
            "ends_at": {**moment, "description": "when it ends by itself if nobody does anything"},
            "history": {"type": "array", "items": _object(step)},
            "url": {"type": "string", "format": "uri"},
        }
    )


def _questions() -> Json:
    text: Json = {"type": "string"}
    lines: Json = {"type": "array", "items": text}
    option = {**_twice("label"), **_twice("hint"), "code": text, "alone": {"type": "boolean"}}
    question = {
        "name": text,
        "kind": {"enum": [kind.value for kind in Kind]},
        **_twice("title"),
        **_twice("hint"),
        **_twice("why"),
        "required": {"type": "boolean"},
        "when": {"type": "object", "additionalProperties": lines},
        "options": {"type": "array", "items": _object(option)},
        "max_length": {"type": "integer"},
    }
    signs = {
        **_twice("question"),
        "signs": {"type": "array", "items": _object(_twice("text"))},
        "stop_at": lines,
        "advice": lines,
        "advice_es": lines,
    }
    need = {"need": {"enum": _needs()}, **_twice("title"), "months": {"type": ["integer", "null"]}}
    practice = {
        "id": {"type": "integer"},
        "clinic": _object({"slug": text, "name": text}),
        "phone": {"type": ["string", "null"]},
        "requests": {"enum": ["online", "call"]},
        "needs": {"type": "array", "items": _object(need)},
        "takes_incomplete": {"type": "boolean"},
        "age_from": {"type": "integer"},
        "age_to": {"type": ["integer", "null"]},
    }
    asked = {"type": "array", "items": _object(question, optional=("options", "max_length"))}
    return _object(
        {
            "procedure": text,
            "version": text,
            "warning_signs": _object(signs),
            "seen": {"type": "object", "additionalProperties": _object({"text": lines, "text_es": lines})},
            "themes": {"type": "array", "items": _object({"name": text, **_twice("title"), "questions": asked})},
            "practice": {"anyOf": [_object(practice), {"type": "null"}]},
        }
    )


def _needs() -> list[str]:
    return list(readiness.TITLES)


def _twice(name: str) -> Json:
    return {name: {"type": "string"}, f"{name}_es": {"type": "string"}}


def _object(properties: Json, *, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, where: str, schema: Json, example: Any) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "example": example}


def _ok(words: str, name: str, example: Any = None) -> Json:
    shown = {"schema": _ref(name)} | ({"example": example} if example else {})
    return {"description": words, "content": {"application/json": shown}}


def _not_found() -> Json:
    detail = "There is nothing at this address. Check it for typing errors."
    return _about_blank(404, "Not Found", detail)


def _about_blank(status: int, title: str, detail: str) -> Json:
    example = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return {"description": title, "content": {CONTENT_TYPE: {"schema": _ref("Problem"), "example": example}}}


MISTAKE = _object(
    {
        "pointer": {"type": "string", "format": "json-pointer"},
        "detail": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
    },
    optional=("allowed",),
)
LANGUAGE = _parameter("Accept-Language", "header", {"type": "string"}, "es")
REQUEST: Json = {
    "practice": 4711,
    "procedure": "adhesiolysis",
    "version": "adhesiolysis-1",
    "language": "en",
    "patient_agreed": True,
    "answers": {
        "warning": "no",
        "milder": ["none"],
        "asker": "patient",
        "name": "Eleanor Marsh",
        "birth": "1957-04-09",
    },
}
REFERRAL: Json = {
    "id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
    "reference": "3D72-HEH4",
    "state": "unconfirmed",
    "reason": None,
    "has_ended": False,
    "practice": 4711,
    "procedure": "adhesiolysis",
    "submitted_at": None,
    "changed_at": "2026-11-28T17:17:08+00:00",
    "ends_at": "2026-12-05T17:17:08+00:00",
    "history": [],
    "url": f"{settings.SITE_URL}/api/v1/referrals/1b4e28ba-2fa1-41d2-883f-0016d3cca427/",
}
EXTRA: Json = {
    "errors": [{"pointer": "/answers/name", "detail": "Enter the name of the patient."}],
    "suggestions": [],
    "call": "911",
    "advice": ["Call 911 or go to an emergency department. Do not wait for this form."],
    "say_in_english": "“I have back pain. This is new: ...”",
    "phone": "+15125550100",
    "packet": "<!DOCTYPE html>...",
    "nearest": [{"practice": 4712, "name": "Ana Rivera, MD", "distance_miles": 3.21}],
    "missing": [{"need": "mri", "title": "An MRI not older than 12 months", "to_do": "Ask your own doctor ..."}],
}
