"""A copy of what ./run needs, in a folder of its own, with a machine around it that has only what a test puts there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("run", "manage.py", "requirements.txt", "requirements-dev.txt", "config", "directory", "referrals", "scripts")
TOOLS = ("sh", "cat", "cmp", "cp", "date", "dirname", "grep", "mkdir", "rm", "sed", "tail")


class House:
    """`run()` types ./run with arguments. Its PATH holds the usual tools of a shell and no Python at all at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a house #1"  # names that need care are usual
        self.folder.mkdir()
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, self.folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy2(source, self.folder / part)
        (self.folder / "static").mkdir()
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)

    def has_program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def is_installed(self, *, says: str = "") -> None:
        """As after the first ./run: an environment (in truth, that of these tests) with all that the lists name."""
        environment = self.folder / ".venv"
        (environment / "bin").mkdir(parents=True)
        python = environment / "bin" / "python"
        python.write_text(f'#!/bin/sh\n{says}\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        for name in ("requirements.txt", "requirements-dev.txt"):
            shutil.copy2(self.folder / name, environment / f"installed-{name}")

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.folder.parent), "PIP_CONFIG_FILE": os.devnull, **more}

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["./run", *arguments],
            cwd=self.folder,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
