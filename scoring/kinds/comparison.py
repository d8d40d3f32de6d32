"""Rules that look at the settled grades: another assessment's cap, the cross-check, the shape of a distribution."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.kinds.consequence import propose
from scoring.prepared import RANK_OF
from scoring.scheme import Phase, Rule, Setting


@dataclass(frozen=True, kw_only=True)
class AnnualCap(Rule):
    """A grade at or below `below` caps the grade of a linked assessment, whose grade is `fact` (BZ-15, BZ-16)."""

    phase: ClassVar[Phase] = Phase.RESULT
    below: str
    inclusive: Setting
    fact: str
    max_grade: str
    action: str

    def apply(self, board: Board) -> None:
        strict = 0 if board.setting(self.inclusive) else 1
        low = board.decided() >= board.ranked(self.below) + strict
        rows = board.rows(board.concerned(self) & low).with_columns(board.named(board.decided()).alias("grade"))
        propose(board, self, rows, self.action, max_grade=self.max_grade)
        better = pl.col(RANK_OF + self.fact) < board.fact_rank(self.fact, self.max_grade)
        label = board.scheme.facts[self.fact].label
        text = pl.format(
            "本考核“{}”," + label + "“{}”,不得高于“" + self.max_grade + "”", "grade", pl.col(self.fact).cast(pl.String)
        )
        board.find_among("violation", self, rows.filter(better), text)


@dataclass(frozen=True, kw_only=True)
class CrossCheck(Rule):
    """A notice where the grades of two assessments lie `distance` ranks or more apart (BZ-44)."""

    phase: ClassVar[Phase] = Phase.RESULT
    fact: str
    distance: Setting

    def apply(self, board: Board) -> None:
        apart = (board.decided().cast(pl.Int16) - pl.col(RANK_OF + self.fact).cast(pl.Int16)).abs() >= board.number(
            self.distance
        )
        rows = board.rows(board.concerned(self) & apart).with_columns(board.named(board.decided()).alias("grade"))
        label = board.scheme.facts[self.fact].label
        text = pl.format("本考核“{}”," + label + "“{}”,相差悬殊", "grade", pl.col(self.fact).cast(pl.String))
        board.find_among("notice", self, rows, text)


@dataclass(frozen=True, kw_only=True)
class Shape(Rule):
    """A notice for each fully graded pool whose middle grades do not outnumber the ends (BZ-09)."""

    phase: ClassVar[Phase] = Phase.RESULT
    middle: tuple[str, ...]
    ends: tuple[str, ...]

    def apply(self, board: Board) -> None:
        grade = board.named(board.decided())
        mine = board.concerned(self) & pl.col("pool").is_not_null() & ~pl.col("ungraded")
        pools = board.rows(mine).group_by("pool", maintain_order=True)
        counts = pools.agg(
            shown=pl.len(),
            graded=grade.count(),
            middle=grade.is_in(self.middle).sum(),
            ends=grade.is_in(self.ends).sum(),
        )
        size = pl.col("pool").replace_strict(dict(board.case.pools), default=None, return_dtype=pl.Int64)
        whole = counts.filter(pl.col("graded") == size.fill_null(pl.col("shown")))
        blunt = whole.filter(pl.col("middle") <= pl.col("ends"))
        text = pl.format("中间等次{}个,两头{}个,未成纺锤形", "middle", "ends")
        board.find_in_pools("notice", self, blunt, text)
