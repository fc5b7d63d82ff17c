"""Every curl example of docs/api.md works, and answers with the fields that the document shows."""

import datetime
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as project
from django.utils import timezone

from directory.models import Partner, Practice
from referrals import moves
from referrals.intake.questions import CONSENT_VERSION
from referrals.vault import tokens
from tests import factories
from tests.referrals.patient import CONTENT

pytestmark = pytest.mark.django_db

BLOCK = re.compile(r"```sh\n(.*?)```\n*(?:```json\n(.*?)```)?", re.DOTALL)
BASE = "https://pain.example.org"


class Example(NamedTuple):
    path: str
    shown: Any  # the JSON below it in the document, if there is any
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    data: str = ""


def examples() -> Iterator[Example]:
    text = (project.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    for commands, shown in BLOCK.findall(text):
        for words in calls(shlex.split(commands.replace("\\\n", " "))):
            headers = tuple(tuple(words[at + 1].split(": ", 1)) for at, word in enumerate(words) if word == "-H")
            data = next((words[at + 1] for at, word in enumerate(words) if word == "--data"), "")
            method = "POST" if data or "POST" in words else "GET"
            yield Example(path_of(words), json.loads(shown) if shown else None, method, headers, data)


def calls(words: list[str]) -> Iterator[list[str]]:
    """Each `curl` with what belongs to it."""
    starts = [at for at, word in enumerate(words) if word == "curl"]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        yield words[start:end]


def path_of(words: list[str]) -> str:
    """The address that curl would ask for."""
    assert words[0] == "curl"
    (address,) = [word for word in words if word.startswith(BASE)]
    data = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "--data-urlencode")
    parts = urlsplit(address)
    query = parts.query or urlencode(data)
    return f"{parts.path}?{query}" if query else parts.path


@pytest.fixture
def listed(settings):
    """The specialist of the examples, and one who left."""
    settings.SITE_URL = BASE
    today = timezone.localdate()
    person = factories.specialist(npi=2000000002, gender="female", languages=("en", "es"))
    clinic = factories.connected_clinic(name="Hill Country Pain", slug="hill-country-pain")
    site = factories.site(clinic=clinic, latitude=30.31, longitude=-97.74)
    practice = factories.practice(
        pk=4711,
        specialist=person,
        site=site,
        accepting_new_patients=True,
        insurers=("original-medicare",),
        confirmed_on=today,
    )
    factories.offering(practice=practice, wait_weeks=3, confirmed_on=today)
    factories.claims(person)
    factories.specialist(npi=2000000010, deactivated_on=datetime.date(2026, 1, 5))


def variables(path: str) -> dict[str, str]:
    """What the document's commands take from the shell: a key, and a request that the patient has agreed to."""
    known = {"$KEY": factories.api_key()}
    factories.offering("epidural-steroid-injection", practice=Practice.objects.get(pk=4711))
    if "$ID" in path:
        referral = moves.propose(
            4711, "adhesiolysis", CONTENT, form_key_hash=tokens.new(), partner=Partner.objects.get()
        )
        if "withdraw" not in path:
            moves.confirm(referral, signs=moves.SignsToday("no"), consent_version=CONSENT_VERSION)
        known["$ID"] = str(referral.pk)
    return known


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.path)
def test_an_example_answers_as_shown(client, listed, example):
    path, headers = example.path, dict(example.headers)
    for name, value in variables(path).items() if example.headers else ():
        path = path.replace(name, value)
        headers = {header: text.replace(name, value) for header, text in headers.items()}
    response = client.generic(example.method, path, example.data, content_type="application/json", headers=headers)
    answer = response.json()
    made = 201 if example.data else 200
    assert response.status_code == (example.shown or {}).get("status", made), answer
    if example.shown:
        compare(example.shown, answer, whole=True)
        for name in ("count", "widened", "type", "title", "radius_miles", "relax"):
            assert example.shown.get(name) == answer.get(name), name


def compare(shown: Any, answer: Any, *, whole: bool) -> None:
    """The same fields; what stands in a list of results may be shown in part (two fields only)."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        partly = not whole and len(shown) <= 2
        assert set(shown) <= set(answer) if partly else set(shown) == set(answer)
        for name, value in shown.items():
            compare(value, answer[name], whole=name not in ("results",))
    elif isinstance(shown, list) and isinstance(answer, list) and shown:
        assert len(shown) == len(answer) or isinstance(shown[0], str)
        for mine, other in zip(shown, answer, strict=False):
            compare(mine, other, whole=whole)
    elif shown is not None and answer is not None:
        assert isinstance(answer, type(shown))


def test_there_are_examples():
    found = list(examples())
    assert len(found) >= 15
    assert {example.method for example in found} == {"GET", "POST"}
