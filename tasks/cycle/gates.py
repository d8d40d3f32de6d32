"""Gates: a question that waits for a person, kept in our tables, whoever asks or answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from config.forms import FieldSpec
from models.cycle import Gate
from models.roster import RoleHolder
from models.transitions import move
from notices.messages import GateMessage
from tasks.cycle.gate_choices import option_labels, to_values
from tasks.desk import Desk
from tasks.outbox.obsolete import withdraw_question
from tasks.stage import AnswerRefused, Question


class GateClosed(Exception):
    """The gate was answered before, or is gone; says by whom and when."""


class NotHolder(Exception):
    """The answerer does not hold the gate's role today; names those who do."""


def prefect_key(*parts: str) -> str:
    """Join parts into a key of lowercase letters, digits and dashes, the only ones Prefect takes."""
    return "-".join(parts).replace("_", "-").lower()


def holders(desk: Desk, role: str) -> list[str]:
    """Return the names of those who hold a role today, in order."""
    query = select(RoleHolder.name).where(
        RoleHolder.role == role,
        RoleHolder.start_on <= desk.today,
        or_(col(RoleHolder.end_on).is_(None), col(RoleHolder.end_on) >= desk.today),
    )
    return list(desk.session.exec(query.order_by(col(RoleHolder.id))))


def current_gate(session: Session, cycle_id: int) -> Gate | None:
    """Return the gate that the cycle waits for, open or answered."""
    query = select(Gate).where(Gate.cycle_id == cycle_id, col(Gate.state).in_(("open", "answered")))
    return session.exec(query).first()


def open_gate(desk: Desk, stage: str, question: Question) -> Gate:
    """Open the next attempt of a gate, with the reasons of a refusal on top, and tell the role's holders.

    After a refusal nobody is told anew: the role knows the question, and the answerer reads why where he answered.
    """
    query = select(Gate).where(Gate.cycle_id == desk.cycle_id, Gate.stage == stage, Gate.kind == question.kind)
    earlier = desk.session.exec(query.order_by(col(Gate.attempt))).all()
    attempt = len(earlier) + 1
    reasons = earlier[-1].refusal.splitlines() if earlier and earlier[-1].state == "refused" else []
    refused = "".join(f"- {reason}\n" for reason in reasons)
    top = f"**上次的答复没有被接受,原因如下:**\n\n{refused}\n**请重新答复。**\n\n" if reasons else ""
    gate = Gate(
        cycle_id=desk.cycle_id,
        stage=stage,
        kind=question.kind,
        attempt=attempt,
        key=prefect_key(desk.cycle.key, stage, question.kind, str(attempt)),
        role=question.role,
        title=question.title,
        question=top + question.text,
        form=[field.model_dump(mode="json", exclude_defaults=True) for field in question.fields],
        opened_at=desk.now,
    )
    desk.session.add(gate)
    desk.session.flush()
    desk.audit("gate.open", {"key": gate.key, "refused": reasons})
    if not reasons:
        _tell(desk, gate, question)
    return gate


def _tell(desk: Desk, gate: Gate, question: Question) -> None:
    text = GateMessage(
        recipient=desk.pack.roles[question.role],
        scheme=desk.pack.scheme.label,
        period=desk.cycle.period,
        question=question.title,
        options=(),
        where=f"Prefect 界面“{desk.cycle.name}”",
        due=None,
    )
    desk.message(text, recipient=question.role, slot=gate.key)


def drop_gate(desk: Desk, stage: str) -> None:
    """Drop the stage's waiting gate, if there is one: what it asked has become needless."""
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is not None and gate.stage == stage:
        desk.move(gate, "drop", reason="条件已经满足或情况已变,不再需要答复")
        withdraw_question(desk.session, gate, by=desk.by, now=desk.now)


def spend_answer(desk: Desk, gate: Gate, apply: Callable[[Mapping[str, Any]], None]) -> bool:
    """Apply an answer and accept its gate, or refuse it with every reason; return whether it was accepted."""
    try:
        if faults := answer_faults(gate):
            raise AnswerRefused(faults)
        with desk.session.begin_nested():
            apply(gate.answer or {})
    except AnswerRefused as refused:
        gate.refusal = "\n".join(refused.reasons)
        desk.move(gate, "refuse", reason=gate.refusal)
        return False
    desk.move(gate, "accept", by=gate.answered_by)
    return True


def answer_faults(gate: Gate) -> list[str]:
    """Return why an answer does not fit the form as it was offered; empty when it fits."""
    fields = [FieldSpec.model_validate(field) for field in gate.form]
    return _faults(fields, gate.answer or {}, "")


def _faults(fields: Sequence[FieldSpec], values: Mapping[str, Any], where: str) -> list[str]:
    faults = []
    for field in fields:
        value = values.get(field.name)
        label = f"{where}“{field.label}”"
        if value in (None, "", []):
            faults += [f"{label}为必填项"] if field.required else []
        elif field.type == "rows" and not _are_rows(value):
            faults.append(f"{label}:收到“{value}”,应为若干行")
        elif field.type == "rows":
            for number, row in enumerate(value, start=1):
                faults += _faults(field.fields, row, f"{label}第 {number} 行")
        elif fault := _fault(field, value):
            faults.append(f"{label}:收到“{value}”,{fault}")
    return faults


def _fault(field: FieldSpec, value: Any) -> str:
    """Return what is allowed when one value does not fit its field."""
    if field.type == "choice":
        known = option_labels(field)
        return "" if isinstance(value, str) and value in known else f"可选:{'、'.join(list(known.values())[:8])}"
    if field.type == "date":
        return "" if _is_date(value) else "应为有效日期,如 2026-01-31"
    if field.type == "bool":
        return "" if isinstance(value, bool) else "应为是或否"
    if field.type in ("count", "integer"):
        low = 0 if field.type == "count" and field.minimum is None else field.minimum
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = whole and (low is None or value >= low) and (field.maximum is None or value <= field.maximum)
        least = "" if low is None else f",不小于 {low}"
        most = "" if field.maximum is None else f",不大于 {field.maximum}"
        return "" if fits else f"应为整数{least}{most}"
    return "" if isinstance(value, str) else "应为文字"


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def record_answer(desk: Desk, key: str, answer: Mapping[str, Any], answered_by: str) -> Gate:
    """Keep an answer in the gate's row, once; equal repetition is harmless, another one is refused.

    A choice may be answered with its stored value or with its label.
    Raises GateClosed for a gate answered otherwise before, NotHolder for a person without the role.
    """
    gate = desk.session.exec(select(Gate).where(Gate.key == key)).first()
    if gate is None:
        raise GateClosed(f"没有关口“{key}”")
    kept = to_values([FieldSpec.model_validate(field) for field in gate.form], answer)
    if gate.state != "open":
        if gate.answer == kept and gate.answered_by == answered_by:
            return gate
        when = f"{gate.answered_at:%Y-%m-%d %H:%M}" if gate.answered_at else "此前"
        raise GateClosed(f"“{gate.title}”已由{gate.answered_by or '系统'}于 {when} 答复,不能重复答复")
    allowed = holders(desk, gate.role)
    if answered_by not in allowed:
        names = "、".join(allowed) or "(目前无人,请在名册“角色”表中登记)"
        raise NotHolder(f"“{answered_by}”不具有“{desk.pack.roles[gate.role]}”角色。可以答复的是:{names}")
    gate.answer, gate.answered_by, gate.answered_at = kept, answered_by, desk.now
    move(desk.session, gate, "answer", by=answered_by, at=desk.now)
    withdraw_question(desk.session, gate, by=answered_by, now=desk.now)
    return gate
