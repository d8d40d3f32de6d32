"""The steps of a pass outside its stages: launch and claim, the next stage, answers, failures, the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config import clock
from models.cycle import Cycle, CycleRun, Gate
from models.session import reading, writing
from models.transitions import move
from tasks.cycle.claim import Claim, claim_cycle, end_run, fenced_desk, note_failure
from tasks.cycle.gates import GateClosed, NotHolder, current_gate, drop_gate, holders, record_answer
from tasks.cycle.open_cycle import CycleParams, open_cycle, try_params
from tasks.cycle.run_stage import open_stages, probe_stage
from tasks.desk import Desk
from tasks.outbox.obsolete import withdraw_question
from tasks.wiring import House, UnknownCycle, lock_cycle, reading_desk, writing_desk


@dataclass(frozen=True)
class Waiting:
    """An open gate as the UI needs it: its key, text, fields and those who may answer."""

    key: str
    kind: str
    title: str
    question: str
    form: tuple[Mapping[str, Any], ...]
    holders: tuple[str, ...]
    answered: bool


def launch_cycle(world: House, params: CycleParams, flow_run_id: str) -> Claim:
    """Open the cycle, or find the one that runs with equal parameters, and claim it for this run.

    Raises what `open_cycle` and `claim_cycle` raise. A cycle on hold is continued by a run that never held it before.
    """
    with writing(world.engine) as session:
        now, today = clock.now(session), clock.today(session)
        cycle = open_cycle(session, params=params, today=today, now=now, by=params.office)
        assert cycle.id is not None
        lock_cycle(session, cycle.id)
        known = session.exec(select(CycleRun.id).where(CycleRun.flow_run_id == flow_run_id)).first()
        if cycle.state == "held" and known is None:
            _release(session, cycle, params.office)
        return claim_cycle(
            session,
            cycle_id=cycle.id,
            flow_run_id=flow_run_id,
            at=clock.wall_now(),
            lease=timedelta(seconds=world.settings.lease_seconds),
        )


def try_launch(world: House, params: CycleParams) -> None:
    """Raise what opening the cycle would raise (ParamsRefused, CycleDiffers, CycleClosed), and change nothing."""
    with reading(world.engine) as session:
        try_params(session, params, clock.today(session))


def next_stage(world: House, cycle_id: int) -> str | None:
    """Return the first stage that is not closed."""
    with reading_desk(world, cycle_id) as desk:
        return next(iter(open_stages(desk)), None)


def waiting_gate(world: House, cycle_id: int) -> Waiting | None:
    """Return the gate the cycle waits for, as the UI shows it."""
    with reading_desk(world, cycle_id) as desk:
        gate = current_gate(desk.session, cycle_id)
        if gate is None:
            return None
        names = tuple(holders(desk, gate.role))
        return Waiting(
            gate.key, gate.kind, gate.title, gate.question, tuple(gate.form), names, gate.state == "answered"
        )


def drop_needless_gate(world: House, claim: Claim, code: str) -> None:
    """Drop the stage's unanswered gate when what it waited for has come by itself.

    A resumed run may bring the gate's answer, which is kept first.
    """
    if claim.resumed:
        return
    with fenced_desk(world, claim, "gate") as desk:
        gate = current_gate(desk.session, claim.cycle_id)
        if gate is not None and gate.state == "open" and probe_stage(desk, code).state == "closed":
            drop_gate(desk, code)


def keep_answer(world: House, claim: Claim, key: str, answer: Mapping[str, Any], answered_by: str) -> None:
    """Keep the answer that came through Prefect, in the cycle's claimed run."""
    with fenced_desk(world, claim, "gate") as desk:
        take_in_answer(desk, key, answer, answered_by)


def take_in_answer(desk: Desk, key: str, answer: Mapping[str, Any], answered_by: str) -> None:
    """Keep an answer; one given before through another door stands, one by a person without the role is refused."""
    try:
        record_answer(desk, key, answer, answered_by)
    except GateClosed as closed:
        desk.audit("gate.late_answer", {"key": key, "answer": dict(answer), "why": str(closed)}, by=answered_by)
    except NotHolder as refused:
        gate = desk.session.exec(select(Gate).where(Gate.key == key)).one()
        gate.answer, gate.answered_by, gate.refusal = dict(answer), answered_by, str(refused)
        desk.move(gate, "answer", by=answered_by, reason=str(refused))
        withdraw_question(desk.session, gate, by=answered_by, now=desk.now)
        desk.move(gate, "refuse", reason=str(refused))


def close_cycle(world: House, claim: Claim) -> str:
    """Close a cycle whose stages are all closed; return its name."""
    with fenced_desk(world, claim, "cycle") as desk:
        if desk.cycle.state == "open":
            desk.move(desk.cycle, "close", closed_at=desk.now)
        end_run(desk.session, claim, at=desk.now)
        return desk.cycle.name


def fail_cycle(world: House, flow_run_id: str, cause: str) -> None:
    """Count a failed run of a cycle; too many without progress put it on hold."""
    with writing(world.engine) as session:
        run = session.exec(select(CycleRun).where(CycleRun.flow_run_id == flow_run_id)).first()
        if run is None or run.state != "live":
            return
        limit = world.settings.attempts_without_progress
        note_failure(session, cycle_id=run.cycle_id, limit=limit, at=clock.now(session), cause=cause)


def hold_run(world: House, flow_run_id: str, reason: str) -> None:
    """Put the cycle that a run drives on hold until a person continues it."""
    with reading(world.engine) as session:
        run = session.exec(select(CycleRun).where(CycleRun.flow_run_id == flow_run_id)).first()
        cycle_id = run.cycle_id if run is not None and run.state == "live" else None
    if cycle_id is not None:
        hold_cycle(world, cycle_id, reason)


def hold_cycle(world: House, cycle_id: int, reason: str) -> None:
    """Put an open cycle on hold until a person continues it."""
    with writing_desk(world, cycle_id) as desk:
        if desk.cycle.state == "open":
            desk.move(desk.cycle, "hold", reason=reason)


def release_cycle(world: House, key: str, by: str) -> Cycle:
    """Take a cycle off hold; a cycle that is not on hold stays as it is."""
    with writing(world.engine) as session:
        cycle = session.exec(_by_key(key)).first()
        if cycle is None or cycle.id is None:
            raise UnknownCycle(key, cycle_keys(world))
        if lock_cycle(session, cycle.id).state == "held":
            _release(session, cycle, by)
        return cycle


def _release(session: Session, cycle: Cycle, by: str) -> None:
    cycle.failures = 0
    move(session, cycle, "continue", by=by, at=clock.now(session), reason="由人工继续")


def cycle_keys(world: House) -> list[str]:
    """Return the keys of all cycles that are not withdrawn."""
    with reading(world.engine) as session:
        return list(session.exec(select(Cycle.key).where(Cycle.state != "withdrawn").order_by(col(Cycle.key))))


def find_cycle(world: House, key: str) -> Cycle:
    """Return the cycle of a key; UnknownCycle names those that exist."""
    with reading(world.engine) as session:
        cycle = session.exec(_by_key(key)).first()
        if cycle is None:
            raise UnknownCycle(key, cycle_keys(world))
        session.expunge(cycle)
        return cycle


def _by_key(key: str) -> SelectOfScalar[Cycle]:
    return select(Cycle).where(Cycle.key == key, Cycle.state != "withdrawn")
