"""Past years: how long a run of grades is, what it was made of."""

from collections.abc import Collection
from typing import Literal

import polars as pl

Gap = Literal["breaks", "bridges"]


def past_runs(history: pl.DataFrame, year: int, grades: Collection[str], gap: Gap) -> pl.DataFrame:
    """The latest run of years before `year` with these grades: subject, year, `place` 1 for the latest.

    A year without a grade breaks the run unless it is bridged; a year with another grade always breaks it.
    """
    here = pl.col("grade").is_in(list(grades))
    earlier = history.lazy().filter(pl.col("year") < year)
    past = earlier.join(earlier.filter(here).select("subject"), on="subject", how="semi", maintain_order="left")
    past = past.unique(["subject", "year"], keep="first", maintain_order=True)
    place = pl.col("year").rank("ordinal", descending=True).over("subject").cast(pl.Int64)
    placed = past.with_columns(place.alias("place")).sort("place", maintain_order=True)
    if gap == "breaks":
        here &= pl.col("year") == year - pl.col("place")
    return placed.filter(here.cast(pl.Int8).cum_prod().over("subject") == 1).collect()
