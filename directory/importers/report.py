"""What an import of one file did, in numbers, and which rows it refused. Nothing of a person but the NPI."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was skipped: the line of the file where it begins (the header is line 1), and why."""

    line: int
    npi: int | None
    reason: str

    def __str__(self) -> str:
        whose = f"NPI {self.npi}: " if self.npi else ""
        return f"line {self.line}: {whose}{self.reason}"


@dataclass(slots=True)
class Report:
    """`read`, `kept` and the refusals come from the file, the others from comparing it with the directory."""

    file_name: str
    read: int = 0
    kept: int = 0
    new: int = 0
    changed: int = 0
    deactivated: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    repeated: int = 0
    latin_1: int = 0
    phones_left_blank: int = 0
    older: int = 0
    no_longer_pain: int = 0
    already_imported: bool = False

    def refuse(self, line: int, reason: str, npi: int | None = None) -> None:
        self.refusals.append(Refusal(line, npi, reason))

    @property
    def refused(self) -> int:
        return len(self.refusals)

    @property
    def has_changes(self) -> bool:
        return bool(self.new or self.changed or self.deactivated)

    def summary(self) -> list[str]:
        """The closing lines: the six figures, then what else happened, if it did."""
        figures = ", ".join(
            f"{name} {getattr(self, name):,}" for name in ("read", "kept", "new", "changed", "deactivated", "refused")
        )
        remarks = [
            (self.no_longer_pain, "no longer registered as a pain specialist: taken off the list"),
            (self.older, "older than what we have: not applied"),
            (self.repeated, "given again in the same file: the newest was taken"),
            (self.phones_left_blank, "without a phone number that works: left blank"),
            (self.latin_1, "not in UTF-8: read as Latin-1"),
        ]
        lines = [f"{self.file_name}: {figures}"]
        lines += [f"  rows {text}: {count:,}" for count, text in remarks if count]
        if self.already_imported:
            lines.append("  The same file was imported before, and nothing had to change.")
        return lines
