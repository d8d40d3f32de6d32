"""Consequences: what follows from a grade, a run of grades or a fact; proposed here, imposed by people."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.scheme import Phase, Rule, Setting

CONSEQUENCES = {
    "subject": pl.String(), "rule": pl.String(), "action": pl.String(), "options": pl.List(pl.String()),
    "review": pl.String(), "max_grade": pl.String(), "deadline_months": pl.Int64(), "value": pl.String(),
    "starts": pl.String(), "ends": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One thing to do, the other choices open to the person who imposes it, its deadline or its period.

    A period of `duration_months` starts at the date fact `from_date` of the graded subject; with `on_person` the action
    falls on its unit's subjects of these tiers (GS-22).
    """

    code: str
    options: tuple[str, ...] = ()
    deadline_months: Setting | None = None
    duration_months: Setting | None = None
    from_date: str | None = None
    on_person: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OnGrade(Rule):
    """Actions for every subject with one of these grades, where `when` holds (BZ-17, GS-22)."""

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    grades: tuple[str, ...]
    actions: tuple[Action, ...]
    when: Condition | None = None

    def apply(self, board: Board) -> None:
        named = board.named(board.decided()).is_in(self.grades).fill_null(False)
        hit = board.frame.select(board.concerned(self) & named).to_series()
        propose_all(board, self, board.rows(only_when(board, self, self.when, hit)), self.actions)


@dataclass(frozen=True, kw_only=True)
class OnFact(Rule):
    """Actions for every subject with this fact, whatever its grade (BZ-20)."""

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    when: Condition
    actions: tuple[Action, ...]

    def apply(self, board: Board) -> None:
        propose_all(board, self, board.rows(board.answers(self, self.when)), self.actions)


def only_when(board: Board, rule: Rule, when: Condition | None, hit: pl.Series) -> pl.Series:
    """Those of `hit` where the condition, if there is one, holds; for nobody else it is asked."""
    return hit if when is None else board.answers(rule, when, hit).fill_null(False)


def propose_all(
    board: Board, rule: Rule, rows: pl.LazyFrame, actions: tuple[Action, ...], *, review: str | None = None
) -> None:
    """The same actions for each of these rows of the board, or for the persons in their units."""
    for action in actions:
        months = None if action.deadline_months is None else board.number(action.deadline_months)
        starts, ends = _starts(action), _ends(board, action)
        whom = rows
        if action.on_person:
            of_unit = rows.select("unit", starts=starts, ends=ends).unique(maintain_order=True)
            persons = board.rows(pl.col("tier").is_in(action.on_person)).select("id", "unit")
            whom = persons.join(of_unit, on="unit", maintain_order="left_right")
            starts, ends = pl.col("starts"), pl.col("ends")
        propose(
            board, rule, whom, action.code, options=action.options,
            review=review, deadline_months=months, starts=starts, ends=ends,
        )  # fmt: skip


def _starts(action: Action) -> pl.Expr:
    return pl.lit(None, pl.String) if action.from_date is None else pl.col(action.from_date).cast(pl.String)


def _ends(board: Board, action: Action) -> pl.Expr:
    """The last day of the period: 2020-03-01 and twelve months end on 2021-02-28."""
    if action.from_date is None or action.duration_months is None:
        return pl.lit(None, pl.String)
    months = board.number(action.duration_months)
    return pl.col(action.from_date).dt.offset_by(f"{months}mo").dt.offset_by("-1d").cast(pl.String)


def propose(
    board: Board,
    rule: Rule,
    rows: pl.LazyFrame | pl.DataFrame,
    action: str,
    *,
    options: tuple[str, ...] = (),
    **values: pl.Expr | str | int | None,
) -> None:
    """One consequence for each `id` of these rows; `values` are of the columns of CONSEQUENCES, alike or by row.

    The action itself always is the first option.
    """
    choices = [action, *(option for option in options if option != action)]
    said: dict[str, pl.Expr | str | int | None] = {"rule": rule.id, "action": action, **values}
    said |= {"subject": pl.col("id"), "options": pl.lit(pl.Series([choices])).first()}
    columns = {
        name: value if isinstance(value, pl.Expr) else pl.lit(value, dtype)
        for name, dtype in CONSEQUENCES.items()
        for value in (said.get(name),)
    }
    found = rows.lazy().select(**columns).collect()
    if not found.is_empty():
        board.consequences.append(found)
