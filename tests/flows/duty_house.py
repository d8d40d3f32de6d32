"""Builders for recurring duties: a house in which a scheme's year runs, sheets handed in on a day, turns taken."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from config.calendar import WorkCalendar
from config.settings import Settings
from models.duty import Obligation, Period
from models.migrate import make_rehearsal
from models.session import make_engine, reading, writing
from tasks.duties.turn import Turned, turn_duty
from tasks.duties.year import open_year
from tasks.intake.entries import import_entries
from tasks.intake.scope import find_scope
from tasks.sheets.spec import SheetRow
from tasks.wiring import House
from tests.flows.engine_house import set_today
from tests.support import make_roster, moment

Row = Mapping[str, Any]


def year_world(
    engine: Engine, folder: Path, scheme: str, since: date, *, units: int = 2, deputies: int = 1, **params: Any
) -> House:
    """Return a house on a rehearsal database with a small roster and the scheme's routine cycle of the year."""
    make_rehearsal(engine, moment(since))
    given = {"office": "州考核办", "contact": "邵明远", **params}
    with writing(engine) as session:
        make_roster(session, units=units, deputies=deputies)
        open_year(
            session,
            scheme=scheme,
            year=since.year,
            since=since,
            params=given,
            today=since,
            now=moment(since),
            by="管理员甲",
        )
    return house_on(engine, folder)


def house_on(engine: Engine, folder: Path) -> House:
    """Return a house on a database, with plain working days."""
    return House(Settings(data=folder, out=folder / "out"), engine, WorkCalendar())


def copy_of(world: House, folder: Path) -> House:
    """Return a house on a copy of another one's SQLite database: opening a year costs more than the copy."""
    path = folder / "kaohe.db"
    shutil.copyfile(str(world.engine.url.database), path)
    return house_on(make_engine(f"sqlite:///{path}"), folder)


def hand_in(world: House, scope: str, form: str, on: date, *rows: Row) -> None:
    """Import rows of a form on a day, as a sheet would bring them; fields left out are blank, dates may be dates."""
    set_today(world, on)
    with writing(world.engine) as session:
        found = find_scope(session, scope)
        blank = {field.name: field.default for field in found.forms[form].fields}
        typed = [
            SheetRow(form, "样表.xlsx", form, number, blank | {name: _text(value) for name, value in row.items()})
            for number, row in enumerate(rows, start=2)
        ]
        import_entries(
            session,
            scope=found.key,
            cycle=found.cycle,
            pack=found.pack,
            rows=typed,
            source="样表.xlsx",
            today=on,
            now=moment(on),
            by="管理员甲",
        )


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def turn(world: House, scheme: str, duty: str, on: date) -> Turned:
    """Take a duty's turns that are due on a day."""
    set_today(world, on)
    return turn_duty(world, scheme, duty)


def period(world: House, duty: str, slot: str) -> Period:
    """Return a period as it stands."""
    with reading(world.engine) as session:
        found = session.exec(select(Period).where(Period.duty == duty, Period.slot == slot)).one()
        session.expunge(found)
        return found


def obligations(world: House, duty: str, slot: str = "") -> list[Obligation]:
    """Return what is owed under a duty, of one slot or of all, in order of slots and owners."""
    query = select(Obligation).where(Obligation.duty == duty)
    if slot:
        query = query.where(Obligation.slot == slot)
    with reading(world.engine) as session:
        found = list(session.exec(query.order_by(col(Obligation.slot), col(Obligation.owner))))
        session.expunge_all()
        return found


def table(found: Period, title: str) -> list[tuple[Any, ...]]:
    """Return the rows of one table of a closed period by its title."""
    return [tuple(row) for each in found.outcome["tables"] if each["title"] == title for row in each["rows"]]


def flaws(found: Period, rule: str) -> list[str]:
    """Return what a closed period found against a rule, as `code: text`."""
    return [f"{flaw['concerns']}: {flaw['text']}" for flaw in found.outcome["flaws"] if flaw["rule"] == rule]
