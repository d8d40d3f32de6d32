"""A house in which Tongxiang's year runs, and what its tests ask of it."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from models.evidence import Fact
from models.grading import Consequence
from models.session import reading
from tasks.duties.turn import Turned
from tasks.intake.import_files import import_files
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests import duty_house

SCHEME, SCOPE = "tongxiang", "tongxiang-2010"
NEW_YEAR = date(2010, 1, 1)
MAYOR = "分管副市长"


def hand_in(world: House, form: str, on: date, *rows: dict[str, Any], scope: str = SCOPE) -> None:
    """Import rows of a form on a day."""
    duty_house.file_rows(world, scope, form, on, *rows)


def turn(world: House, duty: str, on: date) -> Turned:
    """Take a duty's turns that are due on a day."""
    return duty_house.turn(world, SCHEME, duty, on)


def facts(world: House, name: str, scope: str = SCOPE) -> dict[str, str]:
    """Return the current values of a fact by subject."""
    with reading(world.engine) as session:
        query = select(Fact).where(Fact.name == name, Fact.state == "current", Fact.scope == scope)
        return {fact.subject: fact.value for fact in session.exec(query)}


def proposals(world: House, rule: str) -> list[tuple[str, str, list[str]]]:
    """Return subject, action and options of what a rule proposed, oldest first."""
    with reading(world.engine) as session:
        rows = session.exec(select(Consequence).where(Consequence.rule == rule).order_by(col(Consequence.id)))
        return [(row.subject, row.action, row.options) for row in rows]


def in_charge(world: House, *pairs: tuple[str, str], scope: str = SCOPE, **changes: Any) -> None:
    """Register who is in charge of whom, from New Year on."""
    rows = ({"rater": rater, "cadre": cadre, "since": NEW_YEAR, **changes} for rater, cadre in pairs)
    hand_in(world, "charges", NEW_YEAR, *rows, scope=scope)


def grade(cadre: str, month: str, given: str, rater: str = MAYOR) -> dict[str, Any]:
    """Return a row of a month's review."""
    return {"cadre": cadre, "month": month, "rater": rater, "grade": given, "rated_on": f"{month}-28"}


def refused(world: House, folder: Path, form: str, row: dict[str, Any]) -> str:
    """Bring one row as a file, and return why it is refused; empty text when it is taken."""
    path = folder / f"{form}.csv"
    path.write_text(f"{','.join(row)}\n{','.join(str(value) for value in row.values())}\n", encoding="utf-8")
    try:
        import_files(world, SCOPE, [path], apply=True, by="管理员甲")
    except SheetFaults as refusal:
        return str(refusal)
    return ""
