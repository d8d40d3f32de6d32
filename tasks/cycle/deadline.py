"""Stage deadlines: when a stage is due, and the gate that opens when it is overdue."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from config.forms import FieldSpec, Option
from config.stages import ConditionSpec, StageSpec
from models.cycle import Gate, StageException, StageState
from models.duty import Obligation
from tasks.cycle.adjust_subjects import AdjustRefused, is_frozen, withdraw_subject
from tasks.desk import Desk
from tasks.reminding.due_days import move_due
from tasks.stage import AnswerRefused, Question

KIND = "deadline"


def first_due(desk: Desk, spec: StageSpec) -> date:
    """Return a stage's due date: the one given at launch if it still lies ahead, else by the scheme's rule."""
    given = (desk.cycle.params.get("due") or {}).get(spec.code)
    if given and date.fromisoformat(given) >= desk.today:
        return date.fromisoformat(given)
    if spec.due.months:
        return add_months(desk.today, spec.due.months)
    return desk.calendar.add(desk.today, spec.due.workdays)


def add_months(day: date, months: int) -> date:
    """Return the same day n months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ask(desk: Desk, row: StageState, unmet: Sequence[tuple[ConditionSpec, str]]) -> Question:
    """Ask what to do with an overdue stage: extend, let a soft condition pass, or withdraw a subject."""
    soft = [(condition.id, text) for condition, text in unmet if condition.force == "soft"]
    lines = "".join(f"- {text}\n" for _, text in unmet)
    choices = [Option(value="extend", label="延长期限")]
    if soft and len(soft) == len(unmet):
        choices.append(Option(value="exception", label="记录例外,继续下一环节"))
    if not is_frozen(desk):
        choices.append(Option(value="withdraw", label="退出一个考核对象"))
    return Question(
        kind=KIND,
        role="administrator",
        title=f"“{row.label}”已过期限",
        text=f"期限为 **{row.due_on}**,仍有条件未满足:\n\n{lines}",
        fields=(
            FieldSpec(name="choice", label="处理方式", type="choice", required=True, options=tuple(choices)),
            FieldSpec(name="due_on", label="新的期限(延长时填)", type="date"),
            FieldSpec(name="subject", label="退出的考核对象编码(退出时填)", type="text"),
            FieldSpec(name="reason", label="理由", type="longtext", required=True),
        ),
    )


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any], unmet: Sequence[ConditionSpec]) -> None:
    """Apply an answer to the deadline gate, given what does not hold now; AnswerRefused when it cannot stand."""
    reason = str(answer.get("reason") or "").strip()
    if not reason:
        raise AnswerRefused(["请填写理由"])
    row = desk.stage(gate.stage)
    choice = answer.get("choice")
    if choice == "extend":
        _extend(desk, row, answer.get("due_on"), reason, gate.answered_by)
    elif choice == "exception":
        _let_pass(desk, row, unmet, reason, gate.answered_by)
    else:
        _withdraw(desk, str(answer.get("subject") or "").strip(), reason, gate.answered_by)


def _extend(desk: Desk, row: StageState, due_on: Any, reason: str, by: str) -> None:
    if not due_on or date.fromisoformat(str(due_on)) <= desk.today:
        raise AnswerRefused([f"新的期限须晚于今天({desk.today}),收到的是“{due_on or '空'}”"])
    row.due_on = date.fromisoformat(str(due_on))
    query = select(Obligation).where(
        Obligation.cycle_id == desk.cycle_id,
        Obligation.stage == row.stage,
        col(Obligation.state).in_(("open", "returned")),
        Obligation.due_on < row.due_on,
    )
    for owed in desk.session.exec(query):
        move_due(desk, owed, row.due_on, "extension", reason=reason, by=by)
    desk.audit("stage_state.extend", {"stage": row.stage, "due_on": str(due_on), "reason": reason}, by=by)


def _let_pass(desk: Desk, row: StageState, unmet: Sequence[ConditionSpec], reason: str, by: str) -> None:
    """Record an exception for each soft condition that does not hold; one that breaks later is asked for anew."""
    for condition in unmet:
        if condition.force == "soft":
            desk.session.add(
                StageException(
                    cycle_id=desk.cycle_id,
                    stage=row.stage,
                    condition=condition.id,
                    round=row.rounds,
                    reason=reason,
                    granted_by=by,
                    granted_on=desk.today,
                )
            )
    detail = {"stage": row.stage, "conditions": [condition.id for condition in unmet], "reason": reason}
    desk.audit("stage_state.exception", detail, by=by)


def _withdraw(desk: Desk, code: str, reason: str, by: str) -> None:
    try:
        withdraw_subject(desk, code=code, reason=reason, by=by)
    except AdjustRefused as refused:
        raise AnswerRefused([str(refused)]) from refused
