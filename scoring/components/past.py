"""Components over the grades of past years: runs, counts, the best and the worst of a window, one year."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from scoring.board import Board
from scoring.history import past_runs
from scoring.prepared import ranks_of
from scoring.scheme import Component


@dataclass(frozen=True, kw_only=True)
class Past(Component):
    """What is read from the years before this one; this year's own grade never counts, whoever has no past has 0."""

    def past(self, board: Board) -> pl.DataFrame:
        """Subject, year and grade of every past year, once each."""
        history = board.case.history.select("subject", "year", "grade").unique(["subject", "year"])
        return history.filter(pl.col("year") < board.case.year)

    def by_subject(self, board: Board, years: pl.DataFrame, value: pl.Expr) -> pl.Series:
        """An aggregate over these years for each row of the board."""
        found = years.group_by("subject", maintain_order=True).agg(value.alias("value"))
        ids = board.frame.select("id")
        return ids.join(found, left_on="id", right_on="subject", how="left", maintain_order="left")["value"]

    def inputs(self, board: Board) -> pl.Expr:
        years = self.past(board).sort("subject", "year").with_columns(said=pl.format("{}年{}", "year", "grade"))
        said = self.by_subject(board, years, pl.col("said")).list.join(",")
        return pl.lit(said).fill_null("没有往年等次")


@dataclass(frozen=True, kw_only=True)
class PastRun(Past):
    """How many years up to last year had one of these grades without a break; a year without a grade breaks it or is
    passed over."""

    grades: tuple[str, ...]
    bridges: bool = False

    def compute(self, board: Board) -> pl.Expr:
        run = past_runs(board.case.history, board.case.year, self.grades, "bridges" if self.bridges else "breaks")
        return pl.lit(self.by_subject(board, run, pl.len())).fill_null(0)


@dataclass(frozen=True, kw_only=True)
class PastCount(Past):
    """How many of the `window` years that end with this one had one of these grades."""

    grades: tuple[str, ...]
    window: int

    def compute(self, board: Board) -> pl.Expr:
        years = _within(self.past(board), board.case.year, self.window).filter(pl.col("grade").is_in(self.grades))
        return pl.lit(self.by_subject(board, years, pl.len())).fill_null(0)


@dataclass(frozen=True, kw_only=True)
class PastGrade(Past):
    """The best or the worst grade of the `window` years that end with this one, on the scale of the subject's tier."""

    which: Literal["best", "worst"]
    window: int

    def compute(self, board: Board) -> pl.Expr:
        years = _within(self.past(board), board.case.year, self.window)
        tiers = board.frame.select(pl.col("id").alias("subject"), "tier")
        graded = years.join(tiers, on="subject").with_columns(
            ranks_of("grade", self.decl.grades_by_tier or {}).alias("rank")
        )
        rank = pl.col("rank").min() if self.which == "best" else pl.col("rank").max()
        return board.named(pl.lit(self.by_subject(board, graded, rank)))


@dataclass(frozen=True, kw_only=True)
class YearGrade(Past):
    """The grade of one past year, `absent` if there was none: no other year stands in for it (GS-21)."""

    years_ago: int
    absent: str | None = None

    def compute(self, board: Board) -> pl.Expr:
        year = self.past(board).filter(pl.col("year") == board.case.year - self.years_ago)
        grade = pl.lit(self.by_subject(board, year, pl.col("grade").first()))
        return pl.when(grade.is_in(list(self.decl.values))).then(grade).otherwise(pl.lit(self.absent))


def _within(past: pl.DataFrame, year: int, window: int) -> pl.DataFrame:
    return past.filter(pl.col("year") > year - window)
