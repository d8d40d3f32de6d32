"""What a fact says, in words: its level, its values, and what its absence means for each tier."""

from collections.abc import Mapping

from commands.rule_words import tier_names
from config.scheme_loader import Pack
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.inputs import YES_NO

LEVELS = {"unit": "单位", "person": "个人", "subject": "对象"}
KINDS = {
    "bool": "是/否", "count": "整数", "number": "数字", "enum": "选项", "grade": "等次", "text": "文字",
    "date": "日期", "set": "多个选项",
}  # fmt: skip


def values(fact: FactDecl) -> str:
    """The values a fact can have, or its type where they cannot be listed."""
    several = "可多选:" if fact.kind == "set" else ""
    if fact.value_labels:
        return several + "、".join(f"{label}({value})" for value, label in fact.value_labels.items())
    ranged = fact.minimum is not None or fact.maximum is not None
    return several + ("、".join(fact.values) or (fact.allowed() if ranged else KINDS[fact.kind]))


def missing(fact: FactDecl, pack: Pack) -> str:
    """What stands for a missing fact; tiers apart only where they differ."""
    ways: dict[str, list[str]] = {}
    for tier, way in (fact.missing or {}).items():
        ways.setdefault(way, []).append(tier)
    if len(ways) == 1:
        return _way(next(iter(ways)), fact)
    return ";".join(f"{tier_names(tuple(tiers), pack)}:{_way(way, fact)}" for way, tiers in ways.items())


def _way(way: str, fact: FactDecl) -> str:
    names: Mapping[str, str] = {**YES_NO, **(fact.value_labels or {})}
    return {BLOCK: "不得定等", SKIP: "规则不适用"}.get(way) or f"按“{names.get(way, way) or '空'}”"
