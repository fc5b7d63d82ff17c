"""The stylesheets of the site and of the admin are what their sources make, small, and whole: docs/frontend.md."""

import gzip
import json
import re
import shutil
import subprocess

import pytest

from tests.run.house import ROOT

SITES, ADMINS = (ROOT / "static" / "css" / name for name in ("site.css", "admin.css"))
SOURCES = ROOT / "frontend"
MOST_BYTES = 30_000  # over the wire
CLASS = re.compile(r"\.(-?[a-z_][\w-]*)", re.IGNORECASE)


def classes(css: str) -> set[str]:
    """Those that rules are for; the fractions of numbers and the ends of file names are none."""
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|url\([^)]*\)", " ", css, flags=re.DOTALL)
    return set(CLASS.findall(selectors))


def test_building_it_again_gives_the_same_bytes():
    if not shutil.which("node") or not (SOURCES / "node_modules").is_dir():
        pytest.skip("the stylesheet was NOT BUILT AGAIN: that takes Node 20 and `npm ci --prefix frontend`")
    before = SITES.read_bytes(), ADMINS.read_bytes()
    built = subprocess.run(
        ["node", SOURCES / "build.mjs", "--check"], capture_output=True, text=True, timeout=180, check=False
    )
    assert built.returncode == 0, built.stderr
    assert (SITES.read_bytes(), ADMINS.read_bytes()) == before


@pytest.mark.parametrize("sheet", [SITES, ADMINS], ids=lambda sheet: sheet.name)
def test_it_has_every_rule_whose_class_a_template_names(sheet):
    """Whoever has no Node sees here that somebody forgot to build: npm run build --prefix frontend."""
    written = set().union(*(classes((SOURCES / f"{name}.css").read_text()) for name in sources(sheet)))
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        # Of a class put together from a tag, the pieces are none; mails have a style of their own.
        if path.parent.name == "mail" or ("admin" in path.parts) != (sheet == ADMINS):
            continue
        for attribute in re.findall(r'class="([^"]*)"', path.read_text()):
            named.update(word for word in re.sub(r"\{[{%].*?[%}]\}", "{}", attribute).split() if "{}" not in word)
    assert len(named & written) > 25
    missing = (named & written) - classes(sheet.read_text())
    assert not missing, f"build it: {', '.join(sorted(missing))}"


def test_they_are_small_and_the_only_ones():
    assert {path.name for path in SITES.parent.iterdir()} == {"site.css", "admin.css"}
    for sheet in (SITES, ADMINS):
        assert len(gzip.compress(sheet.read_bytes())) <= MOST_BYTES


def sources(sheet) -> set[str]:
    """The own sources of a sheet, as the list that orders them names them."""
    return set(re.findall(r'@use "([^"]+)"', (SOURCES / f"{sheet.stem}.scss").read_text()))


def test_every_own_source_is_in_a_list_that_orders_them():
    written = {str(path.relative_to(SOURCES).with_suffix("")) for path in SOURCES.glob("styles/**/*.css")}
    assert sources(SITES) | sources(ADMINS) == written


@pytest.mark.parametrize("folder", ["frontend", "quality"])
def test_what_is_fetched_to_build_and_to_check_is_pinned_and_from_nowhere_in_particular(folder):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    wanted = json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages
    for path, package in packages.items():
        assert package["integrity"].startswith("sha512-"), path
        assert package.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), path
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
