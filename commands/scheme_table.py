"""A pack as a person reads it: its grades, settings, facts and rules in Chinese, the clause beside each value."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from commands.rule_words import shown, tier_names, words
from commands.tables import table
from config.scheme_loader import Pack
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.inputs import YES_NO
from scoring.scheme import Cite

LEVELS = {"unit": "单位", "person": "个人", "subject": "对象"}
KINDS = {"bool": "是/否", "count": "整数", "number": "数字", "enum": "选项", "grade": "等次", "text": "文字"}
FORCE = {"hard": "硬性", "soft": "可例外"}


def tables(pack: Pack) -> Iterator[Table | Text]:
    """Everything of the pack that decides about grades, in reading order."""
    yield Text(f"{pack.scheme.label}({pack.id},版本 {pack.hash[:12]})", style="bold")
    yield _grades(pack)
    yield _rules(pack)
    yield _consequences(pack)
    yield _facts(pack)
    yield _settings(pack)


def origin(cite: Cite) -> str:
    """The clause, marked 默认 where no source says the value and 案例 where it was derived from a case."""
    marks = {"默认": cite.is_default, "案例": cite.is_case, f"「{cite.clause}」": bool(cite.clause)}
    return " ".join(mark for mark, holds in marks.items() if holds)


def _grades(pack: Pack) -> Table:
    result = table("等次", "名称", "从好到差", "依据")
    for model in pack.head.scales:
        cite = Cite(None, model.cite.clause if model.cite else "", model.basis == "default")
        result.add_row(model.label, " > ".join(model.grades), origin(cite))
    return result


def _rules(pack: Pack) -> Table:
    result = table("规则", "规则", "对象", "内容", "性质", "依据", lines=True)
    for rule in pack.scheme.rules:
        switch = f"(开关:{pack.scheme.config[rule.enabled_by].label})" if rule.enabled_by else ""
        said = words(rule, pack) + switch
        result.add_row(rule.id, tier_names(rule.applies_to, pack), said, FORCE[rule.force], origin(rule.cite))
    return result


def _consequences(pack: Pack) -> Table:
    result = table("结果运用", "规则", "对象", "内容", "依据", lines=True)
    for rule in pack.scheme.consequences:
        result.add_row(rule.id, tier_names(rule.applies_to, pack), words(rule, pack), origin(rule.cite))
    return result


def _facts(pack: Pack) -> Table:
    result = table("事实", "事实", "含义", "层级", "取值", "缺失时")
    for fact in pack.scheme.facts.values():
        result.add_row(fact.name, fact.label, LEVELS[fact.level], _values(fact), _missing(fact))
    return result


def _values(fact: FactDecl) -> str:
    if fact.value_labels:
        return "、".join(f"{label}({value})" for value, label in fact.value_labels.items())
    return "、".join(fact.values) or KINDS[fact.kind]


def _missing(fact: FactDecl) -> str:
    names = {BLOCK: "不得定等", SKIP: "规则不适用", **YES_NO, **(fact.value_labels or {})}
    ways = dict.fromkeys((fact.missing or {}).values())
    return "、".join(names[way] if way in (BLOCK, SKIP) else f"按“{names.get(way, way)}”(默认)" for way in ways)


def _settings(pack: Pack) -> Table:
    result = table("可调设置", "设置", "含义", "值", "依据")
    for decl in pack.scheme.config.values():
        result.add_row(decl.key, decl.label, shown(decl.default), origin(decl.cite))
    return result
