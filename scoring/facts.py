"""From one row a fact to one row a subject: typed columns, the unit's facts spread, missing values put in place."""

from collections.abc import Iterable

import polars as pl

from scoring.case import CaseFrames
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.scheme import Scheme
from scoring.spread import spread

RAW = "raw:"  # the value as given, beside the value with what stands for a missing one


class UnusableFacts(ValueError):
    """Facts that no scheme can read; carries one line for each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def widen(scheme: Scheme, case: CaseFrames) -> pl.DataFrame:
    """Subjects with a typed column for each declared fact; UnusableFacts names all that cannot be read."""
    given = case.facts.drop_nulls("value") if case.facts["value"].null_count() else case.facts
    facts = given.select("subject", "value", name=_known(scheme, given["name"]))
    subjects = case.subjects.select("id", "tier", "unit")
    by_unit = [name for name, decl in scheme.facts.items() if decl.level == "unit"]
    units = subjects["unit"].unique(maintain_order=True)
    own = spread(facts, [name for name in scheme.facts if name not in by_unit], subjects["id"])
    shared = spread(facts.filter(pl.col("name").is_in(by_unit)), by_unit, units)
    lines = [*_unknown(given, facts["name"]), *_doubled(facts, (*own.doubled, *shared.doubled))]
    if lines:
        raise UnusableFacts(lines)
    wide = subjects.hstack(own.frame.get_columns())
    of_units = units.to_frame().hstack(shared.frame.get_columns())
    return _typed(scheme, wide.join(of_units, on="unit", how="left", maintain_order="left"))


def _known(scheme: Scheme, names: pl.Series) -> pl.Series:
    """The facts that these names mean, null for what the scheme does not know."""
    dtype = pl.Enum(list(scheme.facts))
    known = names.cast(dtype, strict=False)
    return names.replace(dict(scheme.aliases)).cast(dtype, strict=False) if known.null_count() else known


def _unknown(given: pl.DataFrame, known: pl.Series) -> list[str]:
    rows = given.filter(known.is_null()).select("subject", "name").rows() if known.null_count() else []
    return [f"{subject}:未知的事实 {name}" for subject, name in rows]


def _doubled(facts: pl.DataFrame, names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    mine = facts.filter(pl.col("name").is_in(names))
    twice = mine.filter(pl.struct("subject", "name").is_duplicated()).unique(["subject", "name"], maintain_order=True)
    return [f"{subject}:事实 {name} 不止一个" for subject, name in twice.select("subject", "name").rows()]


def _typed(scheme: Scheme, texts: pl.DataFrame) -> pl.DataFrame:
    typed = texts.with_columns(decl.column(pl.col(name)).alias(name) for name, decl in scheme.facts.items())
    lost = [name for name in scheme.facts if typed[name].null_count() > texts[name].null_count()]
    lines = [line for name in lost for line in _ill_typed(scheme.facts[name], texts, typed)]
    if lines:
        raise UnusableFacts(lines)
    replaced = [decl for decl in scheme.facts.values() if decl.substitutes]
    raw = [pl.col(decl.name).alias(RAW + decl.name) for decl in replaced]
    return typed.with_columns(*raw, *(substituted(decl) for decl in replaced))


def _ill_typed(decl: FactDecl, texts: pl.DataFrame, typed: pl.DataFrame) -> list[str]:
    lost = texts[decl.name].is_not_null() & typed[decl.name].is_null()
    rows = texts.filter(lost).select("id", decl.name).rows()
    return [f"{subject}:{decl.name} = {value!r},允许:{decl.allowed()}" for subject, value in rows]


def substituted(decl: FactDecl) -> pl.Expr:
    """The column with the values that stand for missing ones in its place."""
    tiers: dict[str, list[str]] = {}
    for tier, missing in (decl.missing or {}).items():
        if missing not in (BLOCK, SKIP):
            tiers.setdefault(missing, []).append(tier)
    mine = [(pl.col("tier").is_in(those), decl.column(pl.lit(missing))) for missing, those in tiers.items()]
    return pl.coalesce(pl.col(decl.name), *(pl.when(here).then(value) for here, value in mine)).alias(decl.name)


def silenced(names: Iterable[str], scheme: Scheme) -> pl.Expr:
    """True where one of these facts is missing and its absence means that the rule has nothing to say."""
    silent = [
        pl.col(name).is_null()
        & pl.col("tier").is_in([tier for tier, way in (scheme.names[name].missing or {}).items() if way == SKIP])
        for name in names
    ]
    return pl.any_horizontal(silent) if silent else pl.lit(False)
