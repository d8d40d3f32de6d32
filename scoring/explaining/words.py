"""Values and effects as an explanation words them."""

from datetime import date
from decimal import Decimal
from typing import Any

from scoring.fact_decl import SEPARATOR, FactDecl
from scoring.inputs import YES_NO

EFFECTS = {
    "base": "起始等次", "score": "计分", "weight": "权重", "ceiling": "不得高于", "seat": "名额", "floor": "不得低于",
    "force": "定为", "protect": "不适用", "ungraded": "不确定等次",
}  # fmt: skip


def shown(decl: FactDecl, value: Any) -> str:
    """A value as a reader sees it: labels of enums, 是 and 否, numbers without needless zeros."""
    if value is None:
        return "缺"
    if isinstance(value, bool):
        return YES_NO["true" if value else "false"]
    if isinstance(value, (Decimal, float)):
        return number(Decimal(str(value)))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "、".join(str(item) for item in value)
    return dict(decl.value_labels or {}).get(str(value), str(value))


def number(value: Decimal) -> str:
    """Digits without trailing zeros, never in powers of ten."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def samples(decl: FactDecl, tier: str) -> list[str]:
    """A few values that a fact can have, as text."""
    if decl.kind in ("enum", "grade"):
        return list(decl.choices(tier))
    several = {"bool": ["true", "false"], "count": ["0", "1", "10", "100"], "number": ["0", "60", "80", "100"]}
    return several.get(decl.kind) or {"date": ["2000-01-01"], "set": [SEPARATOR.join(decl.values)]}.get(
        decl.kind, ["无"]
    )


def as_fact(value: Any) -> str:
    """The text form in which facts are kept."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)
