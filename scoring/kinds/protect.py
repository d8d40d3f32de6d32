"""Protective rules: where one holds, the rules that it spares from do nothing to the subject."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import SPARED, Board
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.prepared import RANK
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Protect(Rule):
    """Where `when` holds the subject is out of reach of the rules `spares`; `review` asks people to confirm (ZJ-05)."""

    phase: ClassVar[Phase] = Phase.PROTECT
    when: Condition
    spares: tuple[str, ...]
    review: str | None = None

    def apply(self, board: Board) -> None:
        hit = board.answers(self, self.when).fill_null(False)
        if not hit.any():
            return
        known = [pl.col(SPARED + id_) if id_ in board.spared else pl.lit(False) for id_ in self.spares]
        columns = [(old | hit).alias(SPARED + id_) for old, id_ in zip(known, self.spares, strict=True)]
        board.frame = board.frame.with_columns(columns)
        board.spared |= set(self.spares)
        inputs = pl.format("{};不适用{}", read_inputs(board.scheme, self.when.names), pl.lit("、".join(self.spares)))
        rows = board.rows(hit).with_columns(inputs.alias("inputs"))
        board.note(self.id, "protect", rows.with_columns(before=pl.lit(None, RANK), after=pl.lit(None, RANK)))
        if self.review:
            board.find_among("notice", self, rows, pl.format("{}({})", pl.lit(self.review), "inputs"))
