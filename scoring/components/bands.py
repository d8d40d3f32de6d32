"""Bands: a score falls into the first band whose lower limit it reaches, compared unrounded (GS-03, YH-15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scoring.components.exact import amount, fixed, number
from scoring.inputs import read_inputs
from scoring.scheme import Amount, Component

if TYPE_CHECKING:
    from scoring.board import Board


@dataclass(frozen=True, kw_only=True)
class Bands(Component):
    """The word of the band of a score, best band first; the last one has no lower limit."""

    of: str
    bands: tuple[tuple[Amount | None, str], ...]

    def compute(self, board: "Board") -> pl.Expr:
        return banded(board, self.of, [(limit, pl.lit(word)) for limit, word in self.bands])

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.of,)

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)


def banded(board: "Board", of: str, bands: Iterable[tuple[Amount | None, pl.Expr]]) -> pl.Expr:
    """What the band that each row's score falls into gives, best band first; null without a score."""
    score = number(board.scheme.names[of])
    reached = [
        (pl.lit(True) if limit is None else score >= fixed(amount(board, limit)), given) for limit, given in bands
    ]
    return pl.coalesce([pl.when(score.is_not_null() & hit).then(given) for hit, given in reached])
