"""Consequences: what follows from a grade, a run of grades or a fact; proposed here, imposed by people."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.scheme import Phase, Rule, Setting

CONSEQUENCES = {
    "subject": pl.String(), "rule": pl.String(), "action": pl.String(), "options": pl.List(pl.String()),
    "review": pl.String(), "max_grade": pl.String(), "deadline_months": pl.Int64(),
}  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One thing to do, the other choices open to the person who imposes it, and its deadline if it has one."""

    code: str
    options: tuple[str, ...] = ()
    deadline_months: Setting | None = None


@dataclass(frozen=True, kw_only=True)
class OnGrade(Rule):
    """Actions for every subject with one of these grades (BZ-17)."""

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    grades: tuple[str, ...]
    actions: tuple[Action, ...]

    def apply(self, board: Board) -> None:
        rows = board.frame.filter(board.concerned(self) & board.named(board.decided()).is_in(self.grades))
        propose_all(board, self, rows, self.actions)


@dataclass(frozen=True, kw_only=True)
class OnFact(Rule):
    """Actions for every subject with this fact, whatever its grade (BZ-20)."""

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    when: Condition
    actions: tuple[Action, ...]

    def apply(self, board: Board) -> None:
        propose_all(board, self, board.frame.filter(board.answers(self, self.when)), self.actions)


def propose_all(
    board: Board, rule: Rule, rows: pl.DataFrame, actions: tuple[Action, ...], *, review: str | None = None
) -> None:
    """The same actions for each of these rows."""
    for action in actions:
        months = None if action.deadline_months is None else board.number(action.deadline_months)
        propose(board, rule, rows, action.code, options=action.options, review=review, deadline_months=months)


def propose(
    board: Board,
    rule: Rule,
    rows: pl.DataFrame,
    action: str,
    *,
    options: tuple[str, ...] = (),
    review: str | None = None,
    max_grade: str | None = None,
    deadline_months: int | None = None,
) -> None:
    """One consequence row for each of these rows of the board; the action itself always is the first option."""
    if rows.is_empty():
        return
    choices = [action, *(option for option in options if option != action)]
    values = {
        "rule": rule.id,
        "action": action,
        "review": review,
        "max_grade": max_grade,
        "deadline_months": deadline_months,
    }
    columns = [pl.lit(value).cast(CONSEQUENCES[name]).alias(name) for name, value in values.items()]
    chosen = pl.lit(pl.Series([choices])).first().alias("options")
    board.consequences.append(rows.select(pl.col("id").alias("subject"), chosen, *columns).select(*CONSEQUENCES))
