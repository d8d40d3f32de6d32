"""One call of a stage: open it, take in what came, apply an answer, close it or say what it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from config.stages import ConditionSpec, StageSpec, load_stages
from config.yaml_words import shown
from models.cycle import Cycle, Gate, StageException, StageState
from scoring.conditions import compile_condition
from scoring.fact_decl import FactDecl
from tasks.cycle import deadline
from tasks.cycle.claim import Claim, fenced_desk
from tasks.cycle.gates import current_gate, drop_gate, open_gate, spend_answer
from tasks.desk import Desk
from tasks.stage import FactValue, Outcome, Stage
from tasks.stages import (
    announce,
    decide,
    evaluate,
    feedback,
    investigate,
    propose,
    publish,
    rectify,
    report_meeting,
    self_report,
)
from tasks.wiring import House

STAGES: dict[str, Stage] = {
    "announce": announce,
    "self_report": self_report,
    "report_meeting": report_meeting,
    "evaluate": evaluate,
    "investigate": investigate,
    "propose": propose,
    "decide": decide,
    "publish": publish,
    "feedback": feedback,
    "rectify": rectify,
}


@dataclass(frozen=True)
class Unmet:
    """A condition that does not hold yet."""

    condition: ConditionSpec
    facts: Mapping[str, FactValue]
    labels: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        values = ",".join(f"{self.labels.get(name, name)}={shown(value)}" for name, value in self.facts.items())
        return f"{self.condition.message}({self.condition.rule}:{values})"


def open_stages(desk: Desk) -> list[str]:
    """Return the codes of the stages that are not closed, in order."""
    query = select(StageState).where(StageState.cycle_id == desk.cycle_id, StageState.state != "closed")
    return [row.stage for row in desk.session.exec(query.order_by(col(StageState.ordinal)))]


def run_stage(world: House, claim: Claim, code: str) -> Outcome:
    """Bring a stage as far as it can go now; every change stands in one of two fenced transactions."""
    with fenced_desk(world, claim, code) as desk:
        enter_stage(desk, code)
    with fenced_desk(world, claim, code) as desk:
        return work_stage(desk, code)


def enter_stage(desk: Desk, code: str) -> None:
    """Open a pending stage: its state and all that opening it means, together."""
    row = desk.stage(code)
    if row.state != "pending":
        return
    desk.move(row, "open", opened_on=desk.today, due_on=deadline.first_due(desk, spec_of(desk, code)))
    STAGES[code].open_stage(desk)


def work_stage(desk: Desk, code: str) -> Outcome:
    """Take in, answer, check, and close or ask; progress of any kind clears the count of failures."""
    stage, row = STAGES[code], desk.stage(code)
    stage.settle(desk)
    accepted = _consume_answer(desk, stage, code)
    if row.state != "open":
        return Outcome(code, "rewound")
    if accepted:  # what had come before the answer allowed it
        stage.settle(desk)
    facts = stage.stage_facts(desk)
    unmet = unmet_conditions(desk, spec_of(desk, code), facts)
    if not unmet:
        drop_gate(desk, code)
        stage.close_stage(desk)
        desk.move(row, "close", closed_on=desk.today)
        _clear_failures(desk.cycle)
        return Outcome(code, "closed", reports=stage.reports(desk, facts))
    gate = current_gate(desk.session, desk.cycle_id) or _ask(desk, stage, row, unmet, facts)
    lines = tuple(str(item) for item in unmet)
    return Outcome(code, "waiting", lines, gate.key if gate else None, stage.reports(desk, facts))


def probe_stage(desk: Desk, code: str) -> Outcome:
    """Say what a pass would find now, without closing anything; the caller rolls back what settling changed."""
    row = desk.stage(code)
    if row.state == "pending":
        return Outcome(code, "closed")
    stage = STAGES[code]
    stage.settle(desk)
    news = desk.changes > 0
    facts = stage.stage_facts(desk)
    unmet = unmet_conditions(desk, spec_of(desk, code), facts)
    if not unmet:
        return Outcome(code, "closed")
    gate = current_gate(desk.session, desk.cycle_id) or _ask(desk, stage, row, unmet, facts)
    return Outcome(code, "waiting", tuple(str(item) for item in unmet), gate.key if gate else None, news=news)


def spec_of(desk: Desk, code: str) -> StageSpec:
    """Return a stage's part of the frozen scheme."""
    return next(spec for spec in load_stages(desk.pack) if spec.code == code)


def unmet_conditions(desk: Desk, spec: StageSpec, facts: Mapping[str, FactValue]) -> list[Unmet]:
    """Return the exit conditions that do not hold and were not let pass as a soft exception."""
    row = desk.stage(spec.code)
    query = select(StageException.condition).where(
        StageException.cycle_id == desk.cycle_id, StageException.stage == spec.code, StageException.round == row.rounds
    )
    passed = set(desk.session.exec(query))
    declared = {name: FactDecl(name, name, kind) for name, kind in spec.facts.items()}
    unmet = []
    for condition in spec.exit:
        compiled = compile_condition(condition.when, declared)
        if compiled.holds(facts) is not True and condition.id not in passed:
            unmet.append(Unmet(condition, {name: facts.get(name) for name in compiled.names}, spec.labels))
    return unmet


def _consume_answer(desk: Desk, stage: Stage, code: str) -> bool:
    """Apply an answered gate, or refuse it with its reasons; either way it is spent. Return whether it was accepted."""
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is None or gate.stage != code or gate.state != "answered":
        return False

    def apply(answer: Mapping[str, Any]) -> None:
        if gate.kind == deadline.KIND:
            unmet = unmet_conditions(desk, spec_of(desk, code), stage.stage_facts(desk))
            deadline.take_answer(desk, gate, answer, [item.condition for item in unmet])
        else:
            stage.take_answer(desk, gate, answer)

    if not spend_answer(desk, gate, apply):
        return False
    _clear_failures(desk.cycle)
    return True


def _ask(
    desk: Desk,
    stage: Stage,
    row: StageState,
    unmet: Sequence[Unmet],
    facts: Mapping[str, FactValue],
) -> Gate | None:
    """Open the stage's own gate, else the deadline gate when the stage is overdue."""
    question = stage.ask(desk, facts)
    if question is None and is_overdue(row, desk.today):
        question = deadline.ask(desk, row, [(item.condition, str(item)) for item in unmet])
    return open_gate(desk, row.stage, question) if question else None


def is_overdue(row: StageState, today: date) -> bool:
    """Tell whether a stage's deadline has passed (the due day itself is in time)."""
    return row.due_on is not None and today > row.due_on


def _clear_failures(cycle: Cycle) -> None:
    cycle.failures = 0
