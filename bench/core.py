"""The core on a million subjects of Bozhou: against hand-written rules, against its own pace on few, and in memory."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench.databases import Shelf
from bench.figure import Figure, Size, stopwatch
from bench.handwritten import assess_by_hand
from bench.many import many
from bench.peak import FRAMES
from bench.sample import SCHEME
from config.scheme_loader import load_scheme
from config.settings import ROOT
from scoring.assess import assess
from scoring.case import CaseFrames

SECONDS, RATIO, GROWTH, GIBIBYTES = 30.0, 1.5, 1.2, 2.0
FEW_RUNS = 10  # on few subjects for each on many: they are short, and only many of them have a steady median
KIBI = 1024
CORE, HAND = "core", "hand"

Way = Callable[[CaseFrames], object]


def measure(size: Size, _shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """Four figures, no database; `ratio` always is to the hand-written rules in the same measure."""
    ways: dict[str, Way] = {CORE: partial(assess, load_scheme(SCHEME).scheme, mode="propose"), HAND: assess_by_hand}
    case, few = many(size.core_units), many(size.few_units)
    many_laps, few_laps = _laps(ways, case, few, size.core_repeats)
    long, short = ({way: median(laps[way]) for way in ways} for laps in (many_laps, few_laps))
    ratio = median(core / hand for core, hand in zip(many_laps[CORE], many_laps[HAND], strict=True))
    growth = {way: long[way] / short[way] / (size.core_units / size.few_units) for way in ways}
    peaks = _peaks(case, folder)
    yield Figure("core_million", long[CORE], "s", ratio, SECONDS)
    yield Figure("core_ratio", ratio, "x", ratio, RATIO)
    yield Figure("core_growth", growth[CORE], "x", growth[CORE] / growth[HAND], GROWTH)
    yield Figure("core_memory", peaks[CORE], "GiB", peaks[CORE] / peaks[HAND], GIBIBYTES)


def _laps(
    ways: dict[str, Way], case: CaseFrames, few: CaseFrames, repeats: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of each way on many and on few subjects, by turns, so that a busy machine slows all alike."""
    long: dict[str, list[float]] = {way: [] for way in ways}
    short: dict[str, list[float]] = {way: [] for way in ways}
    for answer in ways.values():
        answer(few)
    for _ in range(repeats):
        for way, answer in ways.items():
            long[way].append(_seconds(answer, case))
            short[way] += [_seconds(answer, few) for _ in range(FEW_RUNS)]
    return long, short


def _seconds(answer: Way, case: CaseFrames) -> float:
    with stopwatch() as watch:
        answer(case)
    return watch.seconds


def _peaks(case: CaseFrames, folder: Path) -> dict[str, float]:
    """The peak memory in GiB of a process of its own that reads the case from files and assesses it once."""
    for name in FRAMES:
        getattr(case, name).write_parquet(folder / f"{name}.parquet")
    peaks = {}
    for way in (CORE, HAND):
        command = [sys.executable, "-m", "bench.peak", way, str(folder)]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        peaks[way] = int(told.stdout) / KIBI**2
    return peaks
