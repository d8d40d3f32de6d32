"""What commands print: tables that fold long Chinese text instead of cutting it, and JSON for programs."""

import json
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table


def table(title: str, *headers: str, lines: bool = False) -> "Table":
    """An empty table with these column heads."""
    from rich.table import Table

    result = Table(title=title, show_lines=lines)
    for header in headers:
        result.add_column(header, overflow="fold")
    return result


def echo_json(value: Any) -> None:
    """Prints a value for programs, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
