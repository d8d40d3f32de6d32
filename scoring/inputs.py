"""Facts as a reader sees them: label and value, what stands for a missing fact marked as such."""

from collections.abc import Iterable

import polars as pl

from scoring.fact_decl import FactDecl
from scoring.facts import RAW
from scoring.scheme import Scheme

YES_NO = {"true": "是", "false": "否"}


def read_inputs(scheme: Scheme, names: Iterable[str], *, only_missing: bool = False) -> pl.Expr:
    """`民意调查有效票=90,专项调查=无(缺省)` for each row; or only the labels of the facts that are missing."""
    facts = [scheme.facts[name] for name in dict.fromkeys(names)]
    if only_missing:
        parts = [pl.when(pl.col(fact.name).is_null()).then(pl.lit(fact.label)) for fact in facts]
        return pl.concat_str(parts, separator="、", ignore_nulls=True)
    return pl.concat_str([_input(fact) for fact in facts], separator=",")


def _input(fact: FactDecl) -> pl.Expr:
    text = pl.col(fact.name).cast(pl.String)
    words = YES_NO if fact.kind == "bool" else dict(fact.value_labels or {})
    shown = text.replace(words) if words else text
    marked = (
        pl.when(pl.col(RAW + fact.name).is_null() & pl.col(fact.name).is_not_null())
        .then(pl.lit("(缺省)"))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str([pl.lit(fact.label + "="), shown.fill_null("缺"), marked])
