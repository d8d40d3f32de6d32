"""`python -m bench`: every benchmark measured, out/bench.json written, exit code 1 when a goal is missed."""

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.table import Table

from bench import (
    core,
    dispatch,
    fence,
    intake,
    opening,
    opening_large,
    period,
    proposing,
    reminding,
    self_report,
    shell,
    whatif,
    year,
)
from bench.databases import Shelf, shelves
from bench.figure import FULL, TINY, Figure, Size
from config.process import calm_collector

BENCHMARKS: dict[str, ModuleType] = {
    "shell": shell,
    "core": core,
    "whatif": whatif,
    "opening": opening,
    "opening_large": opening_large,
    "period": period,
    "intake": intake,
    "self_report": self_report,
    "proposing": proposing,
    "fence": fence,
    "dispatch": dispatch,
    "reminding": reminding,
    "year": year,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the named benchmarks (all when none is named); 0 when every goal is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(BENCHMARKS)}; all when none is named")
    parser.add_argument("--tiny", action="store_true", help="try the benchmarks on next to nothing")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"))
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as name:
        folder, size = Path(name), TINY if chosen.tiny else FULL
        with shelves(folder, sqlite_only=chosen.sqlite_only) as found:
            figures = list(_told(measure(chosen.names or BENCHMARKS, size, found, folder)))
    write_figures(chosen.out, figures)
    Console().print(_table(figures))
    return int(not all(figure.ok for figure in figures))


def measure(names: Iterable[str], size: Size, found: list[Shelf], folder: Path) -> Iterator[Figure]:
    """Give the figures of benchmarks as they come in; what one has left behind is not looked through in the next."""
    for name in names:
        gc.collect()
        calm_collector()
        yield from BENCHMARKS[name].measure(size, found, folder)


def write_figures(path: Path, figures: Sequence[Figure]) -> None:
    """Write {name: {value, unit, ratio, goal, ok}}; the file appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    content = {figure.name: figure.to_json() for figure in figures}
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def _told(figures: Iterable[Figure]) -> Iterator[Figure]:
    for figure in figures:
        print(f"{figure.name} {figure.value:.3f} {figure.unit}", file=sys.stderr, flush=True)
        yield figure


def _table(figures: Iterable[Figure]) -> Table:
    table = Table(title=f"Benchmarks ({os.cpu_count()} cores)")
    for column in ("benchmark", "value", "goal", "ratio to baseline", "met"):
        table.add_column(column, justify="left" if column == "benchmark" else "right")
    for each in figures:
        value, goal = f"{each.value:.2f} {each.unit}", f"≤ {each.goal:g} {each.unit}"
        table.add_row(each.name, value, goal, f"{each.ratio:.1f}", "yes" if each.ok else "NO")
    return table


if __name__ == "__main__":
    sys.exit(main())
