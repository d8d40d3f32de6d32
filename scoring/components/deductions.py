"""Deduction lists: a start from which counted things take away, each up to its limit (QZ-07)."""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import sub
from typing import TYPE_CHECKING

import polars as pl

from scoring.components.arithmetic import held
from scoring.components.exact import amount, fixed
from scoring.components.reading import answer
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.scheme import Amount, Component

if TYPE_CHECKING:
    from scoring.board import Board


@dataclass(frozen=True)
class Deduction:
    """`each` for every one counted by a fact (or once where it is true), at most `at_most`, none where excused."""

    of: str
    each: Amount
    at_most: Amount | None = None
    unless: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Deductions(Component):
    """`start` less all deductions, never below `at_least`; null if a counted fact or an excuse is unknown."""

    start: Amount
    items: tuple[Deduction, ...]
    at_least: Amount | None = None

    def compute(self, board: "Board") -> pl.Expr:
        taken = [self._taken(board, item) for item in self.items]
        return held(board, reduce(sub, taken, fixed(amount(board, self.start))), self.at_least, None)

    def _taken(self, board: "Board", item: Deduction) -> pl.Expr:
        count = pl.col(item.of).cast(pl.Int64)
        points = held(board, fixed(amount(board, item.each)) * count, None, item.at_most)
        if item.unless is None:
            return points
        free = (count == 0) | answer(board, item.unless)
        return pl.when(free).then(fixed(Decimal(0))).when(~free).then(points)

    @property
    def reads(self) -> tuple[str, ...]:
        excuses = [name for item in self.items if item.unless for name in item.unless.names]
        return (*(item.of for item in self.items), *excuses)

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)
