"""Quota: how many of a pool may have a grade; ties across the last seat are listed, never broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from scoring.board import SPARED, Board
from scoring.scheme import Phase, Rule, Setting

Rounding = Literal["floor", "ceil", "half_up"]


@dataclass(frozen=True, kw_only=True)
class Quota(Rule):
    """At most `part` of `whole` of each pool have `grade` or better (exactly it with `only`), by whole numbers alone.

    BZ-07, BZ-08, JS-14. With `share_tier` the part depends on the grade of the unit's subject of that tier (JS-12).
    Whoever a lift or a force entitles to the grade keeps it and takes a seat first (chapter 0.4, no. 4).
    """

    phase: ClassVar[Phase] = Phase.QUOTA
    pool: str
    grade: str
    part: Setting
    whole: int
    only: bool = False
    rounding: Setting = "floor"
    minimum: Setting = 0
    share_tier: str | None = None
    shares: Mapping[str, Setting] | None = None

    def seats(self, size: int, board: Board) -> int:
        """floor(part * size / whole) unless the scheme rounds otherwise, and never below the minimum."""
        return max(board.number(self.minimum), (board.number(self.part) * size + self._extra(board)) // self.whole)

    def _extra(self, board: Board) -> int:
        return {"floor": 0, "ceil": self.whole - 1, "half_up": self.whole // 2}[str(board.setting(self.rounding))]

    def apply(self, board: Board) -> None:
        rows = self._rows(board)
        over = self._pools(board, rows).filter(pl.col("held") > pl.max_horizontal("seats", "entitled"))
        if over.is_empty():
            return
        if board.proposing:
            self._fill(board, rows, over)
        else:
            text = pl.format("“{}”{}个,{}个中最多{}个", pl.lit(self.grade), "held", "size", "seats")
            board.find_in_pools("violation", self, over, text)

    def _rows(self, board: Board) -> pl.DataFrame:
        """Everyone in a pool: whether the grade is held, whether it is due, and the place in the order."""
        grade, rank = board.ranked(self.grade), board.decided()
        holds = (rank == grade if self.only else rank <= grade).fill_null(False)
        due = pl.coalesce("force", pl.when(pl.col("floor").is_not_null()).then(pl.max_horizontal("ceiling", "floor")))
        entitled = (due <= grade).fill_null(False)
        entitled |= pl.col(SPARED + self.id) if self.id in board.spared else pl.lit(False)
        mine = pl.col("tier").is_in(self.applies_to) & ~pl.col("ungraded") & pl.col("pool").is_not_null()
        seated = holds & entitled if self.only or board.proposing else entitled
        at = pl.int_range(pl.len(), dtype=pl.UInt32)
        columns = {"at": at, "mine": mine, "holds": holds, "entitled": seated, "order": board.order()}
        return board.frame.select("id", "pool", "unit", **columns).filter("mine")

    def _pools(self, board: Board, rows: pl.DataFrame) -> pl.DataFrame:
        """Size, seats, holders and entitled of each pool; a pool without a share is left out."""
        pools = rows.group_by("pool", maintain_order=True).agg(
            pl.col("unit").first(), shown=pl.len(), held=pl.col("holds").sum(), entitled=pl.col("entitled").sum()
        )
        size = pl.col("pool").replace_strict(dict(board.case.pools), default=None, return_dtype=pl.Int64)
        part = pl.lit(None if self.share_tier else board.number(self.part), pl.Int64)
        sized = pools.with_columns(size=size.fill_null(pl.col("shown")), part=part)
        if self.share_tier is not None:
            sized = self._shared(board, sized.drop("part"))
        share = (pl.col("part") * pl.col("size") + self._extra(board)) // self.whole
        return sized.with_columns(seats=pl.max_horizontal(share, board.number(self.minimum)))

    def _shared(self, board: Board, pools: pl.DataFrame) -> pl.DataFrame:
        """The part of each pool by the grade of its unit; where there is none the quota is silent and says so."""
        grade = board.named(board.decided()).alias("grade")
        units = board.frame.filter(pl.col("tier") == self.share_tier).select("unit", grade)
        shares = {grade: board.number(share) for grade, share in (self.shares or {}).items()}
        part = pl.col("grade").replace_strict(shares, default=None, return_dtype=pl.Int64)
        pools = pools.join(units.unique("unit", keep="none"), on="unit", how="left", maintain_order="left")
        pools = pools.with_columns(part=part)
        silent = pools.filter(pl.col("part").is_null())
        label = board.scheme.tiers[self.share_tier or ""].label
        board.find_in_pools("notice", self, silent, pl.lit(f"{label}没有等次,“{self.grade}”的名额未定"))
        return pools.filter(pl.col("part").is_not_null())

    def _fill(self, board: Board, rows: pl.DataFrame, over: pl.DataFrame) -> None:
        """Seats go to the entitled, then in order while whole groups of one place fit; the others drop one grade."""
        board.seats |= {(self.id, self.label, pool): seats for pool, seats in over.select("pool", "seats").rows()}
        full = over.select("pool", "seats", count="entitled")
        waiting = rows.filter(pl.col("holds") & ~pl.col("entitled")).join(full, on="pool", maintain_order="left")
        placed = waiting.with_columns(
            free=pl.max_horizontal(pl.col("seats") - pl.col("count"), 0),
            last=pl.col("order").rank("max").over("pool").fill_null(pl.len().over("pool")),
            first=pl.col("order").rank("min").over("pool").fill_null(pl.col("order").count().over("pool") + 1),
            waiting=pl.len().over("pool"),
        )
        lost = placed.filter(pl.col("last") > pl.col("free"))
        said = lost.select(said=pl.format("候选{},名额{}", pl.col("waiting") + pl.col("count"), "seats"))["said"]
        blank = pl.Series("said", [None], dtype=pl.String).new_from_index(0, board.frame.height)
        board.frame = board.frame.with_columns(blank.scatter(lost["at"], said))
        board.limit(self, "seat", board.frame["said"].is_not_null(), board.ranked(self.grade) + 1, pl.col("said"))
        board.frame = board.frame.drop("said")
        tied = lost.filter(pl.col("first") <= pl.col("free")).group_by("pool", maintain_order=True)
        ties = tied.agg(pl.col("seats", "count", "first").first(), pl.col("id").str.join("、"))
        used = pl.col("first") - 1 + pl.col("count")
        board.find_in_pools("notice", self, ties, pl.format("名额{},已用{},并列待定:{}", "seats", used, "id"))
