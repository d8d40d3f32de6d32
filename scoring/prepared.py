"""The first frame of every board: facts widened, given grades as ranks, every bound open, each row in its pool."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from scoring.case import CaseFrames
from scoring.facts import widen
from scoring.scheme import UNGRADED, Scheme

RANK = pl.Int8()
RANK_OF = "rank:"  # the rank of a fact that is a grade of another assessment


@dataclass(frozen=True)
class Prepared:
    """The first frame of a board; follows from facts and given grades alone, so that many settings can share it."""

    frame: pl.DataFrame


def prepare(scheme: Scheme, case: CaseFrames) -> Prepared:
    """Facts widened, given grades as ranks, every bound open; UnusableFacts or UnknownGrade for what does not fit."""
    given = case.given.select("subject", pl.col("grade").alias("stated"), pl.col("grade").alias("given"))
    frame = widen(scheme, case).join(given, left_on="id", right_on="subject", how="left", maintain_order="left")
    for tier, grade in frame.select("tier", "given").drop_nulls("given").unique().rows() if case.given.height else ():
        if grade != UNGRADED or not scheme.leaves_ungraded:
            scheme.scale_for(tier).parse(grade)
    own_scale = {tier.id: tier.scale.grades for tier in scheme.tiers.values() if tier.scale.grades}
    graded_facts = [(name, decl.grades_by_tier or {}) for name, decl in scheme.facts.items() if decl.kind == "grade"]
    frame = frame.with_columns(
        ranks_of("given", own_scale),
        *(ranks_of(name, scales).alias(RANK_OF + name) for name, scales in graded_facts),
        *(pl.lit(None, RANK).alias(name) for name in ("base", "floor", "force", "seat")),
        pl.lit(1, RANK).alias("ceiling"),
        pl.lit(None, pl.String).alias("ceiling_rule"),
        pl.lit(False).alias("blocked"),
        (pl.col("stated") == UNGRADED).fill_null(False).alias("ungraded"),
        pl.lit(case.year, pl.Int64).alias("year"),
        pool_keys(scheme),
    )
    return Prepared(frame)


def pool_keys(scheme: Scheme) -> pl.Expr:
    """The competition that each row is in; null for tiers without a pool."""
    keys = [pl.when(pl.col("tier").is_in(pool.tiers)).then(pool.key()) for pool in scheme.pools]
    return pl.coalesce([pl.lit(None, pl.String), *keys]).alias("pool")


def ranks_of(column: str, grades_by_tier: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """The ranks of a column of grades, each on the scale of its row's tier."""
    text = pl.col(column).cast(pl.String)
    cases = [
        pl.when(pl.col("tier") == tier).then(
            text.replace_strict(grades, range(1, len(grades) + 1), default=None, return_dtype=RANK)
        )
        for tier, grades in grades_by_tier.items()
    ]
    return pl.coalesce([pl.lit(None, RANK), *cases]).alias(column)
