"""A workbook of plain tables: xlsxwriter makes the empty sheets, the rows go in as text, in a third of its time."""

import io
import math
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

WIDTH = 18
LONGEST = 32_767  # characters that a cell holds
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
DIMENSION = re.compile(b'<dimension ref="[^"]*"/>')
Rows = Sequence[Sequence[Any]]


def write_book(path: Path, tables: Sequence[tuple[str, Rows]]) -> None:
    """Write one sheet for each name and table, its head fixed; no cell is a formula.

    A cell holds text (cut where Excel's cells end), a number, yes or no, or nothing; ValueError for a number that is
    none, xlsxwriter's errors for a name that no sheet may have.
    """
    empty = io.BytesIO()
    with xlsxwriter.Workbook(empty, {"in_memory": True}) as book:
        for name, _ in tables:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 20, WIDTH)
    rows = {f"xl/worksheets/sheet{number}.xml": table for number, (_, table) in enumerate(tables, start=1)}
    with zipfile.ZipFile(empty) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part in made.infolist():
            content = made.read(part)
            package.writestr(part, _filled(content, rows[part.filename]) if part.filename in rows else content)


def _filled(sheet: bytes, rows: Rows) -> bytes:
    """Put rows into an empty sheet; where they end is told at its beginning."""
    columns = [xl_col_to_name(index) for index in range(max(map(len, rows), default=0))]
    end = f"{columns[-1]}{len(rows)}" if columns else "A1"
    before, found, after = DIMENSION.sub(f'<dimension ref="A1:{end}"/>'.encode(), sheet).partition(b"<sheetData/>")
    assert found
    lines = [_line(number, row, columns) for number, row in enumerate(rows, start=1)]
    return b"".join([before, b"<sheetData>", "".join(lines).encode(), b"</sheetData>", after])


def _line(number: int, row: Sequence[Any], columns: Sequence[str]) -> str:
    cells = [
        _cell(f"{column}{number}", value)
        for column, value in zip(columns, row, strict=False)
        if value not in (None, "")
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: str | float) -> str:
    if isinstance(value, str):
        text = escape(value[:LONGEST])
        if not text.isprintable() or "_x" in text:  # as Excel itself writes what XML may not hold
            text = ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if not math.isfinite(value):
        raise ValueError(f"cell {place} is {value}: a workbook holds finite numbers; give the text instead")
    return f'<c r="{place}"><v>{value:.16G}</v></c>'
