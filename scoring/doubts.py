"""Check mode: given grades that leave a bound, judged once every force and ceiling is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from scoring.board import Board
    from scoring.scheme import Rule

Effect = Literal["ceiling", "floor", "force", "seat"]
WORDS: Mapping[Effect, str] = {"ceiling": "不得高于", "seat": "不得高于", "floor": "不得低于", "force": "应为"}


@dataclass(frozen=True)
class Doubt:
    """The rows of the board whose given grade leaves the bound of one rule, and what the rule had read."""

    rule: "Rule"
    effect: Effect
    rows: pl.Series
    bound: pl.Series
    inputs: pl.Series


def judge(board: "Board") -> None:
    """Reports the given grades that leave a bound: the worst force goes first, then ceilings, then floors."""
    forced = (pl.col("given") == pl.col("force")).fill_null(False)
    for doubt in board.doubts:
        rows = board.frame[doubt.rows].with_columns(doubt.bound, doubt.inputs)
        if doubt.effect == "floor":
            rows = rows.filter(pl.col("given") > pl.max_horizontal("bound", "ceiling"))
        bound, given = board.named(pl.col("bound")), board.named(pl.col("given"))
        words = pl.format("{};" + WORDS[doubt.effect] + "“{}”,拟定“{}”", "inputs", bound, given)
        board.find_among("violation", doubt.rule, rows.filter(~forced), words)
    board.doubts.clear()
