"""`manage.py bench`, all of it but the web server, on a directory that is small enough."""

import contextlib
import json
import xml.etree.ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from directory.bench import bars, inside, report
from tests import factories


def test_it_measures_and_writes_figures_picture_and_tables(tmp_path, capfd):
    figures, picture, text = tmp_path / "figures.json", tmp_path / "picture.svg", tmp_path / "text.md"
    text.write_text(
        "".join(["Before\n", *(f"<!-- {name} -->\nold\n<!-- /{name} -->\n" for name in bars.SPATIAL), "After\n"])
    )
    work = {"practices": [400], "queries": 10, "checked": 30, "seconds": 0.1, "parts": ["search", "inprocess"]}
    with contextlib.suppress(CommandError):  # so few practices, so few answers: bars may be missed
        call_command("bench", **work, json=figures, plot=picture, docs=text)
    found = json.loads(figures.read_text())
    measured = found["sizes"]["400"]
    assert measured["exactness"] == {"queries": 30, "different": 0, "examples": []}
    assert set(measured["sets"]) == set(report.SETS)
    assert measured["inprocess"]["api"]["ratio_of_p50"] > 0 and measured["inprocess"]["page"]["ratio_of_p50"] > 0
    assert all(other["different"] == 0 for other in measured["disagree"].values())
    assert ET.parse(picture).getroot().tag.endswith("svg")
    written = text.read_text()
    assert written.startswith("Before\n") and written.endswith("After\n") and "400 practices" in written
    assert written.count("old") == 1  # that of the other database stays


@pytest.mark.django_db
def test_a_database_with_listings_of_others_is_refused():
    factories.practice()
    with pytest.raises(inside.NotOurs):
        inside.build(100, {}, lambda line: None)
