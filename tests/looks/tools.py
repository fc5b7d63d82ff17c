"""The Nu HTML checker, Lighthouse and a newer axe, from quality/: there only where somebody installed them."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import chromium

QUALITY = Path(__file__).resolve().parents[2] / "quality"
MODULES = QUALITY / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = MODULES / "lighthouse" / "cli" / "index.js"
INSTALL = "npm ci --prefix quality"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# What the performance score is made of: the audit, what it is called here, its unit, how many of the audit's make one.
TIMES = (
    ("first-contentful-paint", "first paint", "s", 1000),
    ("largest-contentful-paint", "largest paint", "s", 1000),
    ("speed-index", "speed index", "s", 1000),
    ("total-blocking-time", "blocked", "ms", 1),
    ("cumulative-layout-shift", "shift", "", 1),
)
LIGHTHOUSE_SECONDS = 120


class NoAnswer(Exception):
    """A tool is there and said nothing that can be read; the text is its own."""


def missing_for_html() -> list[str]:
    """What the Nu checker lacks here; nothing: it can run."""
    java = [] if shutil.which("java") else ["java (a JRE of 11 or later)"]
    return java + ([] if NU.exists() else [f"vnu-jar ({INSTALL})"])


def missing_for_lighthouse() -> list[str]:
    node = [] if shutil.which("node") else ["node (20 or later)"]
    browser = [] if chromium.find() else ["chromium"]
    return node + browser + ([] if LIGHTHOUSE.exists() else [f"lighthouse ({INSTALL})"])


def html_errors(documents: Mapping[str, str]) -> list[str]:
    """What the Nu checker calls an error, for documents by name. Raises NoAnswer."""
    with tempfile.TemporaryDirectory(prefix="finder-nu-") as name:
        for document, text in documents.items():
            (Path(name) / f"{document}.html").write_text(text)
        command = ["java", "-jar", str(NU), "--errors-only", "--format", "json", "--exit-zero-always", name]
        told = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False).stderr
    try:
        messages = json.loads(told)["messages"]
    except (ValueError, KeyError):
        raise NoAnswer(f"the Nu checker said: {told[:500]}") from None
    return [f"{Path(each['url']).stem}: {each['message']} {each.get('extract', '')!r}" for each in messages]


@dataclass(frozen=True)
class Scores:
    """Of one page, 0 to 100 by category; `times` by audit. `lost`: what costs points, performance aside.

    `machine` is how fast Lighthouse found this machine: under about 1000 something else was running beside it.
    """

    scores: Mapping[str, int]
    times: Mapping[str, float]
    machine: float
    lost: tuple[str, ...]


def lighthouse(address: str) -> Scores:
    """One run as a phone; a second one where the first was lost, as happens on a busy machine. Raises NoAnswer."""
    try:
        return _lighthouse(address)
    except NoAnswer:
        return _lighthouse(address)


def _lighthouse(address: str) -> Scores:
    flags = ["--headless", *chromium.arguments()]
    quoted = " ".join(flag if " " not in flag else '{}="{}"'.format(*flag.split("=", 1)) for flag in flags)
    with tempfile.TemporaryDirectory(prefix="finder-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        command = [
            "node",
            str(LIGHTHOUSE),
            address,
            "--quiet",
            "--no-enable-error-reporting",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={quoted}",
        ]
        environment = os.environ | {"CHROME_PATH": chromium.find() or ""}
        try:
            subprocess.run(command, env=environment, capture_output=True, check=True, timeout=LIGHTHOUSE_SECONDS)
            found = json.loads(report.read_text())
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            told = getattr(error, "stderr", b"") or b""
            raise NoAnswer(f"Lighthouse on {address}: {told.decode(errors='replace')[:300] or error}") from None
    if found.get("runtimeError"):
        raise NoAnswer(f"Lighthouse on {address}: {found['runtimeError'].get('message')}")
    return Scores(
        {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES},
        {audit: found["audits"][audit]["numericValue"] / per for audit, _name, _unit, per in TIMES},
        found["environment"]["benchmarkIndex"],
        tuple(_lost(found, CATEGORIES[1:])),
    )


def _lost(found: dict, categories: Iterable[str]) -> list[str]:
    wanted = [each for name in categories for each in found["categories"][name]["auditRefs"] if each["weight"]]
    audits = [found["audits"][each["id"]] for each in wanted]
    return [f"{each['id']}: {each['title']}" for each in audits if each["score"] is not None and each["score"] < 1]


def times(runs: Sequence[Scores]) -> str:
    """Medians: first paint 0.8 s, largest paint 1.4 s, ..."""
    found = ((name, statistics.median(run.times[audit] for run in runs), unit) for audit, name, unit, _per in TIMES)
    told = [f"{name} {value:.3g} {unit}".strip() for name, value, unit in found]
    return ", ".join([*told, f"machine {statistics.median(run.machine for run in runs):.0f}"])


def median(runs: Iterable[Scores], category: str) -> int:
    return round(statistics.median(run.scores[category] for run in runs))
