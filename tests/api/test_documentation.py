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

from tests import factories

pytestmark = pytest.mark.django_db

BLOCK = re.compile(r"```sh\n(.*?)```\n*(?:```json\n(.*?)```)?", re.DOTALL)
BASE = "https://pain.example.org"


class Example(NamedTuple):
    path: str
    shown: Any  # the JSON below it in the document, if there is any


def examples() -> Iterator[Example]:
    text = (project.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    for commands, shown in BLOCK.findall(text):
        for line in commands.replace("\\\n", " ").splitlines():
            yield Example(path_of(shlex.split(line)), json.loads(shown) if shown else None)


def path_of(words: list[str]) -> str:
    """The address that curl would ask for."""
    assert words[0] == "curl"
    (address,) = [word for word in words if word.startswith(BASE)]
    data = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "--data-urlencode")
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query or urlencode(data)}"


@pytest.fixture
def listed(settings):
    """The specialist of the examples, and one who left."""
    settings.SITE_URL = BASE
    today = timezone.localdate()
    person = factories.specialist(npi=2000000002, gender="female", languages=("en", "es"))
    clinic = factories.connected_clinic(name="Hill Country Pain", slug="hill-country-pain")
    site = factories.site(clinic=clinic, latitude=30.31, longitude=-97.74)
    practice = factories.practice(
        specialist=person,
        site=site,
        accepting_new_patients=True,
        insurers=("original-medicare",),
        confirmed_on=today,
    )
    factories.offering(practice=practice, wait_weeks=3, confirmed_on=today)
    factories.claims(person)
    factories.specialist(npi=2000000010, deactivated_on=datetime.date(2026, 1, 5))


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.path)
def test_an_example_answers_as_shown(client, listed, example):
    response = client.get(example.path)
    answer = response.json()
    assert response.status_code == (example.shown or {}).get("status", 200)
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
    assert len(list(examples())) >= 8
