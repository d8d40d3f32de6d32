"""Conditions: SQL over declared facts, compiled by Polars from a whitelist, evaluated for a whole frame at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from scoring.condition_parser import ConditionError, Parser
from scoring.fact_decl import FactDecl

__all__ = ["Condition", "ConditionError", "compile_condition"]

Settings = Mapping[str, int | bool | str]


@dataclass(frozen=True)
class Condition:
    """A checked condition; null facts follow Kleene logic, so 10 of 90 without an investigation is false, not null."""

    text: str
    sql: str
    facts: Mapping[str, FactDecl]
    defaults: Settings

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it reads, in order of appearance."""
        return tuple(self.facts)

    def expr(self, settings: Settings | None = None) -> pl.Expr:
        """The Boolean expression, settings filled in as literals."""
        return pl.sql_expr(self.filled(settings))

    def filled(self, settings: Settings | None = None) -> str:
        """The SQL with settings filled in as literals."""
        values = {**self.defaults, **{key: (settings or {})[key] for key in self.defaults if key in (settings or {})}}
        return re.sub(r"\$[a-z][a-z0-9_.]*", lambda match: _literal(values[match.group()[1:]]), self.sql)

    def evaluate(self, frame: pl.DataFrame, settings: Settings | None = None) -> pl.Series:
        """true, false or null for each row of a frame that has the facts as typed columns."""
        return frame.with_columns(self.expr(settings).alias("condition"))["condition"]

    def holds(self, values: Mapping[str, object], settings: Settings | None = None) -> bool | None:
        """The answer for one row given as a mapping, dates also as text; a fact that is not in it is null."""
        row = {name: _column(fact, values.get(name)) for name, fact in self.facts.items()}
        result: bool | None = self.evaluate(pl.DataFrame(row or {"": [None]}), settings)[0]
        return result


def compile_condition(text: str, facts: Mapping[str, FactDecl], settings: Settings | None = None) -> Condition:
    """A condition over these facts and settings; ConditionError for what is outside the language or ill typed."""
    parser = Parser(text, facts, settings or {})
    sql = parser.parse()
    used = {name: facts[name] for name in parser.names}
    condition = Condition(text, sql, used, {key: (settings or {})[key] for key in parser.params})
    try:
        answered = _answered(condition.filled(), tuple((name, fact.dtype) for name, fact in used.items()))
    except pl.exceptions.PolarsError as error:
        raise ConditionError(f"{text!r} 无法运行:{error}", "类型相符的事实和值", "改正") from error
    if answered != pl.Boolean:
        raise ConditionError(f"{text!r} 得出 {answered}", "是非", "加以比较")
    return condition


@lru_cache(maxsize=4096)  # trials compile the same conditions a thousand times
def _answered(sql: str, columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataType:
    """The type that Polars answers with on an empty frame; it reports wrong types only when run."""
    empty = pl.DataFrame(schema=dict(columns) or {"": pl.Null()})
    return empty.select(pl.sql_expr(sql).alias("condition"))["condition"].dtype


def _column(fact: FactDecl, value: object) -> pl.Series:
    if fact.kind == "date" and isinstance(value, str):
        return pl.select(fact.column(pl.lit(value))).to_series()
    return pl.Series(fact.name, [value], dtype=fact.dtype)


def _literal(value: int | bool | str) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "") + "'"
