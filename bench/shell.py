"""`kaohe assess` on the integrated case, from the shell, against a Python that only imports Polars.

Both run as installed: compiled once, whatever this shell says about writing byte code.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.databases import Shelf
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import SCHEME
from config.settings import ROOT

GOAL = 1.0
CASE = ROOT / "config" / "schemes" / SCHEME / "cases" / "integrated.yaml"
KAOHE = str(Path(sys.executable).with_name("kaohe"))


def measure(size: Size, _shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure; no database."""
    yield compare("assess_shell", _once, repeats=size.shell_repeats, goal=GOAL)


def _once() -> tuple[float, float]:
    plain = _run([sys.executable, "-c", "import polars"])
    return _run([KAOHE, "assess", SCHEME, str(CASE), "--json"]), plain


def _run(command: Sequence[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with stopwatch() as watch:
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return watch.seconds
