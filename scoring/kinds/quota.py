"""Quota: how many of a pool may have a grade; ties across the last seat are listed, never broken."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from scoring.board import Board
from scoring.scheme import Phase, Rule, Setting

Rounding = Literal["floor", "ceil", "half_up"]


@dataclass(frozen=True, kw_only=True)
class Quota(Rule):
    """At most `part` of `whole` of the pool have `grade` or better, by whole numbers only (BZ-07, BZ-08)."""

    phase: ClassVar[Phase] = Phase.QUOTA
    pool: str
    grade: str
    part: int
    whole: int
    rounding: Setting = "floor"
    minimum: Setting = 0

    def seats(self, size: int, board: Board) -> int:
        """floor(part * size / whole) unless the scheme rounds otherwise, and never below the minimum."""
        extra = {"floor": 0, "ceil": self.whole - 1, "half_up": self.whole // 2}[str(board.setting(self.rounding))]
        return max(board.number(self.minimum), (self.part * size + extra) // self.whole)

    def apply(self, board: Board) -> None:
        in_pool = board.frame.select(pl.col("pool") == self.pool).to_series().fill_null(False)
        size = board.case.pools.get(self.pool, int(in_pool.sum()))
        seats = self.seats(size, board)
        holds = board.frame.select((board.rank() <= board.ranked(self.grade)).fill_null(False)).to_series() & in_pool
        count = int(holds.sum())
        if count <= seats:
            return
        if board.proposing:
            self._fill(board, holds, seats)
        else:
            board.find_in_pool("violation", self, self.pool, f"“{self.grade}”{count}个,{size}个中最多{seats}个")

    def _fill(self, board: Board, holds: pl.Series, seats: int) -> None:
        order = pl.col(board.scheme.base.order_fact).fill_null(pl.Int64.max())
        rows = board.frame.filter(holds).with_columns(order.rank("max").alias("last"), order.rank("min").alias("first"))
        kept = rows.filter(pl.col("last") <= seats)["id"]
        tied = rows.filter((pl.col("last") > seats) & (pl.col("first") <= seats))["id"].to_list()
        lost = holds & ~board.frame["id"].is_in(kept.implode())
        below = board.scheme.tiers[self.applies_to[0]].scale.grades
        next_grade = below[below.index(self.grade) + 1]
        board.limit(self, "seat", lost, next_grade, pl.lit(f"候选{rows.height},名额{seats}"))
        if tied and kept.len() < seats:
            names = "、".join(tied)
            board.find_in_pool("notice", self, self.pool, f"名额{seats},已用{kept.len()},并列待定:{names}")
