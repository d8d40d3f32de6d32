"""落实结果运用 as Prefect sees it: the gate of a cycle outside its stages, and what becomes of an answer."""

from collections.abc import Mapping
from typing import Any

from tasks.cycle.launch import Waiting, take_in_answer, waiting_gate
from tasks.grading.consequence_gate import STATES
from tasks.grading.consequences import action_label, consequences
from tasks.grading.rules import target_names
from tasks.grading.settlement import ask_routine, take_routine_answer
from tasks.running.stage_step import show_report
from tasks.stage import Report
from tasks.wiring import House, reading_desk, writing_desk


def ask_to_settle(world: House, cycle_id: int) -> Waiting | None:
    """Return the gate that settles what a cycle proposes, opened now where needed; None when nothing is proposed."""
    with writing_desk(world, cycle_id) as desk:
        if ask_routine(desk) is None:
            return None
    return waiting_gate(world, cycle_id)


def settle(world: House, cycle_id: int, key: str, answer: Mapping[str, Any], answered_by: str) -> None:
    """Keep an answer and apply it; a refused one is asked again under a new key with its reasons on top."""
    with writing_desk(world, cycle_id, by=answered_by) as desk:
        take_in_answer(desk, key, answer, answered_by)
        take_routine_answer(desk)


def show_settled(world: House, cycle_id: int) -> None:
    """Leave what was proposed and what became of it as an artifact."""
    with reading_desk(world, cycle_id) as desk:
        names = target_names(desk)
        rows = tuple(
            {
                "对象": names.get(row.subject, row.subject),
                "建议": action_label(desk, row.action),
                "规则": row.rule,
                "条文": row.detail.get("clause", ""),
                "结果": STATES[row.state],
                "措施": action_label(desk, row.settled_action),
                "理由": row.reason,
            }
            for row in consequences(desk)
        )
        key = desk.cycle.key
    show_report(key, Report("settled-consequences", "结果运用", table=rows))
