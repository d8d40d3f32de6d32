"""From one row a fact to one row a subject: typed columns, the unit's facts spread, missing values put in place."""

from collections.abc import Iterable

import polars as pl

from scoring.case import CaseFrames
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.scheme import Scheme

RAW = "raw:"  # the value as given, beside the value with what stands for a missing one


class UnusableFacts(ValueError):
    """Facts that no scheme can read; carries one line for each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def widen(scheme: Scheme, case: CaseFrames) -> pl.DataFrame:
    """Subjects with a typed column for each declared fact; UnusableFacts names all that cannot be read."""
    facts = case.facts.select("subject", pl.col("name").replace(dict(scheme.aliases)), "value")
    _refuse_unknown(scheme, facts)
    by_unit = {name for name, decl in scheme.facts.items() if decl.level == "unit"}
    of_unit = pl.col("name").is_in(by_unit)
    wide = case.subjects.select("id", "tier", "unit")
    wide = wide.join(
        _pivot(facts.filter(~of_unit)), left_on="id", right_on="subject", how="left", maintain_order="left"
    )
    wide = wide.join(
        _pivot(facts.filter(of_unit)), left_on="unit", right_on="subject", how="left", maintain_order="left"
    )
    return _typed(scheme, wide)


def _refuse_unknown(scheme: Scheme, facts: pl.DataFrame) -> None:
    unknown = facts.filter(~pl.col("name").is_in(list(scheme.facts)))
    double = facts.filter(pl.struct("subject", "name").is_duplicated()).unique(["subject", "name"], maintain_order=True)
    lines = [f"{row['subject']}:未知的事实 {row['name']}" for row in unknown.iter_rows(named=True)]
    lines += [f"{row['subject']}:事实 {row['name']} 不止一个" for row in double.iter_rows(named=True)]
    if lines:
        raise UnusableFacts(lines)


def _pivot(facts: pl.DataFrame) -> pl.DataFrame:
    if facts.is_empty():
        return facts.select("subject")
    return facts.pivot(on="name", index="subject", values="value")


def _typed(scheme: Scheme, wide: pl.DataFrame) -> pl.DataFrame:
    texts = wide.with_columns(pl.lit(None, pl.String).alias(name) for name in scheme.facts if name not in wide.columns)
    typed = texts.with_columns(decl.column(pl.col(name)).alias(name) for name, decl in scheme.facts.items())
    lost = typed.null_count() != texts.null_count().select(typed.columns)
    lines = [line for decl in scheme.facts.values() if lost[decl.name][0] for line in _ill_typed(decl, texts, typed)]
    if lines:
        raise UnusableFacts(lines)
    raw = [pl.col(name).alias(RAW + name) for name in scheme.facts]
    return typed.with_columns(*raw, *(_substituted(decl) for decl in scheme.facts.values() if decl.missing))


def _ill_typed(decl: FactDecl, texts: pl.DataFrame, typed: pl.DataFrame) -> list[str]:
    lost = texts[decl.name].is_not_null() & typed[decl.name].is_null()
    rows = texts.filter(lost).select("id", decl.name).rows()
    return [f"{subject}:{decl.name} = {value!r},允许:{decl.allowed()}" for subject, value in rows]


def _substituted(decl: FactDecl) -> pl.Expr:
    column = pl.col(decl.name)
    for tier, missing in (decl.missing or {}).items():
        if missing not in (BLOCK, SKIP):
            value = decl.column(pl.lit(missing))
            column = pl.when(column.is_null() & (pl.col("tier") == tier)).then(value).otherwise(column)
    return column.alias(decl.name)


def silenced(names: Iterable[str], scheme: Scheme) -> pl.Expr:
    """True where one of these facts is missing and its absence means that the rule has nothing to say."""
    silent = [
        pl.col(name).is_null()
        & pl.col("tier").is_in([tier for tier, way in (scheme.facts[name].missing or {}).items() if way == SKIP])
        for name in names
    ]
    return pl.any_horizontal(silent) if silent else pl.lit(False)
