"""The part of the stage interface of those stages that ask nobody anything."""

from collections.abc import Mapping
from typing import Any

from models.cycle import Gate
from tasks.desk import Desk
from tasks.stage import AnswerRefused, FactValue, Question


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:  # noqa: ARG001 - the stage interface
    """Ask nothing."""
    return None


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:  # noqa: ARG001 - the stage interface
    """Refuse: nothing was asked."""
    raise AnswerRefused([f"“{desk.stage(gate.stage).label}”没有需要答复的事项"])
