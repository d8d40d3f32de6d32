"""Bozhou's year of duties for tests: two units or forty-three, sheets handed in, turns taken, refusals read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.duties.turn import Turned
from tasks.intake.import_files import import_files
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests import duty_house
from tests.duty_house import copy_of, obligations, year_world
from tests.support import fresh_engine

SCHEME, SCOPE = "bozhou", "bozhou-2010"
NEW_YEAR = date(2010, 1, 1)


@contextmanager
def opened(folder: Path, **size: int) -> Iterator[House]:
    """Open the year for a roster of a size; the house is read or copied, so that one serves many tests."""
    world = year_world(fresh_engine(folder), folder, SCHEME, NEW_YEAR, **size)
    yield world
    world.engine.dispose()


@contextmanager
def copied(year: House, folder: Path) -> Iterator[House]:
    """Give a test its own copy of an opened year."""
    copy = copy_of(year, folder)
    yield copy
    copy.engine.dispose()


def hand_in(world: House, form: str, on: date, *rows: dict[str, Any]) -> None:
    """Import rows of a form on a day."""
    duty_house.file_rows(world, SCOPE, form, on, *rows)


def turn(world: House, duty: str, on: date) -> Turned:
    """Take the turns of a duty that are due on a day."""
    return duty_house.turn(world, SCHEME, duty, on)


def refused(world: House, folder: Path, form: str, row: dict[str, Any]) -> str:
    """Bring one row as a file, and return why it is refused."""
    path = folder / f"{form}.csv"
    cells = [("否", "是")[value] if isinstance(value, bool) else str(value) for value in row.values()]
    path.write_text(f"{','.join(row)}\n{','.join(cells)}\n", encoding="utf-8")
    with pytest.raises(SheetFaults) as refusal:
        import_files(world, SCOPE, [path], apply=True, by="管理员甲")
    return str(refusal.value)


def state(world: House, duty: str) -> dict[str, str]:
    """Return how each obligation of a duty stands, by owner."""
    return {row.owner: row.state for row in obligations(world, duty)}
