"""The child process that parses one workbook under limits of time and memory, and prints its cells as JSON."""

import json
import posixpath
import re
import sys
import zipfile
from html import unescape

import fastexcel
import polars as pl

CPU_SECONDS = 60
MEMORY_BYTES = 4 << 30
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"(?:[^>]*[^/>])?>')
SHEET, RELATION = re.compile(r"<sheet [^>]*>"), re.compile(r"<Relationship [^>]*>")

Cells = list[list[str | None]]


def limit() -> None:
    """Set this process's limits where the system has them."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def read_cells(path: str) -> dict[str, Cells]:
    """Return every sheet's cells as text, from A1 on, so that row and column keep their numbers."""
    reader, left = fastexcel.read_excel(path), first_columns(path)
    sheets: dict[str, Cells] = {}
    for name in reader.sheet_names:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
        gap: list[str | None] = [None] * left.get(name, 0)
        sheets[name] = [[*gap, *row] for row in pl.DataFrame(sheet).iter_rows()] if sheet.width else []
    return sheets


def first_columns(path: str) -> dict[str, int]:
    """Return how many empty columns each sheet begins with: the parser leaves them out."""
    with zipfile.ZipFile(path) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
        targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in RELATION.findall(relations)}
        found = {}
        for tag in SHEET.findall(archive.read("xl/workbook.xml").decode()):
            part = posixpath.join("/xl", targets.get(_attribute(tag, "r:id"), "")).lstrip("/")
            columns = set(FILLED_CELL.findall(archive.read(part))) if part in archive.namelist() else set()
            found[_attribute(tag, "name")] = min(map(_index, columns), default=0)
        return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1


if __name__ == "__main__":
    limit()
    json.dump(read_cells(sys.argv[1]), sys.stdout, ensure_ascii=True)
