"""Reads workbooks and CSV files into cells of text, never trusting what it is given."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tasks.sheets.faults import SheetFaults, file_fault
from tasks.sheets.guard import guard_file

CHILD_SECONDS = 90
PARSER = Path(__file__).with_name("child.py")
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class RawSheet:
    """A sheet's cells as text; the first row is row 1, empty cells are empty text."""

    file: str
    name: str
    rows: list[list[str]]


def read_sheets(path: Path) -> list[RawSheet]:
    """Return the sheets of a workbook, or the one of a CSV file (named like the file); SheetFaults otherwise."""
    guard_file(path)
    return [_read_csv(path)] if path.suffix.lower() == ".csv" else _read_workbook(path)


def _read_csv(path: Path) -> RawSheet:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error):
            continue
        return RawSheet(path.name, path.stem, rows)
    raise SheetFaults(
        [file_fault(path.name, "读不懂的编码或引号不成对", "UTF-8 或 GBK 编码的 CSV", "用 Excel 另存为“CSV UTF-8”")]
    )


def _read_workbook(path: Path) -> list[RawSheet]:
    command = [sys.executable, "-I", str(PARSER), str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=CHILD_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise SheetFaults(
            [file_fault(path.name, "解析不了的工作簿", "Excel 工作簿(.xlsx)", "用 Excel 打开后另存为 .xlsx,再导入")]
        ) from error
    return [
        RawSheet(path.name, name, [[cell or "" for cell in row] for row in rows])
        for name, rows in json.loads(done.stdout).items()
    ]
