"""Order: a better grade than someone with a higher score has needs a reason."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import Board
from scoring.scheme import Phase, Rule


@dataclass(frozen=True, kw_only=True)
class Order(Rule):
    """Among the given grades of each pool, `of` may be left as the order only with `reason` (JS-14).

    No reason is needed where rules are the reason: the one with the higher score may not have the better grade, or a
    lift or force entitles the other one to it.
    """

    phase: ClassVar[Phase] = Phase.RESULT
    of: str
    pool: str
    reason: str

    def apply(self, board: Board) -> None:
        if board.proposing:
            return
        due = pl.coalesce("force", pl.when(pl.col("floor").is_not_null()).then(pl.max_horizontal("ceiling", "floor")))
        mine = board.frame.filter(board.concerned(self) & pl.col("pool").is_not_null())
        rows = mine.select(
            "id", "pool", "tier", "ceiling", score=pl.col(self.of), rank=board.decided(), due=due,
            excused=pl.col(self.reason).fill_null(False),
        )  # fmt: skip
        rows = rows.filter(pl.col("rank").is_not_null() & pl.col("score").is_not_null())
        label = board.scheme.names[self.of].label
        text = pl.format("{}低于{},等次却更好,须说明理由", pl.lit(label), "rival")
        for rank in sorted(rows["rank"].unique()):
            board.find_among("violation", self, self._beaten(rows, rank), text)

    def _beaten(self, rows: pl.DataFrame, rank: int) -> pl.DataFrame:
        """Those with this rank whom someone open to it beats in score and not in grade."""
        rivals = rows.filter((pl.col("rank") > rank) & (pl.col("ceiling") <= rank))
        best = rivals.sort("score", "id", descending=[True, False], maintain_order=True).unique("pool", keep="first")
        mine = rows.filter(
            (pl.col("rank") == rank) & ~pl.col("excused") & (pl.col("due").is_null() | (pl.col("due") > rank))
        )
        return mine.join(best.select("pool", rival="id", high="score"), on="pool").filter(
            pl.col("high") > pl.col("score")
        )
