"""Builders of the reminder tests: a house whose open cycle has the work that a test asks for."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import col, select

from models.cycle import Cycle, SchemeSnapshot
from models.duty import Obligation, Reminder
from models.outbox import Message
from models.session import reading, writing
from tasks.reminding.sweep import Swept, sweep
from tasks.wiring import House
from tests.flows.engine_house import make_world, set_today
from tests.support import OPENED

DUE = date(2010, 12, 24)  # a Friday; the default rungs fall on 12-15, 21, 23, 24, 27, 29
DAY = timedelta(days=1)

# Confidential work of raters, whose names the receiver is not told, and the same work with names.
DUTIES = """
duties:
  - id: {id}
    label: 民主测评
    help: 评委评议
    rhythm: yearly
    who: {{person: {{tiers: [deputy]}}}}
    form: self_reports
    slot_from: {{date: handed_in_on}}
    owner_field: subject
    receiver: 第一考核组
    receiver_role: discipline_standing_committee
    ladder: {{rungs: [-1, 2], escalate_from: 2, names: {names}}}
    basis: default
"""


def make_reminding(engine: Engine, folder: Path, *rows: dict[str, Any], today: date = OPENED) -> House:
    """Return a rehearsing house with one open cycle; each row changes an obligation of U1 due on 24 December."""
    world = make_world(engine, folder, today=today)
    owe(world, *rows)
    return world


def owe(world: House, *rows: dict[str, Any]) -> list[int]:
    """Add obligations and return their ids."""
    made = [Obligation(**_obligation(number) | row) for number, row in enumerate(rows)]
    with writing(world.engine) as session:
        session.add_all(made)
        session.flush()
        return [row.id or 0 for row in made]


def _obligation(number: int) -> dict[str, Any]:
    return {
        "cycle_id": 1,
        "stage": "self_report",
        "duty": "self_report",
        "owner": "U1",
        "unit_id": "U1",
        "recipient": "U1",
        "form": "self_reports",
        "receiver": "administrator",
        "slot": str(number),
        "opened_on": OPENED,
        "due_on": DUE,
    }


def give_duties(world: House, text: str) -> None:
    """Let the cycle's frozen pack have these recurring duties."""
    with writing(world.engine) as session:
        cycle = session.exec(select(Cycle)).one()
        snapshot = session.get_one(SchemeSnapshot, cycle.scheme_hash)
        files = {**snapshot.files, "duties.yaml": text}
        changed = SchemeSnapshot(
            hash=f"{abs(hash(text)):064x}", scheme_id="bozhou", files=files, taken_at=snapshot.taken_at
        )
        session.add(changed)
        session.flush()
        cycle.scheme_hash = changed.hash


def sweep_on(world: House, day: date) -> Swept:
    """Set the clock to a day and sweep."""
    set_today(world, day)
    return sweep(world)


def sweep_from(world: House, first: date, last: date) -> None:
    """Sweep on every day from the first to the last, twice a day."""
    day = first
    while day <= last:
        sweep_on(world, day)
        assert sweep(world) == Swept()
        day += DAY


def messages(world: House, kind: str = "", recipient: str = "") -> list[Message]:
    """Return the messages of a kind or to a recipient in order."""
    with reading(world.engine) as session:
        found = list(session.exec(select(Message).order_by(col(Message.id))))
        session.expunge_all()
    return [row for row in found if row.kind == (kind or row.kind) and row.recipient == (recipient or row.recipient)]


def days_of(found: list[Message]) -> list[int]:
    """Return the days of December on which messages were written."""
    return [row.written_at.day for row in found]


def rungs(world: House, obligation: int = 1, *, told: bool | None = None) -> list[int]:
    """Return the rungs that are recorded for an obligation, in the order of recording."""
    with reading(world.engine) as session:
        rows = session.exec(select(Reminder).where(Reminder.obligation_id == obligation).order_by(col(Reminder.id)))
        return [row.rung for row in rows if told is None or row.told == told]


def change(world: House, obligation: int, **values: Any) -> None:
    """Set columns of an obligation as an earlier step would have left them."""
    with writing(world.engine) as session:
        row = session.get_one(Obligation, obligation)
        for name, value in values.items():
            setattr(row, name, value)
