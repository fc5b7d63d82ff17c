"""The long trials: `./run trial` lists them, `./run trial NAME [--short]` runs one (`--names`: names only).

Each is a file in tests/trials/.

A trial is a program. Its first docstring line says what it shows; its last line of output is `NAME: figure`; it exits
with 1 where a bar is missed. With --short it ends within 45 seconds.
"""

import ast
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# ruff: noqa: S603 (the program called is this Python)

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "trials"
SHORT_SECONDS = 45


def trials() -> dict[str, str]:
    """Name -> what it shows."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        if not path.name.startswith("_"):
            text = ast.get_docstring(ast.parse(path.read_text())) or "(it does not say)"
            found[path.stem] = text.splitlines()[0]
    return found


def listing() -> str:
    lines = [f"{name:12} {text}" for name, text in trials().items()]
    return "\n".join(lines) or "There are no trials yet."


def run(name: str, options: Sequence[str]) -> int:
    """Runs it, passing on options and what it prints. 1 also where it breaks its promises about last line or time."""
    short = "--short" in options
    started = time.monotonic()
    command = [sys.executable, "-m", f"tests.trials.{name}", *options]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line.strip() or last
    seconds = time.monotonic() - started
    if short and seconds > SHORT_SECONDS:
        sys.stderr.write(f"{name} --short took {seconds:.0f} s; {SHORT_SECONDS} are allowed.\n")
        return 1
    if not child.returncode and not last.startswith(f"{name}: "):
        sys.stderr.write(f"{name} did not end with its figure.\n")
        return 1
    return child.returncode


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    options = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    if options == ["--names"] and not arguments:
        sys.stdout.write("".join(f"{name}\n" for name in trials()))
        return 0
    if not arguments:
        sys.stdout.write(f"{listing()}\n")
        return 0
    if len(arguments) > 1 or arguments[0] not in trials():
        sys.stderr.write(f"One of these must be named:\n{listing()}\n")
        return 2
    return run(arguments[0], options)


if __name__ == "__main__":
    sys.exit(main())
