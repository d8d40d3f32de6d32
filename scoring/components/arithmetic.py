"""Sum, product, mean and share: components that are one formula over numbers of the same subject."""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING

import polars as pl

from scoring.components.exact import DIGITS, amount, at_scale, fixed, number, quotient
from scoring.inputs import read_inputs
from scoring.scheme import Amount, Component

if TYPE_CHECKING:
    from scoring.board import Board


@dataclass(frozen=True)
class Part:
    """A part of a sum: taken away or added, itself held between two limits."""

    name: str
    subtract: bool = False
    at_most: Amount | None = None
    at_least: Amount | None = None


@dataclass(frozen=True, kw_only=True)
class Sum(Component):
    """`start` and the parts added up, the total held between two limits; null if any part is (JS-06)."""

    parts: tuple[Part, ...]
    start: Amount = Decimal(0)
    at_least: Amount | None = None
    at_most: Amount | None = None

    def compute(self, board: "Board") -> pl.Expr:
        parts = [self._part(board, part) for part in self.parts]
        return held(board, reduce(add, parts, fixed(amount(board, self.start))), self.at_least, self.at_most)

    def _part(self, board: "Board", part: Part) -> pl.Expr:
        value = held(board, number(board.scheme.names[part.name]), part.at_least, part.at_most)
        return -value if part.subtract else value

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)


@dataclass(frozen=True, kw_only=True)
class Product(Component):
    """The factors multiplied, then divided once (JS-11); null if any factor is, or for more digits than there are."""

    factors: tuple[str, ...]
    divide_by: Amount = Decimal(1)

    def compute(self, board: "Board") -> pl.Expr:
        decls = [board.scheme.names[name] for name in self.factors]
        places = sum(decl.scale for decl in decls)
        sizes = [pl.max_horizontal(pl.col(decl.name).cast(pl.Float64).abs(), 1.0) for decl in decls]
        fits = reduce(mul, sizes) < 10.0 ** (DIGITS - places)
        product = reduce(mul, (pl.when(fits).then(at_scale(pl.col(decl.name), places)) for decl in decls))
        divisor = amount(board, self.divide_by)
        return product if divisor == 1 else quotient(product, fixed(divisor), places)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.factors

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)


@dataclass(frozen=True, kw_only=True)
class Mean(Component):
    """The mean of numbers, null if any is missing unless it is `of_those_present` (GS-12)."""

    of: tuple[str, ...]
    of_those_present: bool = False

    def compute(self, board: "Board") -> pl.Expr:
        values = [number(board.scheme.names[name]) for name in self.of]
        if not self.of_those_present:
            return quotient(reduce(add, values), fixed(Decimal(len(values))))
        present = reduce(add, (value.is_not_null().cast(pl.Int64) for value in values))
        return quotient(reduce(add, (value.fill_null(fixed(Decimal(0))) for value in values)), present)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.of

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)


@dataclass(frozen=True, kw_only=True)
class Share(Component):
    """One number in percent of another, null where that is 0 (GS-25)."""

    of: str
    out_of: str

    def compute(self, board: "Board") -> pl.Expr:
        of, out_of = (number(board.scheme.names[name]) for name in (self.of, self.out_of))
        return quotient(of * 100, out_of)

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.of, self.out_of)

    def inputs(self, board: "Board") -> pl.Expr:
        return read_inputs(board.scheme, self.reads)


def held(board: "Board", value: pl.Expr, at_least: Amount | None, at_most: Amount | None) -> pl.Expr:
    """The value between its limits; a missing value stays missing."""
    if at_least is not None:
        value = _bounded(value, fixed(amount(board, at_least)), lower=True)
    return value if at_most is None else _bounded(value, fixed(amount(board, at_most)), lower=False)


def _bounded(value: pl.Expr, limit: pl.Expr, *, lower: bool) -> pl.Expr:
    beyond = value < limit if lower else value > limit
    return pl.when(beyond).then(limit).otherwise(value)
