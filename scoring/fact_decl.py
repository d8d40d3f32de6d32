"""What a scheme says about one fact: its type, its level, and what its absence means for each tier."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl

Kind = Literal["bool", "count", "number", "enum", "grade", "text", "date", "set"]
Level = Literal["unit", "person", "subject"]

BLOCK, SKIP = "block", "skip"
BUILT_IN = ("tier", "unit", "pool", "year")
FALSE_TRUE = ("false", "true")
FACT_PLACES = 6
SEPARATOR = "、"  # between the values of a set
COUNT = r"^[0-9]{1,15}$"
LARGEST = 10**15 - 1
NUMBER = r"^[-+]?[0-9]{1,14}(\.[0-9]{1,6})?$"  # 20 digits, so that products stay exact
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class FactDecl:
    """One declared fact or component; `missing` holds per tier `block`, `skip` or the value in its place, as text."""

    name: str
    label: str
    kind: Kind
    level: Level = "subject"
    values: tuple[str, ...] = ()
    missing: Mapping[str, str] | None = None
    grades_by_tier: Mapping[str, tuple[str, ...]] | None = None
    value_labels: Mapping[str, str] | None = None
    places: int = FACT_PLACES
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def dtype(self) -> pl.DataType:
        """The column type; numbers are decimals, so that nothing is compared in binary floats."""
        if self.kind in ("enum", "grade"):
            return pl.Enum(list(self.values))
        if self.kind == "number":
            return pl.Decimal(20 if self.places <= FACT_PLACES else 38, self.places)
        types = {"bool": pl.Boolean(), "count": pl.Int64(), "text": pl.String(), "date": pl.Date()}
        return pl.List(pl.String()) if self.kind == "set" else types[self.kind]

    @property
    def scale(self) -> int:
        """The decimal places that a value can have."""
        return self.places if self.kind == "number" else 0

    @property
    def substitutes(self) -> bool:
        """Whether for some tier a value stands for a missing one."""
        return any(way not in (BLOCK, SKIP) for way in (self.missing or {}).values())

    def allowed(self, tier: str | None = None) -> str:
        """In words what a value may be, for messages."""
        if self.kind in ("enum", "grade"):
            return SEPARATOR.join(self.choices(tier))
        if self.kind == "set":
            return f"{SEPARATOR.join(self.values)} 中的若干个,以“{SEPARATOR}”分隔"
        words = {"bool": "true 或 false", "count": "0 以上的整数", "number": "数字(小数至多 6 位)"}
        if self.minimum is not None or self.maximum is not None:
            low, high = ("…" if limit is None else limit for limit in (self.minimum, self.maximum))
            return f"{low} 至 {high} 的{'整数' if self.kind == 'count' else '数字'}"
        return words.get(self.kind) or ("日期,如 2026-03-01" if self.kind == "date" else "文字")

    def choices(self, tier: str | None = None) -> tuple[str, ...]:
        """The values open to a tier: each tier has its own scale of grades."""
        return (self.grades_by_tier or {}).get(tier or "", self.values)

    def accepts(self, text: str, tier: str | None = None) -> bool:
        """Whether the text form of a value fits the type (and the tier's scale)."""
        if self.kind == "bool":
            return text in FALSE_TRUE
        if self.kind in ("count", "number"):
            return re.match(COUNT if self.kind == "count" else NUMBER, text) is not None and self.holds(Decimal(text))
        if self.kind == "date":
            return _is_day(text)
        if self.kind == "set":
            return not text or set(text.split(SEPARATOR)) <= set(self.values)
        return self.kind == "text" or text in self.choices(tier)

    def holds(self, number: Decimal) -> bool:
        """Whether a number lies in the declared range."""
        low, high = self.minimum, self.maximum
        return (low is None or number >= low) and (high is None or number <= high)

    def column(self, text: pl.Expr) -> pl.Expr:
        """The typed column of a column of texts; a text that does not fit becomes null."""
        typed = self._typed(text)
        for limit, inside in ((self.minimum, pl.Expr.ge), (self.maximum, pl.Expr.le)):
            if limit is not None:
                typed = pl.when(inside(typed, pl.lit(limit).cast(self.dtype))).then(typed)
        return typed

    def _typed(self, text: pl.Expr) -> pl.Expr:
        if self.kind == "bool":
            return pl.when(text.is_in(FALSE_TRUE)).then(text == "true")
        if self.kind == "count":
            whole = text.cast(self.dtype, strict=False)
            return pl.when(whole.is_between(0, LARGEST)).then(whole)
        if self.kind == "number":
            return pl.when(text.str.contains(NUMBER)).then(text.cast(self.dtype, strict=False))
        if self.kind == "date":
            return pl.when(text.str.contains(DAY)).then(text.str.to_date("%Y-%m-%d", strict=False))
        if self.kind == "set":
            chosen = pl.when(text == "").then(pl.lit([], pl.List(pl.String()))).otherwise(text.str.split(SEPARATOR))
            return pl.when(chosen.list.set_difference(list(self.values)).list.len() == 0).then(chosen.list.unique())
        return text.cast(self.dtype, strict=False)


def _is_day(text: str) -> bool:
    try:
        return re.match(DAY, text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def built_in(tiers: Mapping[str, str]) -> dict[str, FactDecl]:
    """The names that every condition may read without a pack declaring them; `tiers` are labels by id."""
    silent = dict.fromkeys(tiers, SKIP)  # a tier outside every pool: a rule about pools does not speak of it
    return {
        "tier": FactDecl("tier", "层级", "text", values=tuple(tiers), missing=silent, value_labels=tiers),
        "unit": FactDecl("unit", "单位", "text", missing=silent),
        "pool": FactDecl("pool", "比较范围", "text", missing=silent),
        "year": FactDecl("year", "年度", "count", missing=silent),
    }
