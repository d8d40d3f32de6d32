"""The pure core in propose mode, against spreading the same facts into one row a subject."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl

from bench.databases import Shelf
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import SCHEME, YEAR, subject_facts, subjects_of
from config.scheme_loader import load_scheme
from scoring.assess import assess
from scoring.case import FACTS, SUBJECTS, CaseFrames
from scoring.scheme import Scheme

GOAL = 10.0


def measure(size: Size, _shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure; no database."""
    scheme = load_scheme(SCHEME).scheme
    case = CaseFrames(
        year=YEAR,
        subjects=pl.DataFrame(subjects_of(size.core_units), SUBJECTS, orient="row"),
        facts=pl.DataFrame(list(subject_facts(size.core_units)), FACTS, orient="row"),
        base="block",
    )
    yield compare("core_propose", partial(_once, scheme, case), repeats=size.repeats, goal=GOAL)


def _once(scheme: Scheme, case: CaseFrames) -> tuple[float, float]:
    with stopwatch() as plain:
        case.facts.pivot(on="name", index="subject", values="value")
    with stopwatch() as watch:
        answer = assess(scheme, case, "propose")
    assert answer.grades.height == case.subjects.height, "every subject gets a grade"
    return watch.seconds, plain.seconds
