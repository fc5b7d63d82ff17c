"""The README says what is: its commands, files and pictures exist."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_it_opens_with_the_two_commands():
    first_block = README.split("```")[1]
    assert re.findall(r"^\./run\b[^#\n]*", first_block, re.M) == ["./run        ", "./run test   "]


def test_every_file_and_picture_it_names_is_there():
    for target in re.findall(r"\]\(((?!https?:)[^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_command_of_manage_it_names_exists():
    named = set(re.findall(r"\./run(?: --empty)? manage (\w+)", README))
    known = {path.stem for path in ROOT.glob("*/management/commands/*.py")} | {"createsuperuser"}
    assert named and named <= known


def test_run_help_names_every_form_that_the_readme_types():
    listed = subprocess.run([ROOT / "run", "help"], capture_output=True, text=True, check=True).stdout
    for form in ("./run test", "./run --empty", "./run manage"):
        assert form in README
        assert form in listed
