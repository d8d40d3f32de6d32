"""What a stage is: the one interface that all ten stages implement as a module of plain functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from config.forms import FieldSpec
from models.cycle import Gate
from tasks.desk import Desk

FactValue = int | bool | str | None


class AnswerRefused(Exception):
    """An answer that cannot stand; `reasons` go on top of the form when it is asked again."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(";".join(self.reasons))


@dataclass(frozen=True)
class Question:
    """What a gate asks: the kind is stable, the fields are the form as offered."""

    kind: str
    role: str
    title: str
    text: str
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True)
class Report:
    """One thing to show in the UI: Markdown text or a table, under a key that stays the same."""

    key: str
    title: str
    markdown: str = ""
    table: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of one call of a stage: closed, or waiting for data or for a gate, or `rewound` to an earlier stage.

    `news` says, of a probe, that a pass would take something in although the stage goes on waiting.
    """

    stage: str
    state: str  # closed | waiting | rewound
    unmet: tuple[str, ...] = ()
    gate_key: str | None = None
    reports: tuple[Report, ...] = field(default=())
    news: bool = False


class Stage(Protocol):
    """A module of `tasks/stages/` (one per canonical stage)."""

    CODE: str

    def open_stage(self, desk: Desk) -> None:
        """Do what opening this stage means: obligations, messages, documents, drafts. Called once per round."""

    def settle(self, desk: Desk) -> None:
        """Take in what has arrived since the last pass (entries → submissions, findings, drafts). Repeatable."""

    def stage_facts(self, desk: Desk) -> dict[str, FactValue]:
        """Return the facts that this stage's conditions in stages.yaml read."""

    def ask(self, desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
        """Return what must be asked of a person now, or None. Asked only while its stage is open."""

    def take_answer(self, desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
        """Apply a gate's answer in this transaction, or raise AnswerRefused with every reason."""

    def close_stage(self, desk: Desk) -> None:
        """Do what closing this stage means. Called once per round, after all exit conditions held."""

    def reports(self, desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
        """Return what an administrator should see in the UI: progress, who is missing, results with clauses."""
