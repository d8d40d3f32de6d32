"""An export on disk: canonical JSON, or a workbook; the file appears whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from tasks.export.book import write_book


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
    write_book(part, [(name[:31], _table(content)) for name, content in told.items()])
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
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
