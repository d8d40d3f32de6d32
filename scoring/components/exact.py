"""Exact decimal arithmetic on columns: scales are set before each product, and one division comes last.

Measured with Polars 2.1: a product of two decimal columns keeps the larger scale of its operands, and both `cast` and
division round half to even. So products are made at the sum of the scales, quotients at DIVISION places, and only
`finished` rounds, half away from zero.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from scoring.fact_decl import FactDecl
from scoring.inputs import words_of
from scoring.scheme import Amount

if TYPE_CHECKING:
    from scoring.board import Board

DIGITS = 37  # of a decimal column, one kept free: beyond them Polars stops
PLACES = 12  # of a component that names no rounding
DIVISION = 20  # places of a quotient before it is rounded: no double rounding for divisors below 2 * 10**7
MOST = 24  # places that a product may need, so that 14 digits are left before the point


def amount(board: "Board", value: Amount) -> Decimal:
    """The number itself, or that of the setting that it names."""
    return Decimal(board.number(value)) if isinstance(value, str) else value


def at_scale(column: pl.Expr, places: int) -> pl.Expr:
    """The column with this many places; null where it has too many digits."""
    return column.cast(pl.Decimal(38, places), strict=False)


def number(decl: FactDecl) -> pl.Expr:
    """A count or a number as a decimal that can be added to others."""
    return at_scale(pl.col(decl.name), PLACES)


def fixed(value: Decimal) -> pl.Expr:
    """A number of the pack beside columns from `number`."""
    return at_scale(pl.lit(value), PLACES)


def quotient(numerator: pl.Expr, divisor: pl.Expr, places: int = PLACES) -> pl.Expr:
    """A quotient for `finished` to round; `places` are those of the numerator, and a divisor of 0 gives null."""
    return at_scale(numerator, max(DIVISION, places)) / pl.when(divisor != 0).then(divisor)


def finished(decl: FactDecl, value: pl.Expr) -> pl.Expr:
    """The value in the column type of its declaration, numbers rounded once, half away from zero."""
    if decl.kind == "number":
        value = value.round(decl.places, mode="half_away_from_zero")
    return value.cast(decl.dtype, strict=False).alias(decl.name)


def shown(decl: FactDecl) -> pl.Expr:
    """The column as people read it: numbers with 2 places, grades and bands as words, sets joined."""
    column = pl.col(decl.name)
    if decl.kind == "number":
        return at_scale(column.round(2, mode="half_away_from_zero"), 2).cast(pl.String)
    return words_of(decl)
