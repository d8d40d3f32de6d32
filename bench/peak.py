"""`python -m bench.peak core|hand FOLDER`: assesses the frames of a folder once and prints the peak memory in KiB."""

import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import polars as pl

from bench.sample import SCHEME, YEAR
from scoring.case import CaseFrames

FRAMES = ("subjects", "facts", "history")


def main(way: str, folder: Path) -> None:
    """Load only what the way needs."""
    subjects, facts, history = (pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES)
    case = CaseFrames(YEAR, subjects, facts, history, base="block")
    if way == "hand":
        from bench.handwritten import assess_by_hand

        assess_by_hand(case)
    else:
        from config.scheme_loader import load_scheme
        from scoring.assess import assess

        assess(load_scheme(SCHEME).scheme, case, "propose")
    print(high_water())


def high_water() -> int:
    """The most memory that this process has held, in KiB.

    The kernel keeps it per program: `ru_maxrss` would start with what the process that started this one holds.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
