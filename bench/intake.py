"""Taking in a workbook of ballot tallies, against a plain read of the same workbook."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import polars as pl

from bench.databases import Shelf
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import (
    BALLOTS,
    BY,
    KEY,
    SCHEME,
    SEED,
    VOTERS,
    fill_roster,
    make_house,
    name_of,
    open_year,
    subjects_of,
)
from config.scheme_loader import load_scheme
from models.session import writing
from tasks.intake.entries import forms_of
from tasks.intake.import_files import import_files
from tasks.sheets.spec import sheet_of
from tasks.sheets.writing import SheetOut, write_workbook

GOAL = 10.0
FORM = "ballots"


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """One figure a kind of database, on one workbook."""
    book = folder / "ballots.xlsx"
    label = _write_ballots(size, book)
    for shelf in shelves:
        name = f"intake_ballots_{shelf.kind}"
        yield compare(name, partial(_once, size, shelf, book, label), repeats=size.repeats, goal=GOAL)


def _once(size: Size, shelf: Shelf, book: Path, label: str) -> tuple[float, float]:
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        with writing(engine) as session:
            open_year(session)
        with stopwatch() as plain:
            rows = pl.read_excel(book, sheet_name=label).height
        with stopwatch() as watch:
            done = import_files(make_house(engine, book.parent), KEY, [book], apply=True, by=BY)
        assert done.result.forms[FORM].added == rows, "every row of the workbook is new"
        return watch.seconds, plain.seconds


def _write_ballots(size: Size, book: Path) -> str:
    chance = Random(SEED)
    rows = []
    for code, _, _ in subjects_of(size.units)[: size.ballots]:
        good = chance.randint(0, VOTERS)
        counts = dict(zip(BALLOTS, (VOTERS, good, VOTERS - good, 0, 0), strict=True))
        rows.append({"subject": code, "counted_on": "2010-12-18", **counts})
    form = forms_of(load_scheme(SCHEME))[FORM]
    names = {str(row["subject"]): name_of(str(row["subject"])) for row in rows}
    write_workbook(book, [SheetOut(sheet_of(form), rows, names)])
    return form.label
