"""Reads whole files into typed rows, each sheet by the specification that bears its name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.sheets.faults import SheetFault, SheetFaults, file_fault
from tasks.sheets.reading import RawSheet, read_sheets
from tasks.sheets.spec import SheetRow, SheetSpec
from tasks.sheets.table import read_table, unknown_sheet
from tasks.sheets.writing import SHEETS_BESIDE


@dataclass(frozen=True)
class Reading:
    """What was read from files: typed rows, how many prefilled rows stayed unfilled, and every fault."""

    rows: tuple[SheetRow, ...] = ()
    unfilled: int = 0
    faults: tuple[SheetFault, ...] = ()

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(self.rows + other.rows, self.unfilled + other.unfilled, self.faults + other.faults)


def read_files(paths: Iterable[Path], specs: Sequence[SheetSpec]) -> Reading:
    """Read workbooks, CSV files and folders of CSV files as one import."""
    reading = Reading()
    for path in paths:
        for file in _files(path):
            reading += read_file(file, specs)
    return reading


def read_file(path: Path, specs: Sequence[SheetSpec]) -> Reading:
    """Read one workbook or CSV file; each sheet is named like a specification's label or id."""
    by_name = {name: spec for spec in specs for name in (spec.label, spec.id)}
    try:
        sheets = [raw for raw in read_sheets(path) if raw.name not in SHEETS_BESIDE]
    except SheetFaults as refused:
        return Reading(faults=refused.faults)
    if not sheets:
        return Reading(faults=(file_fault(path.name, "没有工作表", "按模板填写的工作表", "用下载的模板重新填写"),))
    reading = Reading()
    for raw in sheets:
        reading += _read_sheet(raw, by_name.get(raw.name.strip()), specs)
    return reading


def _files(path: Path) -> list[Path]:
    return (sorted(path.glob("*.csv")) or [path / "*.csv"]) if path.is_dir() else [path]


def _read_sheet(raw: RawSheet, spec: SheetSpec | None, specs: Sequence[SheetSpec]) -> Reading:
    if spec is None:
        return Reading(faults=(unknown_sheet(raw, specs),))
    table = read_table(raw, spec)
    return Reading(table.rows, table.unfilled, table.faults)
