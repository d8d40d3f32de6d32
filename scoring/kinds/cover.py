"""Cover: a set that must hold certain values, what is missing named one by one."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.facts import silenced
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Cover(Rule):
    """`fact`, a set, must hold all of `all_of` where `when` holds (BZ-12, BZ-38, JS-05, JS-10, GS-13)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    fact: str
    all_of: tuple[str, ...]
    message: str
    when: Condition | None = None
    effect: Literal["violation", "block", "notice"] = "violation"

    def apply(self, board: Board) -> None:
        mine = board.frame.select(board.concerned(self)).to_series()
        if self.when is not None:
            mine = board.answers(self, self.when).fill_null(False)
        decl = board.scheme.names[self.fact]
        unknown = (
            mine & board.frame.select(pl.col(self.fact).is_null() & ~silenced([self.fact], board.scheme)).to_series()
        )
        board.block(self, unknown, pl.lit(f"缺少:{decl.label}"))
        labels = decl.value_labels or {}
        values = pl.col(self.fact)
        parts = [pl.when(~values.list.contains(value)).then(pl.lit(labels.get(value, value))) for value in self.all_of]
        lacking = pl.concat_str(parts, separator="、", ignore_nulls=True)
        found = mine & board.frame.select((values.is_not_null() & (lacking != "")).fill_null(False)).to_series()
        detail = pl.format("{}:缺少{}", pl.lit(self.message), lacking)
        if self.effect == "block":
            board.block(self, found, detail)
        else:
            board.find(self.effect, self, found, detail)
