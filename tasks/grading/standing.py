"""What was proposed and imposed in all cycles: the list, blocks in force on a day, what a revoked event reopened."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.cycle import Cycle
from models.grading import Consequence
from models.roster import Person, Unit
from models.session import reading
from tasks.cycle.open_cycle import load_pack
from tasks.grading.consequence_gate import STATES
from tasks.grading.consequences import SYSTEM_ACTIONS, is_block
from tasks.wiring import House


@dataclass(frozen=True)
class ConsequenceLine:
    """One consequence in words; `starts` and `ends` (both included) are set for a block such as no promotion."""

    cycle: str
    subject: str
    name: str
    rule: str
    proposed: str
    state: str
    imposed: str
    settled_on: str
    due_on: str
    starts: str
    ends: str
    reason: str
    reopened: str


def standing_measures(session: Session, on: date) -> list[Consequence]:
    """Return the imposed measures with a beginning and an end that are in force on a day, of all cycles.

    The first and the last day are in force.
    """
    query = _of_cycles().where(col(Consequence.state).in_(("imposed", "replaced")))
    day = on.isoformat()
    rows = (row for row in session.exec(query) if is_block(row))
    return [row for row in rows if row.detail["starts"] <= day <= row.detail["ends"]]


def list_consequences(
    world: House, *, in_force: date | None = None, subject: str = "", reopened: bool = False
) -> list[ConsequenceLine]:
    """Return consequences of all cycles, oldest first: those in force on a day, about whom, or to be settled anew."""
    with reading(world.engine) as session:
        rows = list(session.exec(_of_cycles())) if in_force is None else standing_measures(session, in_force)
        names = dict(session.exec(select(Unit.id, Unit.name)).all()) | dict(
            session.exec(select(Person.id, Person.name)).all()
        )
        cycles = {row.id: row for row in session.exec(select(Cycle))}
        packs = {id_: load_pack(session, cycles[id_]) for id_ in {row.cycle_id for row in rows}}
        labels = {id_: {**SYSTEM_ACTIONS, **pack.action_labels} for id_, pack in packs.items()}
        return [
            _line(row, cycles[row.cycle_id].key, names.get(row.subject, ""), labels[row.cycle_id])
            for row in rows
            if subject in ("", row.subject, names.get(row.subject))
            and (not reopened or (row.state == "proposed" and row.detail.get("reopened")))
        ]


def _of_cycles() -> SelectOfScalar[Consequence]:
    query = select(Consequence).join(Cycle, col(Cycle.id) == col(Consequence.cycle_id))
    return query.where(Cycle.state != "withdrawn").order_by(col(Consequence.id))


def _line(row: Consequence, cycle: str, name: str, labels: dict[str, str]) -> ConsequenceLine:
    block = is_block(row)
    return ConsequenceLine(
        cycle=cycle,
        subject=row.subject,
        name=name,
        rule=row.rule,
        proposed=labels.get(row.action, row.action),
        state=STATES[row.state],
        imposed=labels.get(row.settled_action, row.settled_action),
        settled_on=str(row.settled_on or ""),
        due_on=str(row.due_on or ""),
        starts=row.detail["starts"] if block else "",
        ends=row.detail["ends"] if block else "",
        reason=row.reason,
        reopened=str((row.detail.get("reopened") or {}).get("why", "")),
    )
