"""From cells to typed rows: finds the header, types each cell, and names every fault by row and column."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.sheets.cells import CellRefused, parse_cell
from tasks.sheets.faults import SheetFault, SheetFaults, file_fault, listed, quoted
from tasks.sheets.reading import RawSheet
from tasks.sheets.spec import SheetRow, SheetSpec

HEADER_WITHIN = 10
NAME = "\0name"


@dataclass(frozen=True)
class Table:
    """The rows of one sheet, how many prefilled rows nobody filled in, and what is wrong."""

    rows: tuple[SheetRow, ...]
    unfilled: int = 0
    faults: tuple[SheetFault, ...] = ()


def read_table(raw: RawSheet, spec: SheetSpec) -> Table:
    """Type a sheet's rows; empty rows and prefilled rows without anything more are passed over."""
    try:
        at, columns = _header(raw, spec)
    except SheetFaults as refused:
        return Table((), 0, refused.faults)
    letters = {name: letter(index) for name, index in columns.items()}
    labels = {field.name: field.label for field in spec.fields}
    asked = [name for name in columns if name not in spec.given and name != NAME]
    rows, faults, unfilled = [], [], 0
    for number, cells in enumerate(raw.rows[at + 1 :], start=at + 2):
        texts = {name: cells[index].strip() if index < len(cells) else "" for name, index in columns.items()}
        if not any(texts[name] for name in asked):
            unfilled += any(texts.values())
            continue
        row = SheetRow(spec.id, raw.file, raw.name, number, {}, texts.get(NAME, ""), letters, labels)
        faults += _type_cells(row, spec, texts)
        rows.append(row)
    return Table(tuple(rows), unfilled, tuple(faults))


def typed_rows(spec: SheetSpec, records: Iterable[Mapping[str, Any]], source: str) -> Table:
    """Type rows that a program brings (builders, gates) exactly as if they stood in a sheet."""
    records = list(records)
    extra = {name for record in records for name in record} - {field.name for field in spec.fields}
    names = [field.name for field in spec.fields] + sorted(extra)
    rows = [[_as_text(record.get(name)) for name in names] for record in records]
    given_nothing = SheetSpec(spec.id, spec.label, spec.fields, spec.key)
    return read_table(RawSheet(source, spec.label, [names, *rows]), given_nothing)


def letter(index: int) -> str:
    """Return the column letters of a zero-based index, as a spreadsheet shows them."""
    letters = ""
    while index >= 0:
        index, rest = index // 26 - 1, index % 26
        letters = chr(ord("A") + rest) + letters
    return letters


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return ("是" if value else "否") if isinstance(value, bool) else str(value)


def _type_cells(row: SheetRow, spec: SheetSpec, texts: Mapping[str, str]) -> list[SheetFault]:
    faults = []
    for field in spec.fields:
        text = texts.get(field.name, "")
        if not text and field.name == spec.named and row.name:
            text = row.name
        try:
            row.values[field.name] = parse_cell(field, text)
        except CellRefused as refused:
            faults.append(row.fault(field.name, refused.found, refused.allowed, refused.remedy))
    return faults


def _header(raw: RawSheet, spec: SheetSpec) -> tuple[int, dict[str, int]]:
    known = {_plain(field.label): field.name for field in spec.fields} | {
        field.name: field.name for field in spec.fields
    }
    if spec.name_label:
        known[_plain(spec.name_label)] = NAME
    matches = [sum(_plain(cell) in known for cell in row) for row in raw.rows[:HEADER_WITHIN]]
    if not matches or not max(matches):
        raise SheetFaults([_headless(raw, spec, "没有表头")])
    at = matches.index(max(matches))
    columns, faults = _columns(raw, spec, at, known)
    missing = [field for field in spec.fields if field.required and field.default is None and field.name not in columns]
    if spec.named and NAME in columns:
        missing = [field for field in missing if field.name != spec.named]
    if missing:
        faults.append(_headless(raw, spec, f"缺少列{listed(quoted(field.label) for field in missing)}"))
    if faults:
        raise SheetFaults(faults)
    return at, columns


def _columns(
    raw: RawSheet, spec: SheetSpec, at: int, known: Mapping[str, str]
) -> tuple[dict[str, int], list[SheetFault]]:
    columns: dict[str, int] = {}
    faults = []
    for index, cell in enumerate(raw.rows[at]):
        name = known.get(_plain(cell))
        if name and name not in columns:
            columns[name] = index
        elif _plain(cell):
            found = f"{'重复' if name else '不认识'}的列{quoted(cell.strip())}"
            labels = listed((field.label for field in spec.fields), 30)
            faults.append(
                SheetFault(raw.file, raw.name, at + 1, letter(index), "", found, labels, "删去这一列或改正列名")
            )
    return columns, faults


def _headless(raw: RawSheet, spec: SheetSpec, found: str) -> SheetFault:
    return file_fault(
        raw.file, found, listed((field.label for field in spec.fields), 30), "用下载的模板重新填写", sheet=raw.name
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().rstrip("*").strip()


def unknown_sheet(raw: RawSheet, specs: Sequence[SheetSpec]) -> SheetFault:
    """The fault of a sheet that no form has."""
    found = f"不认识的工作表{quoted(raw.name)}"
    return file_fault(raw.file, found, listed((spec.label for spec in specs), 30), "改正工作表的名称,或删去这张表")
