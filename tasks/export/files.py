"""An export on disk: canonical JSON, or a workbook; the file appears whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import xlsxwriter

WIDTH = 18
LONGEST = 32_767  # characters that a cell holds; a longer text would take the rest of its row with it


def as_json(told: Mapping[str, Any]) -> str:
    """Return the export as JSON text, readable and the same for the same content."""
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)


def write_json(told: Mapping[str, Any], path: Path) -> None:
    """Write the export as JSON."""
    part = _part(path)
    part.write_text(as_json(told) + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def write_excel(told: Mapping[str, Any], path: Path) -> None:
    """Write one sheet for each table; nested values as JSON, every cell as text or number, never as a formula."""
    part = _part(path)
    with xlsxwriter.Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, content in told.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 20, WIDTH)
            for number, row in enumerate(_table(content)):
                sheet.write_row(number, 0, row)
    part.replace(path)


def _part(path: Path) -> Path:
    """A name of its own beside the file, so that two who write it at once do not take each other's half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")


def _table(content: Any) -> list[Sequence[Any]]:
    """Heads and rows: of a list of rows, or of a mapping as names and values."""
    if isinstance(content, Mapping):
        return [("name", "value"), *((name, _cell(value)) for name, value in content.items())]
    heads = list(content[0]) if content else []
    return [heads, *([_cell(row.get(head)) for head in heads] for row in content)]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text[:LONGEST]
