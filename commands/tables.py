"""Tables for the terminal that fold long Chinese text instead of cutting it."""

from rich.table import Table


def table(title: str, *headers: str, lines: bool = False) -> Table:
    """An empty table with these column heads."""
    result = Table(title=title, show_lines=lines)
    for header in headers:
        result.add_column(header, overflow="fold")
    return result
