"""Runs the components of a scheme in declared order; a scheme without any pays nothing."""

import polars as pl

from scoring.board import Board
from scoring.components.exact import finished, shown
from scoring.components.reading import record
from scoring.facts import RAW, substituted
from scoring.prepared import RANK_OF, ranks_of
from scoring.scheme import Component


def compute_components(board: Board) -> None:
    """Adds to the board a column for each component, null outside its tiers, before any rule reads it."""
    for component in board.scheme.components:
        _compute(component, board)


def _compute(component: Component, board: Board) -> None:
    decl, name = component.decl, component.name
    value = component.compute(board)
    mine = pl.col("tier").is_in(component.applies_to)
    board.frame = board.frame.with_columns(pl.when(mine).then(finished(decl, value)).alias(name))
    if board.traced:
        said = board.frame.with_columns(component.inputs(board).alias("inputs"), shown(decl).alias("after"))
        record(board, component.id, "score", said.filter(pl.col(name).is_not_null()))
    if decl.substitutes:
        board.frame = board.frame.with_columns(pl.col(name).alias(RAW + name), substituted(decl))
    if decl.kind == "grade":
        board.frame = board.frame.with_columns(ranks_of(name, decl.grades_by_tier or {}).alias(RANK_OF + name))
