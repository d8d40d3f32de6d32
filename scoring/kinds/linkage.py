"""Linkage: the grade or a fact of one subject bounds the grade of others in its unit."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board, Effect
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Linkage(Rule):
    """A source subject at `at_or_below` (or with `when`) bounds its unit's subjects of `targets` (BZ-05, BZ-06, BZ-48).

    `applies_to` names the tiers of the source; `include_self` bounds the source subject as well, other subjects of its
    tier not.
    """

    phase: ClassVar[Phase] = Phase.LINKAGE
    targets: tuple[str, ...]
    effect: Effect
    grade: str
    at_or_below: str | None = None
    when: Condition | None = None
    include_self: bool = False

    def apply(self, board: Board) -> None:
        """Binds whom the sources reach and the linkage has not bound before."""
        if self.when is not None and self.id in board.bound:
            return  # facts do not change while grades settle
        starts = self._starts(board)
        if not starts.any():
            return
        board.frame = board.frame.with_columns(self._sources(board, starts))
        reached = board.frame.select(pl.col("sources").is_not_null() & pl.col("tier").is_in(self.targets)).to_series()
        reached = reached | starts if self.include_self else reached
        before = board.bound.get(self.id)
        new = reached if before is None else reached & ~before
        board.bound[self.id] = reached if before is None else reached | before
        if new.any():
            board.limit(self, self.effect, new, self.grade, pl.col("sources"))
        board.frame = board.frame.drop("sources")

    def _starts(self, board: Board) -> pl.Series:
        if self.when is not None:
            return board.answers(self, self.when).fill_null(False)
        worse = board.rank() >= board.ranked(self.at_or_below or "")
        return board.frame.select((board.concerned(self) & worse).fill_null(False)).to_series()

    def _sources(self, board: Board, starts: pl.Series) -> pl.Series:
        said = read_inputs(board.scheme, self.when.names) if self.when else board.named(board.rank())
        texts = board.frame.filter(starts).select("unit", sources=pl.format("{}:{}", "id", said))
        by_unit = texts.group_by("unit", maintain_order=True).agg(pl.col("sources").str.join(","))
        return board.frame.select("unit").join(by_unit, on="unit", how="left", maintain_order="left")["sources"]


def settle(board: Board, linkages: list[Linkage]) -> None:
    """Applies linkages until none binds anyone new.

    It ends: ceilings only fall, so a source at or below a grade stays a source, and each linkage binds each subject at
    most once.
    """
    size = -1
    while size != (size := board.limits):
        for linkage in linkages:
            linkage.apply(board)
