"""What is wrong in a sheet, with its place, and the exception that carries all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class SheetFault:
    """One fault: where, what was found, what is allowed, what to do. Row 0 means the whole sheet."""

    file: str
    sheet: str
    row: int
    column: str
    label: str
    found: str
    allowed: str
    remedy: str

    @property
    def place(self) -> str:
        """Where it stands, as people look for it."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        row = f"第 {self.row} 行" if self.row else ""
        column = f"{self.column} 列" if self.column else ""
        label = f"({self.label})" if self.label else ""
        return " ".join(part for part in (self.file, sheet, row, column + label) if part)

    def __str__(self) -> str:
        return f"{self.place}:发现{self.found};允许:{self.allowed};请{self.remedy}"


class SheetFaults(Exception):
    """Every fault of an import, in order of place; nothing was written."""

    def __init__(self, faults: Iterable[SheetFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def file_fault(file: str, found: str, allowed: str, remedy: str, sheet: str = "") -> SheetFault:
    """A fault of a whole file or sheet."""
    return SheetFault(file, sheet, 0, "", "", found, allowed, remedy)


def quoted(text: object) -> str:
    """A found value for a message, shortened."""
    words = str(text)
    return f"“{words[:40]}…”" if len(words) > 40 else f"“{words}”"


def listed(words: Iterable[str], most: int = 12) -> str:
    """Allowed values for a message, the first ones when there are many."""
    all_words = list(words)
    shown = "、".join(all_words[:most])
    return f"{shown}等 {len(all_words)} 项" if len(all_words) > most else shown or "(无)"
