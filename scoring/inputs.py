"""Facts as a reader sees them: label and value, what stands for a missing fact marked as such."""

from collections.abc import Iterable

import polars as pl

from scoring.fact_decl import SEPARATOR, FactDecl
from scoring.facts import RAW
from scoring.scheme import Scheme

YES_NO = {"true": "是", "false": "否"}


def read_inputs(scheme: Scheme, names: Iterable[str], *, only_missing: bool = False) -> pl.Expr:
    """`民意调查有效票=90,专项调查=无(缺省)` for each row; or only the labels of the facts that are missing."""
    facts = [scheme.names[name] for name in dict.fromkeys(names)]
    if only_missing:
        return pl.concat_str([_lacking(scheme, fact) for fact in facts], separator="、", ignore_nulls=True)
    return pl.concat_str([read_input(fact) for fact in facts], separator=",")


def read_input(fact: FactDecl) -> pl.Expr:
    """`民意调查有效票=90` for each row."""
    parts = [pl.lit(fact.label + "="), words_of(fact).fill_null("缺")]
    if fact.substitutes:
        replaced = pl.col(RAW + fact.name).is_null() & pl.col(fact.name).is_not_null()
        parts.append(pl.when(replaced).then(pl.lit("(缺省)")).otherwise(pl.lit("")))
    return pl.concat_str(parts)


def _lacking(scheme: Scheme, fact: FactDecl) -> pl.Expr:
    """`党建得分`, or for a component with what it lacks: `总分(缺少党建得分)`."""
    reads = scheme.reads.get(fact.name, ())
    said = pl.lit(fact.label)
    if reads:
        inner = read_inputs(scheme, reads, only_missing=True)
        said = pl.when(inner == "").then(said).otherwise(pl.format("{}(缺少{})", said, inner))
    return pl.when(pl.col(fact.name).is_null()).then(said)


def words_of(fact: FactDecl) -> pl.Expr:
    """The value as its words, for each row."""
    if fact.kind == "set":
        named = pl.col(fact.name).list.eval(pl.element().replace(dict(fact.value_labels or {})))
        return named.list.join(SEPARATOR)
    text = pl.col(fact.name).cast(pl.String)
    if fact.kind == "number" and fact.places:
        return text.str.strip_chars_end("0").str.strip_chars_end(".")
    words = YES_NO if fact.kind == "bool" else dict(fact.value_labels or {})
    return text.replace(words) if words else text
