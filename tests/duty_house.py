"""Builders of tests of recurring duties: a pack of its own, a house on it, sheets handed in, days that pass."""

import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from config import clock
from config.calendar import WorkCalendar
from config.new_scheme import new_scheme
from config.settings import Settings
from models.cycle import Cycle
from models.duty import Obligation, Period
from models.evidence import Fact
from models.migrate import make_rehearsal
from models.session import make_engine, reading, writing
from tasks.duties.turn import Turned, turn_duty
from tasks.duties.year import open_year
from tasks.intake.entries import ImportResult, import_entries
from tasks.intake.scope import find_scope
from tasks.sheets.spec import SheetRow
from tasks.wiring import House
from tests.flows.engine_house import set_today
from tests.support import make_roster, moment

Row = Mapping[str, Any]
SCHEME = "probe"
YEAR = 2026
START = date(YEAR, 1, 1)
PARAMS = {"office": "县考核办", "contact": "邵明远 0900-5550131"}
REPORTS = """
id: {id}
label: {label}
stage: any
about: {about}
key: [{key}]
dated: reported_on
fields:
{fields}
  - {{name: reported_on, label: 报送日期, type: date, required: true}}
"""


def write_pack(home: Path, *duties: str, forms: Mapping[str, str] | None = None) -> Path:
    """Write the pack `probe`: the template with further forms, its duties replaced by these (kept when none given)."""
    folder = new_scheme(SCHEME, home, "试点县")
    for name, text in (forms or {}).items():
        (folder / "forms" / f"{name}.yaml").write_text(text, encoding="utf-8")
    if duties:
        (folder / "duties.yaml").write_text("duties:\n" + "".join(duties), encoding="utf-8")
    return folder


def form(id_: str, label: str, *fields: str, about: str = "unit", key: str = "unit, period") -> str:
    """Return the text of a form with these fields, each a line of YAML, and the day of the report."""
    return REPORTS.format(id=id_, label=label, about=about, key=key, fields="\n".join(f"  - {line}" for line in fields))


def make_house(engine: Engine, folder: Path, *, today: date = START, units: int = 2, deputies: int = 1) -> House:
    """Return a house on a rehearsal database with a roster; the pack is the one that was written."""
    make_rehearsal(engine, moment(today))
    with writing(engine) as session:
        make_roster(session, units=units, deputies=deputies)
    return house_on(engine, folder)


def house_on(engine: Engine, folder: Path) -> House:
    """Return a house on a database, with plain working days."""
    return House(Settings(data=folder, out=folder / "out"), engine, WorkCalendar())


def year_world(
    engine: Engine, folder: Path, scheme: str, since: date, *, units: int = 2, deputies: int = 1, **params: Any
) -> House:
    """Return a house on a rehearsal database with a small roster and a scheme's routine cycle of the year."""
    world = make_house(engine, folder, today=since, units=units, deputies=deputies)
    enable(world, scheme, since=since, year=since.year, **{"office": "州考核办", "contact": "邵明远", **params})
    return world


def copy_of(world: House, folder: Path) -> House:
    """Return a house on a copy of another one's SQLite database: opening a year costs more than the copy."""
    path = folder / "kaohe.db"
    shutil.copyfile(str(world.engine.url.database), path)
    return house_on(make_engine(f"sqlite:///{path}"), folder)


def enable(world: House, scheme: str = SCHEME, *, since: date = START, year: int = YEAR, **params: Any) -> Cycle:
    """Open the routine cycle of a pack."""
    with writing(world.engine) as session:
        now, today = clock.now(session), clock.today(session)
        return open_year(
            session, scheme=scheme, year=year, since=since, params=PARAMS | params, today=today, now=now, by="管理员甲"
        )


def on(world: House, day: date, duty: str = "monthly_report", **given: Any) -> Turned:
    """Let it be a day, and turn a duty of the pack on it."""
    return turn(world, SCHEME, duty, day, **given)


def turn(world: House, scheme: str, duty: str, day: date, **given: Any) -> Turned:
    """Let it be a day, and take a duty's turns that are due on it."""
    set_today(world, day)
    return turn_duty(world, scheme, duty, **given)


def hand_in(world: House, form_id: str, *rows: Row, year: int = YEAR) -> ImportResult:
    """Import rows of a form under the pack and a year today, as a sheet would bring them."""
    return _import(world, f"{SCHEME}-{year}", form_id, rows)


def file_rows(world: House, scope: str, form_id: str, day: date, *rows: Row) -> ImportResult:
    """Let it be a day, and import rows of a form under a cycle key; fields left out are blank, dates may be dates."""
    set_today(world, day)
    return _import(world, scope, form_id, rows)


def _import(world: House, key: str, form_id: str, rows: Iterable[Row]) -> ImportResult:
    with writing(world.engine) as session:
        scope = find_scope(session, key)
        blank = {field.name: field.default for field in scope.forms[form_id].fields}
        typed = [
            SheetRow(form_id, "样表.xlsx", form_id, number, blank | {name: _text(value) for name, value in row.items()})
            for number, row in enumerate(rows, start=2)
        ]
        return import_entries(
            session,
            scope=scope.key,
            cycle=scope.cycle,
            pack=scope.pack,
            rows=typed,
            source="样表.xlsx",
            today=clock.today(session),
            now=clock.now(session),
            by="管理员甲",
        )


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def report(unit: str, period: str, day: str, **values: Any) -> dict[str, Any]:
    """Return a row of a unit's report for a period, handed in on a day."""
    return {"unit": unit, "period": period, "reported_on": day, "progress": "按计划推进", **values}


def owed(world: House, duty: str = "monthly_report") -> dict[tuple[str, str], str]:
    """Return the state of each obligation of a duty by slot and owner."""
    with reading(world.engine) as session:
        rows = session.exec(select(Obligation).where(Obligation.duty == duty).order_by(col(Obligation.id)))
        return {(row.slot, row.owner): row.state for row in rows}


def obligations(world: House, duty: str = "monthly_report", slot: str = "") -> list[Obligation]:
    """Return what is owed under a duty, of one slot or of all, in order of slots and owners."""
    query = select(Obligation).where(Obligation.duty == duty)
    if slot:
        query = query.where(Obligation.slot == slot)
    with reading(world.engine) as session:
        found = list(session.exec(query.order_by(col(Obligation.slot), col(Obligation.owner))))
        session.expunge_all()
        return found


def period_of(world: House, slot: str, duty: str = "monthly_report") -> Period:
    """Return a period of a duty."""
    with reading(world.engine) as session:
        row = session.exec(select(Period).where(Period.duty == duty, Period.slot == slot)).one()
        session.expunge(row)
        return row


def facts(world: House, name: str) -> dict[str, str]:
    """Return the current values of a fact by subject."""
    with reading(world.engine) as session:
        rows = session.exec(select(Fact).where(Fact.name == name, Fact.state == "current"))
        return {row.subject: row.value for row in rows}


def table(found: Period, title: str) -> list[tuple[Any, ...]]:
    """Return the rows of one table of a closed period by its title."""
    return [tuple(row) for each in found.outcome["tables"] if each["title"] == title for row in each["rows"]]


def flaws(found: Period, rule: str) -> list[str]:
    """Return what a closed period found against a rule, as `code: text`."""
    return [f"{flaw['concerns']}: {flaw['text']}" for flaw in found.outcome["flaws"] if flaw["rule"] == rule]
