"""Drafting a proposal (facts collected and frozen, grades proposed and kept), against a plain read of the facts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl
from sqlalchemy import Engine, insert, select

from bench.databases import NOW, Shelf
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import KEY, fill_roster, make_house, open_year, subject_facts, subjects_of, the_cycle
from models.evidence import Entry, Fact
from models.session import reading, writing
from tasks.evidence.collect_facts import collect_facts
from tasks.grading.draft_proposal import draft_sheet
from tasks.wiring import desk_at

GOAL = 10.0


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """One figure a kind of database."""
    for shelf in shelves:
        name = f"propose_{shelf.kind}"
        yield compare(name, partial(_once, size, shelf, folder), repeats=size.repeats, goal=GOAL)


def _once(size: Size, shelf: Shelf, folder: Path) -> tuple[float, float]:
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        with writing(engine) as session:
            open_year(session)
        _fill_facts(engine, size)
        with stopwatch() as plain, reading(engine) as session:
            rows = session.execute(select(Fact.subject, Fact.name, Fact.value)).all()  # type: ignore[call-overload]
            pl.DataFrame(rows, schema=["subject", "name", "value"], orient="row")
        with stopwatch() as watch, writing(engine) as session:
            desk = desk_at(make_house(engine, folder), session, the_cycle(session))
            sheet = draft_sheet(desk, collect_facts(session, desk.cycle, desk.today))
        assert len(sheet.assessment["grades"]) == len(subjects_of(size.units)), "every subject gets a grade"
        return watch.seconds, plain.seconds


def _fill_facts(engine: Engine, size: Size) -> None:
    """One entry a subject with all its facts; which form brought them does not matter here."""
    day = NOW.date()
    entries = {code: number for number, (code, _, _) in enumerate(subjects_of(size.units), start=1)}
    common = {"scope": KEY, "source": "样表.xlsx", "dated": day, "state": "current"}
    with writing(engine) as session:
        session.execute(
            insert(Entry),
            [
                {**common, "id": number, "form": "preliminary", "key": code, "subject": code, "values": {}}
                | {"version": 1, "entered_at": NOW}
                for code, number in entries.items()
            ],
        )
        session.execute(
            insert(Fact),
            [
                {**common, "subject": code, "name": name, "value": value, "entry_id": entries[code]}
                for code, name, value in subject_facts(size.units)
            ],
        )
