"""History: the same grades in years running, or so many times within a window."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.history import Gap, past_runs
from scoring.kinds.consequence import Action, only_when, propose, propose_all
from scoring.scheme import Phase, Rule, Setting

HUMAN_REVIEW = "HUMAN_REVIEW"


@dataclass(frozen=True, kw_only=True)
class Consecutive(Rule):
    """Actions after `years` years running with one of these grades, on the subject itself (BZ-19).

    A year without a grade breaks the run unless `gap` bridges it; with `reset` the count starts anew after each full
    run, so that of three the third and sixth year fire, not the fourth (GS-20). With `leaders` the actions fall on
    those persons of the unit who led it in all these years (BZ-18): a leader who did not is put before a person; where
    the history does not say who led, the present one counts, marked for review.
    """

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    grades: tuple[str, ...]
    years: int
    actions: tuple[Action, ...]
    gap: Gap = "breaks"
    reset: Setting = False
    when: Condition | None = None
    leaders: tuple[str, ...] = ()
    unrecorded: str = ""
    changed: str = ""

    def apply(self, board: Board) -> None:
        past = past_runs(board.case.history, board.case.year, self.grades, self.gap)
        led_by = pl.col("led_by").filter(pl.col("place") < self.years)
        runs = past.lazy().group_by("subject").agg(run=pl.len() + 1, led_by=led_by)
        full = pl.col("run") % self.years == 0 if board.setting(self.reset) else pl.col("run") >= self.years
        due = runs.filter(full).collect()
        graded = board.named(board.decided()).is_in(self.grades) & pl.col("id").is_in(due["subject"].implode())
        hit = board.frame.select((board.concerned(self) & graded).fill_null(False)).to_series()
        hit = only_when(board, self, self.when, hit)
        if not hit.any():
            return
        rows = board.rows(hit)
        found = rows.join(due.lazy(), left_on="id", right_on="subject", maintain_order="left")
        if self.leaders:
            self._on_leaders(board, found)
        else:
            propose_all(board, self, found, self.actions)

    def _on_leaders(self, board: Board, runs: pl.LazyFrame) -> None:
        leaders = board.rows(pl.col("tier").is_in(self.leaders))
        rows = leaders.join(runs.select("unit", "led_by"), on="unit", maintain_order="left").explode("led_by")
        unrecorded = pl.col("led_by").is_null()
        led = pl.col("led_by").list.contains(pl.col("id"))
        each = rows.group_by("id", maintain_order=True).agg(
            unrecorded.any().alias("unrecorded"), led.all().alias("led")
        )
        each = each.join(leaders, on="id", maintain_order="left").collect().lazy()
        known, unknown = pl.col("led") & ~pl.col("unrecorded"), pl.col("led") & pl.col("unrecorded")
        propose_all(board, self, each.filter(known), self.actions)
        propose_all(board, self, each.filter(unknown), self.actions, review=self.unrecorded)
        choices = tuple(choice for action in self.actions for choice in (action.code, *action.options))
        propose(board, self, each.filter(~pl.col("led")), HUMAN_REVIEW, options=choices, review=self.changed)


@dataclass(frozen=True, kw_only=True)
class Cumulative(Rule):
    """Actions in a year that brings the years with these grades to `times` within `window` years, itself counted.

    They need not be adjacent (chapter 0.3, 累计).
    """

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    grades: tuple[str, ...]
    times: int
    window: int
    actions: tuple[Action, ...]
    when: Condition | None = None

    def apply(self, board: Board) -> None:
        year = board.case.year
        counted = pl.col("grade").is_in(self.grades) & pl.col("year").is_between(year - self.window + 1, year - 1)
        past = board.case.history.filter(counted).group_by("subject").agg(past=pl.col("year").n_unique())
        rows = board.frame.lazy().join(past.lazy(), left_on="id", right_on="subject", how="left", maintain_order="left")
        enough = pl.col("past").fill_null(0) + 1 >= self.times
        graded = board.named(board.decided()).is_in(self.grades)
        hit = rows.select((board.concerned(self) & graded & enough).fill_null(False)).collect().to_series()
        propose_all(board, self, board.rows(only_when(board, self, self.when, hit)), self.actions)
