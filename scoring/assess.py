"""The one entry to the core: a scheme and a case in, an assessment out; no clock, no file, no chance.

Order of effect: evidence, then caps and forces on own facts, then linkages to a fixed point, then each quota in the
pack's order with the linkages again behind it, then what looks at settled grades, then consequences.
"""

from typing import Literal

import polars as pl

from scoring.assessment import Assessment, conclude
from scoring.board import RANK, Board, Prepared, prepare, set_up
from scoring.case import CaseFrames
from scoring.inputs import read_inputs
from scoring.kinds.linkage import Linkage, settle
from scoring.scheme import Phase, Rule, Scheme

__all__ = ["Mode", "Prepared", "assess", "prepare"]

Mode = Literal["check", "propose"]


def assess(
    scheme: Scheme, case: CaseFrames, mode: Mode, *, prepared: Prepared | None = None, traced: bool = True
) -> Assessment:
    """Examines given grades (`check`) or proposes grades (`propose`); one row a subject in every frame it returns.

    `prepared` is what `prepare` returned for the same facts and given grades, settings and rules may differ; without
    `traced` the trace stays empty. Raises UnusableFacts, UnknownGrade or RefusedSetting for a case that does not fit
    the scheme; rules never raise.
    """
    first = prepared or prepare(scheme, case)
    board = set_up(scheme, first, case, proposing=mode == "propose", traced=traced)
    rules = [rule for rule in (*scheme.rules, *scheme.consequences) if _enabled(rule, board)]
    linkages = [rule for rule in rules if isinstance(rule, Linkage)]
    _start(board)
    _run(board, rules, Phase.EVIDENCE)
    _run(board, rules, Phase.LIMIT)
    settle(board, linkages)
    for rule in _of(rules, Phase.QUOTA):
        limits = board.limits
        rule.apply(board)
        if board.limits > limits:
            settle(board, linkages)
    _run(board, rules, Phase.RESULT)
    _run(board, rules, Phase.CONSEQUENCE)
    return conclude(board)


def _enabled(rule: Rule, board: Board) -> bool:
    return rule.enabled_by is None or bool(board.settings[rule.enabled_by])


def _of(rules: list[Rule], phase: Phase) -> list[Rule]:
    return [rule for rule in rules if rule.phase == phase]


def _run(board: Board, rules: list[Rule], phase: Phase) -> None:
    for rule in _of(rules, phase):
        rule.apply(board)


def _start(board: Board) -> None:
    """The base of each proposal: the preliminary grade; without one the ceiling, or a block (BZ-41)."""
    if not board.proposing:
        return
    base = board.scheme.base
    preliminary = pl.col("rank:" + base.grade_fact)
    absent = board.frame.select(preliminary.is_null()).to_series()
    if board.case.base == "block":
        board.block(base, absent, pl.lit("没有初步意见"))
    start = preliminary if board.case.base == "block" else preliminary.fill_null(pl.lit(1, RANK))
    board.frame = board.frame.with_columns(start.alias("base"))
    rows = board.frame.filter(pl.col("base").is_not_null())
    said = (
        pl.when(preliminary.is_null())
        .then(pl.lit("basis: ceiling"))
        .otherwise(read_inputs(board.scheme, [base.grade_fact]))
    )
    board.note(
        base.id, "base", rows.with_columns(said.alias("inputs"), before=pl.lit(None, RANK), after=pl.col("base"))
    )
