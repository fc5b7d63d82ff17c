"""What an import refuses, each with a reason that says how to mend it."""

from pathlib import Path


class ImportRefused(Exception):
    """The whole import; nothing was written."""


class FileRefused(ImportRefused):
    """A file that is not what the import reads, or cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason} Nothing was written.")
        self.path = path
        self.reason = reason


class DemoDatabase(ImportRefused):
    """Real people do not go among fictional ones."""

    def __init__(self) -> None:
        super().__init__(
            "This database holds the fictional demo directory, so no real file goes into it. Nothing was written. "
            "Real files go into a database of their own: `./run --empty manage import_nppes FILE`."
        )


class AnotherImport(ImportRefused):
    """Two imports at the same time would undo each other's work."""

    def __init__(self) -> None:
        super().__init__("Another import is running. Nothing was written. Run this again when it has ended.")


class RowRefused(Exception):
    """One row that cannot be used. The reason holds nothing of the row but what is wrong with it."""

    def __init__(self, reason: str, *, npi: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.npi = npi
