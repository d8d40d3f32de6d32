"""A trial of many variants of the rules on ten thousand subjects, against as many assessments from the facts on."""

from collections.abc import Iterator
from pathlib import Path

from bench.databases import Shelf
from bench.figure import Figure, Size, stopwatch
from bench.many import many
from bench.sample import SCHEME
from config.scheme_loader import load_scheme
from config.trial_file import Variant
from scoring.assess import assess
from tasks.grading.try_out import Ground, try_out

GOAL = 60.0
ALONE = 10  # assessments from the facts on that stand for as many as there are variants


def measure(size: Size, _shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure; no database."""
    pack, case = load_scheme(SCHEME), many(size.few_units)
    with stopwatch() as plain:
        for _ in range(ALONE):
            assess(pack.scheme, case, "propose")
    with stopwatch() as watch:
        tried = try_out(Ground(pack, case, {}), {}, variants(size.variants))
    assert tried.variants == size.variants, "every variant is tried"
    yield Figure("whatif", watch.seconds, "s", watch.seconds / (plain.seconds / ALONE * size.variants), GOAL)


def variants(number: int) -> list[Variant]:
    """That many combinations of quotas and thresholds."""
    return [
        Variant(
            f"{at}",
            {
                "BZ-08.part": 10 + at % 11,
                "quota.min": at % 7,
                "investigation.ballot_whole": 2 + at % 5,
                "investigation.complaints_min": 1 + at % 3,
            },
        )
        for at in range(number)
    ]
