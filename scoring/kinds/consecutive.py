"""Runs of years: the same grades this year and in the years just before; a year without a grade breaks the run."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.kinds.consequence import Action, propose, propose_all
from scoring.scheme import Phase, Rule

HUMAN_REVIEW = "HUMAN_REVIEW"


@dataclass(frozen=True, kw_only=True)
class Consecutive(Rule):
    """Actions after `years` years running with one of these grades, on the subject itself (BZ-19).

    With `leaders` the actions fall on those persons of the unit who led it in all these years (BZ-18): a leader who did
    not is put before a person; where the history does not say who led, the present one counts, marked for review.
    """

    phase: ClassVar[Phase] = Phase.CONSEQUENCE
    grades: tuple[str, ...]
    years: int
    actions: tuple[Action, ...]
    leaders: tuple[str, ...] = ()
    unrecorded: str = ""
    changed: str = ""

    def apply(self, board: Board) -> None:
        runs = board.frame.filter(board.concerned(self) & board.named(board.decided()).is_in(self.grades))
        past = board.case.history.filter(
            pl.col("grade").is_in(self.grades)
            & pl.col("year").is_between(board.case.year - self.years + 1, board.case.year - 1)
        )
        counted = past.group_by("subject").agg(pl.col("year").n_unique(), led_by=pl.col("led_by"))
        runs = runs.join(
            counted.filter(pl.col("year") == self.years - 1), left_on="id", right_on="subject", maintain_order="left"
        )
        if self.leaders:
            self._on_leaders(board, runs)
        else:
            propose_all(board, self, runs, self.actions)

    def _on_leaders(self, board: Board, runs: pl.DataFrame) -> None:
        leaders = board.frame.filter(pl.col("tier").is_in(self.leaders))
        rows = leaders.join(runs.select("unit", "led_by"), on="unit", maintain_order="left").explode("led_by")
        unrecorded = pl.col("led_by").is_null()
        led = pl.col("led_by").list.contains(pl.col("id"))
        each = rows.group_by("id", maintain_order=True).agg(
            unrecorded.any().alias("unrecorded"), led.all().alias("led")
        )
        known, unknown = pl.col("led") & ~pl.col("unrecorded"), pl.col("led") & pl.col("unrecorded")
        propose_all(board, self, each.filter(known), self.actions)
        propose_all(board, self, each.filter(unknown), self.actions, review=self.unrecorded)
        choices = tuple(choice for action in self.actions for choice in (action.code, *action.options))
        propose(board, self, each.filter(~pl.col("led")), HUMAN_REVIEW, options=choices, review=self.changed)
