"""Rank stability: how grades and places stand over many variants of the same rules on the same facts."""

from dataclasses import dataclass, field

import polars as pl

from scoring.assess import prepare, settled
from scoring.case import CaseFrames
from scoring.prepared import Prepared
from scoring.scheme import Scheme

COUNT = pl.UInt32()
STEP = 1 << 32  # between two grades, so that the order decides only inside a grade
STABILITY = ("subject", "tier", "pool", "grade", "same", "variants", "best", "worst", "place_best", "place_worst")


@dataclass
class Stability:
    """Gathers variants one by one; scheme and case given first are what the variants are held against."""

    scheme: Scheme
    case: CaseFrames
    prepared: Prepared = field(init=False)
    seen: int = field(init=False, default=0)
    _rows: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        self.prepared = prepare(self.scheme, self.case)
        subjects = self.prepared.frame.select("id", "tier", "pool")
        self._rows = pl.concat([subjects, self.standing(self.scheme, self.case)], how="horizontal").with_columns(
            pl.lit(0, COUNT).alias("same"),
            best="rank",
            worst="rank",
            place_best="place",
            place_worst="place",
        )

    def add(self, scheme: Scheme, case: CaseFrames) -> None:
        """Assess one variant; `case` has the same subjects and facts, only its settings may differ."""
        self.take(self.standing(scheme, case))

    def take(self, now: pl.DataFrame) -> None:
        """Count one variant in that `standing` assessed, maybe in another thread."""
        rank, place = now["rank"], now["place"]
        self._rows = self._rows.with_columns(
            pl.col("same") + pl.col("rank").eq_missing(rank).cast(COUNT),
            pl.min_horizontal("best", rank).alias("best"),
            pl.max_horizontal("worst", rank).alias("worst"),
            pl.min_horizontal("place_best", place).alias("place_best"),
            pl.max_horizontal("place_worst", place).alias("place_worst"),
        )
        self.seen += 1

    def frame(self) -> pl.DataFrame:
        """Return a row a subject: its grade, in how many variants it is the same, best and worst grade and place.

        Places are competition ranks inside the pool, by grade and then by the scheme's order; null without a grade.
        """
        named = (self._named("rank").alias("grade"), self._named("best"), self._named("worst"))
        rows = self._rows.with_columns(*named, variants=pl.lit(self.seen, COUNT))
        return rows.rename({"id": "subject"}).select(STABILITY)

    def _named(self, column: str) -> pl.Expr:
        cases = [
            pl.when(pl.col("tier") == tier.id).then(
                pl.col(column).replace_strict(
                    range(1, len(tier.scale.grades) + 1), tier.scale.grades, default=None, return_dtype=pl.String
                )
            )
            for tier in self.scheme.tiers.values()
            if tier.scale.grades
        ]
        return pl.coalesce([pl.lit(None), *cases]).alias(column)

    def standing(self, scheme: Scheme, case: CaseFrames) -> pl.DataFrame:
        """rank and place of every subject under one variant, in the order of the case; changes nothing here."""
        board = settled(scheme, case, prepared=self.prepared)
        frame = board.frame.select("pool", rank=board.decided(), order=board.order())
        order = pl.col("order").rank("dense").cast(pl.Int64).fill_null(STEP - 1)
        place = (pl.col("rank").cast(pl.Int64) * STEP + order).rank("min").over("pool")
        return frame.select("rank", place=place)
