"""A pack as a person reads it: its grades, settings, facts and rules in Chinese, the clause beside each value."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from commands.rule_words import shown, tier_names, words
from commands.tables import table
from config.scheme_loader import Pack
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.scheme import Cite

LEVELS = {"unit": "单位", "person": "个人", "subject": "对象"}
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
    """The clause, and 默认 where no source says the value."""
    return " ".join(
        part for part in ("默认" if cite.is_default else "", f"「{cite.clause}」" if cite.clause else "") if part
    )


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
        result.add_row(fact.name, fact.label, LEVELS[fact.level], "、".join(fact.values) or fact.kind, _missing(fact))
    return result


def _missing(fact: FactDecl) -> str:
    ways = dict.fromkeys((fact.missing or {}).values())
    names = {BLOCK: "不得定等", SKIP: "规则不适用"}
    return "、".join(names.get(way, f"按 {way}(默认)") for way in ways)


def _settings(pack: Pack) -> Table:
    result = table("可调设置", "设置", "含义", "值", "依据")
    for decl in pack.scheme.config.values():
        result.add_row(decl.key, decl.label, shown(decl.default), origin(decl.cite))
    return result
