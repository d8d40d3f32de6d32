"""What components share: conditions whose unknown answers stay unknown, groups of subjects, the trace."""

from typing import TYPE_CHECKING, Literal

import polars as pl

from scoring.conditions import Condition
from scoring.facts import silenced

if TYPE_CHECKING:
    from scoring.board import Board

Within = Literal["unit", "pool", "all"]


def answer(board: "Board", condition: Condition) -> pl.Expr:
    """true or false; null where a fact is missing, false where that fact is `skip`."""
    said = condition.expr(board.settings)
    return pl.when(said.is_null() & silenced(condition.names, board.scheme)).then(False).otherwise(said)


def group(within: Within) -> pl.Expr:
    """The group that each subject is compared in; null for who is in no pool."""
    return pl.lit("") if within == "all" else pl.col(within)


def record(board: "Board", rule: str, kind: Literal["score", "weight"], rows: pl.DataFrame) -> None:
    """Keeps trace rows of values; `rows` of the board with `inputs` and, as text, `after`."""
    if not rows.is_empty():
        said = {"kind": kind, "rule": rule, "before": None}
        row = rows.select(
            pl.col("id").alias("subject"),
            "inputs",
            "after",
            **{name: pl.lit(value, pl.String) for name, value in said.items()},
        )
        board.trace.append(row.select("subject", "kind", "rule", "inputs", "before", "after"))
