"""What the HTML checker would refuse, for those who run the tests without it; `./run trial browser` has all of it."""

import re
from pathlib import Path

import pytest

from tests.looks import pages, world

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_htmx_is_asked_by_attributes_that_html_allows():
    named = [str(path) for path in TEMPLATES.rglob("*.html") if re.search(r"\shx-[a-z-]+=", path.read_text())]
    assert not named, "write data-hx-"


@pytest.mark.django_db
def test_times_are_written_as_html_reads_them(client):
    people = world.build()
    times = []
    for look in pages.LOOKS:
        if look.name.startswith("follow"):
            times += re.findall(r'datetime="([^"]*)"', client.get(look.address.format(**vars(people))).text)
    assert times
    for one in times:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?([+-]\d\d:?\d\d|Z)?)?", one), one
