"""Components over several subjects: ranking, tally, collection and spread inside a unit, a pool or the whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scoring.components.exact import number
from scoring.components.reading import Within, answer, group
from scoring.conditions import Condition
from scoring.inputs import read_inputs
from scoring.scheme import Component

if TYPE_CHECKING:
    from scoring.board import Board

IN_WORDS = {"unit": "本单位", "pool": "同一比较范围", "all": "全部"}


@dataclass(frozen=True, kw_only=True)
class Ranking(Component):
    """Competition ranking 1, 2, 2, 4 of a number inside its group; who has none has no place."""

    of: str
    within: Within
    lowest_first: bool = False

    def compute(self, _board: "Board") -> pl.Expr:
        mine = pl.col("tier").is_in(self.applies_to) & group(self.within).is_not_null()
        value = pl.when(mine).then(pl.col(self.of))
        return value.rank("min", descending=not self.lowest_first).over(group(self.within))

    def inputs(self, board: "Board") -> pl.Expr:
        return pl.format(IN_WORDS[self.within] + "排名:{}", read_inputs(board.scheme, [self.of]))


@dataclass(frozen=True, kw_only=True)
class Among(Component):
    """What is gathered from the subjects of some tiers in each group and read by all of that group."""

    source: tuple[str, ...]
    within: Within

    def gathered(self, board: "Board", value: pl.Expr, rows: pl.DataFrame | None = None) -> pl.Series:
        """`value`, an aggregate over the source subjects of each group, for each row of the board."""
        sources = (board.frame if rows is None else rows).filter(pl.col("tier").is_in(self.source))
        groups = sources.group_by(group(self.within).alias("group")).agg(value.alias("gathered"))
        keys = board.frame.select(group(self.within).alias("group"))
        return keys.join(groups, on="group", how="left", maintain_order="left")["gathered"]

    def in_group(self, value: pl.Expr) -> pl.Expr:
        """The value for those who are in a group."""
        return pl.when(group(self.within).is_not_null()).then(value)

    def among(self, board: "Board") -> str:
        """Whom it looks at, in words."""
        tiers = "、".join(board.scheme.tiers[tier].label for tier in self.source)
        return f"{IN_WORDS[self.within]}的{tiers}"


@dataclass(frozen=True, kw_only=True)
class Tally(Among):
    """How many (or how many different values of `distinct`) fulfil a condition; null if that is unknown for anyone."""

    when: Condition
    distinct: str | None = None

    def compute(self, board: "Board") -> pl.Expr:
        rows = board.frame.with_columns(answer(board, self.when).alias("answer"))
        holds = pl.col("answer")
        count = pl.col(self.distinct).filter(holds).drop_nulls().n_unique() if self.distinct else holds.sum()
        known = pl.when(holds.is_not_null().all()).then(count.cast(pl.Int64)).otherwise(-1)
        found = pl.lit(self.gathered(board, known, rows)).fill_null(0)
        return self.in_group(pl.when(found >= 0).then(found))

    def inputs(self, board: "Board") -> pl.Expr:
        labels = "、".join(board.scheme.names[name].label for name in self.when.names)
        return pl.lit(f"{self.among(board)},按{labels}计" if labels else self.among(board))


@dataclass(frozen=True, kw_only=True)
class Collect(Among):
    """The different values of a fact, those of sets one by one; nothing is collected from who has none."""

    fact: str

    def compute(self, board: "Board") -> pl.Expr:
        rows = board.frame.filter(pl.col("tier").is_in(self.source))
        if board.scheme.names[self.fact].kind == "set":
            rows = rows.explode(self.fact)
        rows = rows.with_columns(pl.col(self.fact).cast(pl.String).alias("value")).drop_nulls("value")
        once = rows.unique(["value"] if self.within == "all" else [self.within, "value"]).sort("value")
        found = pl.lit(self.gathered(board, pl.col("value"), once))
        return self.in_group(found.fill_null(pl.lit([], pl.List(pl.String()))))

    def inputs(self, board: "Board") -> pl.Expr:
        return pl.lit(f"{self.among(board)}的{board.scheme.names[self.fact].label}")


@dataclass(frozen=True, kw_only=True)
class SpreadOf(Among):
    """The greatest less the least of a number; null where nobody has one (GS-25)."""

    of: str

    def compute(self, board: "Board") -> pl.Expr:
        value = number(board.scheme.names[self.of])
        return self.in_group(pl.lit(self.gathered(board, value.max() - value.min())))

    def inputs(self, board: "Board") -> pl.Expr:
        return pl.lit(f"{self.among(board)}的{board.scheme.names[self.of].label}")
