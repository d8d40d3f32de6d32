"""Faults with their places, and the mappings and lists that know their lines."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: where it stands, what was found, what is allowed, what to do."""

    file: str
    line: int
    found: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.found};允许:{self.allowed};处理:{self.remedy}"


class SchemeFaults(Exception):
    """All faults of a pack or a file, sorted by place; raised once, never at the first fault."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class YamlMap(dict[str, Any]):
    """A mapping that knows its file, its own line and the line of each key."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: dict[str, int] = {}


class YamlList(list[Any]):
    """A list that knows its file, its own line and the line of each item."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: list[int] = []


@dataclass
class Faults:
    """Collects faults while files are read; `raise_any` stops once with all of them."""

    items: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, found: str, allowed: str, remedy: str) -> None:
        self.items.append(Fault(file, line, found, allowed, remedy))

    def at(self, data: object, path: tuple[int | str, ...], found: str, allowed: str, remedy: str) -> None:
        """Adds a fault at the line of `data[path[0]][path[1]]…`, as near as the file allows."""
        file, line = locate(data, path)
        self.add(file, line, found, allowed, remedy)

    def raise_any(self) -> None:
        if self.items:
            raise SchemeFaults(self.items)


def locate(data: object, path: tuple[int | str, ...]) -> tuple[str, int]:
    """File and line of the value at `path`; the nearest known place when a step is missing."""
    file, line = getattr(data, "file", "?"), getattr(data, "line", 1)
    for step in path:
        if isinstance(data, YamlMap) and step in data:
            line, data = data.lines[str(step)], data[str(step)]
        elif isinstance(data, YamlList) and isinstance(step, int) and step < len(data):
            line, data = data.lines[step], data[step]
        elif not isinstance(data, (YamlMap, YamlList)):
            break
    return file, line
