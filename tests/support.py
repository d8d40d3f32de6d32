"""Builders of tests: a small invented roster, an open cycle on it, a desk, and filled forms."""

import atexit
import shutil
import tempfile
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from config.calendar import WorkCalendar
from config.clock import ZONE
from config.stages import load_stages
from models.cycle import Cycle, Gate
from models.migrate import upgrade
from models.roster import Person, Post, RoleHolder, Unit
from models.session import make_engine
from tasks.cycle.deadline import first_due
from tasks.cycle.gates import open_gate
from tasks.cycle.open_cycle import CycleParams, load_pack, open_cycle
from tasks.cycle.run_stage import unmet_conditions
from tasks.desk import Desk
from tasks.intake.entries import ImportResult, forms_of, import_entries
from tasks.sheets.spec import SheetRow
from tasks.stage import Stage
from tests.statements import remember

YEAR = 2010
OPENED = date(2010, 12, 1)
UNIT_NAMES = ("水务局", "林业局", "交通局", "粮食局", "文化局", "统计局")
SURNAMES, GIVEN = "陆沈韩岳邵顾苗程简尹", ("怀川", "亦舟", "秋白", "望舒", "景行", "若谷", "明远", "文澜")
HOLDERS = {
    "administrator": "管理员甲",
    "discipline_standing_committee": "纪委常委乙",
    "party_committee": "州党委丙",
}


def moment(day: date) -> datetime:
    """Return ten in the morning of a day in China, as UTC."""
    return datetime.combine(day, time(10), ZONE).astimezone(UTC)


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kaohe-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    remember(engine)
    engine.dispose()
    return path


def fresh_engine(folder: Path) -> Engine:
    """Return an empty migrated SQLite database in a folder (a copy of one that is migrated once a process)."""
    path = folder / "kaohe.db"
    shutil.copyfile(_migrated(), path)
    return make_engine(f"sqlite:///{path}")


def unit_id(number: int) -> str:
    """Return the id of the n-th unit: U1, U2…"""
    return f"U{number}"


def person_id(unit: int, number: int) -> str:
    """Return the id of the n-th leader of a unit: P11 is the principal of U1, P12 its first deputy."""
    return f"P{unit}{number}"


def make_roster(session: Session, *, units: int = 2, deputies: int = 2, since: date = date(2007, 3, 1)) -> None:
    """Add units with one principal and deputies each, and one holder for every role of a gate."""
    numbers = range(1, units + 1)
    for number in numbers:
        name = f"州{UNIT_NAMES[number - 1]}" if number <= len(UNIT_NAMES) else f"第{number}乡"
        session.add(Unit(id=unit_id(number), name=name, leader_in_charge="分管领导"))
        session.add_all(_person(number, rank) for rank in range(1, deputies + 2))
    session.flush()
    session.add_all(_post(number, rank, since) for number in numbers for rank in range(1, deputies + 2))
    session.add_all(RoleHolder(role=role, name=name, start_on=since) for role, name in HOLDERS.items())
    session.flush()


def _person(unit: int, rank: int) -> Person:
    return Person(id=person_id(unit, rank), name=SURNAMES[(unit * 3 + rank) % 10] + GIVEN[(unit + rank * 3) % 8])


def _post(unit: int, rank: int, since: date) -> Post:
    is_first = rank == 1
    return Post(
        person_id=person_id(unit, rank),
        unit_id=unit_id(unit),
        title="局长" if is_first else "副局长",
        tier="principal" if is_first else "deputy",
        principal=is_first,
        start_on=since,
    )


def make_params(**changes: Any) -> CycleParams:
    """Return launch parameters of the Bozhou scheme, with changes."""
    given: dict[str, Any] = {
        "scheme": "bozhou",
        "year": YEAR,
        "hotline": "0900-5550112",
        "office": "州党风廉政建设责任制考核办公室",
        "contact": "邵明远 0900-5550131",
    }
    return CycleParams(**(given | changes))


def make_cycle(session: Session, *, units: int = 2, deputies: int = 2, today: date = OPENED, **params: Any) -> Cycle:
    """Build the roster and open a Bozhou cycle on it, as an administrator would."""
    make_roster(session, units=units, deputies=deputies)
    return open_cycle(session, params=make_params(**params), today=today, now=moment(today), by="管理员甲")


def make_desk(session: Session, cycle: Cycle, today: date = OPENED) -> Desk:
    """Return the desk of a cycle on a day, on plain working days."""
    return Desk(session, cycle, load_pack(session, cycle), WorkCalendar(), moment(today), today)


def fill_form(desk: Desk, form: str, *rows: dict[str, Any]) -> ImportResult:
    """Import rows of a form as if a sheet had been handed in; fields that are left out are blank cells."""
    fields = forms_of(desk.pack)[form].fields
    blank = {field.name: field.default for field in fields}
    typed = [SheetRow(form, "样表.xlsx", form, number, blank | row) for number, row in enumerate(rows, start=2)]
    return import_entries(
        desk.session,
        scope=desk.cycle.key,
        cycle=desk.cycle,
        pack=desk.pack,
        rows=typed,
        source="样表.xlsx",
        today=desk.today,
        now=desk.now,
        by="管理员甲",
    )


def open_stage(desk: Desk, stage: Stage) -> None:
    """Open a stage as the engine does, closing those before it without running them."""
    for spec in load_stages(desk.pack):
        row = desk.stage(spec.code)
        if row.state == "pending":
            desk.move(row, "open", opened_on=desk.today, due_on=first_due(desk, spec))
        if spec.code == stage.CODE:
            return stage.open_stage(desk)
        if row.state == "open":
            desk.move(row, "close", closed_on=desk.today)
    raise LookupError(stage.CODE)


def ask_gate(desk: Desk, stage: Stage) -> Gate:
    """Settle a stage and open the gate it asks for now; fails when it asks nothing."""
    stage.settle(desk)
    question = stage.ask(desk, stage.stage_facts(desk))
    assert question is not None, f"{stage.CODE} asks nothing: {stage.stage_facts(desk)}"
    gate = open_gate(desk, stage.CODE, question)
    gate.answered_by = HOLDERS[question.role]
    return gate


def unmet(desk: Desk, stage: Stage) -> list[str]:
    """Return the ids of a stage's exit conditions that do not hold after taking in what came."""
    stage.settle(desk)
    spec = next(spec for spec in load_stages(desk.pack) if spec.code == stage.CODE)
    return [item.condition.id for item in unmet_conditions(desk, spec, stage.stage_facts(desk))]
