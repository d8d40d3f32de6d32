"""Where each proposal starts: a given grade, else a score through bands, else the top of the scale."""

import polars as pl

from scoring.board import Board
from scoring.components.bands import banded
from scoring.fact_decl import BLOCK
from scoring.inputs import read_inputs
from scoring.prepared import RANK, RANK_OF
from scoring.scheme import Base


def start(board: Board) -> None:
    """Writes the `base` rank of every graded subject; without any it is the top, or null where one must be there.

    A cycle asks for the fact or score of every tier that has one; elsewhere only a score that blocks when it is missing
    is asked for.
    """
    if not board.proposing:
        return
    base = board.scheme.base
    found = _found(board, base)
    asked = _judged(board, base) if board.case.base == "block" else _scored(board, base)
    expected = pl.col("tier").is_in(asked)
    free = _graded(board) & ~expected
    board.frame = board.frame.with_columns(base=pl.coalesce(found, pl.when(free).then(pl.lit(1, RANK))))
    if not board.traced:
        return
    said = pl.when(found.is_not_null()).then(_said(board, base)).otherwise(pl.lit("basis: ceiling"))
    rows = board.rows(pl.col("base").is_not_null())
    board.note(base.id, "base", rows.with_columns(inputs=said, before=pl.lit(None, RANK), after=pl.col("base")))


def _graded(board: Board) -> pl.Expr:
    """The rows of tiers that have a scale."""
    return pl.col("tier").is_in([tier.id for tier in board.scheme.tiers.values() if tier.scale.grades])


def _judged(board: Board, base: Base) -> list[str]:
    """The tiers whose base must come from a fact or a score; all others start at the top and quotas distribute."""
    decls = [board.scheme.names[name] for name in (base.grade_fact, base.score if base.bands else None) if name]
    return list(dict.fromkeys(tier for decl in decls for tier in decl.missing or {}))


def _scored(board: Board, base: Base) -> list[str]:
    """The tiers whose score must not be missing."""
    ways = (board.scheme.names[base.score].missing or {}) if base.score is not None and base.bands else {}
    return [tier for tier, way in ways.items() if way == BLOCK]


def block_without_base(board: Board) -> None:
    """Nobody is graded without the base that was asked for; who cannot be graded needs none (BZ-41, SC-13)."""
    if not board.proposing:
        return
    base = board.scheme.base
    bare = board.frame.select(pl.col("base").is_null() & ~pl.col("ungraded") & _graded(board)).to_series()
    lacking = [] if base.score is None or not base.bands else [base.score]
    said = "缺少:" + read_inputs(board.scheme, lacking, only_missing=True) if lacking else pl.lit("没有初步意见")
    board.block(base, bare, said)


def _found(board: Board, base: Base) -> pl.Expr:
    ranks = [pl.lit(None, RANK)]
    if base.grade_fact is not None:
        ranks.append(pl.col(RANK_OF + base.grade_fact))
    if base.score is not None and base.bands:
        ranks.append(banded(board, base.score, [(limit, board.ranked(grade)) for limit, grade in base.bands]))
    return pl.coalesce(ranks)


def _said(board: Board, base: Base) -> pl.Expr:
    """The fact or the score that the base was read from."""
    said: list[pl.Expr] = []
    if base.grade_fact is not None:
        read = pl.col(RANK_OF + base.grade_fact).is_not_null()
        said.append(pl.when(read).then(read_inputs(board.scheme, [base.grade_fact])))
    if base.score is not None and base.bands:
        said.append(read_inputs(board.scheme, [base.score]))
    return pl.coalesce([*said, pl.lit("basis: ceiling")])
