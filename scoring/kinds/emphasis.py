"""Emphasis: the part that a type of unit is to stress should weigh most."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.components.weighted_sum import WEIGHT
from scoring.conditions import Condition
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Emphasis(Rule):
    """Where `when` holds, a notice if in `component` another part weighs more than `part` (GS-24)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    component: str
    part: str
    when: Condition
    message: str

    def apply(self, board: Board) -> None:
        hit = board.answers(self, self.when).fill_null(False)
        prefix = f"{WEIGHT}{self.component}:"
        others = [name for name in board.frame.columns if name.startswith(prefix) and name != prefix + self.part]
        labels = {name: board.scheme.names[name.removeprefix(prefix)].label for name in others}
        heavier = [
            pl.when(pl.col(name) > pl.col(prefix + self.part)).then(pl.lit(label)) for name, label in labels.items()
        ]
        named = pl.concat_str(heavier, separator="、", ignore_nulls=True).alias("named")
        rows = board.rows(hit).with_columns(named).filter(pl.col("named") != "")
        board.find_among("notice", self, rows, pl.format("{}:{}的权重更大", pl.lit(self.message), "named"))
