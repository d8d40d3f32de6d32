"""Require, block, flag and coverage: what must be there, what stops a decision, what is worth saying."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Require(Rule):
    """What must hold; otherwise a violation, for graded subjects only if the rule speaks of grades (BZ-11, BZ-39)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    must: Condition
    message: str
    only_graded: bool = False

    def apply(self, board: Board) -> None:
        graded = board.frame.select(board.graded()).to_series() if self.only_graded else None
        failed = ~board.answers(self, self.must, graded) & board.mine(self)
        if graded is not None:
            failed &= graded
        board.find("violation", self, failed, said(self.message, board, self.must))


@dataclass(frozen=True, kw_only=True)
class Block(Rule):
    """Where `when` holds nothing may be decided (BZ-31, BZ-13, BZ-40)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    when: Condition
    message: str

    def apply(self, board: Board) -> None:
        board.block(self, board.answers(self, self.when), said(self.message, board, self.when))


@dataclass(frozen=True, kw_only=True)
class Flag(Rule):
    """Where `when` holds there is something to say, and nothing more (BZ-40)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    when: Condition
    message: str

    def apply(self, board: Board) -> None:
        board.find("notice", self, board.answers(self, self.when), said(self.message, board, self.when))


@dataclass(frozen=True, kw_only=True)
class Coverage(Rule):
    """A notice for every subject without one of these facts (BZ-12)."""

    phase: ClassVar[Phase] = Phase.EVIDENCE
    facts: tuple[str, ...]
    message: str

    def apply(self, board: Board) -> None:
        absent = pl.any_horizontal(pl.col(name).is_null() for name in self.facts)
        labels = read_inputs(board.scheme, self.facts, only_missing=True)
        where = board.frame.select(board.concerned(self) & absent).to_series()
        board.find("notice", self, where, pl.format(self.message + ":缺少{}", labels))


def said(message: str, board: Board, condition: Condition) -> pl.Expr:
    """The message of a rule and the facts it was read from."""
    inputs = read_inputs(board.scheme, condition.names)
    return pl.concat_str([pl.lit(message + "("), inputs, pl.lit(")")])
