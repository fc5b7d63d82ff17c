"""Real registry data that may lie in a folder `shared` beside the checkout: for tests, never part of the product."""

from pathlib import Path

import pytest

_beside = Path(__file__).resolve().parents[1].parent / "shared"
SHARED: Path | None = _beside if (_beside / "data").is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="the folder shared/data is not beside the checkout")


def shared_file(path: str) -> Path:
    """A file under shared/, such as `data/geo/hifld_urgent_care.csv`; for tests marked `needs_shared`."""
    assert SHARED is not None, "mark the test with needs_shared"
    return SHARED / path
