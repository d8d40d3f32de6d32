"""Markdown for gates and artifacts: short tables that a browser dialog can hold."""

from collections.abc import Sequence

SHOWN = 20


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, more: str = "", shown: int = SHOWN) -> str:
    """Return a table of at most `shown` rows, and a line that says how many are left out and where they stand."""
    if not rows:
        return ""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows[:shown])]
    rest = len(rows) - shown
    if rest > 0:
        lines += ["", f"其余 {rest} 行{f'见 {more}' if more else '从略'}"]
    return "\n".join(lines) + "\n"


def bullets(lines: Sequence[str], *, more: str = "", shown: int = SHOWN) -> str:
    """Return a list of at most `shown` lines."""
    told = [f"- {line}" for line in lines[:shown]]
    if len(lines) > shown:
        told.append(f"- 其余 {len(lines) - shown} 条{f'见 {more}' if more else '从略'}")
    return "\n".join(told) + "\n" if told else ""


def section(title: str, body: str) -> str:
    """Return a headed part, or nothing for an empty body."""
    return f"\n**{title}**\n\n{body}" if body else ""


def _row(cells: Sequence[object]) -> str:
    texts = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(texts)} |"
