"""The child process that parses one workbook under limits of time and memory, and prints its cells as JSON."""

import json
import sys

import fastexcel
import polars as pl

CPU_SECONDS = 60
MEMORY_BYTES = 4 << 30


def limit() -> None:
    """Set this process's limits where the system has them."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def cells(path: str) -> dict[str, list[list[str | None]]]:
    """Return every sheet's cells as text, from A1 on, so that row and column keep their numbers."""
    reader = fastexcel.read_excel(path)
    sheets = {}
    for name in reader.sheet_names:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
        sheets[name] = [list(row) for row in pl.DataFrame(sheet).iter_rows()] if sheet.width else []
    return sheets


if __name__ == "__main__":
    limit()
    json.dump(cells(sys.argv[1]), sys.stdout, ensure_ascii=True)
