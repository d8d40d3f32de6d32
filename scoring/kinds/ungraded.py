"""Ungraded: an outcome beside the scale for whom no grade can be determined."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.prepared import RANK
from scoring.scheme import UNGRADED, Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Ungraded(Rule):
    """Where `when` holds the outcome is 不确定等次: no rank, no place in a pool's size, no consequence (SC-13)."""

    phase: ClassVar[Phase] = Phase.UNGRADED
    when: Condition
    message: str

    def apply(self, board: Board) -> None:
        """Takes base and given grade away; a grade that was given all the same is a violation."""
        hit = board.answers(self, self.when).fill_null(False)
        inputs = read_inputs(board.scheme, self.when.names)
        rows = board.rows(hit)
        bare = rows.with_columns(inputs.alias("inputs"), before=board.rank(), after=pl.lit(None, RANK))
        board.note(self.id, "ungraded", bare)
        if not board.proposing:
            text = pl.format("{}({});应为“" + UNGRADED + "”,拟定“{}”", pl.lit(self.message), inputs, "stated")
            board.find_among("violation", self, rows.filter(pl.col("stated") != UNGRADED), text)
        kept = [pl.when(~hit).then(pl.col(name)).alias(name) for name in ("base", "given")]
        board.frame = board.frame.with_columns(*kept, pl.col("ungraded") | hit)
