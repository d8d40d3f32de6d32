"""How scorers mark: items whose marks lie too close together, scorers who spare nobody."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.kinds.consequence import propose
from scoring.scheme import Phase, Rule, Setting


@dataclass(frozen=True, kw_only=True)
class Spread(Rule):
    """An item whose marks lie less than `at_least` percent of the base apart: next year its full mark halves (GS-15).

    The base is the full mark or, as the setting says, the highest mark given; one mark alone has no spread.
    """

    phase: ClassVar[Phase] = Phase.MARKS
    at_least: Setting
    base: str
    action: str

    def apply(self, board: Board) -> None:
        low, high = pl.col("mark").min(), pl.col("mark").max()
        items = board.case.marks.group_by("item", "class", maintain_order=True).agg(
            pl.col("full").first(), low=low, high=high, marks=pl.len()
        )
        base = "full" if board.setting(self.base) == "full_mark" else "high"
        gap = (pl.col("high") - pl.col("low")) * 100 < pl.col(base) * board.number(self.at_least)
        close = items.filter((pl.col("marks") >= 2) & gap).unique("item", maintain_order=True)
        half = [plain(full / 2) for full in close["full"]]
        rows = close.select(pl.col("item").alias("id"), pl.Series("value", half, pl.String))
        propose(board, self, rows, self.action, value=pl.col("value"))


@dataclass(frozen=True, kw_only=True)
class Leniency(Rule):
    """A scorer who gives every subject of an item full marks, or one whose `problem` is on record (GS-16)."""

    phase: ClassVar[Phase] = Phase.MARKS
    message: str
    action: str
    problem: str | None = None

    def apply(self, board: Board) -> None:
        full = pl.col("mark") == pl.col("full")
        items = (
            self._with_problems(board)
            .group_by("item", "scorer", maintain_order=True)
            .agg(
                everyone=full.all() & (pl.len() >= 2),
                spared=pl.col("subject").filter(full & pl.col("problem")).str.join("、"),
            )
        )
        lenient = items.filter(pl.col("everyone") | (pl.col("spared") != ""))
        parts = [
            pl.when(pl.col("everyone")).then(pl.lit("对全部对象打了满分")),
            pl.when(pl.col("spared") != "").then(pl.format("对有突出问题的{}打了满分", "spared")),
        ]
        said = pl.format(
            "{}:{}{}", pl.lit(self.message), "item", pl.concat_str(parts, separator=",", ignore_nulls=True)
        )
        propose(board, self, lenient.with_columns(id="scorer"), self.action, review=said)

    def _with_problems(self, board: Board) -> pl.DataFrame:
        if self.problem is None:
            return board.case.marks.with_columns(problem=pl.lit(False))
        known = board.frame.select(subject="id", problem=pl.col(self.problem).fill_null(False))
        return board.case.marks.join(known, on="subject", how="left", maintain_order="left").with_columns(
            pl.col("problem").fill_null(False)
        )


def plain(number: object) -> str:
    """A decimal without needless noughts: 5, 2.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
