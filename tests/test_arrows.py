"""The arrows between rooms: config -> referrals -> directory, pure modules before models, doors last."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PURE = {"npi", "states", "names", "evidence", "reference", "streets", "guides"}
DOORS = {"views", "api", "admin", "management", "embed"}
# They change listings, and know of the search that `rebuild` comes last.
WRITERS = {"listings", "removals", "daily", "importers", "demo", "admin", "deliveries"}
# Read before the apps are ready, when models cannot be imported yet.
BEFORE_THE_APPS = {Path("config/gunicorn.py"), Path("directory/apps.py"), Path("referrals/apps.py")}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for app in ("config", "directory", "referrals"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def starts(names: set[str], *rooms: str) -> set[str]:
    return {name for name in names if any(name == room or name.startswith(f"{room}.") for room in rooms)}


def test_directory_knows_nothing_of_referrals_and_nobody_imports_tests():
    for path, tree in modules():
        forbidden = ["tests"] + (["referrals"] if path.parts[0] == "directory" else [])
        assert not starts(imported(tree), *forbidden), path


def test_pure_modules_import_no_models_and_no_doors():
    for path, tree in modules():
        if path.parts[0] == "directory" and (path.stem in PURE or path.parts[1] == "places"):
            rooms = ["directory.models", "directory.search", *(f"directory.{door}" for door in DOORS)]
            assert not starts(imported(tree), *rooms), path


def test_models_import_no_room_that_stands_on_them():
    for path, tree in modules():
        if path.parts[1] == "models":
            app, later = path.parts[0], ("search", "vocabulary", "listings", "importers", "params", "cards", "versions")
            later = (*later, "removals", "daily")
            later = (*later, "demo", "moves", "deliveries", *DOORS)
            assert not starts(imported(tree), *(f"{app}.{room}" for room in later)), path


def test_what_is_behind_the_doors_imports_no_door():
    for path, tree in modules():
        if path.parts[0] != "config" and path.parts[1] not in DOORS and path.name != "urls.py":
            doors = [f"{app}.{door}" for app in ("directory", "referrals") for door in DOORS]
            assert not starts(imported(tree), *doors), path


def test_pages_take_no_form_and_no_rule_from_the_admin():
    """But for its site, in whose look the pages of a password are."""
    for path, tree in modules():
        if path.parts[1] in ("views", "api"):
            admin = f"{path.parts[0]}.admin"
            assert not starts(imported(tree), admin) - {f"{admin}.site", f"{admin}.site.site"}, path


def test_the_search_knows_nothing_of_requests_nor_of_what_is_made_of_its_answers():
    for path, tree in modules():
        if path.parts[:2] == ("directory", "search"):
            later = ("cards", "params", "versions", "listings", "importers", "demo")
            forbidden = ["django.http", "django.template", "django.shortcuts", "rest_framework"]
            assert not starts(imported(tree), *forbidden, *(f"directory.{room}" for room in later)), path


def test_whoever_changes_listings_uses_the_front_door_of_the_search():
    inside = {f"directory.search.{path.stem}" for path in (ROOT / "directory" / "search").glob("*.py")}
    for path, tree in modules():
        if WRITERS & {*path.parts, path.stem}:
            assert not starts(imported(tree), *inside), path


def test_columns_are_the_affair_of_the_search_alone():
    for path, tree in modules():
        if path.parts[:2] not in (("directory", "search"), ("directory", "bench")):
            assert not starts(imported(tree), "numpy"), path


# Each takes a good part of a second, at every start, and few processes ever need it.
LOADED_LATE = {"holidays", "segno", "referrals.pdf", "referrals.pdf.sheet"}


def test_no_import_hides_inside_a_function():
    for path, tree in modules():
        if path in BEFORE_THE_APPS:
            continue
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        hidden = [
            function.name
            for function in functions
            for node in ast.walk(function)
            if isinstance(node, (ast.Import, ast.ImportFrom)) and not imported(ast.Module([node], [])) <= LOADED_LATE
        ]
        assert not hidden, (path, hidden)


def test_places_maps_and_search_geometry_know_no_models():
    for path, tree in modules():
        if path.parts[:2] in (("directory", "places"), ("directory", "maps")) or path.name == "zones.py":
            assert not starts(imported(tree), "directory.models", "django.db"), path


def test_maps_know_no_pages_and_no_language():
    for path, tree in modules():
        if path.parts[:2] == ("directory", "maps"):
            others = {name for name in starts(imported(tree), "directory") if not starts({name}, "directory.maps")}
            assert not others | starts(imported(tree), "django"), path
