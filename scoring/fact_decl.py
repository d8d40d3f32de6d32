"""What a scheme says about one fact: its type, its level, and what its absence means for each tier."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

import polars as pl

Kind = Literal["bool", "count", "number", "enum", "grade", "text"]
Level = Literal["unit", "person", "subject"]

BLOCK, SKIP = "block", "skip"
FALSE_TRUE = ("false", "true")


@dataclass(frozen=True)
class FactDecl:
    """One declared fact; `missing` holds per tier `block`, `skip` or the value in its place, as text."""

    name: str
    label: str
    kind: Kind
    level: Level = "subject"
    values: tuple[str, ...] = ()
    missing: Mapping[str, str] | None = None
    grades_by_tier: Mapping[str, tuple[str, ...]] | None = None
    value_labels: Mapping[str, str] | None = None

    @property
    def dtype(self) -> pl.DataType:
        """The column type; numbers are decimals, so that nothing is compared in binary floats."""
        if self.kind in ("enum", "grade"):
            return pl.Enum(list(self.values))
        types = {"bool": pl.Boolean(), "count": pl.Int64(), "number": pl.Decimal(20, 6), "text": pl.String()}
        return types[self.kind]

    def allowed(self, tier: str | None = None) -> str:
        """In words what a value may be, for messages."""
        if self.kind == "bool":
            return "true 或 false"
        if self.kind == "count":
            return "0 以上的整数"
        if self.kind == "number":
            return "数字"
        return "、".join(self.choices(tier)) if self.kind in ("enum", "grade") else "文字"

    def choices(self, tier: str | None = None) -> tuple[str, ...]:
        """The values open to a tier: each tier has its own scale of grades."""
        return (self.grades_by_tier or {}).get(tier or "", self.values)

    def accepts(self, text: str, tier: str | None = None) -> bool:
        """Whether the text form of a value fits the type (and the tier's scale)."""
        if self.kind == "bool":
            return text in FALSE_TRUE
        if self.kind == "count":
            return re.fullmatch(r"[0-9]{1,15}", text) is not None
        if self.kind == "number":
            return _is_decimal(text)
        return self.kind == "text" or text in self.choices(tier)

    def column(self, text: pl.Expr) -> pl.Expr:
        """The typed column of a column of texts; a text that does not fit becomes null."""
        if self.kind == "bool":
            return pl.when(text.is_in(FALSE_TRUE)).then(text == "true")
        return text.cast(self.dtype, strict=False)


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
