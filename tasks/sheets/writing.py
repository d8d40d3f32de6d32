"""Writes workbooks and CSV files: headers with notes, drop-downs, dates, and no cell that begins as a formula."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from config.forms import FieldSpec
from tasks.sheets.cells import LARGEST, LONGEST, allowed_in, bounds, disarm, show_value
from tasks.sheets.spec import SheetSpec

GUIDE, CHOICES = "填表说明", "选项"
SHEETS_BESIDE = (GUIDE, CHOICES)
SPARE_ROWS = 500
WIDTHS = {"longtext": 40, "text": 18, "date": 13, "datetime": 18, "count": 10, "integer": 8, "bool": 8}


@dataclass(frozen=True)
class SheetOut:
    """A sheet to write: rows by field name (`names` for the name column), and codes for drop-downs by field."""

    spec: SheetSpec
    rows: Sequence[Mapping[str, Any]] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def columns(self) -> list[FieldSpec | None]:
        """The columns in order; None is the one with the names."""
        columns: list[FieldSpec | None] = []
        for each in self.spec.fields:
            columns += [each, None] if each.name == self.spec.named else [each]
        return columns

    def cells(self, row: Mapping[str, Any]) -> list[Any]:
        """Return one row's cells as people read them; dates as ISO text."""
        code = str(row.get(self.spec.named or "", ""))
        return [
            self.names.get(code, "") if each is None else show_value(each, row.get(each.name)) for each in self.columns
        ]


def write_workbook(path: Path, sheets: Sequence[SheetOut], *, notes: Sequence[str] = ()) -> None:
    """Write the sheets with a guide in front; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _Book(book).write(sheets, notes)
    part.replace(path)


def write_csv_folder(folder: Path, sheets: Sequence[SheetOut]) -> None:
    """Write one CSV file for each sheet, named like it, in UTF-8 as Excel reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        with (folder / f"{sheet.spec.label}.csv").open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow([_header(sheet.spec, each).rstrip("*") for each in sheet.columns])
            for row in sheet.rows:
                writer.writerow([disarm(cell) if isinstance(cell, str) else cell for cell in sheet.cells(row)])


class _Book:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format(
            {"bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.grey = book.add_format({"font_color": "#666666", "valign": "top"})
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self, sheets: Sequence[SheetOut], notes: Sequence[str]) -> None:
        guide = self.book.add_worksheet(GUIDE)
        pages = [self.book.add_worksheet(sheet.spec.label) for sheet in sheets]
        self.options = self.book.add_worksheet(CHOICES)
        self.options.hide()
        for page, sheet in zip(pages, sheets, strict=True):
            self._sheet(page, sheet)
        self._guide(guide, sheets, notes)
        pages[0].activate()

    def _sheet(self, page: Any, sheet: SheetOut) -> None:
        last = len(sheet.rows) + SPARE_ROWS
        for index, each in enumerate(sheet.columns):
            page.write_string(0, index, _header(sheet.spec, each), self.bold)
            style = self.date if each is not None and each.type == "date" else self.wrap
            page.set_column(index, index, WIDTHS.get(each.type, 16) if each else 20, style)
            if each is not None:
                page.write_comment(0, index, _note(each), {"x_scale": 1.6})
                self._validate(page, index, each, sheet, last)
        for number, row in enumerate(sheet.rows, start=1):
            for index, cell in enumerate(sheet.cells(row)):
                self._cell(page, number, index, cell, sheet.columns[index])
        page.freeze_panes(1, 1)

    def _cell(self, page: Any, number: int, index: int, cell: Any, each: FieldSpec | None) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, int):
            page.write_number(number, index, cell)
        elif each is not None and each.type == "date":
            page.write_datetime(number, index, datetime.fromisoformat(cell), self.date)
        else:
            page.write_string(number, index, disarm(cell), self.grey if each is None else self.wrap)

    def _validate(self, page: Any, index: int, each: FieldSpec, sheet: SheetOut, last: int) -> None:
        rule = self._rule(each, sheet)
        if rule:
            rule |= {
                "input_title": each.label[:32],
                "input_message": _note(each)[:255],
                "error_message": allowed_in(each)[:255],
            }
            page.data_validation(1, index, last, index, rule | {"ignore_blank": True})

    def _rule(self, each: FieldSpec, sheet: SheetOut) -> dict[str, Any]:
        if each.type in ("count", "integer"):
            low, high = bounds(each)
            return {
                "validate": "integer",
                "criteria": "between",
                "minimum": -LARGEST if low is None else low,
                "maximum": high,
            }
        if each.type == "date":
            return {"validate": "date", "criteria": ">=", "value": date(1949, 10, 1)}
        words = _choices(each) or tuple(sheet.codes.get(each.name, ()))
        if not words:
            return {}
        strict = each.type in ("choice", "bool")
        return {"validate": "list", "source": self._range(words), "error_type": "stop" if strict else "warning"}

    def _range(self, words: tuple[str, ...]) -> str:
        if words not in self.lists:
            column = len(self.lists)
            for number, word in enumerate(words):
                self.options.write_string(number, column, disarm(word))
            name = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
            self.lists[words] = f"='{CHOICES}'!{name}$1:{name}${len(words)}"
        return self.lists[words]

    def _guide(self, page: Any, sheets: Sequence[SheetOut], notes: Sequence[str]) -> None:
        for index, width in enumerate((20, 20, 8, 34, 44)):
            page.set_column(index, index, width, self.wrap)
        line = 0
        for note in notes:
            page.write_string(line, 0, note)
            line += 1
        page.write_row(line, 0, ["工作表", "列", "必填", "允许填", "说明"], self.bold)
        for sheet in sheets:
            line += 1
            rules = f"[{'、'.join(sheet.spec.rules)}]" if sheet.spec.rules else ""
            page.write_row(line, 0, [sheet.spec.label, "", "", "", f"{sheet.spec.help}{rules}"], self.wrap)
            for each in sheet.spec.fields:
                line += 1
                page.write_row(
                    line, 0, ["", each.label, "是" if _required(each) else "", _limits(each), each.help], self.wrap
                )
        page.freeze_panes(len(notes) + 1, 0)


def _header(spec: SheetSpec, each: FieldSpec | None) -> str:
    if each is None:
        return spec.name_label or ""
    return each.label + ("*" if _required(each) else "")


def _required(each: FieldSpec) -> bool:
    return each.required and each.default is None


def _limits(each: FieldSpec) -> str:
    longest = LONGEST.get(each.type)
    return f"文字,不超过 {longest} 个字" if longest else allowed_in(each)


def _note(each: FieldSpec) -> str:
    parts = ["必填" if _required(each) else "可不填", _limits(each), each.help]
    return ";".join(part for part in parts if part)


def _choices(each: FieldSpec) -> tuple[str, ...]:
    if each.type == "bool":
        return ("是", "否")
    return tuple(option.label for option in each.options)
