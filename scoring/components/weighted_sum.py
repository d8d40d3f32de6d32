"""Weighted sum: weights by kind of subject, raised where a condition holds, rescaled where a part does not apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import add
from typing import TYPE_CHECKING

import polars as pl

from scoring.components.exact import PLACES, amount, fixed, number, quotient
from scoring.components.reading import answer, record
from scoring.components.weights import Change, WrongWeights, changed, completed, rescaled
from scoring.conditions import Condition
from scoring.facts import UnusableFacts, silenced
from scoring.inputs import read_input, read_inputs
from scoring.scheme import Amount, Cite, Component, RefusedSetting

if TYPE_CHECKING:
    from scoring.board import Board

WEIGHT = "weight:"  # column `weight:<component>:<part>`, in percent
Situation = tuple[str | bool | None, ...]


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Where `when` holds the weight of a part changes and the rest shares in proportion (GS-07, GS-09)."""

    id: str
    cite: Cite
    when: Condition
    part: str
    to: Amount | None = None
    plus: Amount | None = None


@dataclass(frozen=True, kw_only=True)
class WeightedSum(Component):
    """The parts times their weights, over 100; columns of weights by value of the fact `by`, "" without one.

    A part without weight is not read; any other missing part makes the sum null, unless with `rescale` its absence
    means that it does not apply. Subjects in the same situation share one exact vector of weights.
    """

    columns: Mapping[str, Mapping[str, Amount | None]]
    by: str | None = None
    rescale: bool = False
    adjust: tuple[Adjustment, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part that has a weight in some column."""
        return tuple(dict.fromkeys(part for column in self.columns.values() for part in column))

    @property
    def reads(self) -> tuple[str, ...]:
        adjusting = [name for change in self.adjust for name in change.when.names]
        return (*([self.by] if self.by else []), *self.parts, *adjusting)

    def weight(self, part: str) -> str:
        """The column with the weight of this part."""
        return f"{WEIGHT}{self.name}:{part}"

    def compute(self, board: "Board") -> pl.Expr:
        """Adds the columns of weights to the board as well.

        RefusedSetting for settings that do not make 100, UnusableFacts for adjustments that leave it together.
        """
        situations = board.frame.select(*self._situation(board))
        table = self._table(board, situations.unique(maintain_order=True))
        weights = situations.join(
            table, on=situations.columns, how="left", nulls_equal=True, maintain_order="left"
        ).drop(situations.columns)
        mine = pl.col("tier").is_in(self.applies_to)
        shown = [self.weight(part) for part in self.parts]
        board.frame = pl.concat([board.frame, weights], how="horizontal").with_columns(
            pl.when(mine).then(name).alias(name) for name in shown
        )
        self._trace(board)
        used = [board.scheme.names[part] for part in self.parts]
        shares = [pl.col(f"share:{decl.name}") for decl in used]
        terms = [
            pl.when(share != 0).then(number(decl) * share).when(share == 0).then(fixed(Decimal(0)))
            for decl, share in zip(used, shares, strict=True)
        ]
        total = board.frame.select(quotient(reduce(add, terms), pl.col("share:")).alias(self.name))
        board.frame = board.frame.drop("share:", *(f"share:{part}" for part in self.parts))
        return pl.lit(total[self.name])

    def _situation(self, board: "Board") -> list[pl.Expr]:
        by = pl.lit("") if self.by is None else pl.col(self.by).cast(pl.String)
        by = pl.when(pl.col("tier").is_in(self.applies_to)).then(by)
        holds = [answer(board, change.when).alias(f"?{at}") for at, change in enumerate(self.adjust)]
        absent = [
            (pl.col(part).is_null() & silenced([part], board.scheme)).alias(f"!{part}")
            for part in (self.parts if self.rescale else ())
        ]
        return [by.alias("="), *holds, *absent]

    def _table(self, board: "Board", situations: pl.DataFrame) -> pl.DataFrame:
        rows = [self._row(self._weights(board, situation)) for situation in situations.iter_rows()]
        schema = {
            "share:": pl.Int64(),
            **{f"share:{part}": pl.Int64() for part in self.parts},
            **{self.weight(part): pl.Decimal(38, PLACES) for part in self.parts},
        }
        return pl.concat([situations, pl.DataFrame(rows, schema, orient="row")], how="horizontal")

    def _weights(self, board: "Board", situation: Situation) -> dict[str, Fraction]:
        """The weights in one situation, none where it is unknown or has no column."""
        by, holds = situation[0], situation[1 : 1 + len(self.adjust)]
        if not isinstance(by, str) or by not in self.columns or None in holds:
            return {}
        absent = situation[1 + len(self.adjust) :]
        left_out = {part for part, missing in zip(self.parts, absent, strict=False) if missing}
        return rescaled(
            self._adjusted(board, by, [change for change, held in zip(self.adjust, holds, strict=True) if held]),
            left_out,
        )

    def _adjusted(self, board: "Board", by: str, changes: list[Adjustment]) -> dict[str, Fraction]:
        """The weights of one column after these changes; settings or facts that leave 100 are refused."""
        column = self.columns[by]
        made = [
            Change(
                change.part, *(None if value is None else amount(board, value) for value in (change.to, change.plus))
            )
            for change in changes
            if change.part in column
        ]
        try:
            whole = completed({part: None if value is None else amount(board, value) for part, value in column.items()})
        except WrongWeights as error:
            raise RefusedSetting(f"{self.id} {self.decl.label}:{error}") from error
        try:
            return changed(whole, made)
        except WrongWeights as error:
            together = "、".join(change.id for change in changes)
            raise UnusableFacts([f"{self.id} {self.decl.label},{together} 同时成立:{error}"]) from error

    def _row(self, weights: Mapping[str, Fraction]) -> list[int | Decimal | None]:
        """Divisor, whole shares and percentages of one situation; nulls where there are no weights."""
        if not weights:
            return [None] * (1 + 2 * len(self.parts))
        divisor = lcm(*(weight.denominator for weight in weights.values()))
        shares = [int(weights.get(part, Fraction(0)) * divisor) for part in self.parts]
        return [100 * divisor, *shares, *(_decimal(weights.get(part, Fraction(0))) for part in self.parts)]

    def _trace(self, board: "Board") -> None:
        for change in self.adjust if board.traced else ():
            label = board.scheme.names[change.part].label
            rows = board.frame.filter(pl.col("tier").is_in(self.applies_to) & answer(board, change.when)).with_columns(
                read_inputs(board.scheme, change.when.names).alias("inputs"),
                pl.format(label + " {}%", _percent(pl.col(self.weight(change.part)))).alias("after"),
            )
            record(board, change.id, "weight", rows)

    def inputs(self, board: "Board") -> pl.Expr:
        parts = [
            pl.when(pl.col(self.weight(part)) > 0).then(
                pl.format("{}×{}%", read_input(board.scheme.names[part]), _percent(pl.col(self.weight(part))))
            )
            for part in self.parts
        ]
        return pl.concat_str(parts, separator=",", ignore_nulls=True)

    def citations(self) -> Mapping[str, Cite]:
        return {self.id: self.cite, **{change.id: change.cite for change in self.adjust if change.id != self.id}}


def _decimal(weight: Fraction) -> Decimal:
    exact = Decimal(weight.numerator) / Decimal(weight.denominator)
    return exact.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)


def _percent(column: pl.Expr) -> pl.Expr:
    rounded = column.round(2, mode="half_away_from_zero").cast(pl.Decimal(38, 2)).cast(pl.String)
    return rounded.str.strip_chars_end("0").str.strip_chars_end(".")
