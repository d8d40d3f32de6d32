"""What `kaohe cycle list|show` tells."""

from dataclasses import asdict, dataclass

from sqlmodel import Session, col, func, select

from models.cycle import Cycle, Gate, StageState
from models.duty import Obligation, Period
from models.session import reading
from tasks.cycle.gates import holders
from tasks.cycle.launch import find_cycle
from tasks.cycle.run_stage import STAGES, spec_of, unmet_conditions
from tasks.wiring import House, reading_desk

STATES = {"open": "办理中", "held": "已暂停", "closed": "已办结", "withdrawn": "已撤销"}


@dataclass(frozen=True)
class CycleLine:
    """One cycle in the list."""

    key: str
    name: str
    state: str
    stage: str


def list_cycles(world: House) -> list[CycleLine]:
    """Return all cycles, newest first, with the stage each stands in."""
    with reading(world.engine) as session:
        return [
            CycleLine(cycle.key, cycle.name, STATES[cycle.state], _stands(session, cycle))
            for cycle in session.exec(select(Cycle).order_by(col(Cycle.id).desc()))
        ]


def _stands(session: Session, cycle: Cycle) -> str:
    """The stage a cycle stands in; of recurring duties, how many periods are open and how much is owed."""
    if cycle.kind == "routine":
        turns = select(func.count()).select_from(Period).where(Period.cycle_id == cycle.id, Period.state == "open")
        owing = select(func.count()).select_from(Obligation).where(Obligation.cycle_id == cycle.id)
        owed = session.exec(owing.where(col(Obligation.state).in_(("open", "returned")))).one()
        return f"{session.exec(turns).one()} 期进行中,{owed} 件未报"
    query = select(StageState.label).where(StageState.cycle_id == cycle.id, StageState.state != "closed")
    return session.exec(query.order_by(col(StageState.ordinal))).first() or "—"


def show_cycle(world: House, key: str) -> dict[str, object]:
    """Return a cycle's stages, what the open one waits for, and the open gate with its fields and answerers."""
    cycle = find_cycle(world, key)
    assert cycle.id is not None
    with reading_desk(world, cycle.id) as desk:
        query = select(StageState).where(StageState.cycle_id == cycle.id).order_by(col(StageState.ordinal))
        rows = list(desk.session.exec(query))
        waiting = next((row for row in rows if row.state == "open"), None)
        unmet = []
        if waiting is not None:
            facts = STAGES[waiting.stage].stage_facts(desk)
            unmet = [str(item) for item in unmet_conditions(desk, spec_of(desk, waiting.stage), facts)]
        gates = select(Gate).where(Gate.cycle_id == cycle.id, col(Gate.state).in_(("open", "answered")))
        gate = desk.session.exec(gates).first()
        stands = _stands(desk.session, cycle) if waiting is None else waiting.label
        return {
            **asdict(CycleLine(cycle.key, cycle.name, STATES[cycle.state], stands)),
            "stages": [row.model_dump(mode="json", include=SHOWN) for row in rows],
            "unmet": unmet,
            "gate": None
            if gate is None
            else {
                "key": gate.key,
                "title": gate.title,
                "question": gate.question,
                "form": gate.form,
                "holders": holders(desk, gate.role),
                "state": gate.state,
            },
        }


SHOWN = {"stage", "label", "state", "opened_on", "due_on", "closed_on", "rounds"}
